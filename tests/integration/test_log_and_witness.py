"""A log, its publisher and a witness, each a process of its own, as an office and a patients' association run them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bequest.cli.ledger_database import open_store, transaction
from bequest.inquiry.verify.log import read_state
from bequest.inquiry.verify.tiles import audit
from bequest.inquiry.verify.trust import read_trust
from bequest.ledger.store import append

ORIGIN, WITNESS = "log.example/zz", "patients.example"


def bequest(*words):
    return subprocess.run(
        [sys.executable, "-m", "bequest", *map(str, words)], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def office(tmp_path):
    """Return a folder with a log of three entries, its key and the key of a witness."""
    assert bequest("ledger", "init", "--db", tmp_path / "log.db").returncode == 0
    log = bequest("ledger", "key", "--name", ORIGIN, "--out", tmp_path / "log.key").stdout.strip()
    witness = bequest("witness", "key", "--name", WITNESS, "--out", tmp_path / "witness.key").stdout.strip()
    (tmp_path / "logs").write_text(f"log {log}\n", encoding="utf-8")
    (tmp_path / "trust").write_text(f"log {log}\nwitness w {witness}\nquorum w\n", encoding="utf-8")
    more(tmp_path, 3)
    return tmp_path


def more(folder, count):
    """Append entries, each in a transaction of its own."""
    store = open_store(str(folder / "log.db"))
    for _ in range(count):
        with transaction(store):
            size = store.run("SELECT size FROM ledger_head").fetchone()[0]
            at = "2026-01-01T00:00:00.000000Z"
            append(store, kind="service.degraded", at=at, leaf=b"x%d" % size, event_id=str(size))
    store.connection.close()


@pytest.fixture
def witness(office):
    """Run the witness on a free port, and return its address."""
    files = ("--key", office / "witness.key", "--logs", office / "logs", "--state", office / "state")
    command = [sys.executable, "-m", "bequest", "witness", "serve", *map(str, files), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        address = re.search(r"http://127\.0\.0\.1:[0-9]+", process.stdout.readline())
        yield address.group(0)
        process.terminate()


def published(office, address):
    """Publish once; return how it ended."""
    trust = (office / "trust").read_text(encoding="utf-8")
    policy = re.sub(r"^(witness w \S+)$", rf"\1 {address}", trust, flags=re.MULTILINE)
    (office / "policy").write_text(policy, encoding="utf-8")
    return bequest(
        "publisher", "--db", office / "log.db", "--key", office / "log.key", "--out", office / "site",
        "--witness-policy", office / "policy", "--once",
    )  # fmt: skip


def state_of(office):
    """Return the published state, checked by a reader who trusts log and witness, and the number of entries read."""
    trust = read_trust((office / "trust").read_text(encoding="utf-8"))
    state = read_state((office / "site" / "checkpoint").read_bytes(), trust)
    assert trust.has_quorum(state.witnesses())

    def read(path):
        file = Path(office, "site", path)
        return file.read_bytes() if file.is_file() else None

    return len(list(audit(state.checkpoint, read)))


def test_a_log_is_published_cosigned_and_goes_on(office, witness):
    done = published(office, witness)
    assert (done.returncode, done.stderr) == (0, ""), done
    assert state_of(office) == 3
    more(office, 300)
    assert published(office, witness).returncode == 0
    assert state_of(office) == 303


def test_a_restored_backup_is_not_signed_because_the_witness_has_seen_more(office, witness):
    backup = (office / "log.db").read_bytes()
    more(office, 5)
    assert published(office, witness).returncode == 0
    (office / "log.db").write_bytes(backup)
    for file in sorted((office / "site").rglob("*"), reverse=True):
        file.unlink() if file.is_file() else file.rmdir()
    refused = published(office, witness)
    assert refused.returncode == 3
    assert "as after a restored backup" in refused.stderr
    assert not (office / "site" / "checkpoint").exists()

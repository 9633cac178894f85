"""A log is published as files that the verifier finds whole, and nothing is signed that somebody has seen otherwise."""

import errno
import os
import shutil
import stat
import subprocess
import sys
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta

import pytest

from bequest.cli.key_file import read_signer
from bequest.cli.publisher import Loop
from bequest.cli.publishing import Publishing
from bequest.cli.site import Site
from bequest.cli.witness_policy import read_witness_policy
from bequest.cli.witnesses import Witnesses
from bequest.inquiry.verify.notes import check_signatures, read_checkpoint, read_key
from bequest.inquiry.verify.tiles import audit
from bequest.ledger.note import sign
from bequest.ledger.stored_checkpoints import newest
from bequest.ledger.witness import Seen
from ledger_keys import ORIGIN, log_signer, stated
from ledger_stores import add, body, new_store
from witness_http import TestWitness, cosigners, policy_text, served

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(params=DATABASES)
def log(request, tmp_path, ask):
    """Return a log with a key and a site."""
    key = tmp_path / "log.key"
    assert ask("ledger", "key", "--name", ORIGIN, "--out", key).code == 0
    with new_store(request.param, tmp_path) as (place, store):
        yield Log(ask, place, store, key, tmp_path / "site")


class Log:
    """Hold a log, and call its publisher."""

    def __init__(self, ask, place, store, key, site):
        self.ask, self.place, self.store, self.key, self.site = ask, place, store, key, site

    def publish(self, *more):
        return self.ask("publisher", "--db", self.place, "--key", self.key, "--out", self.site, "--once", *more)

    def audited(self):
        """Return the entries on the site, after the verifier has found all of it whole."""
        key = read_key(read_signer(self.key).key.vkey())
        text, _ = check_signatures((self.site / "checkpoint").read_bytes(), [key])
        return list(audit(read_checkpoint(text), self._read))

    def _read(self, path):
        found = self.site / path
        return found.read_bytes() if found.is_file() else None


@pytest.fixture
def restored(log, tmp_path):
    """Return the same log, whose database was restored to three of its five published entries."""
    add(log.store, *range(5))
    log.publish()
    folder = tmp_path / "restored"
    folder.mkdir()
    with new_store("sqlite", folder) as (place, store):
        add(store, *range(3))
        yield Log(log.ask, place, store, log.key, log.site)


def test_an_empty_log_is_published(log):
    answer = log.publish()
    assert (answer.code, answer.out) == (0, f"published 0 entries of {ORIGIN}\n")
    assert log.audited() == []


@pytest.mark.parametrize("sizes", [(1,), (3, 256), (255, 257, 600)])
def test_what_is_published_is_found_whole(log, sizes):
    done = 0
    for size in sizes:
        add(log.store, *range(done, size))
        done = size
        assert log.publish().code == 0
        assert log.audited() == [body(number) for number in range(size)]


def test_storage_that_cannot_sync_a_folder_is_refused_before_anything_is_signed(log, monkeypatch):
    sync = os.fsync

    def files_only(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", files_only)
    add(log.store, 0)
    assert refused(
        log.publish(), f"{log.site.parent}: the storage does not sync the names in a folder (Invalid argument)"
    )
    assert newest(log.store) is None


def test_nothing_new_signs_nothing(log):
    add(log.store, 0, 1)
    log.publish()
    before = (log.site / "checkpoint").read_bytes()
    assert log.publish().out == ""
    assert (log.site / "checkpoint").read_bytes() == before


def test_a_checkpoint_that_was_stored_and_not_published_is_published(log):
    add(log.store, 0, 1)
    log.publish()
    before = (log.site / "checkpoint").read_bytes()
    shutil.rmtree(log.site)
    assert log.publish().code == 0
    assert (log.site / "checkpoint").read_bytes() == before
    assert log.audited() == [body(0), body(1)]


def refused(answer, words):
    """Return whether a publisher ended with one sentence and code 3."""
    assert words in answer.err
    assert answer.err.count("\n") == 1
    assert answer.out == ""
    return answer.code == 3


def test_a_restored_backup_is_refused(restored):
    assert refused(restored.publish(), "The own site has seen 5 entries of log.example/zz, and the database holds 3")


def test_a_restored_backup_that_went_on_differently_is_refused(restored):
    add(restored.store, *range(3, 9), text="another")
    assert refused(restored.publish(), "the log has forked")
    assert len(cosigners(restored.site / "checkpoint")) == 1


def test_a_restored_backup_that_was_made_whole_again_goes_on(restored):
    add(restored.store, *range(3, 7))
    assert restored.publish().code == 0
    assert restored.audited() == [body(number) for number in range(7)]


def test_an_entry_altered_by_the_owner_of_the_tables_is_refused(tmp_path, ask, log):
    add(log.store, *range(5))
    log.publish()
    drop = {
        "sqlite": "DROP TRIGGER ledger_entry_no_update",
        "postgresql": "ALTER TABLE ledger_entry DISABLE TRIGGER ALL",
    }
    log.store.run(drop[log.store.dialect.value])
    log.store.run("UPDATE ledger_entry SET leaf = ? WHERE idx = 2", (b"other",))
    answer = log.publish()
    assert answer.code == 3
    assert "trigger ledger_entry_" in answer.err


def test_a_site_of_another_log_is_refused(log, tmp_path):
    other = tmp_path / "other.key"
    log.ask("ledger", "key", "--name", "log.example/other", "--out", other)
    add(log.store, 0)
    log.publish()
    log.key = other
    assert log.publish().code == 3


def test_a_tile_that_was_altered_on_the_site_is_not_signed_over(log):
    add(log.store, *range(3))
    log.publish()
    (log.site / "checkpoint").unlink()
    (log.site / "tile" / "0" / "000.p" / "3").write_bytes(bytes(96))
    assert refused(log.publish(), "does not hold what the log has there")


@pytest.fixture
def watched(log, tmp_path):
    """Return a log with two witnesses over HTTP, both of which its trust file asks for."""
    key = read_signer(log.key).key
    with ExitStack() as stack:
        log.witnesses = [TestWitness(number, {ORIGIN: [key]}) for number in (2, 3)]
        addresses = [(each, stack.enter_context(served(each))) for each in log.witnesses]
        log.policy = tmp_path / "trust.txt"
        log.policy.write_text(policy_text(key, addresses), encoding="utf-8")
        yield log


def watched_publish(log, *more):
    return log.publish("--witness-policy", log.policy, *more)


def test_witnesses_sign_what_is_published(watched):
    add(watched.store, *range(3))
    assert watched_publish(watched).code == 0
    add(watched.store, *range(3, 300))
    assert watched_publish(watched).code == 0
    assert cosigners(watched.site / "checkpoint") == [ORIGIN, "witness.example/2", "witness.example/3"]
    assert watched.audited() == [body(number) for number in range(300)]


def test_a_witness_that_saw_more_than_the_database_holds_is_a_reason_to_sign_nothing(watched, tmp_path):
    add(watched.store, *range(5))
    watched_publish(watched)
    shutil.rmtree(watched.site)
    folder = tmp_path / "restored"
    folder.mkdir()
    with new_store("sqlite", folder) as (place, store):
        add(store, *range(3))
        watched.place = place
        assert refused(watched_publish(watched), "Witness w0 has seen 5 entries")
        add(store, *range(3, 9), text="another")
        assert refused(watched_publish(watched), "the log has forked")
    assert not (watched.site / "checkpoint").exists()


def test_a_witness_that_does_not_tell_what_it_saw_is_a_reason_to_sign_nothing(watched):
    watched.witnesses[0].newest = b"no note"
    add(watched.store, 0)
    assert refused(watched_publish(watched), "leave it out: --without-witness w0")


def test_a_witness_that_is_left_out_does_not_hold_up_the_log(watched):
    watched.witnesses[0].newest = b"no note"
    watched.witnesses[0].broken = (500, b"")
    add(watched.store, 0)
    answer = watched_publish(watched, "--without-witness", "w0")
    assert answer.code == 1
    assert "witness w0 did not sign: it answers with status 500" in answer.err
    assert "without a quorum" in answer.err
    assert cosigners(watched.site / "checkpoint") == [ORIGIN, "witness.example/3"]


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, b""), (200, b"no line\n"), (200, b"\xff"), (403, b""), (404, b""), (422, b""), (409, b"x\n"), (302, b"")],
)
def test_an_answer_that_is_none_counts_for_nothing(watched, status, answer):
    watched.witnesses[1].broken = (status, answer)
    add(watched.store, 0)
    found = watched_publish(watched)
    assert found.code == 1
    assert "witness w1 did not sign" in found.err
    assert cosigners(watched.site / "checkpoint") == [ORIGIN, "witness.example/2"]


def test_a_witness_that_saw_another_size_is_asked_again_from_there(watched):
    add(watched.store, *range(4))
    watched_publish(watched)
    add(watched.store, *range(4, 9))
    hidden, watched.witnesses[0].newest = watched.witnesses[0].newest, None
    assert hidden is not None
    assert watched_publish(watched).code == 0


def test_a_fork_that_a_witness_shows_in_the_end_stops_the_publisher(watched):
    forked = stated(7)
    watched.witnesses[0].seen = Seen(forked.size, forked.root)
    watched.witnesses[0].newest = sign(forked.text(), [read_signer(watched.key)]).to_bytes()
    watched.witnesses[0].hidden = 1
    add(watched.store, *range(3))
    answer = watched_publish(watched)
    assert answer.code == 3
    assert "Witness w0 has seen 7 entries" in answer.err


def test_what_the_log_did_not_sign_does_not_speak_against_it(watched):
    forked = stated(7)
    watched.witnesses[0].seen = Seen(forked.size, forked.root)
    watched.witnesses[0].newest = sign(forked.text(), [log_signer()]).to_bytes()
    watched.witnesses[0].hidden = 1
    add(watched.store, *range(3))
    answer = watched_publish(watched)
    assert answer.code == 1
    assert "witness w0 did not sign: it shows what this log has not signed" in answer.err
    assert cosigners(watched.site / "checkpoint") == [ORIGIN, "witness.example/3"]


def test_a_new_key_goes_on_from_what_the_old_one_signed_where_the_trust_file_names_both(watched, tmp_path):
    add(watched.store, *range(3))
    watched_publish(watched)
    second = tmp_path / "second.key"
    vkey = watched.ask("ledger", "key", "--name", ORIGIN, "--out", second).out
    old, watched.key = watched.key, second
    assert watched.publish().code == 3
    text = watched.policy.read_text(encoding="utf-8")
    watched.policy.write_text(f"log {vkey}{text}", encoding="utf-8")
    for witness in watched.witnesses:
        witness.keys = {ORIGIN: [read_signer(old).key, read_signer(second).key]}
    add(watched.store, *range(3, 5))
    assert watched_publish(watched).code == 0
    assert watched.audited() == [body(number) for number in range(5)]


def test_a_name_that_is_no_witness_cannot_be_left_out(watched):
    answer = watched_publish(watched, "--without-witness", "w7")
    assert (answer.code, answer.err) == (2, "bequest: --without-witness w7: the trust file names no such witness.\n")


def test_two_keys_of_one_log_both_sign(log, tmp_path):
    second = tmp_path / "second.key"
    log.ask("ledger", "key", "--name", ORIGIN, "--out", second)
    add(log.store, 0)
    assert log.publish("--key", second).code == 0
    assert cosigners(log.site / "checkpoint") == [ORIGIN, ORIGIN]


def test_keys_of_two_logs_are_refused(log, tmp_path):
    second = tmp_path / "second.key"
    log.ask("ledger", "key", "--name", "log.example/b", "--out", second)
    assert log.publish("--key", second).code == 2


def test_a_database_that_is_none_is_told(log, tmp_path):
    log.place = tmp_path / "none.db"
    assert log.publish().code == 2


def test_a_witness_that_cannot_be_reached_is_a_reason_to_sign_nothing_unless_it_is_left_out(log, tmp_path):
    key = read_signer(log.key).key
    log.policy = tmp_path / "trust.txt"
    log.policy.write_text(policy_text(key, [(TestWitness(2, {}), "http://127.0.0.1:9")]), encoding="utf-8")
    assert refused(watched_publish(log), "Witness w0 does not tell what it has seen of the log")
    answer = watched_publish(log, "--without-witness", "w0")
    assert answer.code == 1
    assert "witness w0 does not answer" in answer.err


def waiting(log, tmp_path, *, since):
    """Make a log wait for a witness that cannot be reached, since an instant."""
    key = read_signer(log.key).key
    log.policy = tmp_path / "trust.txt"
    log.policy.write_text(policy_text(key, [(TestWitness(2, {}), "http://127.0.0.1:9")]), encoding="utf-8")
    add(log.store, *range(3))
    publishing = Publishing(log.store, Site(log.site), [read_signer(log.key)], keys=[key])
    publishing.start([])
    assert publishing.step(since.isoformat(timespec="microseconds"))
    return publishing


def test_a_log_without_a_quorum_for_long_says_so_in_the_words_of_the_banner(log, tmp_path):
    waiting(log, tmp_path, since=datetime(2020, 5, 1, 10, tzinfo=UTC))
    words = "No quorum of witnesses since 2020-05-01 10:00 UTC, for "
    answer = watched_publish(log, "--without-witness", "w0")
    assert (answer.code, words in answer.err) == (1, True)
    status = log.ask("ledger", "status", "--db", log.place, "--witness-policy", log.policy)
    assert status.code == 1
    assert status.out.startswith(
        f"{ORIGIN}: 3 entries\nsigned by the log: 3\nconfirmed by a quorum of witnesses: none\n{words}"
    )


@pytest.mark.parametrize(
    ("minutes", "words"), [(0.5, ""), (2, "no quorum of witnesses for 12"), (11, "No quorum of witnesses since ")]
)
def test_a_running_publisher_tells_once_a_minute(log, tmp_path, capsys, minutes, words):
    publishing = waiting(log, tmp_path, since=datetime.now(UTC) - timedelta(minutes=minutes))
    loop = Loop(publishing, Witnesses(publishing, ()), read_witness_policy(log.policy, origin=ORIGIN))
    for now in (100.0, 159.0):
        loop.tell_of_quorum(now)
    told = capsys.readouterr().err
    assert told.count("\n") == bool(words)
    assert words in told


def test_the_status_of_a_confirmed_log_is_told_without_a_banner(watched):
    status = ["ledger", "status", "--db", watched.place, "--witness-policy", watched.policy]
    add(watched.store, *range(3))
    answer = watched.ask(*status)
    assert (answer.code, answer.out) == (0, "3 entries; nothing is signed yet. Next: bequest publisher\n")
    watched_publish(watched)
    add(watched.store, 3)
    answer = watched.ask(*status)
    assert (answer.code, answer.out) == (
        0, f"{ORIGIN}: 4 entries\nsigned by the log: 3\nconfirmed by a quorum of witnesses: 3\n",
    )  # fmt: skip


def test_a_publisher_goes_on_as_the_log_grows(watched):
    words = ["publisher", "--db", watched.place, "--key", watched.key, "--out", watched.site]
    words += ["--witness-policy", watched.policy]
    program = "import sys; from bequest.cli.main import main; sys.exit(main())"
    running = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with running:
        assert running.stdout.readline() == f"published 0 entries of {ORIGIN}\n"
        add(watched.store, 0, 1, 2)
        assert running.stdout.readline().startswith("published ")
        add(watched.store, 3)
        while running.stdout.readline() != f"published 4 entries of {ORIGIN}\n":
            pass
        running.terminate()
        assert running.stderr.read() == ""
    assert watched.audited() == [body(number) for number in range(4)]


def test_a_publisher_ends_when_another_writes_to_its_site(log):
    add(log.store, 0, 1)
    program = "import sys; from bequest.cli.main import main; sys.exit(main())"
    words = ["publisher", "--db", log.place, "--key", log.key, "--out", log.site]
    running = subprocess.Popen(
        [sys.executable, "-c", program, *map(str, words)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    with running:
        running.stdout.readline()
        forked = sign(stated(7).text(), [read_signer(log.key)])
        (log.site / "checkpoint").write_bytes(forked.to_bytes())
        assert "The own site has seen 7 entries" in running.stderr.read()
    assert running.returncode == 3

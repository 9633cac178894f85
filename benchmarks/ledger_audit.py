"""Measure what an auditor waits for, against what is promised: a log of a million leaves, proofs, and a year of runs.

Logs and proofs are measured in one process, as CPU time; their ratio is to SHA-256 of as many messages of 64 bytes as
the work hashes, in the same run of the same machine. The bundle is verified as an auditor does it, by `bequest verify`
on a ZIP file: on the clock, from the start of the program to its end, and beside it as CPU time of all its processes.
On a machine that has more to do than this, as the load tells, the clock says little, and CPU time a little too much.

    python benchmarks/ledger_audit.py                     logs and proofs: half a minute
    python benchmarks/ledger_audit.py --bundle            also 1,000 match runs over 20,000 candidates: five minutes
    python benchmarks/ledger_audit.py --candidates 60000  the same over longer lists
    python benchmarks/ledger_audit.py --keep year.zip     make the bundle there, or verify the one that is there
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bequest.inquiry.verify.notes import Checkpoint
from bequest.inquiry.verify.tiles import audit
from bequest.inquiry.verify.tree import check_inclusion, of_leaf
from bequest.ledger.bundle import BundleKind, bundle, tile_files
from bequest.ledger.merkle import Frontier, inclusion_path, leaf_hash, root
from bequest.simulation.demo_year.people import ORGANS
from bequest.simulation.demo_year.record import grown, log_signer, record_of, signed_checkpoint
from bequest.simulation.demo_year.state import Asked
from bequest.simulation.demo_year.year import played

LEAVES, PLACES, PROOFS, LEAF_BYTES = 1_000_000, 5, 5_000, 400
CANDIDATES, DONORS = 20_000, 417
AUDIT_SECONDS, PROOFS_A_SECOND, REPLAY_SECONDS, FULL_SECONDS = 5, 40_000, 20, 240
console = Console()


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", action="store_true", help="verify 1,000 match runs over 20,000 candidates as well")
    parser.add_argument("--candidates", type=int, default=0, help="candidates in all, on three lists; with --bundle")
    parser.add_argument("--keep", type=Path, help="where the bundle is made, or is already; with --bundle")
    asked = parser.parse_args()
    table = Table("work", "at most / at least", "reached", "kept", title="What an auditor waits for")
    raw = raw_hashes_a_second()
    rows = logs(raw)
    if asked.bundle or asked.candidates or asked.keep:
        with tempfile.TemporaryDirectory() as folder:
            rows += bundles(asked.candidates or CANDIDATES, asked.keep or Path(folder) / "year.zip")
    for row in rows:
        table.add_row(*row)
    console.print(f"raw SHA-256 of 64 bytes in Python: {raw:,.0f} a second")
    console.print(table)


def raw_hashes_a_second() -> float:
    """Return how many messages of 64 bytes this machine hashes in a second, from Python."""
    messages = [number.to_bytes(64, "big") for number in range(200_000)]
    start = time.process_time()
    for message in messages:
        hashlib.sha256(message).digest()
    return len(messages) / (time.process_time() - start)


def logs(raw: float) -> list[tuple[str, ...]]:
    """Measure the audit of a log of a million leaves, and proofs in it."""
    leaves = [number.to_bytes(8, "big") * (LEAF_BYTES // 8) for number in range(LEAVES)]
    files = tile_files(leaves, prefix="")
    hashes = [leaf_hash(leaf) for leaf in leaves]
    stated = Checkpoint("log.example/zz", LEAVES, root(hashes), "")
    start = time.process_time()
    count = sum(1 for _ in audit(stated, files.get))
    seconds = time.process_time() - start
    assert count == LEAVES, "every leaf is audited"
    ratio = seconds / (2 * LEAVES / raw)
    name = f"audit of {LEAVES:,} leaves of {LEAF_BYTES} bytes"
    rows = [(name, f"{AUDIT_SECONDS} s", f"{seconds:.2f} s, {ratio:.1f} times raw", kept(seconds <= AUDIT_SECONDS))]
    places = [number * (LEAVES // PLACES) + number for number in range(PLACES)]
    paths = [(place, inclusion_path(hashes, place)) for place in places] * (PROOFS // PLACES)
    start = time.process_time()
    for place, path in paths:
        check_inclusion(of_leaf(leaves[place]), index=place, size=LEAVES, proof=path, root=stated.root)
    rate = len(paths) / (time.process_time() - start)
    name = f"proofs of inclusion, {len(paths[0][1])} hashes each"
    rows.append((name, f"{PROOFS_A_SECOND:,} a second", f"{rate:,.0f} a second", kept(rate >= PROOFS_A_SECOND)))
    return rows


def bundles(candidates: int, path: Path) -> list[tuple[str, ...]]:
    """Measure `bequest verify` on a bundle of 1,000 match runs, with and without every row."""
    if not path.exists():
        make(path, candidates=candidates)
    size = path.stat().st_size / 1e6
    rows: list[tuple[str, ...]] = []
    for full, most in ((False, REPLAY_SECONDS), (True, FULL_SECONDS)):
        load = f"load before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors"
        console.print(f"bequest verify {path.name}{' --full' if full else ''} ({load}) ...")
        started, before = time.perf_counter(), cpu_of_children()
        command = [sys.executable, "-m", "bequest", "verify", str(path), "--json", "-", *(["--full"] if full else [])]
        ended = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  our own program
        seconds, cpu = time.perf_counter() - started, cpu_of_children() - before
        report = json.loads(ended.stdout)
        assert ended.returncode == 0, report
        told = {check["name"]: check["words"] for check in report["checks"]}
        assert told["replay"].startswith("1,0"), told["replay"]
        what = (
            f"{told['listings'].split()[0]} entries of lists, {told['replay'].split()[0]} runs, ZIP of {size:,.0f} MB"
        )
        rows.append((
            f"{what}{', every row' if full else ''}", f"{most} s on 2 cores",
            f"{seconds:.1f} s, {cpu:.1f} s of CPU, on {os.cpu_count()} cores", kept(seconds <= most),
        ))  # fmt: skip
    return rows


def make(path: Path, *, candidates: int) -> None:
    """Make a bundle of a year with 1,000 match runs; the candidates stand on three lists of the same length."""
    started = time.perf_counter()
    frontier, checkpoints = Frontier(), []
    each = -(-candidates // len(ORGANS))
    asked = Asked(seed=1, candidates=each, donors=DONORS, begins=date(2026, 1, 1), days=365)
    for day, (state, progress) in enumerate(played(asked), 1):
        if day % 30 == 0 or day == asked.days:
            frontier = grown(frontier, [each.leaf for each in state.journal.recorded[frontier.size :]])
            checkpoints.append(signed_checkpoint(state, frontier, progress.at))
            counts = f"{frontier.size:,} leaves, {len(state.kept.runs):,} runs"
            console.print(f"day {day}: {counts}, {time.perf_counter() - started:.0f} s")
    files = bundle(record_of(state, checkpoints), BundleKind.REPLAY, signer=log_signer(state.journal.secrets))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(files):
            packed.writestr(name, files[name])
    counts = (
        f"{len(state.people.listed):,} candidates on {len(ORGANS)} lists, {sum(map(len, files.values())) / 1e6:,.0f} MB"
    )
    console.print(f"made a bundle of {counts}, in {time.perf_counter() - started:.0f} s")


def cpu_of_children() -> float:
    """Return the seconds of CPU that all ended children of this process have used."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def kept(holds: bool) -> str:  # noqa: FBT001  a fact about a measurement
    """Return the word for a promise that is kept or not."""
    return "yes" if holds else "NO"


if __name__ == "__main__":
    main()

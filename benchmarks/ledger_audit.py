"""Measure what an auditor waits for, against what is promised: a log of a million leaves, proofs, and a year of runs.

Times of one process are CPU time; the bundle is verified on the clock, by all processors. The ratio is to SHA-256 of as
many messages of 64 bytes as the work hashes, in the same run of the same machine.

    python benchmarks/ledger_audit.py            logs and proofs: half a minute
    python benchmarks/ledger_audit.py --bundle   also 1,000 match runs over 20,000 candidates: a quarter of an hour
"""

from __future__ import annotations

import argparse
import hashlib
import os
import time
from datetime import date

from rich.console import Console
from rich.table import Table

from bequest.inquiry.replay import replay, replayer_of
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.evidence import MemoryEvidence
from bequest.inquiry.verify.notes import Checkpoint
from bequest.inquiry.verify.tiles import audit
from bequest.inquiry.verify.tree import check_inclusion, of_leaf
from bequest.ledger.bundle import BundleKind, bundle, tile_files
from bequest.ledger.merkle import Frontier, inclusion_path, leaf_hash, root
from bequest.simulation.demo_year.record import grown, log_signer, record_of, signed_checkpoint
from bequest.simulation.demo_year.state import Asked
from bequest.simulation.demo_year.year import played

LEAVES, PLACES, PROOFS, LEAF_BYTES = 1_000_000, 5, 5_000, 400
AUDIT_SECONDS, PROOFS_A_SECOND, REPLAY_SECONDS, FULL_SECONDS = 5, 40_000, 20, 240
console = Console()


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", action="store_true", help="verify 1,000 match runs over 20,000 candidates as well")
    asked = parser.parse_args()
    table = Table("work", "at most / at least", "reached", "kept", title="What an auditor waits for")
    raw = raw_hashes_a_second()
    for row in (*logs(raw), *(bundles() if asked.bundle else ())):
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


def bundles() -> list[tuple[str, ...]]:
    """Measure a bundle of 1,000 match runs over 20,000 candidates, with and without every row."""
    start = time.perf_counter()
    frontier, checkpoints = Frontier(), []
    asked = Asked(seed=1, candidates=20_000, donors=417, begins=date(2026, 1, 1), days=365)
    for day, (state, progress) in enumerate(played(asked), 1):
        if day % 30 == 0 or day == asked.days:
            frontier = grown(frontier, [each.leaf for each in state.journal.recorded[frontier.size :]])
            checkpoints.append(signed_checkpoint(state, frontier, progress.at))
            counts = f"{frontier.size:,} leaves, {len(state.kept.runs):,} runs"
            console.print(f"day {day}: {counts}, {time.perf_counter() - start:.0f} s")
    files = bundle(record_of(state, checkpoints), BundleKind.REPLAY, signer=log_signer(state.journal.secrets))
    runs, size = len(state.kept.runs), sum(map(len, files.values())) / 1e6
    del state
    rows: list[tuple[str, ...]] = []
    for full, most in ((False, REPLAY_SECONDS), (True, FULL_SECONDS)):
        start = time.perf_counter()
        found = verify_bundle(MemoryEvidence(files))
        replayer = replayer_of(found)
        assert replayer is not None, "a replay bundle is replayed"
        told = list(replay(replayer, full=full, progress=lambda *_: None, workers=os.cpu_count() or 1))
        seconds = time.perf_counter() - start
        assert found.report.exit_code == 0, found.report.lines()
        assert told == [], told[:3]
        name = f"bundle of {runs:,} runs over 20,000 candidates a list, {size:,.0f} MB" + (
            ", every row" if full else ""
        )
        rows.append((name, f"{most} s on 2 cores", f"{seconds:.1f} s", kept(seconds <= most)))
    return rows


def kept(holds: bool) -> str:  # noqa: FBT001  a fact about a measurement
    """Return the word for a promise that is kept or not."""
    return "yes" if holds else "NO"


if __name__ == "__main__":
    main()

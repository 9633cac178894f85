"""Measure a match run against what DESIGN.md section 9 promises: lists of growing size, by both evaluators.

Times are CPU time of one thread. `first` includes building the decision tables and loading the compiled kernels; `warm`
is the median of the runs after it. One read is one pass over 200 bytes a candidate.
"""

from __future__ import annotations

import resource
import statistics
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

import bequest
from bequest.matching.pool import Pool, build_pool
from bequest.model.donor import Donor, donor_from_facts
from bequest.model.enums import Organ
from bequest.simulation.population import make_population
from bequest.simulation.population.writer import FileFormat, write_population

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.matching.match_run import MatchRun
    from bequest.policy import Policy

AT = datetime(2026, 11, 1, tzinfo=UTC)
BYTES_A_CANDIDATE = 200
REPEATS = 9
HERE = Path(__file__).parent
COLUMNS = ("candidates", "evaluator", "first ms", "warm ms", "times a read", "explain us", "peak MB", "promised")
EXPLAIN_MICROSECONDS = 100


@dataclass(frozen=True)
class Question:
    """Hold what is measured: a policy, the sizes of lists, and what is promised of the compiled evaluator, in ms."""

    policy: str | Path
    organ: Organ
    sizes: tuple[int, ...]
    promised_ms: Mapping[int, float]
    inputs: Mapping[str, object] | None = None


QUESTIONS = (
    Question("core/kidney", Organ.KIDNEY, (1_000, 10_000, 100_000, 1_000_000), {}),
    Question("core/heart", Organ.HEART, (1_000, 10_000, 100_000, 1_000_000), {}),
    Question(
        HERE / "policies" / "etkas-like.yaml", Organ.KIDNEY, (1_000, 10_000, 100_000), {10_000: 1.0}, {"balance": {}}
    ),
    Question(HERE / "policies" / "forty-classes.yaml", Organ.HEART, (10_000, 100_000), {100_000: 12.0}),
)


def main() -> None:
    """Print one table a policy, then what reading the files costs."""
    console = Console(width=110)
    for question in QUESTIONS:
        policy = bequest.policy(question.policy, on=AT.date())
        classes = max(len(listing.classes) for sequence in policy.sequences for listing in sequence.listings)
        table = Table(title=f"{policy.name} {policy.edition}: {classes} classes, CPU of one thread")
        for heading in COLUMNS:
            table.add_column(heading, justify="right")
        for size in question.sizes:
            pool, donor = drawn(question.organ, size)
            reading = 1000 * median(np.ones(size * BYTES_A_CANDIDATE // 8).sum)
            for evaluator in ("numpy", "numba"):
                promised = question.promised_ms.get(size) if evaluator == "numba" else None
                cells = measured(
                    question, policy, (donor, pool), evaluator=evaluator, reading=reading, promised=promised
                )
                table.add_row(f"{size:,}", *cells)
        console.print(table)
    console.print(
        f"Promised besides: one explanation in {EXPLAIN_MICROSECONDS} us; the first 200 of 100,000 in 7 ms. A run "
        "sorts everybody, so its first 200 take as long as all."
    )
    console.print(reading_files(100_000))


def measured(  # noqa: PLR0913  the circumstances of one measurement
    question: Question,
    policy: Policy,
    asked: tuple[Donor, Pool],
    *,
    evaluator: str,
    reading: float,
    promised: float | None,
) -> tuple[str, ...]:
    """Return the cells of one row."""
    donor, pool = asked

    def run() -> MatchRun:
        return bequest.run(
            policy, donor, organ=pool.organ, pool=pool, at=AT, inputs=question.inputs, evaluator=evaluator
        )

    first = 1000 * seconds(run)
    warm = 1000 * median(run)
    result = run()
    told = result.ranked(1)[0].registration
    explaining = 1_000_000 * median(lambda: result.explain(told))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    kept = "" if promised is None else f"{promised:g} ms: {'kept' if warm <= promised else 'NOT KEPT'}"
    return (
        evaluator,
        f"{first:.1f}",
        f"{warm:.2f}",
        f"{warm / reading:.1f}",
        f"{explaining:.0f}{'' if explaining <= EXPLAIN_MICROSECONDS else ' NOT KEPT'}",
        f"{peak:.0f}",
        kept,
    )


def drawn(organ: Organ, size: int) -> tuple[Pool, Donor]:
    """Return a synthetic list of that size and its first donor."""
    made = make_population(country="demo", organ=organ, candidates=size, donors=1, seed=1, at=AT)
    pool = build_pool(organ, as_of=AT, registrations=made.registrations, centres=made.centres)
    facts = {name: plain(values[0]) for name, values in made.donors.items()}
    return pool, donor_from_facts(facts, place="the first donor")


def reading_files(size: int) -> str:
    """Return what reading the list from Parquet costs, every row judged."""
    made = make_population(country="demo", organ=Organ.KIDNEY, candidates=size, donors=1, seed=1, at=AT)
    with tempfile.TemporaryDirectory() as directory:
        write_population(made, Path(directory), file_format=FileFormat.PARQUET)
        taken = seconds(lambda: bequest.read_pool(directory, organ="kidney", at=AT))
    return f"Reading {size:,} registrations from Parquet, every row judged: {taken:.1f} s of CPU."


def plain(value: object) -> object:
    """Return a NumPy scalar as the Python value that a donor is made of; None when it is missing."""
    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else value.astype("datetime64[s]").item().replace(tzinfo=UTC)
    found = value.item() if isinstance(value, np.generic) else value
    return None if isinstance(found, float) and np.isnan(found) else found


def median(work: Callable[[], object]) -> float:
    """Return the median CPU seconds of some repeats."""
    return statistics.median(seconds(work) for _ in range(REPEATS))


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()

"""Measure a match run against what DESIGN.md section 9 promises: lists of growing size, by both evaluators.

Times are CPU time of one thread, the median of some runs. `first` includes building the decision tables and loading the
compiled kernels. One read is one pass over 200 bytes a candidate. Memory is that of the whole process while it runs,
the list included. An explanation is the median over registrations from all over the list, ranked or not.
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
from drawn_lists import drawn
from rich.console import Console
from rich.table import Table

import bequest
from bequest.model.enums import Organ
from bequest.simulation.population import make_population
from bequest.simulation.population.writer import FileFormat, write_population

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.matching.match_run import MatchRun
    from bequest.policy import Policy

AT = datetime(2026, 11, 1, tzinfo=UTC)
BYTES_A_CANDIDATE = 200
REPEATS = 9
EXPLAINED = 60
FIRST = 200
WIDTH = 110
LOTTERY_SEED = "00ff"
HERE = Path(__file__).parent
EVALUATORS = ("numpy", "numba")
COLUMNS = ("candidates", "evaluator", "first ms", "warm ms", "times a read", "top 200 ms", "explain us", "memory MB")


@dataclass(frozen=True)
class Question:
    """Hold what is measured: a policy and the sizes of lists."""

    policy: str | Path
    organ: Organ
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Measured:
    """Hold what one list took by one evaluator."""

    policy: str
    size: int
    evaluator: str
    first_ms: float
    warm_ms: float
    reads: float
    top_ms: float
    explain_us: float
    memory_mb: float


@dataclass(frozen=True)
class Promise:
    """Hold one promise of DESIGN.md section 9: of which measurements the slowest must keep within a bound."""

    says: str
    policy: str | None  # None: every one
    size: int | None
    value: Callable[[Measured], float]
    unit: str
    bound: float


QUESTIONS = (
    Question("core/heart", Organ.HEART, (1_000, 10_000, 100_000)),
    Question(HERE / "policies" / "etkas-like.yaml", Organ.KIDNEY, (1_000, 10_000, 100_000)),
    Question(HERE / "policies" / "forty-classes.yaml", Organ.HEART, (1_000, 10_000, 100_000)),
    Question("eurotransplant/etkas", Organ.KIDNEY, (1_000, 10_000)),
    Question("us/kidney", Organ.KIDNEY, (10_000, 100_000)),
    # Last, because Python keeps the memory of a million people, and later lists would seem to need it.
    Question("core/kidney", Organ.KIDNEY, (1_000, 10_000, 100_000, 1_000_000)),
)
ETKAS, FORTY = "benchmark/etkas-like", "benchmark/forty-classes"
REAL_ETKAS, US = "eurotransplant/etkas", "us/kidney"
PROMISES = (
    Promise("10,000 candidates, ETKAS-like, full order", ETKAS, 10_000, lambda each: each.warm_ms, "ms", 1.0),
    Promise("100,000 candidates, 40 classes, full order", FORTY, 100_000, lambda each: each.warm_ms, "ms", 12.0),
    Promise("100,000 candidates, 40 classes, the first 200", FORTY, 100_000, lambda each: each.top_ms, "ms", 7.0),
    Promise("10,000 candidates, ETKAS of 2023, full order", REAL_ETKAS, 10_000, lambda each: each.warm_ms, "ms", 1.0),
    Promise("100,000 candidates, kidney of the US, full order", US, 100_000, lambda each: each.warm_ms, "ms", 12.0),
    Promise("one explanation, 10,000 candidates, ETKAS-like", ETKAS, 10_000, lambda each: each.explain_us, "us", 100.0),
    Promise("one explanation, 100,000, 40 classes", FORTY, 100_000, lambda each: each.explain_us, "us", 100.0),
    Promise("one explanation, the slowest of all tables", None, None, lambda each: each.explain_us, "us", 100.0),
)


def main() -> None:
    """Print one table a policy, what was promised of it, and what reading the files costs."""
    console = Console(width=WIDTH)
    found: list[Measured] = []
    for question in QUESTIONS:
        policy = bequest.policy(question.policy, on=AT.date())
        classes = max(len(listing.classes) for sequence in policy.sequences for listing in sequence.listings)
        rows = [row for size in question.sizes for row in measured(question, policy, size)]
        console.print(table_of(f"{policy.name}, {classes} classes", rows))
        found += rows
    console.print(promised(found))
    console.print(
        "The full order is what a run makes; there is no partial order, so the first 200 are read from the whole of it."
    )
    console.print(reading_files(100_000))


def measured(question: Question, policy: Policy, size: int) -> list[Measured]:
    """Return what one list takes by each evaluator."""
    pool, donor = drawn(question.organ, size, AT)
    reading = 1000 * median(np.ones(size * BYTES_A_CANDIDATE // 8).sum)
    asked = [str(pool.registrations[row]) for row in range(0, size, max(1, size // EXPLAINED))]
    inputs = {name: {} if declared.by else 0 for name, declared in policy.inputs.items()}
    found: list[Measured] = []
    for evaluator in EVALUATORS:

        def run(evaluator: str = evaluator) -> MatchRun:
            return bequest.run(
                policy,
                donor,
                organ=pool.organ,
                pool=pool,
                at=AT,
                inputs=inputs,
                lottery_seed=LOTTERY_SEED,
                allow_unverified=True,
                evaluator=evaluator,
            )

        reset_peak()
        first = 1000 * seconds(run)
        warm = 1000 * median(run)
        memory = peak_mb()
        result = run()
        found.append(
            Measured(
                policy=policy.name,
                size=size,
                evaluator=evaluator,
                first_ms=first,
                warm_ms=warm,
                reads=warm / reading,
                top_ms=1000 * median(lambda run=run: run().ranked(FIRST)),
                explain_us=1_000_000 * explaining(result, asked),
                memory_mb=memory,
            )
        )
    return found


def explaining(result: MatchRun, asked: Sequence[str]) -> float:
    """Return the median CPU seconds of one explanation."""
    return statistics.median(seconds(lambda name=name: result.explain(name)) for name in asked)


def table_of(title: str, rows: Sequence[Measured]) -> Table:
    """Return the measurements of one policy as a table."""
    table = Table(title=f"{title}: CPU time of one thread")
    for heading in COLUMNS:
        table.add_column(heading, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(
            f"{row.size:,}",
            row.evaluator,
            f"{row.first_ms:,.1f}",
            f"{row.warm_ms:,.2f}",
            f"{row.reads:,.1f}",
            f"{row.top_ms:,.2f}",
            f"{row.explain_us:,.0f}",
            f"{row.memory_mb:,.0f}",
            end_section=row.evaluator == EVALUATORS[-1],
        )
    return table


def promised(found: Sequence[Measured]) -> Table:
    """Return each promise beside what was measured, by both evaluators; the compiled one has to keep it."""
    table = Table(title="What DESIGN.md section 9 promises")
    for heading in ("promise", "at most", "numba", "reached", "numpy", "reached"):
        table.add_column(heading, justify="left" if heading == "promise" else "right", no_wrap=True)
    for promise in PROMISES:
        cells = [promise.says, f"{promise.bound:g} {promise.unit}"]
        for evaluator in reversed(EVALUATORS):
            worst = max(
                promise.value(each)
                for each in found
                if each.evaluator == evaluator
                and promise.policy in {None, each.policy}
                and promise.size in {None, each.size}
            )
            cells += [f"{worst:,.2f} {promise.unit}", "yes" if worst <= promise.bound else "NO"]
        table.add_row(*cells)
    return table


def reading_files(size: int) -> str:
    """Return what reading the list from Parquet costs, every row judged."""
    made = make_population(country="demo", organ=Organ.KIDNEY, candidates=size, donors=1, seed=1, at=AT)
    with tempfile.TemporaryDirectory() as directory:
        write_population(made, Path(directory), file_format=FileFormat.PARQUET)
        megabytes = (Path(directory) / "registrations.parquet").stat().st_size / 1e6
        waited = time.perf_counter()
        taken = seconds(lambda: bequest.read_pool(directory, organ="kidney", at=AT))
        waited = time.perf_counter() - waited
    return (
        f"read_pool, {size:,} registrations from Parquet ({megabytes:.1f} MB), every cell judged: {taken:.2f} s of "
        f"CPU, {waited:.2f} s on the clock."
    )


def median(work: Callable[[], object]) -> float:
    """Return the median CPU seconds of some repeats."""
    return statistics.median(seconds(work) for _ in range(REPEATS))


def seconds(work: Callable[[], object]) -> float:
    """Return the CPU seconds of one call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def reset_peak() -> None:
    """Forget the highest use of memory so far, where the system can."""
    forget = Path("/proc/self/clear_refs")
    if forget.exists():
        forget.write_text("5", encoding="ascii")


def peak_mb() -> float:
    """Return the highest use of memory since it was forgotten; since the start where the system cannot forget."""
    status = Path("/proc/self/status")
    if not status.exists():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()

"""Measure a match run: one donor's kidney against lists of growing size, by both evaluators.

Times are CPU time of one thread. `first` includes building the decision tables and loading the compiled kernels.
"""

from __future__ import annotations

import resource
import statistics
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.table import Table

import bequest
from bequest.matching.pool import Pool, build_pool
from bequest.model.donor import Donor, donor_from_facts
from bequest.model.enums import Organ
from bequest.simulation.population import make_population

if TYPE_CHECKING:
    from collections.abc import Callable

    from bequest.matching.match_run import MatchRun
    from bequest.policy import Policy

AT = datetime(2026, 11, 1, tzinfo=UTC)
SIZES = (1_000, 10_000, 100_000, 1_000_000)
BYTES_A_CANDIDATE = 200
REPEATS = 9
POLICIES = (("core/kidney", Organ.KIDNEY), ("core/heart", Organ.HEART))


def main() -> None:
    """Print one table a policy."""
    for name, organ in POLICIES:
        policy = bequest.policy(name, on=AT.date())
        table = Table(title=f"{name}: milliseconds of CPU, {policy.edition}")
        for heading in (
            "candidates",
            "evaluator",
            "first",
            "warm",
            "times one read",
            "explain, microseconds",
            "peak MB",
        ):
            table.add_column(heading, justify="right")
        for size in SIZES:
            pool, donor = question(organ, size)
            reading = 1000 * median(np.ones(size * BYTES_A_CANDIDATE // 8).sum)
            for evaluator in ("numpy", "numba"):
                table.add_row(f"{size:,}", *measured(policy, donor, pool, evaluator=evaluator, reading=reading))
        Console(width=110).print(table)


def measured(policy: Policy, donor: Donor, pool: Pool, *, evaluator: str, reading: float) -> tuple[str, ...]:
    """Return the cells of one row."""

    def run() -> MatchRun:
        return bequest.run(policy, donor, organ=pool.organ, pool=pool, at=AT, evaluator=evaluator)

    first = 1000 * seconds(run)
    warm = 1000 * median(run)
    result = run()
    told = result.ranked(1)[0].registration
    explaining = 1_000_000 * median(lambda: result.explain(told))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return evaluator, f"{first:.1f}", f"{warm:.2f}", f"{warm / reading:.1f}", f"{explaining:.0f}", f"{peak:.0f}"


def question(organ: Organ, size: int) -> tuple[Pool, Donor]:
    """Return a synthetic list of that size and its first donor."""
    made = make_population(country="demo", organ=organ, candidates=size, donors=1, seed=1, at=AT)
    pool = build_pool(organ, as_of=AT, registrations=made.registrations, centres=made.centres)
    facts = {name: plain(values[0]) for name, values in made.donors.items()}
    return pool, donor_from_facts(facts, place="the first donor")


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

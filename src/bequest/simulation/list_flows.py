"""Knows the balance of a waiting list: who was on it, who came, who left and how, and that nobody got lost between.

Every report about a population keeps it, one that was published as much as one that was simulated.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


@dataclass(frozen=True, slots=True)
class ListYear:
    """Hold the registrations of one organ's list through one year, as counts.

    `start` is the count at the beginning of the first day, `end` at the end of the last one; `removed` are those who
    left alive and without a transplant.
    """

    organ: str
    year: int
    start: int
    new: int
    died: int
    removed: int
    transplanted: int
    end: int

    @property
    def closing(self) -> int:
        """Return how many must be left at the end, by the counts of those who came and left."""
        return self.start + self.new - self.died - self.removed - self.transplanted


def flow_problems(years: Iterable[ListYear]) -> tuple[str, ...]:
    """Return one sentence for each count that cannot be: a negative one, an end or a beginning that does not follow.

    Years of an organ may come in any order; where one is left out, nothing joins its neighbours.
    """
    ordered = sorted(years, key=lambda one: (one.organ, one.year))
    found = [problem for one in ordered for problem in _within(one)]
    return (*found, *_between(ordered))


def _within(one: ListYear) -> Iterator[str]:
    place = f"{one.organ} {one.year}"
    for name in ("start", "new", "died", "removed", "transplanted", "end"):
        if getattr(one, name) < 0:
            yield f"{place}: '{name}' is {getattr(one, name)}; a count is never below 0."
    if one.closing != one.end:
        yield (
            f"{place}: start {one.start} + new {one.new} - died {one.died} - removed {one.removed} - transplanted "
            f"{one.transplanted} leaves {one.closing}, and the report says {one.end}; find the difference."
        )


def _between(ordered: list[ListYear]) -> Iterator[str]:
    for before, after in pairwise(ordered):
        if before.organ != after.organ:
            continue
        if before.year == after.year:
            yield f"{before.organ} {before.year}: the year is reported twice; keep one."
        elif before.year + 1 == after.year and before.end != after.start:
            yield (
                f"{after.organ} {after.year}: it starts with {after.start}, and {before.year} ended with {before.end}; "
                "find the difference."
            )

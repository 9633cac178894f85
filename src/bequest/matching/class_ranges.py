"""Knows which part of a match run's list a donor plan means: from a class through a class, down to some points."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bequest.matching.match_run import MatchRun
    from bequest.policy.policy import Parameter


def ordered_classes(run: MatchRun) -> tuple[str, ...]:
    """Return the ids of the classes of the list that was chosen for the donor, second listings included, in order."""
    placed = [
        (position, entry.id)
        for listing in run.program.sequence.listings
        for position, entry in zip(listing.positions, listing.classes, strict=True)
    ]
    return tuple(class_id for _, class_id in sorted(placed))


def classes_inside(run: MatchRun, first: tuple[str, ...], last: tuple[str, ...]) -> tuple[str, ...]:
    """Return the classes from one of `first` through one of `last`; empty ones mean the beginning and the end.

    Where the list chosen for the donor has none of the classes named, no class is inside.
    """
    classes = ordered_classes(run)
    starts = [classes.index(name) for name in first if name in classes] if first else [0]
    ends = [classes.index(name) for name in last if name in classes] if last else [len(classes) - 1]
    return classes[starts[0] : ends[0] + 1] if starts and ends else ()


def enough_points(least: Parameter | None, points: Decimal | None) -> bool:
    """Tell whether points reach a limit, if there is one."""
    if least is None:
        return True
    assert isinstance(least.value, Decimal), "the loader lets a number only limit points"
    return points is not None and points >= least.value

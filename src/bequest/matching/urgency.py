"""Knows which urgency level of a registration holds at an instant; what lapses falls to the lower level by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.column import MISSING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.matching.pair import Pair

    Whole = NDArray[np.int64]

BASE_URGENCY = 9
"""The level of a registration to which nothing urgent is granted (columns.py, urgency_granted)."""


@dataclass(frozen=True, slots=True, eq=False)
class UrgencyInForce:
    """Hold for each combination of urgency that occurs (pool_columns.TOGETHER) what holds at the run's instant.

    `since` is a day, MISSING where the level lapsed to the base level; `own`: the registration's own level holds,
    because the one granted by exception has lapsed or is less urgent.
    """

    level: Whole
    since: Whole
    lapsed: NDArray[np.bool_]
    own: NDArray[np.bool_]


def urgency_in_force(pair: Pair) -> UrgencyInForce:
    """Return which urgency holds: of the granted level and the own one behind it the more urgent in force, or 9."""

    def values(name: str) -> Whole:
        return pair.pool.columns[name].values

    granted, own = values("urgency_granted"), values("urgency_own")
    lapsed = (granted != BASE_URGENCY) & (granted != MISSING) & _over(values("urgency_valid_until"), pair)
    has_own = (own != MISSING) & (own != BASE_URGENCY) & ~_over(values("urgency_own_valid_until"), pair)
    falls = has_own & (lapsed | ((granted != MISSING) & (own < granted)))
    level = np.where(falls, own, np.where(lapsed, BASE_URGENCY, granted))
    since = np.where(
        falls, values("urgency_own_since_on"), np.where(lapsed, MISSING, values("urgency_since_on"))
    )  # fmt: skip
    return UrgencyInForce(level, since, lapsed, falls)


def _over(until: Whole, pair: Pair) -> NDArray[np.bool_]:
    """Tell where a validity has ended; without an end it never began."""
    return (until == MISSING) | (until < pair.at_seconds)

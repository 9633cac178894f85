"""Knows the urgency granted to candidates: the level, since when, and when it lapses unless it is renewed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.simulation.population.people import Coded, level, number, yes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.simulation.population.people import People

BASE = "9"
"""The level of those to whom nothing urgent is granted; it never lapses."""


@dataclass(frozen=True, slots=True, eq=False)
class Urgency:
    """Hold the urgency of each person; the base level has no end."""

    level: Coded
    granted: NDArray[np.float64]  # (people,)
    since_on: NDArray[np.datetime64]  # (people,)
    valid_until: NDArray[np.datetime64]  # (people,), NaT at the base level


def urgency(people: People, listed_days: NDArray[np.int64], *, day: np.datetime64, area: Coded) -> Urgency:
    """Return the urgency of each person on the day; nobody was urgent before being listed."""
    drawn = level(people, "urgency", area=area)
    since_days = listed_days.copy()
    until = np.full(len(people), np.datetime64("NaT"), dtype="datetime64[s]")
    rows = np.flatnonzero(~drawn.has(BASE))
    urgent = people.some(rows)
    days = np.floor(number(urgent, "urgency days", urgency=Coded(drawn.levels, drawn.codes[rows]))).astype(np.int64)
    since_days[rows] = np.minimum(days, listed_days[rows])
    until[rows] = (day - since_days[rows] + _valid_days(urgent, since_days[rows])).astype("datetime64[s]")
    granted = np.array([float(name) for name in drawn.levels])[drawn.codes]
    return Urgency(drawn, granted, day - since_days, until)


def _valid_days(people: People, since_days: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return for how many days from the start the level holds: the running period, or for a few the one before it."""
    first = int(people.constant("urgency validity days"))
    renewal = int(people.constant("urgency renewal days"))
    renewals = np.maximum((since_days - first) // renewal + 1, 0)
    lapsed = yes(people, "urgency lapsed") & (renewals > 0)
    return first + (renewals - lapsed) * renewal

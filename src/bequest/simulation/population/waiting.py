"""Knows since when candidates have waited: birth, dialysis, consent to listing, listing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.enums import Organ
from bequest.simulation.population.people import DAYS_IN_YEAR, number, number_below, yes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.simulation.population.people import Coded, People

RENAL = frozenset({Organ.KIDNEY, Organ.KIDNEY_PANCREAS})


@dataclass(frozen=True, slots=True, eq=False)
class Waiting:
    """Hold how many days ago things happened; nothing lies before the birth."""

    age_days: NDArray[np.int64]  # (people,)
    listed_days: NDArray[np.int64]  # (people,)
    consented_days: NDArray[np.int64]  # (people,)
    dialysis_days: NDArray[np.int64]  # (people,), -1 where never dialysed


def waiting(people: People, age_years: NDArray[np.float64], *, area: Coded, blood_group: Coded) -> Waiting:
    """Return since when each person has waited."""
    age_days = _days(age_years)
    dialysis = np.full(len(people), -1, dtype=np.int64)
    listed_years = number_below(people, "waiting years", age_years, area=area, blood_group=blood_group)
    if people.organ in RENAL:
        dialysed = yes(people, "on dialysis", area=area)
        years = number_below(people, "dialysis years", age_years, area=area)
        before = number_below(people, "dialysis years before listing", years, area=area)
        listed_years = np.where(dialysed, years - before, listed_years)
        dialysis = np.where(dialysed, np.minimum(_days(years), age_days), -1)
    listed = np.minimum(_days(listed_years), age_days)
    consented = np.minimum(listed + np.floor(number(people, "consent days before listing")).astype(np.int64), age_days)
    return Waiting(age_days, listed, consented, dialysis)


def _days(years: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.floor(years * DAYS_IN_YEAR).astype(np.int64)

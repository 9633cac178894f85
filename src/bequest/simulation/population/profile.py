"""Knows what a candidate's team accepts, and the columns that only some organs have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.model.enums import Organ
from bequest.simulation.population.people import Coded, level, number, truths
from bequest.simulation.population.sizes import rounded

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.simulation.population.people import People

RENAL = frozenset({Organ.KIDNEY, Organ.KIDNEY_PANCREAS})
HEPATIC = frozenset({Organ.LIVER, Organ.LIVER_INTESTINE})
MELD_FROM_AGE = 12
"""Younger children are scored otherwise, so that they have no MELD."""


def acceptance(entries: People, age_band: Coded) -> dict[str, object]:
    """Return which donors the team of each registration accepts; what is not stated is missing."""
    return {
        "accepts_circulatory_donor": truths(level(entries, "accepts circulatory donor")),
        "accepts_hcv_positive_donor": truths(level(entries, "accepts hcv positive donor")),
        "donor_age_years_min": _stated(level(entries, "lowest donor age")),
        "donor_age_years_max": _stated(level(entries, "highest donor age", age_band=age_band)),
    }


def organ_columns(
    people: People, area: Coded, *, age_band: Coded, age_years: NDArray[np.float64], urgency: Coded
) -> dict[str, object]:
    """Return the columns that only this organ has."""
    if people.organ in RENAL:
        return {"willing_both_kidneys": truths(level(people, "willing both kidneys", age_band=age_band))}
    if people.organ in HEPATIC:
        return {"meld": _meld(people, area, age_years=age_years, urgency=urgency)}
    if people.organ is Organ.CORNEA:
        return {
            "procedure": level(people, "cornea procedure", urgency=urgency).texts().tolist(),
            "only_functioning_eye": truths(level(people, "only functioning eye")),
            "blind_in_both_eyes": truths(level(people, "blind in both eyes")),
        }
    return {}


def _meld(people: People, area: Coded, *, age_years: NDArray[np.float64], urgency: Coded) -> NDArray[np.float64]:
    score = np.where(urgency.has("1"), number(people, "meld of the most urgent"), number(people, "meld", area=area))
    return np.where(age_years < MELD_FROM_AGE, np.nan, rounded(score, 0))


def _stated(drawn: Coded) -> NDArray[np.float64]:
    values = [np.nan if name == "unstated" else float(name) for name in drawn.levels]
    return np.array(values)[drawn.codes]

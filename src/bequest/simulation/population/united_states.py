"""Knows the facts that only the kidney lists of the United States ask for; every one of them is assumed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.simulation.population.people import DAYS_IN_YEAR, level, number_below, truths, yes

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.simulation.population.people import Coded, People
    from bequest.simulation.population.urgency import Urgency
    from bequest.simulation.population.waiting import Waiting

COUNTRY = "us"
MOST_URGENT = "1"
"""The level of urgency that stands for the medically urgent kidney status."""


def american_kidney_columns(
    people: People, wait: Waiting, *, day: np.datetime64, age_band: Coded, earlier_transplants: NDArray[np.float64]
) -> dict[str, object]:
    """Return these columns but for medical urgency; whoever has waited, by dialysis or on the list, qualifies."""
    waited = np.maximum(wait.listed_days, wait.dialysis_days)
    gap_years = number_below(people, "years from transplant to waiting", (wait.age_days - waited) / DAYS_IN_YEAR)
    transplanted = day - waited - np.floor(gap_years * DAYS_IN_YEAR).astype(np.int64)
    return {
        "waiting_since_on": day - waited,
        "previous_transplant_on": np.where(earlier_transplants > 0, transplanted, np.datetime64("NaT")),
        "diabetes": truths(level(people, "diabetes now", age_band=age_band)),
        "eligible_for_non_a1_kidney": truths(level(people, "eligible for non-A1 kidney")),
        "safety_net_qualified": yes(people, "safety net").tolist(),
        "accepts_high_kdpi_donor": truths(level(people, "accepts high kdpi donor", age_band=age_band)),
    }


def medically_urgent_since(urgency: Urgency) -> NDArray[np.datetime64]:
    """Return since when those at the most urgent level have been so, NaT for the others."""
    return np.where(urgency.level.has(MOST_URGENT), urgency.since_on, np.datetime64("NaT"))

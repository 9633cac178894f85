"""Knows the groups of people by which the tables of further columns differ."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.simulation.population.people import Coded, banded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

LISTED_AGES = ("0-17", "18+")
MELD_BANDS = ("6-10", "11-14", "15-19", "20-24", "25-29", "30+")
CREATININE_BANDS = ("0-0.7", "0.8-1", "1.1-1.4", "1.5-2.9", "3+")
SENSITISED = ("none", "some", "high")
HIGH_CPRA_PERCENT = 85


def groups_of(columns: Mapping[str, object]) -> dict[str, Coded]:
    """Return the groups that follow from the columns of candidates; a list without MELD has no groups of it."""
    earlier = np.asarray(columns["previous_transplants"], dtype=np.float64)
    groups = {"earlier_transplant": Coded(("no", "yes"), (earlier > 0).astype(np.intp))}
    if "cpra_percent" in columns:
        groups["sensitised"] = _sensitised(np.asarray(columns["cpra_percent"], dtype=np.float64))
    if "meld" in columns:
        groups["meld_band"] = _meld_band(np.asarray(columns["meld"], dtype=np.float64))
    return groups


def creatinine_band(creatinine_mg_per_dl: NDArray[np.float64]) -> Coded:
    """Return the band of a donor's creatinine."""
    return banded(creatinine_mg_per_dl, CREATININE_BANDS)


def _sensitised(percent: NDArray[np.float64]) -> Coded:
    # Where antibodies are not known, nothing is drawn that would tell of any.
    known = np.where(np.isnan(percent), 0.0, percent)
    return Coded(SENSITISED, (known > 0).astype(np.intp) + (known >= HIGH_CPRA_PERCENT))


def _meld_band(meld: NDArray[np.float64]) -> Coded:
    """Return the band of MELD, `child` for those who have none."""
    child = np.isnan(meld)
    return Coded(("child", *MELD_BANDS), np.where(child, 0, banded(np.where(child, 0.0, meld), MELD_BANDS).codes + 1))

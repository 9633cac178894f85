"""Knows the inputs that several scores read, with their ranges and units, and the bounds within which they count."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.score import ScoreInput
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Bounds = Mapping[str, float]


def measured(name: str, *, required: bool = True, meaning: str = "") -> ScoreInput:
    """Return a measured input of the packaged table; `meaning` replaces the table's words where a score has a rule."""
    (row,) = (row for row in read_rows("scores/inputs.csv") if row["input"] == name)
    other = {row["other_unit"]: 1.0 / float(row["divisor"])} if row["other_unit"] else {}
    return ScoreInput(
        name=name,
        meaning=meaning or row["meaning"],
        unit=row["unit"],
        low=float(row["low"]),
        high=float(row["high"]),
        usual=(float(row["usual_low"]), float(row["usual_high"])),
        required=required,
        other_units=MappingProxyType(other),
    )


def flag(name: str, meaning: str, *, required: bool = True) -> ScoreInput:
    """Return an input that is true or false."""
    return ScoreInput(name=name, meaning=meaning, low=0.0, high=1.0, required=required, flag=True)


def dialysed() -> ScoreInput:
    """Return the flag for dialysis that the liver scores share; where it is not stated, creatinine counts as it is."""
    return flag(
        "dialysis",
        "two or more dialysis treatments, or 24 hours of CVVHD, in the 7 days before the creatinine test; "
        "creatinine then counts as its upper bound; not stated counts as no",
        required=False,
    )


def bounded(values: NDArray[np.float64], bounds: Bounds) -> NDArray[np.float64]:
    """Return values moved to the bounds `min` and `max` that they pass, NaN kept; a bound that is not named is none."""
    return np.clip(values, bounds.get("min"), bounds.get("max"))


def creatinine_counted(
    creatinine_mg_per_dl: NDArray[np.float64], dialysis: NDArray[np.float64], bounds: Bounds
) -> NDArray[np.float64]:
    """Return creatinine within its bounds, and at its upper bound with dialysis; without a test it stays missing."""
    within = bounded(creatinine_mg_per_dl, bounds)
    return np.where((dialysis == 1) & ~np.isnan(within), bounds["max"], within)

"""Knows MELD(i) and MELD-Na, the liver scores of the United States from 2016-01-11 to 2023-07-12."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers
from bequest.clinical.scores.inputs import bounded, creatinine_counted, dialysed, measured
from bequest.clinical.scores.score import Output, Score, half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

_FILE = "scores/meld.json"


def meld_i(columns: Columns) -> dict[str, NDArray[np.float64]]:
    """Return MELD(i), 6 to 40, shape (people,); NaN below 12 years of age.

    Source: OPTN Policy 9.1.D in force from 2016-01-11; data/scores/meld.json.source.md.
    """
    return {"meld_i": _final(_meld(columns), columns)}


def meld_na(columns: Columns) -> dict[str, NDArray[np.float64]]:
    """Return MELD-Na, 6 to 40, shape (people,); NaN below 12 years of age.

    The whole MELD, before it is kept within 6 to 40, decides whether sodium counts and enters the step for sodium.
    Source: as for MELD(i).
    """
    step, bounds = numbers(_FILE, "sodium"), numbers(_FILE, "bounds.sodium_mmol_per_l")
    meld = _meld(columns)
    below = bounds["max"] - bounded(columns["sodium_mmol_per_l"], bounds)
    added = step["per_mmol"] * below - step["per_mmol_and_point"] * meld * below
    # Up to the threshold sodium has no weight; a person without a sodium test still has no MELD-Na.
    points = meld + np.where(meld > step["counts_above_points"], added, 0 * below)
    return {"meld_na": _final(half_up(points), columns), "meld_i_unbounded": _of_age(meld, columns)}


def _meld(columns: Columns) -> NDArray[np.float64]:
    """Return MELD(i) as a whole number, not yet kept within its points."""
    terms = numbers(_FILE, "terms")
    bilirubin = bounded(columns["bilirubin_mg_per_dl"], numbers(_FILE, "bounds.bilirubin_mg_per_dl"))
    inr = bounded(columns["inr"], numbers(_FILE, "bounds.inr"))
    creatinine = creatinine_counted(
        columns["creatinine_mg_per_dl"], columns["dialysis"], numbers(_FILE, "bounds.creatinine_mg_per_dl")
    )
    units = (
        terms["ln_creatinine"] * np.log(creatinine)
        + terms["ln_bilirubin"] * np.log(bilirubin)
        + terms["ln_inr"] * np.log(inr)
        + terms["constant"]
    )
    return half_up(terms["points_per_unit"] * units)


def _final(points: NDArray[np.float64], columns: Columns) -> NDArray[np.float64]:
    return _of_age(bounded(points, numbers(_FILE, "bounds.points")), columns)


def _of_age(points: NDArray[np.float64], columns: Columns) -> NDArray[np.float64]:
    return np.where(columns["age_years"] < number(_FILE, "age_years_min"), np.nan, points)


_LABORATORY = (measured("bilirubin_mg_per_dl"), measured("inr"), measured("creatinine_mg_per_dl"), dialysed())
_AGE = measured("age_years", required=False, meaning="age; below 12 there is no MELD; not stated counts as 12 or more")
_SOURCE = "OPTN Policy 9.1.D in force from 2016-01-11 to 2023-07-12"
_WHOM = "candidates of 12 years and older"
_EFFECTIVE, _UNTIL = date(2016, 1, 11), date(2023, 7, 12)

SCORES: tuple[Score, ...] = (
    Score(
        name="meld-i",
        edition="optn-2016",
        title="MELD(i): MELD from bilirubin, INR and creatinine",
        effective=_EFFECTIVE,
        until=_UNTIL,
        source=_SOURCE,
        inputs=(*_LABORATORY, _AGE),
        outputs=(Output("meld_i", "MELD(i), 6 to 40", "points"),),
        compute=meld_i,
        whom=_WHOM,
    ),
    Score(
        name="meld-na",
        edition="optn-2016",
        title="MELD-Na: MELD with sodium",
        effective=_EFFECTIVE,
        until=_UNTIL,
        source=_SOURCE,
        inputs=(*_LABORATORY, measured("sodium_mmol_per_l"), _AGE),
        outputs=(
            Output("meld_na", "MELD-Na, 6 to 40", "points"),
            Output("meld_i_unbounded", "MELD(i) that enters the step for sodium, not kept within 6 to 40", "points"),
        ),
        compute=meld_na,
        caution="The form of 2016: the whole MELD enters the step for sodium. The form of 2008 gives other values.",
        whom=_WHOM,
    ),
)

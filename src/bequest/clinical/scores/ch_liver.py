"""Knows the points of the Swiss liver list and how long they hold before they must be worked out anew."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers, series
from bequest.clinical.scores.inputs import bounded, creatinine_counted, dialysed, flag, measured
from bequest.clinical.scores.score import Output, Score, ScoreInput, half_up

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/ch_liver.json"


def _points(given: Columns) -> dict[str, Column]:
    raw = np.where(given["oral_anticoagulation"] == 1, _without_inr(given), _with_inr(given))
    known = ~np.isnan(given["oral_anticoagulation"]) & ~(given["age_years"] < number(FILE, "age_years_min"))
    unrounded = np.where(known, raw, np.nan)
    return {"points": bounded(half_up(unrounded), _bounds("points")), "points_unrounded": unrounded}


def _with_inr(given: Columns) -> Column:
    terms = numbers(FILE, "meld")
    units = (
        terms["ln_creatinine"] * np.log(_creatinine(given))
        + terms["ln_bilirubin"] * np.log(bounded(given["bilirubin_mg_per_dl"], _bounds("bilirubin_mg_per_dl")))
        + terms["ln_inr"] * np.log(bounded(given["inr"], _bounds("inr")))
        + terms["constant"]
    )
    return terms["points_per_unit"] * units


def _without_inr(given: Columns) -> Column:
    terms = numbers(FILE, "anticoagulated")
    return (
        terms["ln_creatinine"] * np.log(_creatinine(given))
        + terms["ln_bilirubin"] * np.log(bounded(given["bilirubin_mg_per_dl"], _bounds("bilirubin_mg_per_dl")))
        + terms["constant"]
    )


def _creatinine(given: Columns) -> Column:
    return creatinine_counted(given["creatinine_mg_per_dl"], given["dialysis"], _bounds("creatinine_mg_per_dl"))


def _bounds(value: str) -> Mapping[str, float]:
    return numbers(FILE, f"bounds.{value}")


def _refresh(given: Columns) -> dict[str, Column]:
    points = given["points"]
    band = np.searchsorted(series(FILE, "refresh.from_points"), points, side="right")
    known = ~np.isnan(points)
    place = np.where(known, band, 0)
    interval, in_days = series(FILE, "refresh.interval")[place], series(FILE, "refresh.in_days")[place] == 1
    return {
        "refresh_days": np.where(known & in_days, interval, np.nan),
        "refresh_months": np.where(known & ~in_days, interval, np.nan),
        "laboratory_hours": np.where(known, series(FILE, "refresh.laboratory_hours")[place], np.nan),
    }


_SOURCE = "SR 810.212.41 annex 1, version of 2017-11-15"
_EFFECTIVE = date(2017, 11, 15)

SCORES: tuple[Score, ...] = (
    Score(
        name="ch-liver",
        edition="ch-2017",
        title="Points of the Swiss liver list from laboratory values",
        effective=_EFFECTIVE,
        until=None,
        source=_SOURCE,
        inputs=(
            measured("creatinine_mg_per_dl"),
            measured("bilirubin_mg_per_dl"),
            measured(
                "inr", required=False, meaning="international normalised ratio; not read with oral anticoagulation"
            ),
            dialysed(),
            flag("oral_anticoagulation", "takes medicines by mouth against clotting, which raise the INR"),
            measured(
                "age_years",
                required=False,
                meaning="age; below 12 points begin at a fixed number; not stated counts as 12 or more",
            ),
        ),
        outputs=(
            Output("points", "points, at most 40, rounded half up", "points"),
            Output("points_unrounded", "the same, neither rounded nor limited", "points"),
        ),
        compute=_points,
        verified=False,
        caution="Later versions of the annex were not seen. The monthly rise from 20 points on is not in this number.",
        whom="candidates of 12 years and older",
    ),
    Score(
        name="ch-liver-refresh",
        edition="ch-2017",
        title="How long points of the Swiss liver list hold",
        effective=_EFFECTIVE,
        until=None,
        source=_SOURCE,
        inputs=(ScoreInput("points", "points of the liver list", unit="points", low=0, high=100, usual=(6, 40)),),
        outputs=(
            Output(
                "refresh_days", "days after which points are worked out anew, where the interval is in days", "days"
            ),
            Output("refresh_months", "months after which they are, where it is in months", "months"),
            Output("laboratory_hours", "greatest age of the laboratory values then", "h"),
        ),
        compute=_refresh,
        verified=False,
        caution="Later versions of the annex were not seen.",
    ),
)

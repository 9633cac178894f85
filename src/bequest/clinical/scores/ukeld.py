"""Knows UKELD, the United Kingdom model for end-stage liver disease."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number
from bequest.clinical.scores.score import Output, Score, ScoreInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

FILE = "scores/ukeld.json"


def _compute(given: Columns) -> dict[str, NDArray[np.float64]]:
    points = (
        number(FILE, "ln_inr") * np.log(given["inr"])
        + number(FILE, "ln_creatinine") * np.log(given["creatinine_umol_per_l"])
        + number(FILE, "ln_bilirubin") * np.log(given["bilirubin_umol_per_l"])
        + number(FILE, "ln_sodium") * np.log(given["sodium_mmol_per_l"])
        + number(FILE, "constant")
    )
    return {"ukeld": points}


# Ranges are an assumption: they refuse what is a slip of the pen.
SCORES: tuple[Score, ...] = (
    Score(
        name="ukeld",
        edition="uk",
        title="United Kingdom model for end-stage liver disease (UKELD)",
        effective=None,
        until=None,
        source="johnasher/transplantr R/liver.R and its tests, after NHS Blood and Transplant",
        inputs=(
            ScoreInput("inr", "international normalised ratio", low=0.3, high=30, usual=(0.8, 10)),
            ScoreInput("creatinine_umol_per_l", "serum creatinine", unit="umol/L", low=1, high=3500, usual=(20, 1300)),
            ScoreInput("bilirubin_umol_per_l", "total bilirubin", unit="umol/L", low=0.2, high=1700, usual=(2, 700)),
            ScoreInput("sodium_mmol_per_l", "serum sodium", unit="mmol/L", low=80, high=200, usual=(120, 155)),
        ),
        outputs=(Output("ukeld", "UKELD, not rounded", "points"),),
        compute=_compute,
        verified=False,
        caution="The coefficients are known from one public programme; no rounding is stated.",
    ),
)

"""Knows PELD, the liver score of children in the United States: the form up to 2023-07-12, and PELD-Cr after it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers
from bequest.clinical.scores.inputs import bounded, creatinine_counted, dialysed, flag, measured
from bequest.clinical.scores.score import Output, Score, half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

_FILE, _FILE_CR = "scores/peld.json", "scores/peld_cr.json"


def peld(columns: Columns) -> dict[str, NDArray[np.float64]]:
    """Return PELD, rounded and not, shape (people,); it may be negative. NaN from 12 years of age.

    Source: data/scores/peld.json.source.md.
    """
    terms, floor = numbers(_FILE, "terms"), numbers(_FILE, "bounds.laboratory")
    units = (
        terms["ln_bilirubin"] * np.log(bounded(columns["bilirubin_mg_per_dl"], floor))
        + terms["ln_inr"] * np.log(bounded(columns["inr"], floor))
        + terms["ln_albumin"] * np.log(bounded(columns["albumin_g_per_dl"], floor))
        + terms["infant"] * columns["infant"]
        + terms["growth_failure"] * columns["growth_failure"]
    )
    grown = columns["age_years"] >= number(_FILE, "age_years_below")
    unrounded = np.where(grown, np.nan, terms["points_per_unit"] * units)
    return {"peld": half_up(unrounded), "peld_unrounded": unrounded}


def peld_cr(columns: Columns) -> dict[str, NDArray[np.float64]]:
    """Return PELD-Cr, at least 6 and with no upper limit, and the value before rounding, shape (people,).

    NaN from 12 years of age. Source: OPTN Policy 9.1.E Table 9-1; data/scores/peld_cr.json.source.md.
    """
    points = numbers(_FILE_CR, "points")
    creatinine = creatinine_counted(
        columns["creatinine_mg_per_dl"], columns["dialysis"], numbers(_FILE_CR, "terms.creatinine")
    )
    units = (
        _linear("age", columns["age_years"])
        + _linear("z_score", columns["smaller_z_score"])
        + _logarithmic("albumin", columns["albumin_g_per_dl"])
        + _logarithmic("bilirubin_low", columns["bilirubin_mg_per_dl"])
        + _logarithmic("bilirubin_high", columns["bilirubin_mg_per_dl"])
        + _logarithmic("inr_low", columns["inr"])
        + _logarithmic("inr_high", columns["inr"])
        + _logarithmic("creatinine", creatinine)
        + points["constant"]
    )
    grown = columns["age_years"] >= number(_FILE_CR, "age_years_below")
    unrounded = np.where(grown, np.nan, points["per_unit"] * units + points["added"])
    return {"peld": bounded(half_up(unrounded), {"min": points["min"]}), "peld_unrounded": unrounded}


def _linear(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    term = numbers(_FILE_CR, f"terms.{name}")
    return term["times"] * bounded(values, term)


def _logarithmic(name: str, values: NDArray[np.float64]) -> NDArray[np.float64]:
    term = numbers(_FILE_CR, f"terms.{name}")
    return term["times_ln"] * np.log(bounded(values, term))


_WHOM = "candidates younger than 12 years"
_OUTPUTS = (
    Output("peld", "PELD, rounded", "points"),
    Output("peld_unrounded", "PELD before it is rounded and bounded", "points"),
)

SCORES: tuple[Score, ...] = (
    Score(
        name="peld",
        edition="legacy",
        title="PELD in its older form",
        effective=None,
        until=date(2023, 7, 12),
        source="OPTN policy in force until 2023-07-12, as two clinical sources give it",
        inputs=(
            measured("bilirubin_mg_per_dl"),
            measured("inr"),
            measured("albumin_g_per_dl"),
            flag("infant", "under 1 year of age, or under 24 months and listed before the first birthday"),
            flag("growth_failure", "growth failure"),
            measured(
                "age_years", required=False, meaning="age; from 12 there is no PELD; not stated counts as below 12"
            ),
        ),
        outputs=_OUTPUTS,
        compute=peld,
        whom=_WHOM,
    ),
    Score(
        name="peld",
        edition="cr-2023",
        title="PELD-Cr: PELD with creatinine",
        effective=date(2023, 7, 13),
        until=None,
        source="OPTN Policy 9.1.E Table 9-1 of the edition in force 2025-12-10, read in one reproduction",
        inputs=(
            measured("bilirubin_mg_per_dl"),
            measured("inr"),
            measured("albumin_g_per_dl"),
            measured("creatinine_mg_per_dl"),
            dialysed(),
            measured("smaller_z_score"),
            measured("age_years", meaning="age at the most recent laboratory test that is used, with decimals"),
        ),
        outputs=_OUTPUTS,
        compute=peld_cr,
        verified=False,
        caution=(
            "The coefficients were seen in one reproduction only. It prints ln(.02) for a creatinine below 0.2 mg/dL; "
            "0.2 is used here, because 0.02 would lower the score by 33 points at once. Compare with the official text."
        ),
        whom=_WHOM,
    ),
)

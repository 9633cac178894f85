"""Knows MELD 3.0, the liver score of the United States since 2023-07-13."""

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

_FILE = "scores/meld3.json"


def meld_3(columns: Columns) -> dict[str, NDArray[np.float64]]:
    """Return MELD 3.0, 6 to 40, and the value before rounding, shape (people,); NaN below 12 years of age.

    The age at registration, not the age now, selects the constant; below 18 it has no term for sex.
    Source: OPTN Policy 9.1.D in force from 2023-07-13; data/scores/meld3.json.source.md.
    """
    registered = columns["age_at_registration_years"]
    # Whoever was registered at 12 is 12 or older now; an age that nobody states is that of an adult.
    age = np.where(np.isnan(columns["age_years"]), registered, columns["age_years"])
    unrounded = np.where(age < number(_FILE, "age_years_min"), np.nan, _laboratory(columns) + _person(columns))
    points = bounded(half_up(unrounded), numbers(_FILE, "bounds.points"))
    return {"meld_3": points, "meld_3_unrounded": unrounded}


def _laboratory(columns: Columns) -> NDArray[np.float64]:
    """Return the sum of the terms of the laboratory values."""
    terms = numbers(_FILE, "terms")
    sodium, albumin = numbers(_FILE, "bounds.sodium_mmol_per_l"), numbers(_FILE, "bounds.albumin_g_per_dl")
    sodium_below = sodium["max"] - bounded(columns["sodium_mmol_per_l"], sodium)
    albumin_below = albumin["max"] - bounded(columns["albumin_g_per_dl"], albumin)
    ln_bilirubin = np.log(bounded(columns["bilirubin_mg_per_dl"], numbers(_FILE, "bounds.bilirubin_mg_per_dl")))
    ln_creatinine = np.log(
        creatinine_counted(
            columns["creatinine_mg_per_dl"], columns["dialysis"], numbers(_FILE, "bounds.creatinine_mg_per_dl")
        )
    )
    return (
        terms["ln_bilirubin"] * ln_bilirubin
        + terms["sodium_below"] * sodium_below
        + terms["sodium_below_and_ln_bilirubin"] * sodium_below * ln_bilirubin
        + terms["ln_inr"] * np.log(bounded(columns["inr"], numbers(_FILE, "bounds.inr")))
        + terms["ln_creatinine"] * ln_creatinine
        + terms["albumin_below"] * albumin_below
        + terms["albumin_below_and_ln_creatinine"] * albumin_below * ln_creatinine
    )


def _person(columns: Columns) -> NDArray[np.float64]:
    """Return the constant, with the term for sex of those who were registered as adults."""
    terms = numbers(_FILE, "terms")
    child = columns["age_at_registration_years"] < number(_FILE, "adult_age_years_min")
    adult_constant = terms["constant_adult"] + terms["female_adult"] * columns["female"]
    return np.where(child, terms["constant_child"], adult_constant)


SCORES: tuple[Score, ...] = (
    Score(
        name="meld-3",
        edition="optn-2023",
        title="MELD 3.0",
        effective=date(2023, 7, 13),
        until=None,
        source="OPTN Policy 9.1.D in force from 2023-07-13; Kim et al., Gastroenterology 2021",
        inputs=(
            measured("bilirubin_mg_per_dl"),
            measured("inr"),
            measured("creatinine_mg_per_dl"),
            dialysed(),
            measured("sodium_mmol_per_l"),
            measured("albumin_g_per_dl"),
            flag("female", "female, as the candidate and the team recorded it for this score"),
            measured(
                "age_at_registration_years",
                required=False,
                meaning="age when registered; below 18 the constant of children counts; not stated counts as an adult",
            ),
            measured(
                "age_years",
                required=False,
                meaning="age now; below 12 there is no MELD; not stated counts as the age when registered",
            ),
        ),
        outputs=(
            Output("meld_3", "MELD 3.0, 6 to 40", "points"),
            Output("meld_3_unrounded", "MELD 3.0 before it is rounded and kept within 6 to 40", "points"),
        ),
        compute=meld_3,
        sensitive=("female",),
        whom="candidates of 12 years and older",
    ),
)

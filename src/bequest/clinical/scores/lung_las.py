"""Knows the lung allocation score of 2021, and what it shares with that of 2015.

Source: github ClevelandClinicQHS/COMET @867567f, R/LAS21.R (MIT), whose published examples are reproduced.
LAS = 100 x (days alive in the year after transplant - 2 x days alive in a year of waiting + 730) / 1095.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers
from bequest.clinical.scores.lung_model import (
    CLINICAL,
    Support,
    baseline,
    diagnosis_input,
    diagnosis_term,
    from_12_years,
    of_adults,
    of_group,
    waitlist_predictor,
)
from bequest.clinical.scores.lung_model import FILE as SHARED
from bequest.clinical.scores.score import Output, Score
from bequest.clinical.scores.survival import expected_days
from bequest.clinical.scores.terms import or_default

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/lung_las_2021.json"
DIAGNOSES = (
    "bronchiectasis",
    "sarcoidosis",
    "pulmonary fibrosis, not idiopathic",
    "obliterative bronchiolitis",
    "constrictive bronchiolitis",
)


OUTPUTS = (
    Output("las", "lung allocation score, not rounded"),
    Output("waitlist_predictor", "linear predictor of death while waiting"),
    Output("waitlist_days", "expected days alive in one year of waiting", "days"),
    Output("post_transplant_predictor", "linear predictor of death after transplant"),
    Output("post_transplant_days", "expected days alive in the first year after transplant", "days"),
)


def composed(waitlist: Column, waitlist_curve: str, after: Column, after_curve: str) -> dict[str, Column]:
    """Return the outputs of a lung allocation score from both linear predictors and the files of both baselines."""
    waitlist_days = expected_days(baseline(waitlist_curve), waitlist)
    after_days = expected_days(baseline(after_curve), after)
    weight, offset = number(FILE, "allocation.waitlist_weight"), number(FILE, "allocation.offset")
    benefit = after_days - weight * waitlist_days + offset
    return {
        "waitlist_predictor": waitlist,
        "waitlist_days": waitlist_days,
        "post_transplant_predictor": after,
        "post_transplant_days": after_days,
        "las": number(FILE, "allocation.factor") * benefit / number(FILE, "allocation.divisor"),
    }


def support_of(given: Columns) -> Support:
    """Return the breathing support of candidates who are not judged by ECMO."""
    missing = numbers(SHARED, "waitlist.missing")
    return Support(
        ventilated=or_default(given["ventilated"], missing["flag"]),
        oxygen_l_per_min=or_default(given["oxygen_at_rest_l_per_min"], missing["oxygen"]),
    )


def post_transplant_predictor(given: Columns, *, file: str, diagnoses: tuple[str, ...]) -> Column:
    """Return the linear predictor after transplant, shape (people,), NaN below 12 years, by the numbers in `file`."""

    def of_model(path: str) -> float:
        return number(file, f"post_transplant.{path}")

    age, group = given["age_years"], given["diagnosis_group"]
    missing = numbers(file, "post_transplant.missing")
    creatinine = or_default(given["creatinine_mg_per_dl"], missing["creatinine"])
    cardiac_index = or_default(given["cardiac_index_l_per_min_per_m2"], missing["cardiac_index"])
    oxygen = or_default(given["oxygen_at_rest_l_per_min"], missing["oxygen"])
    walk = or_default(given["walk_6_minutes_feet"], missing["walk_feet"])
    terms = numbers(file, "post_transplant.diagnosis"), numbers(file, "post_transplant.sarcoidosis")
    predictor = (
        of_model("age.per_year") * np.maximum(age - of_model("age.above"), 0)
        + of_adults(age, of_model("creatinine.per_unit") * np.minimum(creatinine, of_model("creatinine.cap")))
        + of_model("cardiac_index.term") * (cardiac_index < of_model("cardiac_index.below"))
        + of_model("ventilated") * or_default(given["ventilated"], missing["ventilated"])
        + of_group(group, numbers(file, "post_transplant.group"))
        + diagnosis_term(given, diagnoses, *terms)
        + of_group(group, numbers(file, "post_transplant.oxygen_per_l_per_min")) * oxygen
        + of_model("walk_feet.per_foot")
        * np.maximum(of_model("walk_feet.below") - np.maximum(walk, of_model("walk_feet.floor")), 0)
    )
    return from_12_years(age, predictor)


def _compute(given: Columns) -> dict[str, Column]:
    terms = numbers(FILE, "waitlist_diagnosis"), numbers(SHARED, "waitlist.sarcoidosis")
    return composed(
        waitlist_predictor(given, support_of(given), diagnosis_term(given, DIAGNOSES, *terms)),
        "lung_cas23_waitlist_baseline_survival.csv",
        post_transplant_predictor(given, file=FILE, diagnoses=DIAGNOSES),
        "lung_las21_posttx_baseline_survival.csv",
    )


SCORES: tuple[Score, ...] = (
    Score(
        name="lung-las",
        edition="optn-2021",
        title="Lung allocation score (LAS)",
        effective=None,
        until=date(2023, 3, 8),
        source="ClevelandClinicQHS/COMET@867567f R/LAS21.R (MIT); clinical model of OPTN Policy 21, Table 21-3",
        inputs=(*CLINICAL, diagnosis_input(DIAGNOSES)),
        outputs=OUTPUTS,
        compute=_compute,
        verified=False,
        caution="The model after transplant and both baseline curves are known from one public programme only. The "
        "first day of this edition is not sourced. A missing value takes the default of the model, which counts "
        "against the candidate.",
        whom="candidates of 12 years and older",
    ),
)

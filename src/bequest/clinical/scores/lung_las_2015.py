"""Knows the lung allocation score of 2015, as far as one public programme tells it.

Source: github ClevelandClinicQHS/COMET @867567f, R/LAS15.R (MIT). Its waitlist examples are reproduced. Two terms after
transplant are not taken as they stand there: lung_las_2015.json.source.md says which and why.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers
from bequest.clinical.scores.inputs import flag
from bequest.clinical.scores.lung_las import OUTPUTS, composed, post_transplant_predictor, support_of
from bequest.clinical.scores.lung_model import (
    CLINICAL,
    FUNCTION,
    GROUPS,
    diagnosis_input,
    diagnosis_term,
    waitlist_predictor,
)
from bequest.clinical.scores.score import Score, ScoreInput
from bequest.clinical.scores.terms import choice, indicator, or_default

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/lung_las_2015.json"
DIAGNOSES = (
    "bronchiectasis",
    "sarcoidosis",
    "pulmonary fibrosis, not idiopathic",
    "obliterative bronchiolitis",
    "lymphangioleiomyomatosis",
    "Eisenmenger's syndrome",
)
# The source has no default for these three: whoever does not know them gets no score.
_REQUIRED = (
    choice("functional_status", "help needed in daily life", FUNCTION),
    flag("bilirubin_rise", "bilirubin rose by 50 % or more; counts in group B"),
    flag("creatinine_rise", "creatinine rose by 150 % or more; counts after transplant from 1 mg/dL"),
)
_MORE = (
    ScoreInput(
        "central_venous_pressure_mmhg",
        "central venous pressure; counts in group B",
        unit="mmHg",
        low=0,
        high=60,
        usual=(0, 25),
        required=False,
    ),
    ScoreInput(
        "forced_vital_capacity_percent",
        "forced vital capacity, of the predicted one; counts in group D",
        unit="%",
        low=0,
        high=200,
        usual=(15, 130),
        required=False,
    ),
    flag("diabetes", "diabetes", required=False),
)


def _compute(given: Columns) -> dict[str, Column]:
    return composed(
        _waitlist_predictor(given),
        "lung_las15_waitlist_baseline_survival.csv",
        _post_transplant_predictor(given),
        "lung_las15_posttx_baseline_survival.csv",
    )


def _waitlist_predictor(given: Columns) -> Column:
    missing = numbers(FILE, "waitlist.missing")
    terms = numbers(FILE, "waitlist.diagnosis"), numbers(FILE, "waitlist.sarcoidosis")
    shared = waitlist_predictor(given, support_of(given), diagnosis_term(given, DIAGNOSES, *terms), file=FILE)
    cardiac_index = or_default(given["cardiac_index_l_per_min_per_m2"], missing["cardiac_index"])
    pressure = or_default(given["central_venous_pressure_mmhg"], missing["central_venous_pressure"])
    capacity = or_default(given["forced_vital_capacity_percent"], missing["forced_vital_capacity"])
    over = np.maximum(pressure - _waitlist("central_venous_pressure.above"), 0)
    under = np.maximum(_waitlist("forced_vital_capacity.below") - capacity, 0)
    return (
        shared
        + _waitlist("bilirubin_rise.term") * given["bilirubin_rise"] * _is_group(given, "B")
        + _waitlist("cardiac_index.term") * (cardiac_index < _waitlist("cardiac_index.below"))
        + _waitlist("central_venous_pressure.per_mmhg") * over * _is_group(given, "B")
        + _waitlist("diabetes") * or_default(given["diabetes"], missing["flag"])
        + _waitlist("forced_vital_capacity.per_10") * under / 10 * _is_group(given, "D")
    )


def _post_transplant_predictor(given: Columns) -> Column:
    creatinine = or_default(given["creatinine_mg_per_dl"], number(FILE, "post_transplant.missing.creatinine"))
    rose = given["creatinine_rise"] * (creatinine >= number(FILE, "post_transplant.creatinine_rise.from"))
    return (
        post_transplant_predictor(given, file=FILE, diagnoses=DIAGNOSES)
        + number(FILE, "post_transplant.creatinine_rise.term") * rose
        + number(FILE, "post_transplant.no_assistance")
        * indicator(given["functional_status"], FUNCTION.index("no assistance"))
    )


def _is_group(given: Columns, group: str) -> Column:
    return indicator(given["diagnosis_group"], GROUPS.index(group))


def _waitlist(path: str) -> float:
    return number(FILE, f"waitlist.{path}")


SCORES: tuple[Score, ...] = (
    Score(
        name="lung-las",
        edition="optn-2015",
        title="Lung allocation score (LAS) of 2015",
        effective=None,
        until=None,
        source="ClevelandClinicQHS/COMET@867567f R/LAS15.R (MIT), two terms after transplant read as in R/LAS21.R",
        inputs=(
            *(entry for entry in CLINICAL if entry.name != "functional_status"),
            *_REQUIRED,
            *_MORE,
            diagnosis_input(DIAGNOSES),
        ),
        outputs=OUTPUTS,
        compute=_compute,
        verified=False,
        caution="Known from one public programme only, which contradicts itself in two terms after transplant: here a "
        "low cardiac index adds its coefficient once, and the 6-minute walk counts below 1,200 feet. The days on which "
        "this edition began and ended are not sourced. Use it to study the past, never to rank anybody.",
        whom="candidates of 12 years and older",
    ),
)

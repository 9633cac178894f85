"""Knows what LAS 2015, LAS 2021 and CAS 2023 share: clinical inputs of lung candidates, the waitlist predictor.

Source: OPTN Policies of 2025-12-10, Tables 21-3 and 21-4; defaults and floors not printed there, and the baseline
curves, from github ClevelandClinicQHS/COMET @867567f (MIT). The model is for candidates of 12 years and older.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.coefficients import number, numbers
from bequest.clinical.scores.inputs import flag, measured
from bequest.clinical.scores.score import ScoreInput
from bequest.clinical.scores.survival import Curve
from bequest.clinical.scores.terms import by_choice, choice, indicator, or_default
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

FILE = "scores/lung_cas.json"
GROUPS = ("A", "B", "C", "D")
FUNCTION = ("no assistance", "some assistance", "total assistance")
SARCOIDOSIS = "sarcoidosis"

# Ranges are an assumption: they refuse what is a slip of the pen. Defaults for missing values are those of the models.
CLINICAL = (
    measured("age_years"),
    choice("diagnosis_group", "diagnosis group of the OPTN", GROUPS),
    ScoreInput("bmi_kg_per_m2", "body mass index", unit="kg/m2", low=5, high=100, usual=(14, 40), required=False),
    choice("functional_status", "help needed in daily life", FUNCTION, required=False),
    ScoreInput("walk_6_minutes_feet", "6-minute walk", unit="feet", low=0, high=4000, usual=(0, 2500), required=False),
    ScoreInput(
        "oxygen_at_rest_l_per_min",
        "oxygen needed at rest; what the policy does above 26.33 L/min is not known, so more is refused",
        unit="L/min",
        low=0,
        high=26.33,
        required=False,
    ),
    ScoreInput(
        "pa_systolic_mmhg",
        "systolic pressure in the pulmonary artery",
        unit="mmHg",
        low=0,
        high=200,
        usual=(15, 120),
        required=False,
    ),
    ScoreInput("pco2_mmhg", "pCO2", unit="mmHg", low=5, high=200, usual=(25, 100), required=False),
    flag("pco2_rise", "pCO2 rose by 15 % or more", required=False),
    flag("ventilated", "continuous mechanical ventilation", required=False),
    measured("creatinine_mg_per_dl", required=False, meaning="serum creatinine; counts from 18 years"),
    measured("bilirubin_mg_per_dl", required=False),
    ScoreInput(
        "cardiac_index_l_per_min_per_m2",
        "cardiac index",
        unit="L/min/m2",
        low=0.1,
        high=20,
        usual=(1, 8),
        required=False,
    ),
)


def diagnosis_input(diagnoses: tuple[str, ...]) -> ScoreInput:
    """Return the input for a diagnosis that has a coefficient of its own."""
    return choice(
        "diagnosis",
        "the diagnosis, where it is one of these; for any other leave it empty. Sarcoidosis is group A at a mean "
        "pulmonary artery pressure up to 30 mmHg or unknown, else group D",
        diagnoses,
        required=False,
    )


@dataclass(frozen=True, slots=True)
class Support:
    """Hold breathing support as the waitlist model reads it: on ventilation (or what counts as such), and oxygen."""

    ventilated: Column
    oxygen_l_per_min: Column


def waitlist_predictor(given: Columns, support: Support, diagnosis: Column, *, file: str = FILE) -> Column:
    """Return the waitlist linear predictor, shape (people,), NaN below 12 years, from the term of the diagnosis.

    `file` holds the coefficients of the edition.
    """

    def waitlist(path: str) -> float:
        return number(file, f"waitlist.{path}")

    age, group = given["age_years"], given["diagnosis_group"]
    bmi = or_default(given["bmi_kg_per_m2"], waitlist("missing.bmi"))
    walk = or_default(given["walk_6_minutes_feet"], waitlist("missing.walk_feet"))
    ability = or_default(given["functional_status"], FUNCTION.index("no assistance"))
    pco2 = or_default(given["pco2_mmhg"], waitlist("missing.pco2"))
    rise = or_default(given["pco2_rise"], waitlist("missing.flag"))
    creatinine = or_default(given["creatinine_mg_per_dl"], waitlist("missing.creatinine"))
    bilirubin = or_default(given["bilirubin_mg_per_dl"], waitlist("missing.bilirubin"))
    predictor = (
        of_group(group, numbers(file, "waitlist.group"))
        + diagnosis
        + waitlist("age_per_year") * age
        + waitlist("bmi_per_unit_below") * np.maximum(waitlist("bmi_threshold") - bmi, 0)
        + waitlist("no_assistance") * indicator(ability, FUNCTION.index("no assistance"))
        + waitlist("walk_per_100_feet") * walk / 100
        + of_group(group, numbers(file, "waitlist.oxygen_per_l_per_min")) * support.oxygen_l_per_min
        + _pressure(group, or_default(given["pa_systolic_mmhg"], waitlist("missing.pa_systolic")), waitlist)
        + waitlist("pco2.per_10") * np.maximum(pco2, waitlist("pco2.floor")) / 10
        + waitlist("pco2_rise") * rise
        + waitlist("ventilated") * support.ventilated
        + of_adults(age, waitlist("creatinine_adult") * creatinine)
        + waitlist("bilirubin.per_unit")
        * np.maximum(np.maximum(bilirubin, waitlist("bilirubin.floor")) - waitlist("bilirubin.above"), 0)
    )
    return from_12_years(age, predictor)


def diagnosis_term(
    given: Columns,
    diagnoses: Sequence[str],
    terms: Mapping[str, float],
    sarcoidosis: Mapping[str, float],
) -> Column:
    """Return the term of each diagnosis, 0 for one without; NaN for sarcoidosis outside groups A and D."""
    plain = by_choice(given["diagnosis"], [terms.get(name, 0.0) for name in diagnoses], 0.0)
    of_sarcoidosis = by_choice(given["diagnosis_group"], [sarcoidosis.get(name, np.nan) for name in GROUPS])
    return np.where(given["diagnosis"] == diagnoses.index(SARCOIDOSIS), of_sarcoidosis, plain)


def of_group(group: Column, values: Mapping[str, float]) -> Column:
    """Return the number of each diagnosis group."""
    return by_choice(group, [values[name] for name in GROUPS])


def of_adults(age_years: Column, term: Column) -> Column:
    """Return a term that counts from 18 years, 0 below."""
    return np.where(age_years >= number(FILE, "points.child_below_years"), term, 0)


def from_12_years(age_years: Column, values: Column) -> Column:
    """Return values of candidates to whom the models apply, NaN for younger ones."""
    return np.where(age_years >= number(FILE, "points.under_12.below_years"), values, np.nan)


@cache
def baseline(file: str) -> Curve:
    """Return a baseline curve of days, read once."""
    survivors = np.array([float(row["Survival"]) for row in read_rows(f"scores/{file}")], dtype=np.float64)
    return Curve(survivors, np.ones(len(survivors)))


def _pressure(group: Column, systolic: Column, waitlist: Callable[[str], float]) -> Column:
    """Return the term of the systolic pulmonary artery pressure, which differs in group A."""
    in_a = waitlist("pa_systolic_a.per_10") * np.maximum(systolic - waitlist("pa_systolic_a.above"), 0) / 10
    else_in = waitlist("pa_systolic_bcd.per_10") * np.maximum(systolic, waitlist("pa_systolic_bcd.floor")) / 10
    return np.where(group == GROUPS.index("A"), in_a, else_in)

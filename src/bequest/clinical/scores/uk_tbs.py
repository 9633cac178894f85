"""Knows the transplant benefit score (TBS) of the UK liver offering scheme: days with a transplant less days without.

Source: NHSBT workbook "Liver TBS calculator v1.4d" (2017-18). Cancer (disease group 1) and all other diseases have
models of their own. Logarithms, terms and daily survival are rounded to 5 decimals, as in the workbook.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.inputs import flag
from bequest.clinical.scores.score import Output, Score, ScoreInput, half_up
from bequest.clinical.scores.survival import Curve, expected_days
from bequest.clinical.scores.terms import by_choice, choice, indicator
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Columns

    Column = NDArray[np.float64]  # (people,)

DECIMALS = 5
DISEASE_GROUPS = tuple(str(group) for group in range(1, 11))
CANCER = 1
MANY_TUMOURS = 3
DONOR_CAUSES = ("1", "2", "3", "4")
DONOR_DIABETES = ("1", "2", "9")
DONOR_TYPES = ("DBD", "DCD")


@dataclass(frozen=True, slots=True)
class Term:
    """Hold one term of a linear predictor: beta x (product of covariates - mean)."""

    covariates: tuple[str, ...]
    beta: float
    mean: float


def _compute(given: Columns) -> dict[str, Column]:
    covariates = _covariates(given)
    cancer = covariates["RDISEASE GROUP"] == CANCER
    found: dict[str, Column] = {}
    for model in ("m1", "m2"):
        predictor, days = np.empty(len(cancer)), np.empty(len(cancer))
        for kind, theirs in (("cancer", cancer), ("noncancer", ~cancer)):
            of_these = {name: values[theirs] for name, values in covariates.items()}
            predictor[theirs] = _predictor(f"{model}_{kind}", of_these)
            days[theirs] = expected_days(_curve(f"{model}_{kind}"), predictor[theirs])
        found |= {f"{model}_predictor": predictor, f"{model}_days": days}
    return found | {"tbs_days": found["m2_days"] - found["m1_days"]}


def _predictor(model: str, covariates: Mapping[str, Column]) -> Column:
    terms = [
        half_up(term.beta * (_product([_value(name, covariates) for name in term.covariates]) - term.mean), DECIMALS)
        for term in _terms(model)
    ]
    return np.sum(terms, axis=0)


def _product(values: Sequence[Column]) -> Column:
    return np.prod(values, axis=0)


def _value(name: str, covariates: Mapping[str, Column]) -> Column:
    """Return a covariate by the way the workbook writes it: `X`, `X SQUARED`, `X=level`, `LN(X)` or `LN(X+1)`."""
    if name.startswith("LN("):
        inner = name.removeprefix("LN(").removesuffix(")")
        values = covariates[inner.removesuffix("+1")]
        return half_up(np.log(values + 1 if inner.endswith("+1") else values), DECIMALS)
    if name.endswith(" SQUARED"):
        return covariates[name.removesuffix(" SQUARED")] ** 2
    if "=" in name:
        of, level = name.split("=")
        return indicator(covariates[of], float(level))
    return covariates[name]


def _covariates(given: Columns) -> dict[str, Column]:
    """Return the covariates under the names of the workbook."""
    tumours = given["tumours"]
    many = np.where(np.isnan(tumours), np.nan, (tumours >= MANY_TUMOURS).astype(np.float64))
    return {name: given[entry.name] for name, entry in _NAMES.items()} | {
        "RDISEASE GROUP": given["disease_group"] + 1,
        "RTWO TUMOUR": indicator(tumours, 2),
        "RTHREE OR MORE TUMOURS": many,
        "DCAUSE OF DEATH": given["donor_cause_of_death"] + 1,
        "DHISTORY OF DIABETES": by_choice(given["donor_diabetes"], [float(code) for code in DONOR_DIABETES]),
        "DTYPE": given["donor_type"] + 1,
    }


@cache
def _terms(model: str) -> tuple[Term, ...]:
    """Return the terms of a model whose beta is not 0."""
    return tuple(
        Term(
            covariates=tuple(row["parameter"].split(" - MEAN(")[0].split("*")),
            beta=float(row[f"{model}_beta"]),
            # Only some parameters are centred; the workbook has mean 0 for the others.
            mean=float(row[f"{model}_mean"]),
        )
        for row in read_rows("scores/uk_tbs_v1_4d_betas.csv")
        if float(row[f"{model}_beta"]) != 0
    )


@cache
def _curve(model: str) -> Curve:
    """Return a baseline curve, a row of which holds until the next listed day and the last to the end."""
    rows = read_rows("scores/uk_tbs_v1_4d_baseline_survivor_rle.csv")
    starts = np.array([float(row["day"]) for row in rows])
    survivors = np.array([float(row[model]) for row in rows])
    return Curve(survivors, np.diff(starts, append=_LAST_DAY + 1.0), DECIMALS)


_LAST_DAY = 1825

_OF_CANCER = "read for disease group 1 only, where the score needs it"
_OF_DONOR = "of the donor; without it only the days without a transplant are known"

# Ranges are an assumption: they refuse what is a slip of the pen.
_NAMES = {
    "RAGE": ScoreInput("age_years", "age", unit="years", low=0, high=120, usual=(17, 80)),
    "RGENDER": flag("female", "female sex"),
    "RHCV": flag("hepatitis_c", "hepatitis C"),
    "RCREATININE": ScoreInput(
        "creatinine_umol_per_l",
        "serum creatinine; a value of the Royal Free laboratory is first converted, (x + 23.4) / 1.2",
        unit="umol/L",
        low=1,
        high=3500,
        usual=(20, 1300),
    ),
    "RBILIRUBIN": ScoreInput(
        "bilirubin_umol_per_l", "total bilirubin", unit="umol/L", low=0.2, high=1700, usual=(2, 700)
    ),
    "RINR": ScoreInput("inr", "international normalised ratio", low=0.3, high=10, usual=(0.8, 6)),
    "RSODIUM": ScoreInput("sodium_mmol_per_l", "serum sodium", unit="mmol/L", low=80, high=200, usual=(120, 155)),
    "RPOTASSIUM": ScoreInput("potassium_mmol_per_l", "serum potassium", unit="mmol/L", low=1, high=12, usual=(2.5, 7)),
    "RALBUMIN": ScoreInput("albumin_g_per_l", "serum albumin", unit="g/L", low=1, high=100, usual=(10, 55)),
    "RRENAL": flag("renal_replacement", "renal replacement therapy"),
    "RINPATIENT": flag("inpatient", "in hospital"),
    "RREGISTRATION YEAR": ScoreInput("registration_year", "calendar year of registration", low=1990, high=2100),
    "RPREVIOUS ABDOMINAL SURGERY": flag("abdominal_surgery", "previous abdominal surgery"),
    "RENCEPHALOPATHY": flag("encephalopathy", "encephalopathy"),
    "RASCITES": flag("ascites", "ascites"),
    "RWAITING TIME": ScoreInput("waiting_days", "days waited", unit="days", low=0, high=20000, usual=(0, 3000)),
    "RDIABETES": flag("diabetes", "diabetes"),
    "RMAXIMUM AFP LEVEL": ScoreInput(
        "afp_max", f"highest alpha-fetoprotein, in the workbook's unit; {_OF_CANCER}", low=0, high=1e6, required=False
    ),
    "RMAXIMUM TUMOUR SIZE": ScoreInput(
        "tumour_size_max", f"largest tumour, in the workbook's unit; {_OF_CANCER}", low=0, high=50, required=False
    ),
    "DAGE": ScoreInput("donor_age_years", f"age {_OF_DONOR}", unit="years", low=0, high=120, required=False),
    "DBMI": ScoreInput(
        "donor_bmi_kg_per_m2", f"body mass index {_OF_DONOR}", unit="kg/m2", low=5, high=100, required=False
    ),
    "BLOOD GROUP COMPATIBILITY": flag(
        "blood_group_not_identical", "compatible and not identical to the donor's; " + _OF_DONOR, required=False
    ),
    "LIVER MEETS SPLIT CRITERIA": flag(
        "split_criteria", "the liver meets the criteria for splitting; " + _OF_DONOR, required=False
    ),
}
_INPUTS = (
    *_NAMES.values(),
    choice("disease_group", "disease group of the workbook; 1 is cancer", DISEASE_GROUPS),
    ScoreInput("tumours", f"number of tumours; {_OF_CANCER}", low=0, high=100, required=False),
    choice("donor_cause_of_death", f"cause of death, code {_OF_DONOR}", DONOR_CAUSES, required=False),
    choice("donor_diabetes", f"history of diabetes, code {_OF_DONOR}", DONOR_DIABETES, required=False),
    choice("donor_type", f"after brain or circulatory death, {_OF_DONOR}", DONOR_TYPES, required=False),
)

SCORES: tuple[Score, ...] = (
    Score(
        name="uk-tbs",
        edition="nhsbt-1.4d",
        title="UK liver transplant benefit score (TBS)",
        effective=None,
        until=None,
        source="NHS Blood and Transplant, Liver TBS calculator v1.4d, as kept in "
        "SurgicalInformatics/transplantbenefit@950a862 data/",
        inputs=_INPUTS,
        outputs=(
            Output("tbs_days", "transplant benefit: days of M2 less days of M1", "days"),
            Output("m1_days", "expected days alive within 5 years without a transplant", "days"),
            Output("m2_days", "expected days alive within 5 years with this donor's liver", "days"),
            Output("m1_predictor", "linear predictor without a transplant"),
            Output("m2_predictor", "linear predictor with a transplant"),
        ),
        compute=_compute,
        caution="Later versions of the workbook were not compared. The workbook repairs an INR above 10; here it is "
        "refused. The workbook's own split criterion never fires; here it is an input. The score is criticised for "
        "favouring older people and for disadvantaging people with cancer.",
        sensitive=("female",),
    ),
)

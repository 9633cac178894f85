"""Knows the factors that the liver policy of the United Kingdom needs beside the common ones."""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.blood_group import identical_with
from bequest.clinical.scores.registry import score_named
from bequest.matching.coded import Coded, few
from bequest.matching.pair import age_years, donor_fact
from bequest.matching.quantise import quantise
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column
from bequest.model.enums import BloodGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.matching.pair import Pair

    Numbers = NDArray[np.float64]  # (registrations,)

_SCORE = "uk-tbs@nhsbt-1.4d"
_HIGHEST_INR = 10
"""Above it the workbook changes the value by a repair of its own, and the score refuses it."""
_SAME_NAME = (
    "hepatitis_c",
    "creatinine_umol_per_l",
    "bilirubin_umol_per_l",
    "sodium_mmol_per_l",
    "potassium_mmol_per_l",
    "albumin_g_per_l",
    "renal_replacement",
    "inpatient",
    "abdominal_surgery",
    "encephalopathy",
    "ascites",
    "afp_max",
    "tumours",
    "tumour_size_max",
)


def _held(pair: Pair, name: str) -> Numbers:
    entry = known_column(Table.REGISTRATION, name)
    return _number(pair.pool.columns[name].whole(), entry.decimals)


def _number(values: NDArray[np.int64], decimals: int = 0) -> Numbers:
    return np.where(values == MISSING, np.nan, values / 10.0**decimals)


def _of_donor(pair: Pair, name: str) -> float:
    entry = known_column(Table.DONOR, name)
    return float(_number(np.array([donor_fact(pair.donor, entry)]), entry.decimals)[0])


def _candidates(pair: Pair) -> dict[str, Numbers]:
    listed = _held(pair, "listed_on")
    listed = np.where(listed <= pair.at_days, listed, np.nan)
    days = np.where(np.isnan(listed), 0, listed).astype(np.int64)
    year = days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    inr = _held(pair, "inr")
    sex = _held(pair, "sex")
    female = float(known_column(Table.REGISTRATION, "sex").codes.index("female"))
    return {name: _held(pair, name) for name in _SAME_NAME} | {
        "age_years": _number(age_years(pair).whole()),
        "female": np.where(np.isnan(sex), np.nan, sex == female),
        "disease_group": _held(pair, "tbs_disease_group"),
        "inr": np.where(inr > _HIGHEST_INR, np.nan, inr),
        "registration_year": np.where(np.isnan(listed), np.nan, year),
        "waiting_days": pair.at_days - listed,
        "diabetes": _held(pair, "diabetes_with_liver_disease"),
    }


def _donor(pair: Pair) -> dict[str, float]:
    return {
        "donor_age_years": _of_donor(pair, "age_years"),
        "donor_cause_of_death": _of_donor(pair, "tbs_cause_of_death"),
        "donor_bmi_kg_per_m2": _of_donor(pair, "weight_kg") / (_of_donor(pair, "height_cm") / 100) ** 2,
        "donor_diabetes": _of_donor(pair, "tbs_diabetes"),
        "donor_type": float(str(pair.donor.facts["death_criteria"]) == "circulatory"),
        "split_criteria": _of_donor(pair, "liver_meets_split_criteria"),
    }


def _other_group(pair: Pair) -> Numbers:
    """Tell whose ABO group differs from the donor's, subgroups aside."""
    group = pair.pool.columns["blood_group"].whole()
    same = identical_with(BloodGroup(str(pair.donor.facts["blood_group"])))
    return np.where(group == MISSING, np.nan, ~same[np.where(group == MISSING, 0, group)])


@lru_cache(maxsize=2)
def _found(pair: Pair) -> Mapping[str, Numbers]:
    given = _candidates(pair)
    people = len(given["female"])
    of_donor = {name: np.full(people, value) for name, value in _donor(pair).items()}
    return score_named(_SCORE).compute({**given, **of_donor, "blood_group_not_identical": _other_group(pair)})


def _factor(name: str, output: str) -> Callable[[Pair], Coded]:
    return lambda pair: few(quantise(_found(pair)[output], known_column(Table.FACTOR, name)))


FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "tbs_days_without": _factor("tbs_days_without", "m1_days"),
    "tbs_days_with": _factor("tbs_days_with", "m2_days"),
    "transplant_benefit_days": _factor("transplant_benefit_days", "tbs_days"),
})  # fmt: skip

"""Knows the factors that the lung policy of the United States needs: the parts of the composite allocation score.

What depends on the registrations and their ages alone is worked out once for a pool and kept.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.distance import nautical_miles
from bequest.clinical.scores.lung_cas import DIAGNOSES, proximity_points, travel_points
from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_columns
from bequest.matching.pool_columns import age_on
from bequest.matching.quantise import quantise
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.clinical.scores.score import Score, ScoreInput
    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair
    from bequest.matching.pool import Pool

    Whole = NDArray[np.int64]  # (registrations,)
    Floats = NDArray[np.float64]  # (registrations,), NaN where missing

EDITION = "optn-2025-12-10"
_SCORE = f"lung-cas@{EDITION}"
_CENTIMETRES_IN_METRE = 100
_PARTS = MappingProxyType({
    "lung_waitlist_points": "waitlist_points",
    "lung_post_transplant_points": "post_transplant_points",
    "lung_blood_group_points": "blood_group_points",
    "lung_cpra_points": "cpra_points",
    "lung_height_points": "height_points",
})  # fmt: skip
_OWN_CODES = MappingProxyType({
    "lung_diagnosis_group": "diagnosis_group",
    "functional_status": "functional_status",
    "lung_priority_under_12": "priority_under_12",
})  # fmt: skip
"""Codes that stand in the dictionary in the order in which the score has them; a test holds both together."""
_SAME_NAME = (
    "walk_6_minutes_feet",
    "oxygen_at_rest_l_per_min",
    "pa_systolic_mmhg",
    "pco2_mmhg",
    "pco2_rise",
    "ventilated",
    "ecmo",
    "creatinine_mg_per_dl",
    "bilirubin_mg_per_dl",
    "cardiac_index_l_per_min_per_m2",
    "cpra_percent",
    "height_cm",
)


@lru_cache(maxsize=4)
def _points(pool: Pool, at_days: int) -> Mapping[str, Coded]:
    """Return the parts of the score that belong to the candidates, who have their ages of that day."""
    score = score_named(_SCORE)
    given = {name: _held(pool, name) for name in _SAME_NAME}
    given |= {theirs: _held(pool, ours) for ours, theirs in _OWN_CODES.items()}
    ages = age_on(np.full(len(pool), at_days), pool.birthdays.whole())
    given["age_years"] = _numbers(_or_stated(pool, "age_years", ages), 0)
    given["diagnosis"] = _diagnoses(pool)
    given["blood_group"] = _blood_groups(pool)
    given["bmi_kg_per_m2"] = _held(pool, "weight_kg") / (_held(pool, "height_cm") / _CENTIMETRES_IN_METRE) ** 2
    found = score_columns(score, {name: _within(score, name, values) for name, values in given.items()})
    return {
        ours: pool.each(quantise(found[theirs], known_column(Table.FACTOR, ours))) for ours, theirs in _PARTS.items()
    }


def _or_stated(pool: Pool, name: str, worked_out: Whole) -> Whole:
    """Return a factor as it was worked out, or as a golden case states it."""
    stated = pool.given.get(name)
    return worked_out if stated is None else np.where(stated == MISSING, worked_out, stated)


def _held(pool: Pool, name: str) -> Floats:
    return _numbers(pool.columns[name].whole(), known_column(Table.REGISTRATION, name).decimals)


def _numbers(values: Whole, decimals: int) -> Floats:
    known = values != MISSING
    return np.where(known, np.where(known, values, 0) / 10.0**decimals, np.nan)


def _diagnoses(pool: Pool) -> Floats:
    """Return the place of each diagnosis among those of the score; NaN for another one."""
    codes = _held(pool, "lung_diagnosis")
    return np.where(codes < len(DIAGNOSES), codes, np.nan)


def _blood_groups(pool: Pool) -> Floats:
    """Return the place of each group in the score, where a subgroup of A counts as A."""
    codes = pool.columns["blood_group"].whole()
    return np.where(codes == MISSING, np.nan, _GROUP_OF[np.where(codes == MISSING, 0, codes)])


def _group_of() -> Floats:
    choices = _input(score_named(_SCORE), "blood_group").choices
    groups = known_column(Table.REGISTRATION, "blood_group").codes
    return np.array([choices.index("".join(filter(str.isalpha, group))) for group in groups], dtype=np.float64)


def _input(score: Score, name: str) -> ScoreInput:
    return next(entry for entry in score.inputs if entry.name == name)


def _within(score: Score, name: str, values: Floats) -> Floats:
    """Return values as the score takes them: what lies outside its range, such as an infant's height, is not known."""
    entry = _input(score, name)
    return np.where((values >= entry.low) & (values <= entry.high), values, np.nan)


_GROUP_OF = _group_of()


def _of_candidate(name: str) -> Callable[[Pair], Coded]:
    return lambda pair: _points(pair.pool, pair.at_days)[name]


def _by_distance(name: str, points: Callable[[Floats], Floats]) -> Callable[[Pair], Coded]:
    entry, distance = known_column(Table.FACTOR, name), known_column(Table.FACTOR, "distance_nm")

    def found(pair: Pair) -> Coded:
        miles = pair.pool.centre.having(quantise(nautical_miles(pair.centre_km), distance))
        if distance.name in pair.pool.given:
            miles = pair.pool.each(_or_stated(pair.pool, distance.name, miles.whole()))
        return miles.having(quantise(points(_numbers(miles.values, distance.decimals)), entry))

    return found


FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    **{name: _of_candidate(name) for name in _PARTS},
    "lung_travel_points": _by_distance("lung_travel_points", lambda miles: travel_points(EDITION, miles)),
    "lung_proximity_points": _by_distance("lung_proximity_points", proximity_points),
})  # fmt: skip

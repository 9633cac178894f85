"""Knows the factors that the liver policy of Eurotransplant needs beside the common ones."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.blood_group import CODES, table
from bequest.clinical.scores.coefficients import number
from bequest.matching.pair import days_since
from bequest.matching.place_factors import same_country
from bequest.matching.urgency import urgency_in_force
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair

    Whole = NDArray[np.int64]  # (registrations,)

_FILE = "scores/et_meld.json"
_AT_HOME = ("standard_exception", "nonstandard_exception", "paediatric_exception")
_ABROAD = ("paediatric_exception",)
_MOST_URGENT = 1
"""The level of the most urgent, as the dictionary says it."""
_YEAR_DAYS_TIMES_4 = 1461
"""Four years of 365.25 days."""


def _held(pair: Pair, name: str) -> Whole:
    return pair.pool.columns[name].whole()


def _lowest() -> int:
    """Return the MELD of whoever has none: the least that the formula gives."""
    return int(number(_FILE, "points.min")) * _scale()


def _scale() -> int:
    return 10 ** known_column(Table.FACTOR, "national_meld").decimals


def _score(pair: Pair, laboratory: Whole, exceptions: Sequence[str]) -> Whole:
    score = np.where(laboratory == MISSING, _lowest(), laboratory * _scale())
    for name in exceptions:
        points, until = _held(pair, f"{name}_meld"), _held(pair, f"{name}_valid_until")
        in_force = (points != MISSING) & (until != MISSING) & (until >= pair.at_seconds)
        score = np.where(in_force, np.maximum(score, points), score)
    return score


def _national_meld(pair: Pair) -> Whole:
    down = _held(pair, "downmarked_meld")
    return _score(pair, np.where(down == MISSING, _held(pair, "meld"), down), _AT_HOME)


def _international_meld(pair: Pair) -> Whole:
    return _score(pair, _held(pair, "meld"), _ABROAD)


def _days(pair: Pair, name: str) -> Whole:
    return days_since(pair, pair.pool.columns[name]).whole()


def _match_days(pair: Pair) -> Whole:
    at_meld = np.where(
        same_country(pair).whole() == 1,
        _days(pair, "national_meld_since_on"),
        _days(pair, "international_meld_since_on"),
    )
    granted, force = pair.pool.columns["urgency_granted"], urgency_in_force(pair)
    urgent = granted.having(force.level).whole() == _MOST_URGENT
    waited = np.where(urgent, days_since(pair, granted.having(force.since)).whole(), at_meld)
    return np.where(_held(pair, "combined_organ_approved") == 1, _days(pair, "combined_organ_since_on"), waited)


def _age_in_mean_years(pair: Pair) -> Coded:
    born = pair.pool.columns["born_on"]
    known = (born.values != MISSING) & (born.values <= pair.at_days)
    scale = 10 ** known_column(Table.FACTOR, "age_in_mean_years").decimals
    lived = (pair.at_days - np.where(known, born.values, pair.at_days)) * 4 * scale
    return born.having(np.where(known, (2 * lived + _YEAR_DAYS_TIMES_4) // (2 * _YEAR_DAYS_TIMES_4), MISSING))


def _abo(pair: Pair, name: str) -> Coded:
    donor, candidate = pair.donor.facts.get("blood_group"), pair.pool.columns["blood_group"]
    if donor is None:
        return pair.pool.alike(MISSING)
    known = candidate.values != MISSING
    answers = table(name)[CODES.index(str(donor))][np.where(known, candidate.values, 0)]
    return candidate.having(np.where(known, answers, MISSING))


def _each(found: Callable[[Pair], Whole]) -> Callable[[Pair], Coded]:
    return lambda pair: pair.pool.each(found(pair))


FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "national_meld": _each(_national_meld),
    "international_meld": _each(_international_meld),
    "liver_match_days": _each(_match_days),
    "age_in_mean_years": _age_in_mean_years,
    "abo_liver_priority": lambda pair: _abo(pair, "et-type1"),
    "abo_liver_restricted": lambda pair: _abo(pair, "et-type2"),
})  # fmt: skip

"""Knows the factors that the liver policy of the United States needs beside the common ones."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.blood_group import compatible_with, identical_with
from bequest.clinical.scores.coefficients import number
from bequest.matching.pair import age_years, days_since, donor_fact
from bequest.matching.pool_columns import age_on
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column
from bequest.model.enums import BloodGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair

    Whole = NDArray[np.int64]  # (registrations,)
    Truths = NDArray[np.bool_]  # (registrations,)

_FILE = "scores/us_liver_score.json"
_IDENTICAL, _COMPATIBLE, _INCOMPATIBLE = 1, 2, 3
"""The steps of abo_liver_step, as its entry in the dictionary says them."""


def _code(name: str, wanted: str) -> int:
    return known_column(Table.REGISTRATION, name).codes.index(wanted)


def _held(pair: Pair, name: str) -> Whole:
    return pair.pool.columns[name].whole()


def _ended(pair: Pair, name: str) -> Truths:
    """Tell for whom something certified has lapsed, or was never said to hold until an instant."""
    until = _held(pair, name)
    return (until == MISSING) | (until < pair.at_seconds)


def _status(pair: Pair) -> Whole:
    granted, none = _held(pair, "liver_status_granted"), _code("liver_status_granted", "none")
    lapsed = (granted != MISSING) & (granted != none) & _ended(pair, "liver_status_valid_until")
    return np.where(lapsed, none, granted)


def _days(pair: Pair, name: str) -> Whole:
    return days_since(pair, pair.pool.columns[name]).whole()


def _status_days(pair: Pair) -> Whole:
    status = _status(pair)
    without = (status == MISSING) | (status == _code("liver_status_granted", "none"))
    return np.where(without, MISSING, _days(pair, "liver_status_since_on"))


def _minor(pair: Pair) -> Whole:
    """Tell who was registered below the age of an adult; MISSING where a date is not known."""
    age = age_on(_held(pair, "listed_on"), pair.pool.birthdays.whole())
    return np.where(age == MISSING, MISSING, age < number(_FILE, "minor_below_years"))


def _median(pair: Pair) -> Whole:
    """Return the median to which an exception of each candidate is relative."""
    age, minor = age_years(pair).whole(), _minor(pair)
    young = age < number(_FILE, "peld_below_years")
    medians = [
        donor_fact(pair.donor, known_column(Table.DONOR, name))
        for name in ("median_meld_at_transplant", "median_peld_at_transplant")
    ]
    known = (age != MISSING) & (minor != MISSING)
    return np.where(known, np.where((minor == 1) & young, medians[1], medians[0]), MISSING)


def _calculated(pair: Pair) -> Whole:
    lapsed = _ended(pair, "liver_score_valid_until")
    return np.where(lapsed, _held(pair, "liver_score_lower"), _held(pair, "liver_score"))


def _excepted(pair: Pair) -> Whole:
    """Return the exception score of each candidate, MISSING without one and where it cannot be worked out."""
    kind, said, median = _held(pair, "liver_exception"), _held(pair, "liver_exception_points"), _median(pair)
    relative = kind == _code("liver_exception", "relative")
    usable = (said != MISSING) & (~relative | (median != MISSING))
    floor = int(number(_FILE, "relative_exception_floor"))
    wanted = (kind == _code("liver_exception", "fixed")) | relative
    raised = np.where(relative & usable, median, 0) + np.where(usable, said, 0)
    value = np.where(relative, np.maximum(raised, floor), said)
    return np.where(wanted & usable, value, MISSING)


def _scores(pair: Pair) -> tuple[Whole, Whole]:
    """Return the allocation score, and whether it is an exception score, each MISSING where it is not known."""
    kind, calculated, excepted = _held(pair, "liver_exception"), _calculated(pair), _excepted(pair)
    none = kind == _code("liver_exception", "none")
    known = (calculated != MISSING) & (none | (excepted != MISSING))
    higher = ~none & (excepted > calculated)
    score = np.where(higher, excepted, calculated)
    return np.where(known, score, MISSING), np.where(known, higher, MISSING)


def _score_days(pair: Pair) -> Whole:
    by_exception = _scores(pair)[1]
    calculated = _days(pair, "liver_score_since_on")
    excepted = _days(pair, "liver_exception_since_on")
    return np.where(by_exception == MISSING, MISSING, np.where(by_exception == 1, excepted, calculated))


def _abo_step(pair: Pair) -> Whole:
    group = _held(pair, "blood_group")
    donor = BloodGroup(str(pair.donor.facts["blood_group"]))  # a donor without one is refused before any run
    steps = np.where(identical_with(donor), _IDENTICAL, np.where(compatible_with(donor), _COMPATIBLE, _INCOMPATIBLE))
    step = np.where(group == MISSING, MISSING, steps[np.where(group == MISSING, 0, group)])
    if donor is not BloodGroup.A2:
        return step
    of_group_o = group == known_column(Table.REGISTRATION, "blood_group").codes.index(BloodGroup.O.value)
    return np.where(of_group_o & (_held(pair, "accepts_non_a1_liver") == 1), _COMPATIBLE, step)


def _each(found: Callable[[Pair], Whole]) -> Callable[[Pair], Coded]:
    return lambda pair: pair.pool.each(found(pair))


FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "liver_status": _each(_status),
    "liver_status_days": _each(_status_days),
    "liver_allocation_score": _each(lambda pair: _scores(pair)[0]),
    "liver_score_by_exception": _each(lambda pair: _scores(pair)[1]),
    "liver_score_days": _each(_score_days),
    "abo_liver_step": _each(_abo_step),
    "listed_as_minor": _each(_minor),
})  # fmt: skip

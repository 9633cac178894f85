"""Knows the meaning of every factor: a function of one donor and one pool to one column.

Both evaluators read these columns, so a factor is computed once, by one implementation, and quantised here. A factor
of one column of the pool is a function of the values that occur there; its codes stay as they are (coded.py).
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.blood_group import compatible_with, identical_with
from bequest.clinical.crossmatch import crossmatch
from bequest.matching import (
    eurotransplant_factors,
    eurotransplant_liver_factors,
    mismatch_counts,
    place_factors,
    uk_liver_factors,
    us_factors,
    us_liver_factors,
    us_lung_factors,
    world_factors,
)
from bequest.matching.coded import OWN, Coded
from bequest.matching.pair import DAY_SECONDS, age_years, days_since, donor_fact
from bequest.matching.urgency import urgency_in_force
from bequest.model.column import MISSING, Column, Table
from bequest.model.columns import known_column
from bequest.model.enums import BloodGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.matching.pair import Pair
    from bequest.matching.pool import Pool

    Whole = NDArray[np.int64]


def factor(pair: Pair, entry: Column) -> Coded:
    """Return a candidate column, factor or registration fact."""
    if entry.table is not Table.FACTOR:
        return registration_column(pair.pool, entry)
    given = pair.pool.given.get(entry.name)
    if given is None:
        return _FACTORS[entry.name](pair)
    # A golden case states the factor for some candidates only; for the rest it is computed.
    return pair.pool.each(np.where(given == MISSING, _FACTORS[entry.name](pair).whole(), given))


def registration_column(pool: Pool, entry: Column) -> Coded:
    """Return a registration fact as a column."""
    given = pool.given.get(entry.name)
    return pool.columns[entry.name] if given is None else pool.each(given)


def factor_column(pair: Pair, entry: Column) -> Whole:
    """Return a candidate column as int64 with MISSING, shape (registrations,)."""
    return factor(pair, entry).whole()


def factor_names() -> frozenset[str]:
    """Return the names of the factors that have an implementation."""
    return frozenset(_FACTORS)


def _donor_number(pair: Pair, name: str) -> int:
    return donor_fact(pair.donor, known_column(Table.DONOR, name))


def _active(pair: Pair) -> Coded:
    start = pair.pool.active_from
    return start.having(((start.values <= pair.at_days) & (start.values != MISSING)).astype(np.int64))


def _waiting_days(pair: Pair) -> Coded:
    return days_since(pair, pair.pool.columns["listed_on"])


def _dialysis_days(pair: Pair) -> Coded:
    return days_since(pair, pair.pool.columns["dialysis_since_on"])


def _renal_waiting_days(pair: Pair) -> Coded:
    return days_since(pair, pair.pool.renal_since)


def _urgency(pair: Pair) -> Coded:
    return pair.pool.columns["urgency_granted"].having(urgency_in_force(pair).level)


def _urgency_days(pair: Pair) -> Coded:
    return days_since(pair, pair.pool.columns["urgency_since_on"].having(urgency_in_force(pair).since))


def _blood_group(pair: Pair, table: Callable[[BloodGroup], NDArray[np.bool_]]) -> Coded:
    donor, candidate = pair.donor.facts.get("blood_group"), pair.pool.columns["blood_group"]
    if donor is None:
        return pair.pool.alike(MISSING)
    known = candidate.values != MISSING
    answers = table(BloodGroup(str(donor)))[np.where(known, candidate.values, 0)]
    return candidate.having(np.where(known, answers, MISSING))


def _abo_identical(pair: Pair) -> Coded:
    return _blood_group(pair, identical_with)


def _abo_compatible(pair: Pair) -> Coded:
    return _blood_group(pair, compatible_with)


_SMALL = np.append(np.arange(128), np.full(128, MISSING))
"""What a small integer means: the octets of 0 to 127 themselves; those of the negative ones, no value."""


def _small(pair: Pair, values: NDArray[np.int8]) -> Coded:
    """Return small integers, negative where there is no value, as a column of this run."""
    assert len(values) == len(pair.pool), "one for each registration"
    return Coded(_SMALL, values.view(np.uint8), OWN)


def _crossmatch(pair: Pair) -> Coded:
    return _small(pair, crossmatch(pair.typing, pair.pool.unacceptable))


def _ratio(above: Whole | int, below: Whole | int, entry: Column) -> Whole:
    """Return 100 * above / below in the entry's resolution, rounded half up in integers."""
    known = (np.asarray(above) != MISSING) & (np.asarray(below) != MISSING)
    top, bottom = np.where(known, above, 0), np.where(known, below, 1)
    scale = 100 * 10**entry.decimals
    return np.where(known, (2 * scale * top + bottom) // (2 * bottom), MISSING)


def _donor_weight_percent(pair: Pair) -> Coded:
    donor, candidate = _donor_number(pair, "weight_kg"), pair.pool.columns["weight_kg"]
    return candidate.having(_ratio(donor, candidate.values, known_column(Table.FACTOR, "donor_weight_percent")))


def _candidate_weight_percent(pair: Pair) -> Coded:
    donor, candidate = _donor_number(pair, "weight_kg"), pair.pool.columns["weight_kg"]
    return candidate.having(_ratio(candidate.values, donor, known_column(Table.FACTOR, "candidate_weight_percent")))


def _height_difference_cm(pair: Pair) -> Coded:
    donor, heights = _donor_number(pair, "height_cm"), pair.pool.columns["height_cm"]
    unknown = (heights.values == MISSING) | (donor == MISSING)
    return heights.having(np.where(unknown, MISSING, donor - np.where(unknown, 0, heights.values)))


def _age_difference_years(pair: Pair) -> Coded:
    donor, ages = _donor_number(pair, "age_years"), factor(pair, known_column(Table.FACTOR, "age_years"))
    scale = 10 ** known_column(Table.DONOR, "age_years").decimals
    known = (ages.values != MISSING) & (donor != MISSING)
    return ages.having(np.where(known, np.abs(donor - np.where(known, ages.values, 0) * scale), MISSING))


def _donor_age_accepted(pair: Pair) -> Coded:
    donor = _donor_number(pair, "age_years")
    if donor == MISSING:
        return pair.pool.alike(MISSING)
    scale = 10 ** known_column(Table.DONOR, "age_years").decimals
    # Both bounds share their codes (pool_columns.TOGETHER).
    lowest, highest = pair.pool.columns["donor_age_years_min"], pair.pool.columns["donor_age_years_max"].values
    high_enough = (lowest.values == MISSING) | (donor >= lowest.values * scale)
    # A limit of 65 admits every donor who is 65, up to the day before the 66th birthday.
    low_enough = (highest == MISSING) | (donor < (highest + 1) * scale)
    return lowest.having((high_enough & low_enough).astype(np.int64))


def _storage_days(pair: Pair) -> Coded:
    preserved = _donor_number(pair, "preserved_at")
    entry = known_column(Table.FACTOR, "storage_days")
    seconds = pair.at_seconds - preserved
    known = preserved != MISSING and seconds >= 0
    return pair.pool.alike((2 * seconds * 10**entry.decimals + DAY_SECONDS) // (2 * DAY_SECONDS) if known else MISSING)


_FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "active": _active,
    "age_years": age_years,
    "waiting_days": _waiting_days,
    "dialysis_days": _dialysis_days,
    "renal_waiting_days": _renal_waiting_days,
    "urgency": _urgency,
    "urgency_days": _urgency_days,
    "abo_identical": _abo_identical,
    "abo_compatible": _abo_compatible,
    "distance_km": place_factors.distance_km,
    "distance_nm": place_factors.distance_nm,
    "travel_hours": place_factors.travel,
    "preservation_hours": place_factors.preservation,
    "same_centre": place_factors.same_centre,
    "same_region": place_factors.same_region,
    "same_country": place_factors.same_country,
    "crossmatch": _crossmatch,
    "donor_weight_percent": _donor_weight_percent,
    "candidate_weight_percent": _candidate_weight_percent,
    "height_difference_cm": _height_difference_cm,
    "age_difference_years": _age_difference_years,
    "donor_age_accepted": _donor_age_accepted,
    "storage_days": _storage_days,
    **mismatch_counts.FACTORS,
    **us_factors.FACTORS,
    **us_liver_factors.FACTORS,
    **us_lung_factors.FACTORS,
    **eurotransplant_factors.FACTORS,
    **eurotransplant_liver_factors.FACTORS,
    **world_factors.FACTORS,
    **uk_liver_factors.FACTORS,
})  # fmt: skip

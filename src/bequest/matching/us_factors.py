"""Knows the factors that the published policies of the United States need beside the common ones.

What changes at most once a day and depends on the registrations alone is worked out once for a pool and kept.
"""

from __future__ import annotations

from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import BITS, Locus
from bequest.clinical.blood_group import CODES, compatible_with, identical_with, table
from bequest.clinical.equivalence_mismatch import equivalence_mismatches, without_mismatch
from bequest.clinical.planes import holders_of_any, one_a_person
from bequest.clinical.scores.registry import score_named
from bequest.matching.coded import OWN, Coded
from bequest.matching.pair import days_since
from bequest.matching.quantise import quantise
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column
from bequest.model.enums import BloodGroup

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.matching.pair import Pair
    from bequest.matching.pool import Pool

    Whole = NDArray[np.int64]

YEAR_DAYS = 365.25
"""Days of a year where a score takes years with decimals."""
_ADULT_YEARS = 18
"""The birthday from which there is an EPTS; it belongs to the score (data/scores/epts.json)."""


def _codes_of(name: str, wanted: tuple[str, ...]) -> tuple[int, ...]:
    codes = known_column(Table.FACTOR, name).codes
    return tuple(codes.index(code) for code in wanted)


def _medically_urgent(pair: Pair) -> Coded:
    since = pair.pool.columns["medically_urgent_since_on"]
    return since.having(((since.values != MISSING) & (since.values <= pair.at_days)).astype(np.int64))


_SMALL = np.append(np.arange(128), np.full(128, MISSING))
"""What a small integer means: the octets of 0 to 127 themselves; those of the negative ones, no value."""


def _small(values: NDArray[np.int8]) -> Coded:
    """Return small integers, negative where there is no value, as a column of this run."""
    return Coded(_SMALL, values.view(np.uint8), OWN)


@lru_cache(maxsize=4)
def _cpra_whole_percent(pool: Pool) -> Coded:
    cpra, scale = pool.columns["cpra_percent"].whole(), 10 ** known_column(Table.REGISTRATION, "cpra_percent").decimals
    rounded = (2 * np.where(cpra == MISSING, 0, cpra) + scale) // (2 * scale)
    listed = holders_of_any(pool.unacceptable.covered, (1 << BITS) - 1) | pool.unacceptable.not_known
    nothing_listed = one_a_person(listed, len(pool)) == 0
    return _few(np.where(cpra != MISSING, rounded, np.where(nothing_listed, 0, MISSING)))


def _few(values: Whole) -> Coded:
    """Return whole numbers of 0 to 127, MISSING where there is none, as a column of this run."""
    return _small(np.where(values == MISSING, -1, values).astype(np.int8))


def _epts_percent(pair: Pair) -> Coded:
    return _epts_on(pair.pool, pair.at_days, pair.at_birthday)


@lru_cache(maxsize=4)
def _epts_on(pool: Pool, at_days: int, at_birthday: int) -> Coded:
    """Return EPTS on a day; missing for children and where something it needs is not known."""
    born, birthday = pool.columns["born_on"].whole(), pool.birthdays.whole()
    adult = (birthday != MISSING) & (
        (at_birthday - np.where(birthday == MISSING, at_birthday, birthday)) >> 9 >= _ADULT_YEARS
    )
    years = np.where(adult, (at_days - np.where(adult, born, 0)) / YEAR_DAYS, np.nan)
    transplants = pool.columns["previous_transplants"].whole()
    found = score_named("epts@2024").compute({
        # On the birthday itself years of 365.25 days may fall short of 18; the calendar decides.
        "age_years": np.where(adult, np.maximum(years, _ADULT_YEARS), np.nan),
        "diabetes": _number(pool.columns["diabetes"].whole()),
        "prior_transplant": _number(np.where(transplants == MISSING, MISSING, transplants > 0)),
        "dialysis_years": _dialysis_years(pool, at_days),
    })  # fmt: skip
    return _few(quantise(found["epts_percent"], known_column(Table.FACTOR, "epts_percent")))


def _number(values: Whole) -> NDArray[np.float64]:
    return np.where(values == MISSING, np.nan, values)


def _dialysis_years(pool: Pool, at_days: int) -> NDArray[np.float64]:
    """Return years on dialysis, 0 before and without it; NaN where it began before the latest transplant.

    Only dialysis since the latest transplant counts, and whether it was taken up again is then not known.
    """
    since, before = pool.columns["dialysis_since_on"].whole(), pool.columns["previous_transplant_on"].whole()
    begun = (since != MISSING) & (since <= at_days)
    years = np.where(begun, at_days - np.where(begun, since, 0), 0) / YEAR_DAYS
    return np.where(begun & (before != MISSING) & (since < before), np.nan, years)


def _relations(donor: BloodGroup) -> Whole:
    """Return by candidate code the relation of the groups for kidneys, eligibility for non-A1 kidneys aside."""
    identical, permitted, zero_only, incompatible = _codes_of(
        "abo_kidney_relation", ("identical", "permitted", "zero_mismatch_only", "incompatible")
    )
    given = table("us-kidney")[CODES.index(donor.value)]
    otherwise = np.where(compatible_with(donor), zero_only, incompatible)
    return np.where(identical_with(donor), identical, np.where(given, permitted, otherwise))


def _abo_kidney_relation(pair: Pair) -> Coded:
    group = pair.pool.columns["blood_group"]
    donor = BloodGroup(str(pair.donor.facts["blood_group"]))
    known = group.values != MISSING
    place = np.where(known, group.values, 0)
    relations = group.having(np.where(known, _relations(donor)[place], MISSING))
    if not table("us-kidney-non-a1-to-b")[CODES.index(donor.value)].any():
        return relations
    able = known & table("us-kidney-non-a1-to-b")[CODES.index(donor.value)][place]
    eligible = pair.pool.columns["eligible_for_non_a1_kidney"].whole()
    (cleared,) = _codes_of("abo_kidney_relation", ("non_a1_to_b",))
    answer = np.where(eligible == MISSING, MISSING, np.where(eligible == 1, cleared, relations.whole()))
    return _few(np.where(able[group.codes], answer, relations.whole()))


def _abo_heart_relation(pair: Pair) -> Coded:
    group = pair.pool.columns["blood_group"]
    donor = CODES.index(str(pair.donor.facts["blood_group"]))
    primary, secondary, incompatible = _codes_of("abo_heart_relation", ("primary", "secondary", "incompatible"))
    second = np.where(table("us-heart-secondary")[donor], secondary, incompatible)
    relations = np.where(table("us-heart-primary")[donor], primary, second)
    known = group.values != MISSING
    return group.having(np.where(known, relations[np.where(known, group.values, 0)], MISSING))


def _heart_status(pair: Pair) -> Coded:
    columns = pair.pool.columns
    granted, until = columns["heart_status_granted"].whole(), columns["heart_status_valid_until"].whole()
    lasting = np.isin(granted, (MISSING, *_codes_of("heart_status", ("adult_6", "pediatric_1B", "pediatric_2"))))
    lapsed = ~lasting & ((until == MISSING) | (until < pair.at_seconds))
    fifth, sixth, child, child_lower = _codes_of("heart_status", ("adult_5", "adult_6", "pediatric_1A", "pediatric_1B"))
    # Status 5 has to be shown: whether another organ is waited for is then known to be so.
    lower = np.where(columns["listed_for_other_organ"].whole() == 1, fifth, sixth)
    return _few(np.where(lapsed, np.where(granted == child, child_lower, lower), granted))


FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "counted_waiting_days": lambda pair: days_since(pair, pair.pool.columns["waiting_since_on"]),
    "cpra_whole_percent": lambda pair: _cpra_whole_percent(pair.pool),
    "zero_abdr_mismatch": lambda pair: _small(without_mismatch(pair.typing, pair.pool.typing)),
    "equivalence_mismatches_dr": lambda pair: _small(equivalence_mismatches(pair.typing, pair.pool.typing, Locus.DR)),
    "epts_percent": _epts_percent,
    "abo_kidney_relation": _abo_kidney_relation,
    "medically_urgent": _medically_urgent,
    "medically_urgent_days": lambda pair: days_since(pair, pair.pool.columns["medically_urgent_since_on"]),
    "heart_status": _heart_status,
    "heart_status_days": lambda pair: days_since(pair, pair.pool.columns["heart_status_since_on"]),
    "abo_heart_relation": _abo_heart_relation,
})  # fmt: skip

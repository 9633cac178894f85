"""Knows the factors that the published policies of Eurotransplant need beside the common ones.

What follows from the registrations alone is worked out once for a pool and kept, so that a run only looks it up.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bequest.clinical.blood_group import CODES
from bequest.clinical.genotype import field_start
from bequest.clinical.mismatch import NUMBERS
from bequest.clinical.planes import holders, members, nobody, one_a_person
from bequest.clinical.scores.et_mismatch_probability import BLOOD_GROUPS, mismatch_probability
from bequest.matching.coded import OWN, Coded, few
from bequest.matching.mismatch_counts import LOCI, number_of
from bequest.matching.pair import DAY_SECONDS
from bequest.matching.pool_columns import age_on, birthdays
from bequest.matching.quantise import quantise
from bequest.model.column import MISSING, Column, Table
from bequest.model.columns import known_column
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.clinical.typing import HlaTyping, TypingColumns
    from bequest.matching.pair import Pair
    from bequest.matching.pool import Pool

    Whole = NDArray[np.int64]

YEAR_SECONDS = 31_557_600
"""Seconds of a year of 365.25 days, the year in which waiting is counted."""
_LOCI = ("broad_a", "broad_b", "split_dr")


@dataclass(frozen=True, slots=True, eq=False)
class _Histories:
    """Hold what follows from the registrations of a pool alone, each (registrations,), MISSING where not known."""

    dialysed_at: Coded  # seconds
    listed_age: Coded
    first_dialysis_age: Coded
    relisting: Coded
    previous_transplant_age: Coded
    mismatch_probability: Coded


@lru_cache(maxsize=4)
def _histories(pool: Pool) -> _Histories:
    born = birthdays(pool.columns["born_on"].whole())
    listed, before = pool.columns["listed_on"].whole(), pool.columns["previous_transplant_on"].whole()
    dialysed = _first_dialysis(pool)
    dialysed_on = np.where(dialysed == MISSING, MISSING, dialysed // DAY_SECONDS)
    return _Histories(
        dialysed_at=pool.each(dialysed),
        listed_age=few(age_on(listed, born)),
        first_dialysis_age=few(age_on(dialysed_on, born)),
        relisting=few(_years_between(before, listed, known_column(Table.FACTOR, "relisting_years"))),
        previous_transplant_age=few(age_on(before, born)),
        mismatch_probability=pool.each(_mismatch_probability(pool)),
    )


def _first_dialysis(pool: Pool) -> Whole:
    """Return the second of the first dialysis, that of midnight where only the day is known."""
    at, day = pool.columns["dialysis_began_at"].whole(), pool.columns["dialysis_since_on"].whole()
    midnight = np.where(day == MISSING, MISSING, np.where(day == MISSING, 0, day) * DAY_SECONDS)
    return np.where(at == MISSING, midnight, at)


def _years_between(start: Whole, end: Whole, entry: Column) -> Whole:
    known = (start != MISSING) & (end != MISSING) & (start <= end)
    seconds = (np.where(known, end, 0) - np.where(known, start, 0)) * DAY_SECONDS
    return np.where(known, _years(seconds, entry), MISSING)


def _years(seconds: Whole, entry: Column) -> Whole:
    """Return seconds as years in the entry's resolution, rounded half up."""
    years = seconds * (2 * 10**entry.decimals)
    years += YEAR_SECONDS
    years //= 2 * YEAR_SECONDS
    return years


def _mismatch_probability(pool: Pool) -> Whole:
    group, percent = pool.columns["blood_group"].whole(), pool.columns["cpra_percent"].whole()
    plain = np.array([BLOOD_GROUPS.index("".join(filter(str.isalpha, code))) for code in CODES])
    groups = np.where(group == MISSING, np.nan, plain[np.where(group == MISSING, 0, group)])
    entry = known_column(Table.REGISTRATION, "cpra_percent")
    percents = np.where(percent == MISSING, np.nan, percent / 10**entry.decimals)
    found = mismatch_probability(pool.typing, groups, percents).split
    return quantise(found, known_column(Table.FACTOR, "mismatch_probability_percent"))


def _dialysis_years(pair: Pair) -> Coded:
    start = _histories(pair.pool).dialysed_at
    # In place, because nearly everybody has an instant of their own. Who has none is worked out in vain.
    years = _years(pair.at_seconds - start.values, known_column(Table.FACTOR, "dialysis_years"))
    years[(start.values == MISSING) | (start.values > pair.at_seconds)] = MISSING
    return start.having(years)


def _homozygous_loci_as_donor(pair: Pair) -> Coded:
    if not pair.typing.typed_abdr or pair.typing.split_dr == 0:
        return pair.pool.alike(MISSING)
    if not _homozygous(pair.typing):
        return pair.pool.alike(0)
    return _homozygous_loci(pair.pool)


def _homozygous(typing: HlaTyping) -> bool:
    return all(field.bit_count() == 1 for field in (typing.broad_a, typing.broad_b, typing.split_dr))


@lru_cache(maxsize=4)
def _homozygous_loci(pool: Pool) -> Coded:
    """Return at how many of the three loci exactly one antigen is known."""
    count = np.zeros(len(pool), dtype=np.int64)
    for field in _LOCI:
        count += one_a_person(_exactly_one(pool.typing, field), len(pool))
    return few(np.where(one_a_person(pool.typing.not_scored, len(pool)) == 1, MISSING, count))


def _exactly_one(typings: TypingColumns, field: str) -> NDArray[np.uint64]:
    """Return who has exactly one antigen at a field of counting, shape (words,)."""
    first, second = nobody(typings.antigens), nobody(typings.antigens)
    start = field_start(field)
    for number in members(typings.antigens.used >> start & _WORD):
        plane = holders(typings.antigens, start + number)
        second |= first & plane
        first |= plane
    return first & ~second


_WORD = (1 << 64) - 1


def _hla_mismatches_accepted(pair: Pair) -> Coded:
    refused = _refused(pair.pool)
    if refused is None:
        return pair.pool.alike(1)
    return Coded(_ANSWERS, refused.answers[refused.start + pair.mismatch_numbers], OWN)


class _Refused(NamedTuple):
    """Hold which counts of mismatches the registrations of a pool refuse."""

    answers: NDArray[np.uint8]  # (lists * (NUMBERS + 1),), places in _ANSWERS: list after list, count after count
    start: NDArray[np.int64]  # (registrations,), where the list of each begins


@lru_cache(maxsize=4)
def _refused(pool: Pool) -> _Refused | None:
    """Return the refused counts of a pool, None where nobody refuses any."""
    refused = pool.labels["refused_hla_mismatches"]
    if not any(refused.texts):
        return None
    answers = np.array([_answers(text) for text in refused.texts], dtype=np.uint8).ravel()
    start = refused.column.values * (NUMBERS + 1)
    return _Refused(answers, start[refused.column.codes])


_ANSWERS = np.array([0, 1, MISSING])
_REFUSED, _ACCEPTED, _NOT_JUDGED = range(3)


@lru_cache(maxsize=4096)
def _answers(text: str | None) -> tuple[int, ...]:
    """Return the place in _ANSWERS for each count of mismatches, and for a pair that is not typed."""
    words = (text or "").split()
    wrong = next((word for word in words if len(word) != LOCI or not set(word) <= set("012")), None)
    if wrong is not None:
        raise InputError(
            f"column 'refused_hla_mismatches': '{wrong}' is no count of A, B and DR mismatches; write such as 212."
        )
    refused = {number_of(word) for word in words}
    answers = [_REFUSED if count in refused else _ACCEPTED for count in range(NUMBERS)]
    return (*answers, _NOT_JUDGED if refused else _ACCEPTED)


def _same_subregion(pair: Pair) -> Coded:
    label, here = pair.pool.labels["subregion"], pair.donor.facts.get("subregion")
    if here is None:
        return pair.pool.alike(MISSING)
    return label.having([MISSING if text is None else int(text == here) for text in label.texts])


FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "dialysis_years": _dialysis_years,
    "listed_age_years": lambda pair: _histories(pair.pool).listed_age,
    "relisting_years": lambda pair: _histories(pair.pool).relisting,
    "previous_transplant_age_years": lambda pair: _histories(pair.pool).previous_transplant_age,
    "first_dialysis_age_years": lambda pair: _histories(pair.pool).first_dialysis_age,
    "mismatch_probability_percent": lambda pair: _histories(pair.pool).mismatch_probability,
    "homozygous_loci_as_donor": _homozygous_loci_as_donor,
    "hla_mismatches_accepted": _hla_mismatches_accepted,
    "same_subregion": _same_subregion,
})  # fmt: skip

"""Knows how HLA-A, -B and -DR mismatches are counted: broads at A and B, splits at DR, as Eurotransplant does.

A mismatch is an antigen of the donor that the candidate lacks.
Source: public code of the Eurotransplant kidney simulator, hansdeferrante/Eurotransplant_ETKidney_simulator, commit
2638c31, with which tests/published/test_hla_mismatch.py agrees pair by pair.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import WORD_DR, Locus, antigen, dictionary, splits
from bequest.clinical.genotype import field_start, matched_unsplit
from bequest.clinical.planes import each_a_person, holders, holders_of_any, members, one_a_person
from bequest.clinical.typing import columns_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bequest.clinical.typing import HlaTyping, TypingColumns


DIGIT = 3
"""A count of a donor with at most two antigens at a locus is 0, 1 or 2."""
NUMBERS = DIGIT**3
"""Numbers that the counts at A, B and DR make together."""


@dataclass(frozen=True, slots=True)
class Mismatches:
    """Hold how many donor antigens each candidate lacks; -1 where a side is not typed at A, B and DR."""

    a: NDArray[np.int8]  # (registrations,)
    b: NDArray[np.int8]  # (registrations,)
    dr: NDArray[np.int8]  # (registrations,)


@dataclass(frozen=True, slots=True)
class PairMismatches:
    """Hold how many donor antigens one candidate lacks at each locus."""

    a: int
    b: int
    dr: int


def mismatches(donor: HlaTyping, columns: TypingColumns) -> Mismatches:
    """Return the mismatches of one donor with every registration of a pool."""
    if not donor.typed_abdr:
        unscored = np.full(len(columns), -1, dtype=np.int8)
        return Mismatches(unscored, unscored, unscored)
    unscored = one_a_person(columns.not_scored, len(columns))
    return Mismatches(*(_counted(planes, columns, unscored) for planes in _lacking_at(donor, columns)))


def mismatch_numbers(donor: HlaTyping, columns: TypingColumns) -> NDArray[np.uint8]:
    """Return the mismatches of one donor with every registration as one number: three digits to the base DIGIT.

    The digits are the mismatches at A, B and DR. NUMBERS where a side is not typed at A, B and DR. The donor has at
    most two antigens at a locus, as parse_typing sees to.
    """
    if not donor.typed_abdr:
        return np.full(len(columns), NUMBERS, dtype=np.uint8)
    lacking = _lacking_at(donor, columns)
    planes = np.array([*(plane for of_locus in lacking for plane in of_locus), columns.not_scored])
    *bits, unscored = each_a_person(planes, len(columns))
    numbers, bit = np.zeros(len(columns), dtype=np.int8), iter(bits)
    for of_locus in lacking:
        numbers *= DIGIT
        for lacks in islice(bit, len(of_locus)):
            numbers += lacks
    numbers[unscored.view(np.bool_)] = NUMBERS
    return numbers.view(np.uint8)


def mismatches_of_pair(donor: HlaTyping, candidate: HlaTyping) -> PairMismatches | None:
    """Return the mismatches of one pair; None where a side is not typed at A, B and DR."""
    counts = mismatches(donor, columns_of([candidate]))
    a, b, dr = int(counts.a[0]), int(counts.b[0]), int(counts.dr[0])
    return None if a < 0 else PairMismatches(a, b, dr)


def _counted(
    planes: Sequence[NDArray[np.uint64]],
    columns: TypingColumns,
    unscored: NDArray[np.int8],
) -> NDArray[np.int8]:
    """Return how many of the planes have each registration's bit, -1 where the registration is not scored."""
    count, scored = -unscored, ~columns.not_scored
    for plane in planes:
        count += one_a_person(plane & scored, len(columns))
    return count


def _lacking_at(donor: HlaTyping, columns: TypingColumns) -> tuple[list[NDArray[np.uint64]], ...]:
    """Return for A, B and DR planes of who lacks an antigen of the donor: as many planes have a bit as are lacking."""
    return (
        _lacking(columns, "broad_a", donor.broad_a),
        _lacking(columns, "broad_b", donor.broad_b),
        _lacking_dr(donor, columns),
    )


def _lacking(columns: TypingColumns, field: str, antigens: int) -> list[NDArray[np.uint64]]:
    """Return for each antigen of a set who lacks it at one of the fields of counting."""
    return [~holders(columns.antigens, field_start(field) + number) for number in members(antigens)]


def _lacking_dr(donor: HlaTyping, columns: TypingColumns) -> list[NDArray[np.uint64]]:
    """Return who lacks the donor's DR splits, or, where a split is not known, broads and the splits both sides know.

    A side whose splits are fewer than its broads has a broad antigen of unknown split. The pair is then compared by
    broads, except that a common broad of which both sides know a split is replaced by those splits.
    """
    by_broads = _by_broads(donor, columns)
    if donor.split_dr.bit_count() < donor.broad_dr.bit_count():
        return by_broads
    unknown = columns.split_not_known
    return [plane & ~unknown for plane in _lacking(columns, "split_dr", donor.split_dr)] + [
        plane & unknown for plane in by_broads
    ]


def _by_broads(donor: HlaTyping, columns: TypingColumns) -> list[NDArray[np.uint64]]:
    lacking = _lacking(columns, "broad_dr", donor.broad_dr)
    for broad, below in _splittable():
        donor_splits = donor.split_dr & below
        if donor.broad_dr >> broad & 1 and donor_splits:
            common = holders(columns.antigens, field_start("broad_dr") + broad)
            known = holders_of_any(columns.antigens, below << field_start("split_dr"))
            lacking += [plane & common & known for plane in _lacking(columns, "split_dr", donor_splits)]
    return lacking


@cache
def _splittable() -> tuple[tuple[int, int], ...]:
    """Return for each DR broad matched by its splits its number and the set of its splits, in the word of DR."""
    return tuple(
        (_in_word(name), sum(1 << _in_word(split) for split in splits(name)))
        for name, entry in dictionary().items()
        if entry.locus is Locus.DR and splits(name) and name not in matched_unsplit()
    )


def _in_word(name: str) -> int:
    bit = antigen(name).bit
    assert bit is not None, "every antigen has a bit"
    return bit - 64 * WORD_DR

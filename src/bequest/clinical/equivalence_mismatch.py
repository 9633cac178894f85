"""Knows how HLA-A, -B and -DR mismatches are counted by the OPTN: an equivalent antigen or allele is no mismatch.

A mismatch is a donor antigen in whose row of the table the candidate has nothing. One antigen at a locus counts as
both. What the table does not name stands in the row of the antigen it belongs to.
Source: OPTN Policies 1.2 and 4.11, effective 2025-12-10; data/hla/optn_matching_2025-12-10.csv.source.md.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.antigens import Locus, Relation, antigen, dictionary, lineage, locus_bits
from bequest.clinical.genotype import field_start
from bequest.clinical.names import read_name
from bequest.clinical.planes import holders_of_any, members, one_a_person
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.clinical.typing import HlaTyping, TypingColumns

LOCI = (Locus.A, Locus.B, Locus.DR)
"""The loci that are matched."""


def equivalence_mismatches(donor: HlaTyping, columns: TypingColumns, locus: Locus) -> NDArray[np.int8]:
    """Return how many donor antigens at one of LOCI lack an equivalent in each registration, shape (registrations,).

    Donor antigens that are equivalent to each other count as one. -1 where a side is not typed there.
    """
    people = len(columns)
    if not _typed_fields(donor)[locus]:
        return np.full(people, -1, dtype=np.int8)
    typed = holders_of_any(columns.antigens, _WORD << field_start(_FIELDS[locus]))
    count = one_a_person(typed, people) - np.int8(1)
    for row in _rows_of(donor.carried & locus_bits(locus)):
        count += one_a_person(~holders_of_any(columns.antigens, row) & typed, people)
    return count


def without_mismatch(donor: HlaTyping, columns: TypingColumns) -> NDArray[np.int8]:
    """Return 1 where no donor antigen at LOCI is a mismatch, 0 where one is, -1 where that is not known."""
    counts = [equivalence_mismatches(donor, columns, locus) for locus in LOCI]
    mismatched = np.logical_or.reduce([count > 0 for count in counts])
    untyped = np.logical_or.reduce([count < 0 for count in counts])
    return np.where(mismatched, 0, np.where(untyped, -1, 1)).astype(np.int8)


_FIELDS: Mapping[Locus, str] = MappingProxyType({Locus.A: "broad_a", Locus.B: "broad_b", Locus.DR: "broad_dr"})
_GENES: Mapping[str, str] = MappingProxyType({"A": "A", "B": "B", "DR": "DRB1"})
_WORD = (1 << 64) - 1


def _typed_fields(donor: HlaTyping) -> Mapping[Locus, bool]:
    return {Locus.A: donor.broad_a != 0, Locus.B: donor.broad_b != 0, Locus.DR: donor.broad_dr != 0}


def _rows_of(antigens: int) -> frozenset[int]:
    """Return for a set of antigens their different rows, each as the set of all that is equivalent."""
    rows = _row_by_bit()
    return frozenset(rows[number] for number in members(antigens))


@cache
def _row_by_bit() -> Mapping[int, int]:
    """Return for the number of each bit at LOCI the set of bits that stand in its row."""
    named = _named_rows()
    together: dict[object, int] = {}
    for name in _with_bits():
        together[_row(name, named)] = together.get(_row(name, named), 0) | 1 << _number(name)
    return MappingProxyType({_number(name): together[_row(name, named)] for name in _with_bits()})


def _with_bits() -> tuple[str, ...]:
    return tuple(name for name, entry in dictionary().items() if entry.locus in LOCI and entry.bit is not None)


def _number(name: str) -> int:
    number = antigen(name).bit
    assert number is not None, "only entries with a bit are asked"
    return number


def _row(name: str, named: Mapping[str, str]) -> str:
    """Return the row of an entry: its own, else that of the nearest antigen above it, else one for itself alone."""
    return next((named[entry.name] for entry in lineage(name) if entry.name in named), name)


@cache
def _named_rows() -> Mapping[str, str]:
    """Return the row of every value that the table names, by its canonical name.

    An associated antigen (B4005) is the older name of an allele (B*40:05) and stands where that allele stands.
    """
    named: dict[str, str] = {}
    for line in read_rows("hla/optn_matching_2025-12-10.csv"):
        value, locus = line["value"].removesuffix("P"), line["locus"]
        (name,) = read_name(f"{_GENES[locus]}*{value}" if ":" in value else f"{locus}{value}").names
        row = f"{locus} {line['row']}"
        named[name] = row
        parent = antigen(name).parent
        if parent is not None and antigen(parent).relation is Relation.ASSOCIATED:
            named.setdefault(parent, row)
    return MappingProxyType(named)

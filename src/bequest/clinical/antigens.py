"""Knows the HLA antigens: their loci, which is a split of which, and the bit each has in a bit set.

Layout. A bit set is `WORDS` words of 64 bits. Each group of loci in `_GROUPS` begins a new word; inside a group the
antigens come first, in the order of `antigens.csv`, then the alleles that somebody may list as unacceptable. So all
antigens of HLA-A, of HLA-B and of HLA-DR lie in one word each (`WORD_A`, `WORD_B`, `WORD_DR`), and a count of
mismatches is one AND and one count of bits. An allele that nobody may list has no bit; it counts as its antigen.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

WORDS = 9
"""Words of 64 bits in one bit set of antigens."""
BITS = 64 * WORDS
WORD_A, WORD_B, WORD_DR = 0, 1, 4


class Locus(Enum):
    """Name an HLA locus; DRB345 holds DR51, DR52 and DR53, which stand beside DR and are no DR antigens."""

    A = "A"
    B = "B"
    C = "C"
    BW = "Bw"
    DR = "DR"
    DRB345 = "DRB345"
    DQ = "DQ"
    DQA = "DQA"
    DP = "DP"
    DPA = "DPA"


class Relation(Enum):
    """Name how an entry stands to its parent."""

    SINGLE = "single"  # an antigen without parent and without splits
    BROAD = "broad"  # an antigen that has splits
    SPLIT = "split"
    ASSOCIATED = "associated"  # a variant of its parent, not a division of it
    GROUP = "group"  # a group of alleles below an antigen
    ALLELE = "allele"


@dataclass(frozen=True, slots=True)
class Antigen:
    """Describe one entry: an antigen, an allele group or an allele; `bit` is None where its parent stands for it."""

    name: str
    locus: Locus
    relation: Relation
    parent: str | None
    bit: int | None


def antigen(name: str) -> Antigen:
    """Return the entry of a canonical name such as `A24`, `Cw7`, `DQA1*05` or `A*24:02`."""
    return dictionary()[name]


@cache
def dictionary() -> Mapping[str, Antigen]:
    """Return every entry by its canonical name, antigens before their alleles."""
    bits = _bits()
    return MappingProxyType(
        {
            name: Antigen(name, locus, relation, parent, bits.get(name))
            for name, (locus, relation, parent) in _entries().items()
        },
    )


def lineage(name: str) -> Iterator[Antigen]:
    """Yield the entry of this name, then its parent, and so on up to its broad antigen."""
    at: str | None = name
    while at is not None:
        entry = antigen(at)
        yield entry
        at = entry.parent


def broad_of(name: str) -> Antigen:
    """Return the antigen at the top: the broad of a split, or the antigen itself."""
    *_, top = lineage(name)
    return top


def bearer(name: str) -> Antigen:
    """Return the nearest entry at or above this name that has a bit."""
    return next(entry for entry in lineage(name) if entry.bit is not None)


@cache
def descendants(name: str) -> frozenset[str]:
    """Return the names of everything below an entry, itself not included."""
    below = _children().get(name, ())
    return frozenset(below).union(*(descendants(child) for child in below))


@cache
def splits(name: str) -> tuple[str, ...]:
    """Return the splits of a broad antigen, in the order of the dictionary; none for any other."""
    return tuple(child for child in _children().get(name, ()) if antigen(child).relation is Relation.SPLIT)


@cache
def locus_bits(locus: Locus) -> int:
    """Return the bit set, as one integer, of everything that has a bit at a locus."""
    return sum(1 << entry.bit for entry in dictionary().values() if entry.locus is locus and entry.bit is not None)


_GROUPS: tuple[tuple[Locus, ...], ...] = (
    (Locus.A,),
    (Locus.B,),
    (Locus.DR,),
    (Locus.C,),
    (Locus.DRB345, Locus.DQ, Locus.BW),
    (Locus.DQA, Locus.DPA),
    (Locus.DP,),
)
GENES: Mapping[str, Locus] = MappingProxyType(
    {
        "A": Locus.A,
        "B": Locus.B,
        "C": Locus.C,
        "DRB1": Locus.DR,
        "DRB3": Locus.DRB345,
        "DRB4": Locus.DRB345,
        "DRB5": Locus.DRB345,
        "DQA1": Locus.DQA,
        "DQB1": Locus.DQ,
        "DPA1": Locus.DPA,
        "DPB1": Locus.DP,
    },
)
"""Locus at which the product of a gene is counted."""

_Entries = dict[str, tuple[Locus, Relation, str | None]]


@cache
def _entries() -> Mapping[str, tuple[Locus, Relation, str | None]]:
    entries: _Entries = {}
    for row in read_rows("hla/antigens.csv"):
        entries[row["antigen"]] = (Locus(row["locus"]), Relation(row["relation"]), row["parent"] or None)
    for row in read_rows("hla/alleles.csv"):
        if row["antigen"]:
            locus = GENES[row["gene"]]
            entries[f"{row['gene']}*{row['allele']}"] = (locus, Relation.ALLELE, row["antigen"])
    return MappingProxyType(entries)


@cache
def _children() -> Mapping[str, tuple[str, ...]]:
    children: dict[str, list[str]] = {}
    for name, (_, _, parent) in _entries().items():
        if parent is not None:
            children.setdefault(parent, []).append(name)
    return MappingProxyType({parent: tuple(names) for parent, names in children.items()})


@cache
def _bits() -> Mapping[str, int]:
    listable = {f"{row['gene']}*{row['allele']}" for row in read_rows("hla/alleles.csv") if row["listable"] == "yes"}
    bits: dict[str, int] = {}
    start = 0
    for group in _GROUPS:
        names = [
            name
            for locus in group
            for name, (place, relation, _) in _entries().items()
            if place is locus and (relation is not Relation.ALLELE or name in listable)
        ]
        bits.update((name, start + offset) for offset, name in enumerate(names))
        start += -(-len(names) // 64) * 64
    assert start == BITS, "the entries that have a bit fill WORDS words"
    return MappingProxyType(bits)

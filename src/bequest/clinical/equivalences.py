"""Knows which donor antigens a listed unacceptable antigen covers, by edition of the table.

Every table is read in its own direction and one step only: `A9` covers `A24`, `A24` does not cover `A9`, and what a
covered antigen would itself cover is not added.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.clinical.antigens import Relation, antigen, bearer, descendants, dictionary, lineage, splits
from bequest.clinical.names import listed_names, read_name
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Edition(Enum):
    """Name the table of equivalences: the WHO relations alone, or with a table of the OPTN (Policy 4) added."""

    WHO = "who"
    OPTN_2017 = "optn-2017"
    OPTN_2025 = "optn-2025-12-10"


def covered(names: Iterable[str], edition: Edition = Edition.OPTN_2025) -> int:
    """Return the bit set of all that a list of unacceptable antigens (canonical names) covers.

    A broad antigen is added where all its splits are listed: a donor typed only as the broad must carry one.
    """
    known = _KNOWN[edition]
    listed = bits = 0
    for name in names:
        own, below = known.get(name) or known.setdefault(name, (_bit(name), covered_by_one(name, edition)))
        listed |= own
        bits |= below
    for broad, below in _divided():
        if listed & below == below:
            bits |= broad
    return bits


_KNOWN: Mapping[Edition, dict[str, tuple[int, int]]] = MappingProxyType({edition: {} for edition in Edition})
"""What was asked for so far, by edition and name: the name's bit, and all that it covers."""


@cache
def covered_by_one(name: str, edition: Edition) -> int:
    """Return the bit set that one listed antigen covers: itself, what stands below it, and its row of the table."""
    bits = _bit(name)
    for below in sorted(descendants(name)):
        if antigen(below).bit is not None:
            bits |= _bit(below)
    for value in _table(edition).get(name, ()):
        bits |= _bit(value)
    return bits


def with_complete_broads(names: Iterable[str]) -> tuple[str, ...]:
    """Return a list of unacceptable antigens, sorted, with each broad antigen added all of whose splits are listed."""
    listed = frozenset(names)
    broads = (name for name in dictionary() if splits(name) and listed.issuperset(splits(name)))
    return tuple(sorted(listed.union(broads)))


@cache
def public_epitopes(name: str) -> tuple[str, ...] | None:
    """Return which of Bw4 and Bw6 an HLA-B antigen or allele carries; None where the table leaves it open.

    An allele that no row names has what its antigen has. A broad antigen whose splits differ is open.
    Source: the Bw4 and Bw6 rows of OPTN Policy 4.11 (2025-12-10), which name the HLA-B values that count as each.
    """
    carriers = _carriers()
    for entry in lineage(name):
        named = tuple(epitope for epitope, values in carriers.items() if entry.name in values)
        if named:
            return named
        if any(not descendants(entry.name).isdisjoint(values) for values in carriers.values()):
            return None
    return ()


@cache
def _divided() -> tuple[tuple[int, int], ...]:
    """Return for each broad antigen its bit and the bits of its splits."""
    return tuple((_bit(name), sum(_bit(split) for split in splits(name))) for name in dictionary() if splits(name))


@cache
def _bit(name: str) -> int:
    bit = bearer(name).bit
    assert bit is not None, "the bearer of a name has a bit"
    return 1 << bit


@cache
def _table(edition: Edition) -> Mapping[str, tuple[str, ...]]:
    """Return listed name -> the names of donor antigens and alleles that its row covers."""
    if edition is Edition.WHO:
        return MappingProxyType({})
    pairs = _pairs_2017() if edition is Edition.OPTN_2017 else _pairs_2025()
    table: dict[str, list[str]] = {}
    for listed, value in pairs:
        row = table.setdefault(listed, [])
        row.extend(name for name in _with_associated(value) if name not in row)
    return MappingProxyType({listed: tuple(row) for listed, row in table.items()})


def _pairs_2017() -> Iterable[tuple[str, str]]:
    for row in read_rows("hla/optn_unacceptable_2017.csv"):
        (listed,) = listed_names(row["unacceptable_antigen"])
        (value,) = listed_names(row["donor_antigen_considered_unacceptable"])
        yield listed, value


def _pairs_2025() -> Iterable[tuple[str, str]]:
    for listed, value in _policy_rows():
        # A donor's Bw4 and Bw6 follow from its HLA-B (public_epitopes), so a listed Bw4 covers Bw4 alone.
        if not listed.startswith("Bw") and antigen(value).bit is not None:
            yield listed, value


@cache
def _carriers() -> Mapping[str, frozenset[str]]:
    """Return for Bw4 and Bw6 the names of the HLA-B antigens and alleles that carry it."""
    carriers: dict[str, set[str]] = {"Bw4": set(), "Bw6": set()}
    for listed, value in _policy_rows():
        if listed in carriers:
            carriers[listed].update(_with_associated(value))
    return MappingProxyType({epitope: frozenset(values) for epitope, values in carriers.items()})


@cache
def _policy_rows() -> tuple[tuple[str, str], ...]:
    return tuple(
        (_policy_name(row["locus"], row["unacceptable"]), _policy_name(row["locus"], row["equivalent_donor_value"]))
        for row in read_rows("hla/optn_unacceptable_2025-12-10.csv")
    )


def _with_associated(value: str) -> tuple[str, ...]:
    """Return a value and, for an allele of an associated antigen (B*40:05), that antigen (B4005), its older name."""
    parent = antigen(value).parent
    if parent is not None and antigen(parent).relation is Relation.ASSOCIATED:
        return (value, parent)
    return (value,)


_PREFIXES = MappingProxyType({"DQB1": "DQ", "DR51": "DR", "DR52": "DR", "DR53": "DR"})
_GENE_PREFIXES = MappingProxyType({"DR": "DRB1"})
_DRB345 = re.compile(r"([345])\*(.+)")


def _policy_name(locus: str, value: str) -> str:
    """Return the canonical name of a value of the policy, which leaves the locus out."""
    number = _DRB345.fullmatch(value)
    if number is not None:
        text = f"DRB{number[1]}*{number[2]}"
    elif ":" in value:
        text = f"{_GENE_PREFIXES.get(locus, locus)}*{value}"
    elif locus in {"DQA1", "DPA1"}:
        text = f"{locus}*{value}"
    else:
        text = value if value.startswith("Bw") else f"{_PREFIXES.get(locus, locus)}{value}"
    (name,) = read_name(text).names
    return name

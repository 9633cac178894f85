"""Knows what one blank-separated piece of a typing says about its locus, ambiguity kept explicit.

A piece is an antigen (`A24`), an allele (`A*24:02`), alternatives (`A*24:02/A*24:03`), a whole genotype
(`A*24:02+A*01:01`) or alternative genotypes (`A*24:02+A*01:01|A*24:03+A*01:02`). Alternatives that agree on an antigen
are that antigen; else on a broad antigen, that broad; else the locus is not resolved. Nothing is guessed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.clinical.antigens import (
    WORD_A,
    WORD_B,
    WORD_DR,
    WORDS,
    Locus,
    Relation,
    antigen,
    bearer,
    broad_of,
    descendants,
    lineage,
    locus_bits,
)
from bequest.clinical.equivalences import public_epitopes
from bequest.clinical.names import common_antigen, expressed, read_name
from bequest.model.errors import InputError
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

LOCI = tuple(Locus)
FIELDS = ("broad_a", "broad_b", "broad_dr", "split_dr")
"""Words that follow the `WORDS` words of antigens in `TokenMark.packed`."""


@dataclass(frozen=True, slots=True)
class TokenMark:
    """Hold what one piece of a typing adds, as integers to be joined by OR; `counts` are added up.

    `packed`: antigens carried, then the words of FIELDS. `open`: what may be carried beyond. `counts`: antigens at
    each locus, COUNT_BITS bits a locus. `unresolved`: one bit a locus that is named and not resolved.
    `epitope_open`: the HLA-B antigen leaves Bw4 and Bw6 open.
    """

    locus: Locus
    packed: int
    open: int
    counts: int
    unresolved: int = 0
    epitope_open: bool = False


COUNT_BITS = 16
_MORE_THAN_TWO = sum(1 << (COUNT_BITS * place + COUNT_BITS - 1) for place in range(len(LOCI)))
_THREE_SHORT_OF_IT = sum(((1 << (COUNT_BITS - 1)) - 3) << (COUNT_BITS * place) for place in range(len(LOCI)))


@lru_cache(maxsize=1 << 16)
def mark(piece: str) -> TokenMark:
    """Return what one piece of a typing adds; a name that is not known raises InputError."""
    if "~" in piece:
        message = f"{piece!r} is a haplotype; write each locus by itself, as in A*01:01+A*02:01^B*08:01+B*44:02."
        raise InputError(message)
    genotypes = [[_slot(copy) for copy in genotype.split("+")] for genotype in _written_out(piece).split("|")]
    loci = {slot.locus for genotype in genotypes for slot in genotype}
    if len(loci) > 1:
        message = f"{piece!r} joins different loci; separate loci by a blank or by ^."
        raise InputError(message)
    return _joined(loci.pop(), genotypes)


def exceeds_two(counts: int) -> bool:
    """Tell whether sums of `TokenMark.counts` hold more than two antigens at some locus."""
    return (counts + _THREE_SHORT_OF_IT) & _MORE_THAN_TWO != 0


def without_repetition(pieces: Sequence[str]) -> tuple[str, ...]:
    """Return the pieces less each antigen that another piece names more finely (`A9` beside `A24`), or repeats."""
    names = {piece: read_name(piece).names for piece in pieces if not set("/+|") & set(piece)}
    kept: dict[str | tuple[str, ...], str] = {}
    for piece in pieces:
        own = names.get(piece, ())
        others = [other for key, other in names.items() if key != piece and other != own]
        if len(own) == 1 and any(own[0] in _above(other) for other in others):
            continue
        kept.setdefault(own or piece, piece)
    return tuple(kept.values())


def clear_of(unresolved: int) -> int:
    """Return the mask that keeps `packed` except the words of mismatch counting at loci that are not resolved."""
    keep = -1
    for place, locus in enumerate(LOCI):
        if unresolved >> place & 1:
            for field in _FIELDS_OF.get(locus, ()):
                keep &= ~(_WORD << field_start(field))
    return keep


def field_start(field: str) -> int:
    """Return the first bit of one of the words of FIELDS in `TokenMark.packed`."""
    return 64 * (WORDS + FIELDS.index(field))


@cache
def matched_unsplit() -> frozenset[str]:
    """Return the broad antigens that are matched as they are though they have splits (DR3)."""
    return frozenset(row["antigen"] for row in read_rows("hla/matched_unsplit.csv"))


_WORD = (1 << 64) - 1
_FIELDS_OF: Mapping[Locus, tuple[str, ...]] = MappingProxyType(
    {Locus.A: ("broad_a",), Locus.B: ("broad_b",), Locus.DR: ("broad_dr", "split_dr")},
)
_FIRST_BIT = MappingProxyType({Locus.A: 64 * WORD_A, Locus.B: 64 * WORD_B, Locus.DR: 64 * WORD_DR})
_NUMBER_ONLY = re.compile(r"\d+:\d+.*")


@dataclass(frozen=True, slots=True)
class _Slot:
    """Hold one gene copy: the name it is resolved to (None: silent), and every bit it may turn out to be."""

    locus: Locus
    name: str | None
    resolved: bool
    possible: int


def _written_out(piece: str) -> str:
    """Return a piece with the gene written before each allele: `A*02:01/02:05` becomes `A*02:01/A*02:05`."""
    gene = piece.partition("*")[0]
    return "".join(f"{gene}*{part}" if _NUMBER_ONLY.fullmatch(part) else part for part in re.split(r"([/+|])", piece))


def _slot(text: str) -> _Slot:
    readings = [read_name(alternative) for alternative in text.split("/")]
    locus = readings[0].locus
    if any(reading.locus is not locus for reading in readings):
        message = f"{text!r} joins different loci; separate loci by a blank or by ^."
        raise InputError(message)
    names = tuple(dict.fromkeys(name for reading in readings for name in reading.names))
    possible = locus_bits(locus) if any(reading.unknown for reading in readings) else _possible(names)
    if any(reading.unknown for reading in readings) or (names and any(reading.silent for reading in readings)):
        return _Slot(locus, None, resolved=False, possible=possible)
    if len(names) < 2:  # noqa: PLR2004  one name, or none: a null allele
        return _Slot(locus, names[0] if names else None, resolved=True, possible=possible)
    shared = common_antigen(names)
    return _Slot(locus, shared, resolved=shared is not None, possible=possible)


def _joined(locus: Locus, genotypes: Sequence[Sequence[_Slot]]) -> TokenMark:
    """Return the mark of a locus whose genotype is one of several."""
    place = LOCI.index(locus)
    counts = max(len(genotype) for genotype in genotypes) << (COUNT_BITS * place)
    names = _agreed(genotypes)
    if len(genotypes) == 1:
        names = None if names is None else [slot.name for slot in genotypes[0] if slot.name is not None]
    possible = 0
    for slot in (slot for genotype in genotypes for slot in genotype):
        possible |= slot.possible
    if names is None:
        return TokenMark(locus, 0, possible, counts, 1 << place, epitope_open=locus is Locus.B)
    packed, epitope_open = 0, False
    for name in names:
        packed |= _packed(name)
        if locus is Locus.B:
            epitopes = public_epitopes(name)
            epitope_open |= epitopes is None
            packed |= sum(_bit(epitope) for epitope in epitopes or ())
    return TokenMark(locus, packed, possible & ~packed, counts, epitope_open=epitope_open)


def _agreed(genotypes: Sequence[Sequence[_Slot]]) -> list[str] | None:
    """Return the antigens on which all genotypes agree, else their broad antigens, else None."""
    if not all(slot.resolved for genotype in genotypes for slot in genotype):
        return None
    for level in (expressed, _broad_name):
        sets = {frozenset(level(slot.name) for slot in genotype if slot.name is not None) for genotype in genotypes}
        if len(sets) == 1:
            return sorted(sets.pop())
    return None


def _broad_name(name: str) -> str:
    return broad_of(name).name


def _possible(names: Iterable[str]) -> int:
    """Return every bit that names may turn out to be: their own, and for an antigen those below it."""
    bits = 0
    for name in names:
        bits |= _bit(name)
        for below in sorted(descendants(name)):
            if antigen(below).bit is not None:
                bits |= _bit(below)
    return bits


def _packed(name: str) -> int:
    """Return the bit an antigen or allele is carried by, and its bits in the words of mismatch counting."""
    packed = _bit(name)
    locus = antigen(name).locus
    if locus not in _FIELDS_OF:
        return packed
    broad, *split = _FIELDS_OF[locus]
    packed |= _in_word(broad_of(name).name) << field_start(broad)
    matched = _matched_split(name) if split else None
    return packed if matched is None else packed | _in_word(matched) << field_start("split_dr")


def _matched_split(name: str) -> str | None:
    """Return the DR split by which a name is matched; None for a broad antigen whose split is not known."""
    broad = broad_of(name)
    if broad.relation is not Relation.BROAD or broad.name in matched_unsplit():
        return broad.name
    return next((entry.name for entry in lineage(name) if entry.relation is Relation.SPLIT), None)


def _above(names: Iterable[str]) -> frozenset[str]:
    """Return the names of everything above any of these."""
    return frozenset(entry.name for name in names for entry in list(lineage(name))[1:])


def _bit(name: str) -> int:
    bit = bearer(name).bit
    assert bit is not None, "the bearer of a name has a bit"
    return 1 << bit


def _in_word(name: str) -> int:
    entry = antigen(name)
    assert entry.bit is not None, "every antigen has a bit"
    return 1 << (entry.bit - _FIRST_BIT[entry.locus])

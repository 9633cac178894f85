"""Knows the ways in which people write an HLA antigen, an allele or a group of alleles."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.clinical.antigens import GENES, Locus, Relation, dictionary, lineage
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True)
class Reading:
    """Hold what one written name can stand for.

    `names` are canonical names, any of which may be meant. `silent`: it may also (or, where `names` is empty and
    `unknown` is not set, must) be a null allele, which is not expressed. `unknown`: nothing is known but the locus.
    """

    locus: Locus
    names: tuple[str, ...]
    silent: bool = False
    unknown: bool = False


def read_name(text: str) -> Reading:
    """Return what a written name stands for, such as `A1`, `a01`, `HLA-A1`, `Cw7`, `DRB1*03:01` or `A*02`.

    A name that is neither an antigen nor an allele of the dictionary raises InputError with the nearest known name.
    """
    token = text.upper().removeprefix("HLA-")
    for reader in (_antigen, _allele, _allele_group, _unknown):
        reading = reader(token)
        if reading is not None:
            return reading
    message = f"{text!r} is no HLA antigen or allele of the dictionary; did you mean {nearest(token)}?"
    raise InputError(message)


@lru_cache(maxsize=1 << 16)
def listed_names(text: str) -> tuple[str, ...]:
    """Return the canonical names that one entry of a list of unacceptable antigens stands for.

    A group of alleles (`A*02`) stands for the antigens of its alleles. What a list cannot hold raises InputError.
    """
    reading = read_name(text)
    if reading.silent or reading.unknown:
        message = f"{text!r} names no antigen that a donor could carry; list the antigen or allele itself."
        raise InputError(message)
    if len(reading.names) > 1:
        shared = common_antigen(reading.names)
        return (shared,) if shared is not None else tuple(dict.fromkeys(expressed(name) for name in reading.names))
    name = next(iter(reading.names))
    if dictionary()[name].bit is None:
        message = f"{text!r} is an allele that no table lists as unacceptable; list its antigen {expressed(name)}."
        raise InputError(message)
    return (name,)


def common_antigen(names: Iterable[str]) -> str | None:
    """Return the antigen nearest to all names at which they agree: `A24`, `A23` give `A9`; None where there is none."""
    lines = [
        [entry.name for entry in lineage(name) if entry.relation is not Relation.ALLELE or entry.parent is None]
        for name in names
    ]
    return next((name for name in lines[0] if all(name in line for line in lines[1:])), None)


def expressed(name: str) -> str:
    """Return the antigen that an allele expresses, or the name itself where it is no allele below an antigen."""
    return next(entry.name for entry in lineage(name) if entry.relation is not Relation.ALLELE or entry.parent is None)


@lru_cache(maxsize=1 << 12)
def nearest(token: str) -> str:
    """Return the known name most like a written one, an allele where a star is written and else an antigen."""
    spellings = _spellings("*" in token)
    return spellings[get_close_matches(token.upper()[:_LONGEST], spellings, n=1, cutoff=0.0)[0]]


_SEROLOGICAL = re.compile(r"(A|B|BW|C|CW|DR|DQ)0*([1-9]\d*)")
_CHAIN = re.compile(r"(DQA|DPA|DPB?)-?0*([1-9]\d?)")
_CHAIN_FOUR = re.compile(r"DPB?-?(\d\d)(\d\d)")
_ALLELE = re.compile(r"([A-Z]+\d?)\*(\d{2,4}):(\d{2,4})((?::\d{2,3}){0,2})([NLSCAQPG]?)")
_OLD_ALLELE = re.compile(r"([A-Z]+\d?)\*(\d\d)(\d\d)")
_GROUP = re.compile(r"([A-Z]+\d?)\*(\d{2,4})(?::XX)?")
_ABSENT = re.compile(r"DRB[345]\*NNNN")
_ANY = re.compile(r"([A-Z]+\d*)\?")
_LONGEST = 24
"""Characters of a written name that are compared; no name is longer, and any text may be written."""
_UNCERTAIN = frozenset("SCAQ")
"""Suffixes of alleles whose expression is altered or not known: secreted, cytoplasm, aberrant, questionable."""


def _antigen(token: str) -> Reading | None:
    chain = _chain(token)
    if chain is not None:
        return chain
    match = _SEROLOGICAL.fullmatch(token)
    if match is None:
        return None
    letters, number = match.groups()
    name = {"C": "Cw", "CW": "Cw", "BW": "Bw"}.get(letters, letters) + number
    entry = dictionary().get(name)
    if entry is not None:
        return Reading(entry.locus, (name,))
    # B7801 is the older name of an allele: four digits without star and colon.
    return _allele(f"{letters}*{number[:2]}:{number[2:]}") if len(number) == len("7801") else None


def _chain(token: str) -> Reading | None:
    """Read the names of DQA, DPA and DP antigens, which have no serological number of their own."""
    four = _CHAIN_FOUR.fullmatch(token)
    if four is not None:
        return _allele(f"DPB1*{four[1]}:{four[2]}")
    match = _CHAIN.fullmatch(token)
    if match is None:
        return None
    letters, number = match.groups()
    name = f"{letters}1*{int(number):02d}" if letters in {"DQA", "DPA"} else f"DPB1*{int(number):02d}:01"
    entry = dictionary().get(name)
    return Reading(entry.locus, (name,)) if entry is not None else None


def _allele(token: str) -> Reading | None:
    old = _OLD_ALLELE.fullmatch(token)
    match = _ALLELE.fullmatch(f"{old[1]}*{old[2]}:{old[3]}" if old is not None else token)
    if match is None or match[1] not in GENES:
        return None
    gene, first, second, _, suffix = match.groups()
    locus = GENES[gene]
    if suffix == "N":
        return Reading(locus, (), silent=True)
    name = f"{gene}*{first}:{second}"
    return Reading(locus, (name,), silent=suffix in _UNCERTAIN) if name in dictionary() else None


def _allele_group(token: str) -> Reading | None:
    if _ABSENT.fullmatch(token):
        return Reading(Locus.DRB345, (), silent=True)
    match = _GROUP.fullmatch(token)
    if match is None or match[1] not in GENES:
        return None
    group = f"{match[1]}*{match[2]}"
    if group in dictionary():
        return Reading(GENES[match[1]], (group,))
    names = _alleles_of_group().get(group)
    return Reading(GENES[match[1]], names) if names is not None else None


def _unknown(token: str) -> Reading | None:
    match = _ANY.fullmatch(token)
    loci = {locus.value.upper(): locus for locus in Locus}
    return Reading(loci[match[1]], (), unknown=True) if match is not None and match[1] in loci else None


@cache
def _alleles_of_group() -> Mapping[str, tuple[str, ...]]:
    groups: dict[str, list[str]] = {}
    for name in dictionary():
        if ":" in name:
            groups.setdefault(name.split(":")[0], []).append(name)
    return MappingProxyType({group: tuple(names) for group, names in groups.items()})


@cache
def _spellings(starred: bool) -> Mapping[str, str]:  # noqa: FBT001  which half of one dictionary, not a behaviour
    return MappingProxyType({name.upper(): name for name in dictionary() if ("*" in name) is starred})

"""Knows how a policy file declares its geography: tables from places to numbers, such as the zone of each region."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.column import Column, Kind, Table
from bequest.policy.cite import citations, own_words
from bequest.policy.exact import LARGEST
from bequest.policy.policy import OF_CANDIDATE, Geography, PlaceOf, pair_of_places
from bequest.policy.section import child, choice, complain, named_children, number, only
from bequest.policy.units import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.section import Section
    from bequest.policy.sources import Source

_MOST_DECIMALS = 9
_NUMBER = "write a number for each place"


def geography(section: Section, name: str, sources: Mapping[str, Source]) -> Geography:
    """Return one table; what is wrong with it is told."""
    only(section, ("by", "unit", "values", "otherwise", "why", "cite"))
    donor_by, by = _by(section)
    values = _values(section) if donor_by is None else _values_of_pairs(section)
    otherwise = None if "otherwise" not in section.content else number(section, "otherwise", remedy=_NUMBER)
    numbers = (*values.values(), *(() if otherwise is None else (otherwise,)), *(() if values else (Decimal(0),)))
    decimals = max(max(0, -int(value.as_tuple().exponent)) for value in numbers)
    if decimals > _MOST_DECIMALS:
        complain(section, f"a number has more than {_MOST_DECIMALS} decimals; round it", key="values")
    if max(map(abs, numbers)).scaleb(decimals) > LARGEST:
        complain(section, "a number does not fit 18 digits, its decimals included; correct it", key="values")
    why = own_words(section, "why", remedy="say what the numbers mean and who gave them")
    column = Column(
        table=Table.FACTOR,
        name=name,
        kind=Kind.WHOLE if decimals == 0 else Kind.DECIMAL,
        meaning=why,
        source=str(section.content.get("cite", "")),
        unit=unit(section),
        low=min(numbers),
        high=max(numbers),
        decimals=decimals,
    )
    return Geography(
        name=name,
        column=column,
        by=by,
        donor_by=donor_by,
        values=values,
        otherwise=otherwise,
        values_units=MappingProxyType({place: int(value.scaleb(decimals)) for place, value in values.items()}),
        otherwise_units=None if otherwise is None else int(otherwise.scaleb(decimals)),
        why=why,
        cite=citations(section, sources),
    )


def _by(section: Section) -> tuple[PlaceOf | None, PlaceOf]:
    """Return whose place picks a number; of a pair the donor's place first, then the candidate's."""
    written = section.content.get("by")
    if not isinstance(written, tuple):
        return None, choice(section, "by", PlaceOf)
    known = {place.value: place for place in PlaceOf}
    pair = tuple(known.get(str(name)) for name in written)
    match pair:
        case (PlaceOf() as donor, PlaceOf() as candidate) if donor not in OF_CANDIDATE and candidate in OF_CANDIDATE:
            return donor, candidate
        case _:
            sentence = "'by' as a list is the donor's place and then the candidate's"
            complain(section, f"{sentence}; write it as [donor.country, country]", key="by")
            return None, PlaceOf.COUNTRY


def _values_of_pairs(section: Section) -> Mapping[str, Decimal]:
    """Return the numbers of pairs: under each place of a donor a block with the places of candidates."""
    values: dict[str, Decimal] = {}
    for donor, block in named_children(section, "values", noun="places reached from"):
        for candidate in block.content:
            key = pair_of_places(donor, candidate)
            if key in values:
                complain(block, f"the pair '{key}' can be read in two ways; rename a place", key=candidate)
            values[key] = number(block, candidate, remedy="write a number for each pair of places")
    if not values:
        complain(section, "'values' is missing; write under each place of a donor a number for each place")
    return MappingProxyType(values)


def _values(section: Section) -> Mapping[str, Decimal]:
    block = child(section, "values", where=section.where)
    if block is None or not block.content:
        complain(section, f"'values' is missing; {_NUMBER}")
        return MappingProxyType({})
    return MappingProxyType({place: number(block, place, remedy=_NUMBER) for place in block.content})

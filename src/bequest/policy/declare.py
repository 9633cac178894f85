"""Knows how a policy file declares its own names: parameters, conditions, inputs and geography."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from keyword import iskeyword
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.column import Column, Kind, Table
from bequest.model.columns import FORBIDDEN_WORDS, candidate_column
from bequest.model.columns import column as known
from bequest.model.errors import PolicyError
from bequest.policy.cite import citations, own_words
from bequest.policy.expression import ALWAYS, Constant
from bequest.policy.geography import geography
from bequest.policy.names import RESERVED, Names, forbidden_word
from bequest.policy.normal_form import normal_form
from bequest.policy.parse import identifiers, parse
from bequest.policy.policy import OF_CANDIDATE, InputDeclaration, Parameter, PlaceOf
from bequest.policy.section import (
    child,
    complain,
    kind,
    named_children,
    nearest,
    number,
    only,
    optional_text,
    text,
    whole,
)
from bequest.policy.units import unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.model.enums import Organ
    from bequest.policy.document import Value
    from bequest.policy.expression import Condition, Plain
    from bequest.policy.policy import Geography
    from bequest.policy.section import Section
    from bequest.policy.sources import Source

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_PERSONAL = ("registration", "candidate")
_PLACES = MappingProxyType({place.value: place for place in PlaceOf})
_OTHER_SIDE = MappingProxyType({
    PlaceOf.DONOR_HOSPITAL: PlaceOf.CENTRE, PlaceOf.DONOR_COUNTRY: PlaceOf.COUNTRY,
    PlaceOf.DONOR_REGION: PlaceOf.REGION, PlaceOf.CENTRE: PlaceOf.DONOR_HOSPITAL,
    PlaceOf.COUNTRY: PlaceOf.DONOR_COUNTRY, PlaceOf.REGION: PlaceOf.DONOR_REGION,
})  # fmt: skip
_WHY = "say why the value is what it is, for those who decide on it"
_MOST = Decimal(2**62)


@dataclass(frozen=True, slots=True)
class Context:
    """Hold what every rule of a file is read against."""

    names: Names
    sources: Mapping[str, Source]


def declared_names(section: Section, organ: Organ | None, sources: Mapping[str, Source]) -> Names:
    """Return everything the file declares; names with a mistake are told and kept apart as broken."""
    broken: set[str] = set()
    parameters: dict[str, Parameter] = {}
    for name, entry in named_children(section, "parameters", noun="parameter"):
        before = len(entry.problems)
        parameters[name] = _parameter(entry, name, sources)
        _check_name(entry, name)
        if len(entry.problems) > before:
            broken.add(name)
    inputs: dict[str, InputDeclaration] = {}
    for name, entry in named_children(section, "inputs", noun="input"):
        before = len(entry.problems)
        inputs[name] = _input(entry, name, sources, before=inputs)
        _check_spelling(entry, name)
        if len(entry.problems) > before:
            broken.add(f"input.{name}")
    places: dict[str, Geography] = {}
    for name, entry in named_children(section, "geography", noun="geography table"):
        before = len(entry.problems)
        places[name] = geography(entry, name, sources)
        _check_spelling(entry, name)
        if len(entry.problems) > before:
            broken.add(f"geography.{name}")
    names = Names(
        organ=organ,
        parameters=MappingProxyType(parameters),
        inputs=MappingProxyType(inputs),
        geography=MappingProxyType(places),
        conditions=MappingProxyType({}),
        broken=frozenset(broken),
    )
    return _with_conditions(section, names)


def condition_of(section: Section, key: str, names: Names) -> tuple[Condition, str]:
    """Return the condition under a key and its text; `true` and `always` hold for everyone."""
    value = section.content.get(key)
    if isinstance(value, bool):
        return Constant(value), "always" if value else "never"
    if value is None:
        complain(section, f"'{key}' is missing; write a condition, or `always`")
        return ALWAYS, ""
    written = optional_text(section, key, remedy="write a condition, or `always`") or ""
    if not written or identifiers(written) & names.broken:
        return ALWAYS, written
    try:
        condition = parse(written, names)
        normal_form(condition)
    except PolicyError as error:
        complain(section, str(error), key=key)
        return ALWAYS, written
    return condition, " ".join(written.split())


def _with_conditions(section: Section, names: Names) -> Names:
    block = child(section, "conditions", where="")
    if block is None:
        return names
    texts = {name: value if isinstance(value, str) else "always" for name, value in block.content.items()}
    uses = {name: sorted(identifiers(texts[name]) & texts.keys()) for name in sorted(texts)}
    try:
        order = tuple(TopologicalSorter(uses).static_order())
    except CycleError as error:
        circle = " -> ".join(str(name) for name in error.args[1])
        complain(block, f"the conditions name each other in a circle: {circle}; write one of them out")
        return replace(names, broken=names.broken | texts.keys())
    for name in order:
        names = _with_condition(replace(block, where=f"condition '{name}'"), names, name)
    return names


def _with_condition(section: Section, names: Names, name: str) -> Names:
    before = len(section.problems)
    _check_name(section, name, key=name)
    if name in names.parameters:
        complain(section, f"'{name}' is a parameter as well; rename one of the two", key=name)
    condition, _ = condition_of(section, name, names)
    broken = identifiers(str(section.content[name])) & names.broken
    if broken or len(section.problems) > before:
        return replace(names, broken=names.broken | {name})
    return replace(names, conditions=MappingProxyType({**names.conditions, name: condition}))


def _parameter(section: Section, name: str, sources: Mapping[str, Source]) -> Parameter:
    only(section, ("value", "unit", "cite", "why"))
    return Parameter(
        name=name,
        value=_parameter_value(section),
        unit=optional_text(section, "unit", remedy="write a unit such as h or km"),
        why=own_words(section, "why", remedy=_WHY),
        cite=citations(section, sources),
    )


def _parameter_value(section: Section) -> Plain | tuple[Plain, ...]:
    value = section.content.get("value")
    remedy = "write a number, true, false, a text, or a list of them"
    if value is None:
        complain(section, f"'value' is missing; {remedy}")
        return Decimal(0)
    if not isinstance(value, tuple):
        return _plain(section, value, remedy)
    if not value:
        complain(section, "the list 'value' is empty; write at least one value", key="value")
    return tuple(_plain(section, entry, remedy) for entry in value)


def _plain(section: Section, value: Value, remedy: str) -> Plain:
    if isinstance(value, (Decimal, bool, str)) and value != "":
        return value
    complain(section, f"'value' holds {kind(value)}; {remedy}", key="value")
    return Decimal(0)


def _input(
    section: Section, name: str, sources: Mapping[str, Source], *, before: Mapping[str, InputDeclaration]
) -> InputDeclaration:
    if "same_table" in section.content:
        return _input_of_same_table(section, name, sources, before=before)
    only(section, ("by", "per", "otherwise", "unit", "decimals", "low", "high", "why", "cite"))
    decimals = whole(section, "decimals", low=0, high=9)
    low = number(section, "low", remedy="write the smallest value it can take")
    high = number(section, "high", remedy="write the largest value it can take")
    if low > high or max(abs(low), abs(high)).scaleb(decimals) > _MOST:
        complain(section, "'low' must not lie above 'high', and both must fit 18 digits; correct them", key="low")
    why = own_words(section, "why", remedy="say what the number is and where it comes from")
    column = Column(
        table=Table.FACTOR,
        name=name,
        kind=Kind.WHOLE if decimals == 0 else Kind.DECIMAL,
        meaning=why,
        source=str(section.content.get("cite", "")),
        unit=unit(section),
        low=low,
        high=high,
        decimals=decimals,
    )
    by, per = _by(section), _per(section)
    if by is None and section.content.keys() & {"per", "otherwise"}:
        complain(section, "'per' and 'otherwise' are for an input that is given by place; write `by` as well")
    if by is not None and by not in OF_CANDIDATE and per is not None:
        complain(section, "'per' is for an input by the candidate's place; remove it", key="per")
    cite = citations(section, sources)
    return InputDeclaration(name, column, by, None, why, cite, per, _otherwise(section, column))


def _input_of_same_table(
    section: Section, name: str, sources: Mapping[str, Source], *, before: Mapping[str, InputDeclaration]
) -> InputDeclaration:
    """Return an input that reads the table of one declared before it, by another place of the same kind."""
    only(section, ("by", "same_table", "why", "cite"))
    written = text(section, "same_table", remedy="write the name of the input whose table it reads")
    by = _by(section)
    why = own_words(section, "why", remedy="say what the number is and where it comes from")
    cite = citations(section, sources)
    of = before.get(written)
    if of is None or of.by is None or of.same_table is not None or of.per is not None:
        wanted = "write one declared above it that is given by place, without `per`"
        complain(section, f"'{written}' has no table that another input could read; {wanted}", key="same_table")
    elif by is not _OTHER_SIDE[of.by]:
        wanted = f"write by: {_OTHER_SIDE[of.by].value}"
        complain(
            section, f"the table of '{written}' is by {of.by.value}, and this is its other side; {wanted}", key="by"
        )
    if of is None:
        column = Column(Table.FACTOR, name, Kind.WHOLE, why, "", low=Decimal(0), high=Decimal(0))
        return InputDeclaration(name, column, by, None, why, cite, None, None)
    column = replace(of.column, name=name, meaning=why, source=str(section.content.get("cite", "")))
    return InputDeclaration(name, column, by, written, why, cite, None, of.otherwise_units)


def _per(section: Section) -> Column | None:
    """Return the fact of the donor that picks the table, such as `donor.blood_group`."""
    written = optional_text(section, "per", remedy="write a code of the donor, such as donor.blood_group")
    if written is None:
        return None
    entry = known(Table.DONOR, written.removeprefix("donor."))
    if not written.startswith("donor.") or entry is None or entry.kind is not Kind.CODE or not entry.in_policies:
        complain(section, f"'{written}' is no code of the donor; write one such as donor.blood_group", key="per")
        return None
    return entry


def _otherwise(section: Section, column: Column) -> int | None:
    if "otherwise" not in section.content:
        return None
    value = number(section, "otherwise", remedy="write the number of a place that is not named")
    units = value.scaleb(column.decimals)
    if not Decimal(str(column.low)) <= value <= Decimal(str(column.high)) or units != int(units):
        complain(
            section, "'otherwise' must lie between 'low' and 'high' and fit the decimals; correct it", key="otherwise"
        )
        return None
    return int(units)


def _by(section: Section) -> PlaceOf | None:
    name = optional_text(section, "by", remedy="write centre, country or region")
    if name is None:
        return None
    if name in _PERSONAL:
        complain(
            section,
            f"an input by '{name}' would rank single persons by hand; give it by centre or by country",
            key="by",
        )
        return None
    if name not in _PLACES:
        hint = nearest(name, _PLACES) or f"write one of {', '.join(_PLACES)}"
        complain(section, f"'{name}' names no group of candidates and no place of the donor; {hint}", key="by")
        return None
    return _PLACES[name]


def _check_name(section: Section, name: str, *, key: str | None = None) -> None:
    _check_spelling(section, name, key=key)
    if candidate_column(name) is not None:
        complain(section, f"'{name}' is a column of the data dictionary already; rename it", key=key)


def _check_spelling(section: Section, name: str, *, key: str | None = None) -> None:
    if not _NAME.fullmatch(name) or name in RESERVED or iskeyword(name):
        complain(
            section, f"'{name}' cannot be a name; use small letters, digits and _, and no word of the language", key=key
        )
    word = forbidden_word(name)
    if word is not None:
        complain(section, f"'{name}' stands for {FORBIDDEN_WORDS[word]}, which no policy may read; remove it", key=key)

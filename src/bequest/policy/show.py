"""Knows how a policy is shown to people: sections of rules, each rule in named parts; styling is left to others."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bequest.model.enums import OfferKind
from bequest.policy.expression import number_text, spelled
from bequest.policy.policy import KeyKind
from bequest.policy.sources import packaged_sources

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bequest.policy.expression import Plain
    from bequest.policy.policy import (
        Citation,
        Geography,
        InputDeclaration,
        Knots,
        OrderKey,
        Parameter,
        Policy,
        PolicyClass,
        Screen,
        Sequence,
        Stage,
        Term,
    )


@dataclass(frozen=True, slots=True)
class ShownRule:
    """Hold one rule: how it is called ("screen 'size'") and its parts, as (name, text)."""

    name: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ShownSection:
    """Hold one part of a policy; `ordered`: whether the order of its rules decides."""

    title: str
    rules: tuple[ShownRule, ...]
    ordered: bool


def show(policy: Policy) -> tuple[ShownSection, ...]:
    """Return the policy as a clinician reads it, top to bottom; parts the policy does not have are left out."""
    sections = (
        ShownSection("Policy", (_head(policy),), ordered=False),
        ShownSection("Parameters", tuple(shown_parameters(policy.parameters)), ordered=False),
        ShownSection("Numbers from outside", tuple(map(_input, policy.inputs.values())), ordered=False),
        ShownSection("Geography", tuple(map(_geography, policy.geography.values())), ordered=False),
        ShownSection("Named conditions", tuple(shown_conditions(policy.conditions)), ordered=False),
        ShownSection("Screens: all must hold", tuple(_screens(policy)), ordered=False),
        *(_sequence_section(sequence) for sequence in policy.sequences),
        *(_stage_section(stage) for stage in policy.stages),
        ShownSection("Points", tuple(_points(policy)), ordered=False),
        ShownSection("Order inside a class", (ShownRule("order", _order(policy.order)),), ordered=False),
        ShownSection("Offers", tuple(_offers(policy)), ordered=False),
        ShownSection("Tables", tuple(ShownRule(f"table '{name}'", ()) for name in policy.tables), ordered=False),
    )
    return tuple(section for section in sections if section.rules)


def show_sources(citations: Iterable[Citation]) -> tuple[ShownRule, ...]:
    """Return the sources that are cited, sorted by key; one that is not packaged stands beside the file."""
    known = packaged_sources()
    shown: list[ShownRule] = []
    for key in sorted({cite.key for cite in citations}):
        source = known.get(key)
        if source is None:
            shown.append(ShownRule(key, (("found", "in the sources.yaml beside the file"),)))
            continue
        parts = (
            ("title", source.title),
            ("issuer", source.issuer),
            ("date", source.date),
            ("address", source.address or ""),
            ("certainty", source.certainty.value),
        )
        shown.append(ShownRule(key, filled(parts)))
    return tuple(shown)


def cited(policy: Policy) -> Iterator[Citation]:
    """Yield every citation of the policy, repeats included."""
    listings = [listing for sequence in policy.sequences for listing in sequence.listings]
    # Classes that two sequences share are written, and cite, once.
    classes = {entry.id: entry for listing in listings for entry in listing.classes}.values()
    owners = (
        *policy.parameters.values(),
        *policy.inputs.values(),
        *policy.geography.values(),
        *policy.screens,
        *classes,
        *policy.stages,
        *(rule for stage in policy.stages for rule in (*stage.screens, *stage.classes)),
        *(policy.points.terms if policy.points else ()),
        *((policy.offers,) if policy.offers else ()),
    )
    for owner in owners:
        yield from owner.cite
    yield from (entry.shadowed_in_source for entry in classes if entry.shadowed_in_source is not None)


def as_text(sections: Iterable[ShownSection]) -> str:
    """Return the sections as plain text, one part a line."""
    lines: list[str] = []
    for section in sections:
        lines.extend((section.title, "-" * len(section.title)))
        for rule in section.rules:
            lines.append(rule.name)
            lines.extend(f"    {name}: {text}" for name, text in rule.parts)
        lines.append("")
    return "\n".join(lines)


def citation_text(citations: Iterable[Citation]) -> str:
    """Return citations as they are written, one after the other."""
    return "; ".join(f"{cite.key} {cite.locator}".strip() for cite in citations)


def _head(policy: Policy) -> ShownRule:
    adopted = policy.adopted
    parts = (
        ("title", policy.title),
        ("name", policy.name),
        ("organ", policy.organ.value),
        ("edition", policy.edition),
        ("in force from", policy.effective.isoformat()),
        ("status", policy.status.value),
        ("adopted", "by nobody yet" if adopted is None else f"by {adopted.by} on {adopted.on.isoformat()}"),
        ("reasons", "" if adopted is None else adopted.justification),
    )
    return ShownRule("policy", filled(parts))


def shown_parameters(parameters: Mapping[str, Parameter]) -> Iterator[ShownRule]:
    """Yield the values that a committee sets, each with its reason."""
    for name, parameter in parameters.items():
        values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
        value = f"{', '.join(map(_plain, values))} {parameter.unit or ''}".strip()
        parts = (("value", value), ("why", parameter.why), ("source", citation_text(parameter.cite)))
        yield ShownRule(f"parameter '{name}'", parts)


def _input(declared: InputDeclaration) -> ShownRule:
    low, high = declared.column.low, declared.column.high
    assert low is not None, "an input declares its bounds"
    assert high is not None, "an input declares its bounds"
    values = f"{number_text(low)} to {number_text(high)} {declared.column.unit or ''}".strip()
    parts = (
        ("values", f"{values}, {declared.column.decimals} decimals"),
        ("given", _given(declared)),
        *(() if declared.otherwise_units is None else (("every other place", _otherwise(declared)),)),
        ("why", declared.why),
        ("source", citation_text(declared.cite)),
    )
    return ShownRule(f"input '{declared.name}'", parts)


def _given(declared: InputDeclaration) -> str:
    if declared.by is None:
        return "once for everyone"
    if declared.same_table is not None:
        return f"not by itself; it is the number of '{declared.same_table}' for {declared.by.value}"
    of_donor = "" if declared.per is None else f", for each donor.{declared.per.name}"
    return f"for each {declared.by.value}{of_donor}"


def _otherwise(declared: InputDeclaration) -> str:
    assert declared.otherwise_units is not None, "asked for an input that has one"
    return number_text(Decimal(declared.otherwise_units).scaleb(-declared.column.decimals))


def _geography(table: Geography) -> ShownRule:
    unit = f" {table.column.unit}" if table.column.unit else ""
    otherwise = "no number" if table.otherwise is None else f"{number_text(table.otherwise)}{unit}"
    parts = (
        ("given", f"for each {places_of(table)}"),
        *((place, f"{number_text(value)}{unit}") for place, value in table.values.items()),
        ("every other place", otherwise),
        ("why", table.why),
        ("source", citation_text(table.cite)),
    )
    return ShownRule(f"geography table '{table.name}'", parts)


def places_of(table: Geography) -> str:
    """Return whose place picks a number of a geography table, in words."""
    return table.by.value if table.donor_by is None else f"{table.donor_by.value} and {table.by.value}"


def shown_conditions(conditions: Mapping[str, str]) -> Iterator[ShownRule]:
    """Yield the named conditions as they are written."""
    for name, text in conditions.items():
        yield ShownRule(f"condition '{name}'", (("condition", " ".join(text.split())),))


def _screens(policy: Policy) -> Iterator[ShownRule]:
    yield from map(_screen, policy.screens)


def _screen(screen: Screen) -> ShownRule:
    parts = (("condition", screen.text), ("words", screen.say), ("source", citation_text(screen.cite)))
    return ShownRule(f"screen '{screen.id}'", parts)


def _sequence_section(sequence: Sequence) -> ShownSection:
    placed = [
        (position, _class(listing.offer_kind, entry))
        for listing in sequence.listings
        for position, entry in zip(listing.positions, listing.classes, strict=True)
    ]
    chosen = (("donors", sequence.text), ("everybody else", sequence.otherwise))
    rules = (rule for _, rule in sorted(placed, key=lambda entry: entry[0]))
    title = f"Classes of sequence '{sequence.id}': the first that holds"
    return ShownSection(title, (ShownRule(f"sequence '{sequence.id}'", filled(chosen)), *rules), ordered=True)


def _stage_section(stage: Stage) -> ShownSection:
    parts = (
        ("words", stage.say),
        ("begins", stage.begins),
        ("everybody else", stage.otherwise),
        ("source", citation_text(stage.cite)),
    )
    rules = (
        ShownRule(f"stage '{stage.id}'", filled(parts)),
        *map(_screen, stage.screens),
        *(_class(OfferKind.SINGLE, entry) for entry in stage.classes),
    )
    return ShownSection(f"Stage '{stage.id}': those who remain, in the first class that holds", rules, ordered=True)


def _class(kind: OfferKind, entry: PolicyClass) -> ShownRule:
    shadowed = () if entry.shadowed_in_source is None else (entry.shadowed_in_source,)
    parts = (
        ("offer", "" if kind is OfferKind.SINGLE else kind.value),
        ("offered from stage", entry.stage or ""),
        ("condition", entry.text),
        ("words", entry.say),
        *(("order " + name, text) for name, text in _order(entry.order or ())),
        ("never reached, as in the source", citation_text(shadowed)),
        ("source", citation_text(entry.cite)),
    )
    return ShownRule(f"class '{entry.id}'", filled(parts))


def _points(policy: Policy) -> Iterator[ShownRule]:
    if policy.points is None:
        return
    rounding = (("decimals", str(policy.points.decimals)), ("rounding", policy.points.rounding.value))
    yield ShownRule("points", rounding)
    yield from map(_term, policy.points.terms)


def _term(term: Term) -> ShownRule:
    times = ", ".join(map(spelled, term.times))
    parts = (
        ("points", f"{number_text(term.weight)} fixed" if term.of is None else ""),
        ("of", "" if term.of is None else spelled(term.of)),
        ("weight", "" if term.of is None else number_text(term.weight)),
        ("curve", _knots(term.curve)),
        ("steps", _knots(term.steps)),
        ("times", times),
        ("when", term.text),
        ("missing gives", number_text(term.missing) if term.of is not None or term.times else ""),
        ("relative to", "class" if term.relative_to_class else ""),
        ("words", term.say),
        ("source", citation_text(term.cite)),
    )
    return ShownRule(f"term '{term.id}'", filled(parts))


def _order(keys: tuple[OrderKey, ...]) -> tuple[tuple[str, str], ...]:
    if not keys:
        return ()
    numbered = tuple((str(place), _key(key)) for place, key in enumerate(keys, start=1))
    return (*numbered, (str(len(keys) + 1), "registration number"))


def _key(key: OrderKey) -> str:
    limited = "" if key.classes is None else f", in the classes {', '.join(sorted(key.classes))} only"
    if key.kind is KeyKind.LOTTERY:
        return f"lottery that anyone can draw again{limited}"
    direction = "highest first" if key.descending else "lowest first"
    missing = f", missing {'first' if key.missing_first else 'last'}" if key.kind is KeyKind.COLUMN else ""
    return f"{key.name}, {direction}{missing}{limited}"


def _offers(policy: Policy) -> Iterator[ShownRule]:
    if policy.offers is not None:
        parts = (
            ("minutes to reply", str(policy.offers.reply_minutes)),
            ("reminders after minutes", ", ".join(map(str, policy.offers.remind_minutes))),
            ("offers at once", str(policy.offers.at_once)),
            ("source", citation_text(policy.offers.cite)),
        )
        yield ShownRule("offers", filled(parts))


def _knots(knots: Knots | None) -> str:
    return "" if knots is None else ", ".join(f"{number_text(x)} gives {number_text(y)}" for x, y in knots)


def _plain(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, Decimal) else value


def filled(parts: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    """Return the parts that have a text."""
    return tuple((name, text) for name, text in parts if text)

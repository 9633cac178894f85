"""Knows the whole page of a policy: what it is and how sure it is first, then its rules, then where they come from."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bequest.model.column import Table
from bequest.policy.expression import number_text
from bequest.policy.page import rules
from bequest.policy.page.element import element, pairs, table
from bequest.policy.page.frame import framed, head_of, source_table
from bequest.policy.show import cited, places_of, show
from bequest.policy.spoken import column_text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from bequest.model.column import Column
    from bequest.policy.page.element import Child
    from bequest.policy.policy import Geography, Policy


def policy_page(policy: Policy) -> str:
    """Return a policy as one page of HTML in itself: no script, no picture, font or style from elsewhere."""
    return framed(policy, head_of(policy, policy.organ.value.replace("-", " and ")), _sections(policy))


def _sections(policy: Policy) -> Iterator[tuple[str, str, Iterator[Element]]]:
    """Yield identifier, title and content of each part that the policy has, in the order of a reader's questions."""
    yield "screens", "Who may be offered the organ", rules.screens(policy)
    yield "classes", "Who comes first: the classes", rules.classes(policy)
    if policy.stages:
        yield "stages", "Afterwards: the stages for those who remain", rules.stages(policy)
    if policy.points is not None:
        yield "points", "Points", rules.points(policy)
    if policy.order:
        yield "order", "Between equals: the order inside a class", rules.order(policy)
    if policy.conditions:
        yield "conditions", "What the named conditions mean", rules.conditions(policy)
    if policy.parameters:
        yield "parameters", "Values that a committee sets", rules.parameters(policy)
    if policy.geography:
        yield "geography", "Numbers of places", _geography(policy)
    if policy.inputs or policy.offers or policy.tables:
        yield "outside", "Offers, numbers from outside, tables", _shown(policy)
    if policy.reads:
        yield "facts", "The facts that the rules read", _facts(policy)
    yield "sources", "Sources", source_table(cited(policy))


def _geography(policy: Policy) -> Iterator[Element]:
    for each in policy.geography.values():
        yield element("h3", column_text(each.column))
        yield element("p", each.why, dir="auto")
        yield table(f"For each {places_of(each)}", (f"number{_unit(each.column)}", "places"), _places(each))
        yield element("p", *rules.sources_of(each.cite), class_="note")


def _places(each: Geography) -> Iterator[tuple[list[Child], list[Child]]]:
    """Yield each number with the places that have it."""
    ordered = sorted(each.values, key=lambda place: (each.values[place], place))
    for number, places in groupby(ordered, key=lambda place: each.values[place]):
        yield [number_text(number)], [", ".join(places)]
    yield ["none" if each.otherwise is None else number_text(each.otherwise)], ["every other place"]


def _shown(policy: Policy) -> Iterator[Element]:
    for section in show(policy):
        if section.title in {"Numbers from outside", "Offers", "Tables"}:
            for rule in section.rules:
                yield element("h3", rule.name.replace("'", "").replace("_", " "))
                yield pairs((name, [text]) for name, text in rule.parts)


def _facts(policy: Policy) -> Iterator[Element]:
    ordered = sorted(policy.reads, key=lambda entry: (entry.table.value, entry.name))
    rows = [
        (
            [column_text(entry)],
            [entry.meaning + _unit(entry)],
            ["donor" if entry.table is Table.DONOR else "candidate"],
        )
        for entry in ordered
    ]
    yield table("Names and what they mean", ("Name", "Meaning", "Of"), rows)


def _unit(entry: Column) -> str:
    return f" ({entry.unit})" if entry.unit else ""

"""Knows the whole page of a policy: what it is and how sure it is first, then its rules, then where they come from."""

from __future__ import annotations

from importlib.resources import files
from itertools import groupby
from typing import TYPE_CHECKING

from bequest.model.column import Table
from bequest.model.enums import PolicyStatus
from bequest.policy.expression import number_text
from bequest.policy.page import rules
from bequest.policy.page.element import element, pairs, table, written
from bequest.policy.show import cited, places_of, show
from bequest.policy.sources import packaged_sources
from bequest.policy.spoken import column_text
from bequest.policy.standing import CERTAINTY_WORDS, status_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from xml.etree.ElementTree import Element

    from bequest.model.column import Column
    from bequest.policy.page.element import Child
    from bequest.policy.policy import Geography, Policy

LANGUAGE, DIRECTION = "en", "ltr"
"""Of the words of the page itself; the words of a policy bring their own direction."""


def policy_page(policy: Policy) -> str:
    """Return a policy as one page of HTML in itself: no script, no picture, font or style from elsewhere."""
    sections = [(name, title, tuple(body)) for name, title, body in _sections(policy)]
    contents = element("ul", *(element("li", element("a", title, href=f"#{name}")) for name, title, _ in sections))
    main = element(
        "main",
        *(element("section", element("h2", title), *body, id=name) for name, title, body in sections),
        id="policy",
    )
    body = element(
        "body",
        element("a", "To the policy", href="#policy", class_="skip"),
        element("header", *_head(policy)),
        element("nav", element("h2", "On this page"), contents, aria_label="On this page"),
        main,
    )
    return written(element("html", _meta(policy), body, lang=LANGUAGE, dir=DIRECTION))


def _meta(policy: Policy) -> Element:
    style = files("bequest.policy.page").joinpath("page.css").read_text(encoding="utf-8")
    return element(
        "head",
        element("meta", charset="utf-8"),
        # Nothing may be loaded, run or sent, even where the words of a policy tried to.
        element("meta", http_equiv="Content-Security-Policy", content="default-src 'none'; style-src 'unsafe-inline'"),
        element("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        element("meta", name_="color-scheme", content="light dark"),
        element("title", f"{policy.title} ({policy.name}, {policy.edition})"),
        element("style", style),
    )


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
    yield "sources", "Sources", _sources(policy)


def _head(policy: Policy) -> Iterator[Element]:
    yield element("h1", policy.title, dir="auto")
    adopted = policy.adopted
    unverified = policy.status is PolicyStatus.UNVERIFIED
    if unverified:
        yield element("p", element("strong", status_words(policy)), class_="warning", role="note")
    yield pairs((
        ("Organ", [policy.organ.value.replace("-", " and ")]),
        ("In force from", [element("time", policy.effective.isoformat(), datetime=policy.effective.isoformat())]),
        ("Status", [policy.status.value if unverified else status_words(policy)]),
        ("Adopted", [_NOBODY if adopted is None else f"by {adopted.by} on {adopted.on.isoformat()}"]),
        ("Reasons", [] if adopted is None else [adopted.justification]),
        ("Name and edition", [f"{policy.name}, {policy.edition}"]),
        ("Hash of the file and its tables", [element("code", policy.hash)]),
    ))  # fmt: skip


_NOBODY = "nobody has adopted this file yet"


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


def _sources(policy: Policy) -> Iterator[Element]:
    known = packaged_sources()
    rows: list[tuple[list[Child], ...]] = []
    for key in sorted({cite.key for cite in cited(policy)}):
        source = known.get(key)
        name: list[Child] = [element("span", key, id=f"source-{key}")]
        if source is None:
            rows.append((name, ["in the sources.yaml beside the file"], [""], [""]))
            continue
        title: list[Child] = [f"{source.title}. {source.issuer}, {source.date}."]
        if source.address is not None:
            title += [" ", _address(source.address)]
        rows.append((name, title, [source.certainty.value], [CERTAINTY_WORDS[source.certainty]]))
    yield table("Where the rules come from, and how sure that is", ("Key", "Source", "Certainty", "That means"), rows)


def _address(address: str) -> Element:
    """Return an address of the web as a link, anything else as it is."""
    if address.startswith("https://"):
        return element("a", address, href=address, rel="noreferrer", class_="address")
    return element("span", address, class_="address")


def _unit(entry: Column) -> str:
    return f" ({entry.unit})" if entry.unit else ""

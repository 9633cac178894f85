"""Knows how the rules of a policy stand on its page: who may be offered, in which class, by which points and order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.column import Kind
from bequest.model.enums import OfferKind
from bequest.policy.condition_words import condition_words, parameter_words
from bequest.policy.expression import number_text
from bequest.policy.page.element import element, pairs, table
from bequest.policy.page.picture import curve_picture, step_picture
from bequest.policy.policy import KeyKind, Rounding
from bequest.policy.spoken import name_text, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from bequest.policy.expression import Reference
    from bequest.policy.page.element import Child
    from bequest.policy.policy import Citation, Knots, OrderKey, Policy, PolicyClass, Sequence, Term


def screens(policy: Policy) -> Iterator[Element]:
    """Yield the conditions without which nobody is ranked."""
    rows = [([screen.say], sentence(screen.text, policy), sources_of(screen.cite)) for screen in policy.screens]
    yield element("p", "Each of these must hold. Who misses one, or whose facts are not known, is not ranked.")
    yield table("Who may be offered the organ", ("Required", "Condition on the facts", "Source"), rows)


def conditions(policy: Policy) -> Iterator[Element]:
    """Yield what each named condition of the policy means."""
    named = [
        element("div", element("dt", words(name), id=f"condition-{name}"), element("dd", *sentence(text, policy)))
        for name, text in policy.conditions.items()
    ]
    yield element("dl", *named)


def parameters(policy: Policy) -> Iterator[Element]:
    """Yield the values that a committee sets, each with its reason."""
    rows = [
        ([words(name)], [parameter_words(each)], [each.why], sources_of(each.cite))
        for name, each in policy.parameters.items()
    ]
    yield table("Values and why they are so", ("Name", "Value", "Why", "Source"), rows)


def classes(policy: Policy) -> Iterator[Element]:
    """Yield the classes of each list, in the order in which they are served."""
    yield element(
        "p", "A candidate stands in the first class that holds. An earlier class is served before a later one."
    )
    for sequence in policy.sequences:
        title = _for_donors(sequence, policy)
        if title:
            yield element("h3", *title)
        rows = [_class(place, kind, entry, policy) for place, (kind, entry) in enumerate(_placed(sequence), start=1)]
        caption = (
            "Classes, first to last" if len(policy.sequences) == 1 else f"Classes of list {sequence.id}, first to last"
        )
        yield table(caption, ("Class", "Who", "Condition on the facts", "Source"), rows)
        rest = "Who fits no class is not ranked." if sequence.otherwise else "The last class takes everybody."
        yield element("p", rest, class_="note")


def stages(policy: Policy) -> Iterator[Element]:
    """Yield the stages that put those who remain after the run into another order."""
    for stage in policy.stages:
        yield element("h3", stage.id)
        yield element("p", stage.say, dir="auto")
        yield element("p", f"Begins: {stage.begins}", *sources_of(stage.cite), dir="auto")
        if stage.screens:
            required = [([each.say], sentence(each.text, policy), sources_of(each.cite)) for each in stage.screens]
            yield table("Who may be offered the organ now", ("Required", "Condition on the facts", "Source"), required)
        rows = [_class(place, OfferKind.SINGLE, each, policy) for place, each in enumerate(stage.classes, start=1)]
        yield table("Classes, first to last", ("Class", "Who", "Condition on the facts", "Source"), rows)
        rest = "Who fits no class is not listed." if stage.otherwise else "The last class takes everybody."
        yield element("p", f"Inside a class the order of the run stays. {rest}", class_="note")


def points(policy: Policy) -> Iterator[Element]:
    """Yield the terms of the points, each with its curve."""
    assert policy.points is not None, "asked for a policy with points only"
    each = policy.points.rounding is Rounding.PER_TERM_HALF_UP
    yield element(
        "p",
        f"The points of all terms are added. {'Each term' if each else 'The sum'} is rounded half up to "
        f"{policy.points.decimals} decimals.",
    )
    yield from (_term(term, policy) for term in policy.points.terms)


def order(policy: Policy) -> Iterator[Element]:
    """Yield what decides between two candidates of one class."""
    yield element("p", "Between two candidates of one class the first line on which they differ decides.")
    yield _keys(policy.order)


def sentence(text: str, policy: Policy) -> list[Child]:
    """Return a condition in words; each named condition is a link to what it means."""
    return [
        element("a", piece.text, href=f"#condition-{piece.condition}") if piece.condition else piece.text
        for piece in condition_words(text, policy)
    ]


def sources_of(citations: Iterable[Citation]) -> list[Child]:
    """Return citations, each with a link to the source at the end of the page."""
    return [
        element("span", element("a", cite.key, href=f"#source-{cite.key}"), f" {cite.locator}".rstrip(), class_="cite")
        for cite in citations
    ]


def _placed(sequence: Sequence) -> list[tuple[OfferKind, PolicyClass]]:
    """Return the classes of the main list and of the second ones in their one order."""
    found = {
        position: (listing.offer_kind, entry)
        for listing in sequence.listings
        for position, entry in zip(listing.positions, listing.classes, strict=True)
    }
    return [found[position] for position in sorted(found)]


def _for_donors(sequence: Sequence, policy: Policy) -> list[Child]:
    if len(policy.sequences) == 1:
        return []
    if sequence.text == "always":
        return ["For every other donor"]
    return ["For donors with: ", *sentence(sequence.text, policy)]


def _class(place: int, kind: OfferKind, entry: PolicyClass, policy: Policy) -> tuple[list[Child], ...]:
    who: list[Child] = [entry.say]
    if kind is not OfferKind.SINGLE:
        who.append(element("p", f"Offered: {kind.value.replace('_', ' ')}.", class_="note"))
    if entry.stage is not None:
        who.append(element("p", f"Offered only from stage {entry.stage} on.", class_="note"))
    if entry.shadowed_in_source is not None:
        who.append(
            element("p", "Never reached, as in the source: an earlier class takes the same people.", class_="note")
        )
    if entry.order is not None:
        who += [element("p", "Order inside this class:", class_="note"), _keys(entry.order)]
    return ([f"{place}. ", element("code", entry.id)], who, sentence(entry.text, policy), sources_of(entry.cite))


def _term(term: Term, policy: Policy) -> Element:
    entries: list[tuple[str, list[Child]]] = [
        ("Points", [_formula(term)]),
        ("Only when", sentence(term.text, policy) if term.when is not None else []),
        ("If a fact is missing", [_points(number_text(term.missing))] if term.of is not None or term.times else []),
        ("Relative to", ["the others of the class"] if term.relative_to_class else []),
        ("Source", sources_of(term.cite)),
    ]
    children: list[Child] = [element("h3", term.say or term.id.replace("-", " ")), pairs(entries)]
    if term.of is not None and (term.curve or term.steps):
        children.append(_figure(term, term.of))
    return element("section", *children, class_="term")


def _formula(term: Term) -> str:
    weight = number_text(term.weight)
    factors = [_named(reference) for reference in term.times]
    if term.of is None:
        return " times ".join([_points(weight), *factors])
    if term.curve or term.steps:
        return " times ".join([f"by {_named(term.of)}, as below", *factors])
    return " times ".join([*([] if weight == "1" else [weight]), _named(term.of), *factors])


def _figure(term: Term, of: Reference) -> Element:
    knots: Knots = tuple((x, y * term.weight) for x, y in term.curve or term.steps or ())
    across = _named(of)
    picture = curve_picture(knots, across=across) if term.curve else step_picture(knots, across=across)
    between = (
        "at and between these values, on straight lines" if term.curve else "from each value on; 0 below the first"
    )
    rows = [([number_text(x)], [number_text(y)]) for x, y in knots]
    return element("figure", picture, table(f"Points {between}", (across, "points"), rows))


def _keys(keys: Iterable[OrderKey]) -> Element:
    said = [element("li", _key(key)) for key in keys]
    return element("ol", *said, element("li", "registration number, lowest first"))


def _key(key: OrderKey) -> str:
    limited = "" if key.classes is None else f"; only in the classes {', '.join(sorted(key.classes))}"
    if key.kind is KeyKind.LOTTERY:
        return f"a lot that anyone can draw again from the published seed{limited}"
    name = "points" if key.of is None else _named(key.of)
    missing = f"; missing {'first' if key.missing_first else 'last'}" if key.kind is KeyKind.COLUMN else ""
    if key.of is not None and key.of.column.kind is Kind.TRUTH:
        return f"{name}: {'yes' if key.descending else 'no'} first{missing}{limited}"
    return f"{name}, {'highest' if key.descending else 'lowest'} first{missing}{limited}"


def _named(reference: Reference) -> str:
    unit = reference.column.unit
    return name_text(reference) + (f" ({unit})" if unit else "")


def _points(number: str) -> str:
    return f"{number} point" if number in {"1", "-1"} else f"{number} points"

"""Knows the page that shows a donor plan: step after step, who is offered which organ, and what goes with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.cli.layout import Heading, Line, columns, counted, folded, labelled, number
from bequest.cli.output import SYNTHETIC
from bequest.policy.show import citation_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bequest.matching.planned import PlannedOffer, PlannedOffers, SecondOffer
    from bequest.policy.plan import Step

_DIGITS = 16
_CONDITIONAL = (
    "CONDITIONAL: death is not declared; this is the circulatory pathway. If the person does not die in time, every "
    "offer lapses."
)


def plan_page(made: PlannedOffers, *, top: int, width: int | None) -> list[Line]:
    """Return the page of a donor's plan in lines of at most `width`; `top` limits the rows of each step."""
    plan = made.plan
    lines = [Line(f"Every organ of donor {made.donor.donor}, step by step", "bold")]
    pairs = [
        ("plan", f"{plan.title} ({plan.name}, edition {plan.edition})"),
        ("status", plan.status.value),
        ("order", f"{made.order.id}: {made.order.say}"),
        (
            "lists",
            ", ".join(f"{name} {run.policy.name} {run.policy.edition}" for name, run in made.runs.items()) or "none",
        ),
        ("offers", counted(len(made), "place", "places")),
        ("digest", f"plan {made.digest[:_DIGITS]}"),
    ]
    pairs += [("", _CONDITIONAL)] if made.donor.conditional else []
    pairs += [("not made", f"{', '.join(made.not_made)}: no consent, or nobody listed")] if made.not_made else []
    pairs += [
        (each.rule.run, f"{each.verdict.value} ({each.rule.id}: {each.rule.say}) [{citation_text(each.rule.cite)}]")
        for each in made.divided
    ]
    lines += [Line(text) for text in labelled(pairs, width)]
    lines += [Line(SYNTHETIC, "italic")] if made.synthetic else []
    for step in made.order.steps:
        own = [offer for offer in made.offers if offer.step.id == step.id]
        lines += [Line(), *_step(step, own, made, top=top, width=width)]
    return lines


def _step(
    step: Step, offers: Sequence[PlannedOffer], made: PlannedOffers, *, top: int, width: int | None
) -> list[Line]:
    first = f", the first {number(top)}" if top < len(offers) else ""
    title = f"{step.id}: {step.say} [{citation_text(step.cite)}]: {number(len(offers)) if offers else 'nobody'}{first}"
    lines = [Line(text, "bold cyan") for text in folded(title, width, hang=2)]
    shown = offers[:top]
    if not shown:
        return lines
    rows = [_row(offer, made) for offer in shown]
    headings = (
        Heading(("place",), right=True, keep=True),
        Heading(("registration",), keep=True),
        Heading(("centre",), keep=True),
        Heading(("list",), keep=True),
        Heading(("class",), keep=True),
    )
    table = columns(headings, rows)
    lines += [Line(text, "dim") for text in table.heading_lines()]
    for offer, row in zip(shown, rows, strict=True):
        lines.append(Line(table.line(row)))
        for second in offer.second:
            lines += [
                Line(f"      {text}") for text in folded(_second(second), None if width is None else width - 6, hang=2)
            ]
    return lines


def _row(offer: PlannedOffer, made: PlannedOffers) -> list[str]:
    pool = made.runs[offer.run].pool
    centre = str(pool.texts["centre"][pool.row(offer.registration)])
    kind = "" if offer.offer_kind.value == "single" else f" ({offer.offer_kind.value.replace('_', ' ')})"
    return [number(offer.place), offer.registration, centre, f"{offer.run}{kind}", offer.class_id]


def _second(second: SecondOffer) -> str:
    reasons = f": {', '.join(second.reasons)}" if second.reasons else ""
    return f"with the {second.organ.value}, {second.registration}, {second.verdict.value}{reasons} ({second.rule.id})"

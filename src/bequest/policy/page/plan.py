"""Knows the page of a donor plan: its orders step after step, who is offered a second organ, and by which source."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.policy.page.element import element, pairs, table
from bequest.policy.page.frame import framed, head_of, source_table
from bequest.policy.page.rules import sources_of
from bequest.policy.plan_show import cited_by_plan, range_text, show_plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from xml.etree.ElementTree import Element

    from bequest.policy.plan import DonorPlan, PlanOrder
    from bequest.policy.show import ShownRule


def plan_page(plan: DonorPlan) -> str:
    """Return a donor plan as one page of HTML in itself: no script, no picture, font or style from elsewhere."""
    organs = dict.fromkeys(run.organ.value.replace("-", " and ") for run in plan.runs)
    return framed(plan, head_of(plan, ", ".join(organs)), _sections(plan))


def _sections(plan: DonorPlan) -> Iterator[tuple[str, str, Iterable[Element]]]:
    """Yield identifier, title and content of each part that the plan has, in the order of a reader's questions."""
    yield "orders", "What is offered when", (part for order in plan.orders for part in _order(order))
    for section in show_plan(plan):
        if section.title in _SHOWN:
            name, title = _SHOWN[section.title]
            yield name, title, _rules(section.rules)
    runs = ([[run.id], [run.organ.value], [run.policy]] for run in plan.runs)
    yield (
        "runs",
        "The lists",
        [table("Lists of the plan, and the policy that ranks each", ("List", "Organ", "Policy"), runs)],
    )
    yield "sources", "Sources", source_table(cited_by_plan(plan))


_SHOWN = {
    "Second organs": ("second", "Who is offered a second organ with it"),
    "Divided organs": ("divided", "Which organs may be divided"),
    "Named conditions": ("conditions", "What the named conditions mean"),
    "Parameters": ("parameters", "Values that a committee sets"),
}


def _order(order: PlanOrder) -> Iterator[Element]:
    yield element("h3", order.say)
    condition = "For every donor." if order.text == "always" else f"For donors with: {order.text}"
    yield element("p", condition, " ", *sources_of(order.cite), dir="auto")
    rows = (
        [[str(place)], [step.say], [", merged with ".join(map(range_text, step.parts))], sources_of(step.cite)]
        for place, step in enumerate(order.steps, start=1)
    )
    yield table("Steps, first to last", ("Step", "Who is offered", "List and classes", "Source"), rows)


def _rules(rules: Iterable[ShownRule]) -> Iterator[Element]:
    for rule in rules:
        yield element("h3", rule.name.replace("'", "").replace("_", " ").replace("-", " "))
        yield pairs((name, [text]) for name, text in rule.parts)

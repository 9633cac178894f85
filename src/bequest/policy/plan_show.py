"""Knows how a donor plan is shown to people: runs, orders with their steps, and second organs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bequest.policy.expression import number_text
from bequest.policy.show import ShownRule, ShownSection, citation_text, filled, shown_conditions, shown_parameters

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bequest.policy.plan import ClassRange, DividedOrgan, DonorPlan, PlanOrder, SecondOrgan
    from bequest.policy.policy import Citation, Parameter


def show_plan(plan: DonorPlan) -> tuple[ShownSection, ...]:
    """Return the plan as a clinician reads it, top to bottom; parts that it does not have are left out."""
    sections = (
        ShownSection("Plan", (_head(plan),), ordered=False),
        ShownSection("Parameters", tuple(shown_parameters(plan.parameters)), ordered=False),
        ShownSection("Named conditions", tuple(shown_conditions(plan.conditions)), ordered=False),
        ShownSection("Match runs", tuple(_runs(plan)), ordered=False),
        *(_order(order) for order in plan.orders),
        ShownSection("Second organs", tuple(map(_second, plan.second_organs)), ordered=False),
        ShownSection("Divided organs", tuple(map(_divided, plan.divided_organs)), ordered=False),
    )
    return tuple(section for section in sections if section.rules)


def cited_by_plan(plan: DonorPlan) -> Iterator[Citation]:
    """Yield every citation of the plan, repeats included."""
    steps = [step for order in plan.orders for step in order.steps]
    for owner in (*plan.parameters.values(), *plan.orders, *steps, *plan.second_organs, *plan.divided_organs):
        yield from owner.cite


def _head(plan: DonorPlan) -> ShownRule:
    parts = (
        ("title", plan.title),
        ("name", plan.name),
        ("edition", plan.edition),
        ("in force from", plan.effective.isoformat()),
        ("status", plan.status.value),
        (
            "adopted",
            "by nobody yet" if plan.adopted is None else f"by {plan.adopted.by} on {plan.adopted.on.isoformat()}",
        ),
        ("reasons", "" if plan.adopted is None else plan.adopted.justification),
    )
    return ShownRule("plan", filled(parts))


def _runs(plan: DonorPlan) -> Iterator[ShownRule]:
    for run in plan.runs:
        yield ShownRule(f"run '{run.id}'", (("organ", run.organ.value), ("policy", run.policy)))


def _order(order: PlanOrder) -> ShownSection:
    head = (("donors", order.text), ("words", order.say), ("source", citation_text(order.cite)))
    steps = (
        ShownRule(
            f"step '{step.id}'",
            filled((
                ("offered", ", merged with ".join(map(range_text, step.parts))),
                ("words", step.say),
                ("source", citation_text(step.cite)),
            )),
        )
        for step in order.steps
    )  # fmt: skip
    return ShownSection(
        f"Order '{order.id}': step after step", (ShownRule(f"order '{order.id}'", head), *steps), ordered=True
    )


def range_text(part: ClassRange) -> str:
    """Return in words which part of a list is offered."""
    if part.stage is not None:
        return f"{part.run}: stage {part.stage}"
    return f"{part.run}: {_classes(part.first, part.last, part.points_at_least)}"


def _classes(first: tuple[str, ...], last: tuple[str, ...], least: Parameter | None) -> str:
    start, end = " or ".join(first), " or ".join(last)
    pieces = [f"from class {start}"] if start else []
    pieces += [f"through class {end}"] if end else []
    if least is not None:
        assert isinstance(least.value, Decimal), "the loader lets a number only limit points"
        pieces.append(f"with at least {number_text(least.value)} points")
    return " ".join(pieces) or "the whole list"


def _second(second: SecondOrgan) -> ShownRule:
    parts = (
        ("of those offered", f"{second.beside}, {_classes(second.first, second.last, second.points_at_least)}"),
        ("with it", second.pulls),
        ("registrations", "of one centre" if second.one_centre else ""),
        ("condition", second.text),
        ("words", second.say),
        ("source", citation_text(second.cite)),
    )
    return ShownRule(f"second organ '{second.id}'", filled(parts))


def _divided(divided: DividedOrgan) -> ShownRule:
    parts = (
        ("organ of run", divided.run),
        ("condition", divided.text),
        ("words", divided.say),
        ("source", citation_text(divided.cite)),
    )
    return ShownRule(f"divided organ '{divided.id}'", parts)

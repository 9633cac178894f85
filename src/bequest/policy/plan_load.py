"""Knows how a plan file becomes a donor plan: every block read, every name looked up, all mistakes told at once."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.enums import Organ, PolicyStatus
from bequest.model.errors import PolicyError
from bequest.policy.canonical import plan_hash
from bequest.policy.checks import doubtful_sources
from bequest.policy.cite import citations, refuse_who
from bequest.policy.declare import Context, condition_of, declared_names
from bequest.policy.document import read_document
from bequest.policy.expression import ALWAYS, Space, references, spelled
from bequest.policy.head import adoption, pattern, title
from bequest.policy.load import EDITION, NAME, condition_texts
from bequest.policy.plan import ClassRange, DividedOrgan, DonorPlan, PlanOrder, RunOfPlan, SecondOrgan, Step
from bequest.policy.plan_show import cited_by_plan
from bequest.policy.rules import check_unique
from bequest.policy.section import (
    children,
    choice,
    complain,
    day,
    identifier,
    kind,
    nearest,
    only,
    optional_text,
    text,
    told,
    top,
    truth,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.policy.expression import Condition
    from bequest.policy.policy import Citation, Parameter, Policy
    from bequest.policy.section import Section
    from bequest.policy.sources import Source

KEYS = (
    "plan", "title", "edition", "effective", "adopted", "status", "parameters", "conditions", "runs", "orders",
    "second_organs", "divided_organs",
)  # fmt: skip
"""The keys of a plan file."""
_RANGE = ("run", "first", "last", "points_at_least", "stage")
_SECOND = (
    "id", "beside", "pulls", "first", "last", "one_centre", "points_at_least", "when", "say", "cite",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    """Hold what every block of a plan is read against: names, sources, the runs and their policies by run."""

    context: Context
    runs: Mapping[str, RunOfPlan]
    policies: Mapping[str, Policy]


def load_plan(written: str, *, label: str, sources: Mapping[str, Source], find: Callable[[str], Policy]) -> DonorPlan:
    """Return the donor plan that a file's text describes.

    `find` returns the policy of a name and raises PolicyError where there is none. Raise PolicyError with every
    mistake of the file, each with its line and place; a policy or a class that does not exist is one.
    """
    document = read_document(written, label=label)
    file = top(document, [])
    only(file, KEYS)
    context = Context(declared_names(file, None, sources), sources)
    runs, policies = _runs(file, find)
    reading = _Reading(context, runs, policies)
    draft = DonorPlan(
        name=pattern(file, "plan", NAME, remedy="write it as `plan: core/donor-plan`"),
        title=title(file),
        edition=pattern(file, "edition", EDITION, remedy="write a label such as core-2026-1"),
        effective=day(file, "effective"),
        status=choice(file, "status", PolicyStatus),
        adopted=adoption(file),
        parameters=context.names.parameters,
        conditions=condition_texts(file),
        runs=tuple(runs.values()),
        orders=_orders(file, reading),
        second_organs=_second_organs(file, reading),
        divided_organs=_divided_organs(file, reading),
        reads=frozenset(),
        hash="",
        place=label,
        content=document.content,
    )
    _check_sources(file, draft, sources)
    if file.problems:
        raise PolicyError(*told(file.problems))
    read = [each.when for each in (*draft.orders, *draft.second_organs, *draft.divided_organs)]
    columns = frozenset(reference.column for condition in read for reference in references(condition))
    return replace(draft, reads=columns, hash=plan_hash(document.content))


def _runs(file: Section, find: Callable[[str], Policy]) -> tuple[Mapping[str, RunOfPlan], Mapping[str, Policy]]:
    blocks = children(file, "runs", noun="run")
    if not blocks:
        complain(file, "there are no runs; write each match run of the plan with its policy")
    check_unique(blocks)
    runs: dict[str, RunOfPlan] = {}
    policies: dict[str, Policy] = {}
    for block in blocks:
        only(block, ("id", "policy"))
        name = identifier(block)
        wanted = pattern(block, "policy", NAME, remedy="write the name of a policy, such as core/heart")
        runs[name] = RunOfPlan(name, wanted, Organ.HEART)
        if not wanted:
            continue
        try:
            policies[name] = find(wanted)
        except PolicyError as error:
            complain(block, f"{error}; add the policy to the library or name another", key="policy")
        else:
            runs[name] = RunOfPlan(name, wanted, policies[name].organ)
    return MappingProxyType(runs), MappingProxyType(policies)


def _orders(file: Section, reading: _Reading) -> tuple[PlanOrder, ...]:
    blocks = children(file, "orders", noun="order")
    if not blocks:
        complain(file, "there are no orders; write at least one, with `when: always`")
    check_unique(blocks)
    found = tuple(_order(block, reading) for block in blocks)
    if found and found[-1].when != ALWAYS:
        complain(blocks[-1], "donors who fit no order have no plan; end with an order `when: always`", key="when")
    return found


def _order(section: Section, reading: _Reading) -> PlanOrder:
    only(section, ("id", "when", "say", "cite", "steps"))
    when, written = _of_donor(section, reading, chooses="the order")
    blocks = children(section, "steps", noun="step")
    if not blocks:
        complain(section, "there are no steps; write at least one")
    check_unique(blocks)
    return PlanOrder(
        id=identifier(section),
        when=when,
        text=written,
        say=text(section, "say", remedy="say in words for which donors the order is"),
        cite=_cite(section, reading),
        steps=tuple(_step(block, reading) for block in blocks),
    )


def _of_donor(section: Section, reading: _Reading, *, chooses: str) -> tuple[Condition, str]:
    """Return a condition about the donor and its text; a reference to anything else is told."""
    when, written = condition_of(section, "when", reading.context.names)
    for reference in references(when):
        if reference.space is not Space.DONOR:
            complain(section, f"'{spelled(reference)}' is no fact of the donor, who chooses {chooses}", key="when")
    return when, written


def _step(section: Section, reading: _Reading) -> Step:
    only(section, ("id", "lists", "say", "cite"))
    blocks = children(section, "lists", noun="list")
    if not blocks:
        complain(section, "there are no lists; write the run whose list is offered, as `lists: [{run: heart}]`")
    parts = tuple(_range(block, reading) for block in blocks)
    if len(parts) > 1:
        _check_merged(section, parts, reading)
    return Step(
        id=identifier(section),
        parts=parts,
        say=text(section, "say", remedy="say in words what is offered now"),
        cite=_cite(section, reading),
    )


def _check_merged(section: Section, parts: tuple[ClassRange, ...], reading: _Reading) -> None:
    """Refuse to merge what has no points to be merged by."""
    for part in parts:
        policy = reading.policies.get(part.run)
        if part.stage is not None or (policy is not None and policy.points is None):
            complain(
                section, f"'{part.run}' has no points by which lists are merged; give it a step of its own", key="lists"
            )


def _range(section: Section, reading: _Reading) -> ClassRange:
    only(section, _RANGE)
    run = _run(section, "run", reading)
    stage = optional_text(section, "stage", remedy="write the id of a stage of the policy")
    policy = reading.policies.get(run)
    if stage is not None and policy is not None and stage not in [each.id for each in policy.stages]:
        complain(section, f"policy {policy.name} has no stage '{stage}'; correct it", key="stage")
    if stage is not None and {"first", "last", "points_at_least"} & section.content.keys():
        complain(section, "a stage is offered whole; remove `first`, `last` and `points_at_least`", key="stage")
    return ClassRange(
        run=run,
        first=_classes(section, "first", policy),
        last=_classes(section, "last", policy),
        points_at_least=_least_points(section, reading, policy),
        stage=stage,
    )


def _second_organs(file: Section, reading: _Reading) -> tuple[SecondOrgan, ...]:
    blocks = children(file, "second_organs", noun="second organ")
    check_unique(blocks)
    return tuple(_second_organ(block, reading) for block in blocks)


def _second_organ(section: Section, reading: _Reading) -> SecondOrgan:
    only(section, _SECOND)
    beside, pulls = _run(section, "beside", reading), _run(section, "pulls", reading)
    if beside and beside == pulls:
        complain(section, "'beside' and 'pulls' name one run; the second organ is of another", key="pulls")
    policy = reading.policies.get(beside)
    # The condition is about a registration on the first organ's list, and reads the columns of that list only.
    names = reading.context.names if policy is None else replace(reading.context.names, organ=policy.organ)
    when, written = condition_of(section, "when", names)
    return SecondOrgan(
        id=identifier(section),
        beside=beside,
        pulls=pulls,
        first=_classes(section, "first", policy),
        last=_classes(section, "last", policy),
        one_centre=truth(section, "one_centre"),
        points_at_least=_least_points(section, reading, policy),
        when=when,
        text=written,
        say=text(section, "say", remedy="say in words who is offered the second organ"),
        cite=_cite(section, reading),
    )


def _divided_organs(file: Section, reading: _Reading) -> tuple[DividedOrgan, ...]:
    blocks = children(file, "divided_organs", noun="divided organ")
    check_unique(blocks)
    return tuple(_divided_organ(block, reading) for block in blocks)


def _divided_organ(section: Section, reading: _Reading) -> DividedOrgan:
    only(section, ("id", "run", "when", "say", "cite"))
    when, written = _of_donor(section, reading, chooses="whether an organ is divided")
    return DividedOrgan(
        id=identifier(section),
        run=_run(section, "run", reading),
        when=when,
        text=written,
        say=text(section, "say", remedy="say in words what becomes of the parts"),
        cite=_cite(section, reading),
    )


def _run(section: Section, key: str, reading: _Reading) -> str:
    name = text(section, key, remedy="write the id of a run of this plan")
    if name and name not in reading.runs:
        hint = nearest(name, reading.runs) or f"write one of {', '.join(reading.runs)}"
        complain(section, f"'{name}' is no run of this plan; {hint}", key=key)
    return name


def _classes(section: Section, key: str, policy: Policy | None) -> tuple[str, ...]:
    """Return class ids: one, or one for each list that the policy may choose."""
    value = section.content.get(key, ())
    written = value if isinstance(value, tuple) else (value,)
    found: list[str] = []
    known = () if policy is None else tuple(
        entry.id for sequence in policy.sequences for listing in sequence.listings for entry in listing.classes
    )  # fmt: skip
    for name in written:
        if not isinstance(name, str):
            complain(section, f"'{key}' holds {kind(name)}; write the id of a class", key=key)
        elif policy is not None and name not in known:
            hint = nearest(name, known) or "correct it"
            complain(section, f"policy {policy.name} has no class '{name}'; {hint}", key=key)
        else:
            found.append(name)
    return tuple(found)


def _least_points(section: Section, reading: _Reading, policy: Policy | None) -> Parameter | None:
    name = optional_text(section, "points_at_least", remedy="write the name of a parameter")
    if name is None:
        return None
    parameter = reading.context.names.parameters.get(name)
    if parameter is None or not isinstance(parameter.value, Decimal):
        complain(
            section, f"'{name}' is no parameter with a number; declare it under `parameters`", key="points_at_least"
        )
    if policy is not None and policy.points is None:
        complain(section, f"policy {policy.name} counts no points; remove it", key="points_at_least")
    return parameter


def _cite(section: Section, reading: _Reading) -> tuple[Citation, ...]:
    cite = citations(section, reading.context.sources)
    refuse_who(section, cite, reading.context.sources)
    return cite


def _check_sources(file: Section, plan: DonorPlan, sources: Mapping[str, Source]) -> None:
    doubtful = doubtful_sources(cited_by_plan(plan), sources)
    if doubtful and plan.status is not PolicyStatus.UNVERIFIED:
        sentence = f"rests on unverified sources ({', '.join(doubtful)}); write `status: unverified` or cite others"
        complain(file, sentence, key="status")

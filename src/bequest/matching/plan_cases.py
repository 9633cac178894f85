"""Knows golden cases of donor plans: people with their registrations, and who is offered what in each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.matching.case_file import (
    Case,
    Expected,
    Facts,
    case_instant,
    case_yaml,
    list_at,
    mapping,
    names_at,
    need,
    only,
)
from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.donor_plan import plan_offers, runs_needed
from bequest.matching.planned import Division, Verdict
from bequest.matching.ranking import run
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime
    from pathlib import Path

    from bequest.matching.match_run import MatchRun
    from bequest.matching.planned import PlannedOffer, PlannedOffers
    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy

_HEAD = ("plan", "at", "centres", "donor", "lists", "cases", "signed_off")
_CASE = ("name", "why", "donor", "people", "expect", "inputs", "lottery_seed", "divides")
_NOTHING = Expected((), {}, {}, {})
_WORDS = {Verdict.OFFERED: "with {}", Verdict.UNCLEAR: "perhaps with {}", Verdict.RULED_OUT: "without {}"}


@dataclass(frozen=True, slots=True)
class PlanCase:
    """Hold one golden case of a plan.

    `people` gives each person's registrations by run of the plan; `expect` gives for each step the people in order,
    each with what goes with the offer: `Anna with kidney`, `Anna perhaps with kidney`, `Anna without kidney`.
    `divides` gives for rules of divided organs true, false, or None where it cannot be judged.
    """

    name: str
    why: str
    policy: str
    at: datetime
    centres: Mapping[str, Facts]
    donor: Facts
    people: Mapping[str, Mapping[str, Facts]]
    inputs: Facts
    lottery_seed: str | None
    expect: Mapping[str, tuple[str, ...]]
    divides: Facts
    place: str


@dataclass(frozen=True, slots=True)
class PlanCaseResult:
    """Hold how a case of a plan came out: `differences` is empty when it passed."""

    case: PlanCase
    differences: tuple[str, ...]

    @property
    def passed(self) -> bool:
        """Return whether everything came out as expected."""
        return not self.differences


def is_plan_file(path: Path) -> bool:
    """Tell whether a file holds cases of a donor plan: it names a plan where others name a policy."""
    return "plan" in case_yaml(path)


def read_plan_cases(path: Path) -> tuple[PlanCase, ...]:
    """Return the cases of one YAML file; raise InputError for anything that is not as the guide says."""
    content = case_yaml(path)
    place = path.name
    only(content, _HEAD, place=place)
    need(content, ("plan", "at", "cases"), place=place, every="case file")
    at = case_instant(content, place=place)
    return tuple(
        _case(content, mapping(raw, place=f"{place}, case {number}"), at=at, place=f"{place}, case {number}")
        for number, raw in enumerate(list_at(content["cases"], place=f"{place}, cases"), start=1)
    )


def run_plan_case(
    case: PlanCase, plan: DonorPlan, find: Callable[[str], Policy], *, evaluator: str = "numpy"
) -> PlanCaseResult:
    """Return what differs between a case and its plan; `find` returns the policy of a name at the case's instant."""
    policies = {planned.id: find(planned.policy) for planned in plan.runs}
    stated = {"consented_organs": " ".join(sorted({each.organ.value for each in policies.values()})), **case.donor}
    donor = case_donor(_case_of(case, "", stated), next(iter(policies.values())))
    runs: dict[str, MatchRun] = {}
    for planned in runs_needed(plan, donor):
        policy = policies[planned.id]
        if policy.organ not in donor.consent.organs:
            continue
        runs[planned.id] = run(
            policy,
            donor,
            organ=policy.organ,
            pool=case_pool(_case_of(case, planned.id, stated), policy),
            at=case.at,
            inputs={name: case.inputs[name] for name in policy.inputs if name in case.inputs},
            lottery_seed=case.lottery_seed,
            allow_unverified=True,
            evaluator=evaluator,
        )
    made = plan_offers(plan, donor, runs, allow_unverified=True)
    return PlanCaseResult(case, tuple(_differences(case, made, frozenset(runs))))


def _case_of(case: PlanCase, run_id: str, donor: Facts) -> Case:
    """Return the people of one list as a case of its policy; each is named by person and list."""
    candidates = {
        f"{person}-{run_id}": {**lists[run_id], "person": person}
        for person, lists in case.people.items()
        if run_id in lists
    }
    return Case(
        case.name, case.why, case.policy, case.at, case.centres, donor, candidates, None, None, _NOTHING, case.place
    )


def _differences(case: PlanCase, made: PlannedOffers, ran: frozenset[str]) -> Iterator[str]:
    got: dict[str, list[str]] = {step.id: [] for step in made.order.steps}
    for offer in made.offers:
        got[offer.step.id].append(_words(offer))
    unlike = False
    for step in dict.fromkeys((*case.expect, *got)):
        wanted, found = list(case.expect.get(step, ())), got.get(step)
        if wanted != (found or []) or (found is None and step in case.expect):
            unlike = True
            yield f"step {step}: expected {wanted}, got {'no such step' if found is None else found}"
    verdicts = {Division.POSSIBLE: True, Division.UNCLEAR: None, Division.NO: False}
    divided = {each.rule.id: verdicts[each.verdict] for each in made.divided}
    for rule, wanted_ in case.divides.items():
        if rule not in divided or divided[rule] is not wanted_:
            yield f"divides {rule}: expected {wanted_}, got {divided.get(rule, 'no such rule')}"
    if unlike:
        # A list that the plan does not need for this donor, or whose organ is not given, was never ranked.
        listed = [(person, name) for person, lists in case.people.items() for name in lists if name in ran]
        yield from (made.explain(f"R-{person}-{name}") for person, name in listed)


def _words(offer: PlannedOffer) -> str:
    person = str(offer.candidate).removeprefix("C-")
    kind = "" if offer.offer_kind.value == "single" else f" {offer.offer_kind.value}"
    return " ".join([f"{person}{kind}", *(_WORDS[each.verdict].format(each.organ.value) for each in offer.second)])


def _case(content: Facts, raw: Facts, *, at: datetime, place: str) -> PlanCase:
    only(raw, _CASE, place=place)
    need(raw, ("name", "why", "people", "expect"), place=place, every="case")
    place = f"{place} '{raw['name']}'"
    lists = {
        name: mapping(facts, place=f"{place}, list {name}") for name, facts in _at(content, "lists", place).items()
    }
    people: dict[str, dict[str, Facts]] = {}
    for person, registered in _at(raw, "people", place).items():
        people[person] = {}
        for name, facts in mapping(registered, place=f"{place}, {person}").items():
            if name not in lists:
                raise InputError(f"{place}, {person}: '{name}' is none of the lists; use: {', '.join(lists)}.")
            people[person][name] = {**lists[name], **mapping(facts, place=f"{place}, {person}, {name}")}
    expect = _at(raw, "expect", place)
    seed = raw.get("lottery_seed")
    return PlanCase(
        name=str(raw["name"]),
        why=str(raw["why"]),
        policy=str(content["plan"]),
        at=at,
        centres={
            name: mapping(facts, place=f"{place}, centre {name}")
            for name, facts in _at(content, "centres", place).items()
        },
        donor={**_at(content, "donor", place), **_at(raw, "donor", place)},
        people=people,
        inputs=_at(raw, "inputs", place),
        lottery_seed=None if seed is None else str(seed),
        divides=_at(raw, "divides", place),
        expect={step: names_at(names, place=f"{place}, step {step}") for step, names in expect.items()},
        place=place,
    )


def _at(content: Facts, part: str, place: str) -> Facts:
    return mapping(content.get(part), place=f"{place}, {part}")

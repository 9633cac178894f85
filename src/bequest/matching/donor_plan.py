"""Knows how a donor plan puts the finished match runs of one donor into one order of offers; a pure function."""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from bequest.matching.class_ranges import classes_inside, enough_points, ordered_classes
from bequest.matching.pair import donor_fact
from bequest.matching.planned import DividedOffer, Division, PlannedOffer, PlannedOffers, refuse_unverified
from bequest.matching.reorder import reorder
from bequest.matching.run_atoms import plain_value
from bequest.matching.second_organs import SecondOrgans
from bequest.model.errors import InputError
from bequest.model.identifiers import CandidateId
from bequest.policy.expression import judge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.matching.match_run import MatchRun
    from bequest.model.donor import Donor
    from bequest.model.enums import OfferKind, Organ
    from bequest.model.identifiers import RegistrationId
    from bequest.policy.expression import Condition, Plain, Reference
    from bequest.policy.plan import ClassRange, DonorPlan, PlanOrder, RunOfPlan, Step


class _Entry(NamedTuple):
    """Hold one registration that a part of a step offers."""

    run: str
    rank: int
    registration: RegistrationId
    offer_kind: OfferKind
    class_id: str
    points: Decimal | None


def plan_offers(
    plan: DonorPlan, donor: Donor, runs: Mapping[str, MatchRun], *, allow_unverified: bool = False
) -> PlannedOffers:
    """Return the offers of one donor's organs in the order of a plan, step by step; a pure function.

    `runs` has the finished match runs by their ids in the plan; one that is left out, because the organ is not offered,
    offers nothing. Each registration is offered once from a run and offer kind, at its first place. Raises InputError
    where a run is another one than the plan means.
    """
    if not allow_unverified:
        refuse_unverified(plan)
    _check_runs(plan, donor, runs)
    order = _order(plan, donor)
    second = SecondOrgans(plan, runs)
    offers: list[PlannedOffer] = []
    seen: set[tuple[str, RegistrationId, OfferKind]] = set()
    for step in order.steps:
        for entry in _step(step, runs, seen):
            seen.add((entry.run, entry.registration, entry.offer_kind))
            pool = runs[entry.run].pool
            row = pool.row(entry.registration)
            offers.append(
                PlannedOffer(
                    place=len(offers) + 1,
                    step=step,
                    run=entry.run,
                    registration=entry.registration,
                    candidate=CandidateId(str(pool.texts["candidate"][row])),
                    offer_kind=entry.offer_kind,
                    class_id=entry.class_id,
                    rank_in_run=entry.rank,
                    second=second.of(entry.run, entry.class_id, row=row, points=entry.points),
                )
            )
    not_made = tuple(run.id for run in runs_needed(plan, donor) if run.id not in runs)
    divided = tuple(_divided(plan, donor, runs))
    return PlannedOffers(plan, donor, order, MappingProxyType(dict(runs)), not_made, tuple(offers), divided)


def runs_needed(plan: DonorPlan, donor: Donor) -> tuple[RunOfPlan, ...]:
    """Return the runs that the donor's order of steps offers from or pulls second organs of, in the plan's order."""
    offered = {part.run for step in _order(plan, donor).steps for part in step.parts}
    pulled = {rule.pulls for rule in plan.second_organs if rule.beside in offered}
    return tuple(run for run in plan.runs if run.id in offered | pulled)


def organs_in_order(plan: DonorPlan, donor: Donor) -> tuple[Organ, ...]:
    """Return the organs of the donor's order of steps, each where its list is first offered, then what is pulled only.

    Raises InputError where an unknown fact of the donor decides which order it is.
    """
    organs = {run.id: run.organ for run in plan.runs}
    stepped = [organs[part.run] for step in _order(plan, donor).steps for part in step.parts]
    return tuple(dict.fromkeys([*stepped, *(run.organ for run in runs_needed(plan, donor))]))


def _check_runs(plan: DonorPlan, donor: Donor, runs: Mapping[str, MatchRun]) -> None:
    wanted = {run.id: run for run in plan.runs}
    instants = {run.at for run in runs.values()}
    if len(instants) > 1:
        raise InputError("the match runs of a plan are of different instants; make all of them as of one.")
    for name, run in runs.items():
        if name not in wanted:
            raise InputError(f"'{name}' is no run of {plan.name}; give runs by {', '.join(wanted)}.")
        if run.policy.name != wanted[name].policy:
            raise InputError(
                f"run '{name}' of {plan.name} is ranked by {wanted[name].policy}, not by {run.policy.name}; make it so."
            )
        if run.donor != donor:
            raise InputError(f"run '{name}' is for donor '{run.donor.donor}', not '{donor.donor}'; make it anew.")


def _divided(plan: DonorPlan, donor: Donor, runs: Mapping[str, MatchRun]) -> Iterator[DividedOffer]:
    """Yield what the plan says of dividing each organ whose run was made."""
    verdicts = {True: Division.POSSIBLE, None: Division.UNCLEAR, False: Division.NO}
    for rule in plan.divided_organs:
        if rule.run in runs:
            yield DividedOffer(rule, verdicts[_of_donor(rule.when, donor)])


def _of_donor(when: Condition, donor: Donor) -> bool | None:
    """Return whether a condition about the donor holds, None where a fact is missing."""

    def value_of(reference: Reference) -> Plain | None:
        return plain_value(donor_fact(donor, reference.column), reference)

    return judge(when, value_of)


def _order(plan: DonorPlan, donor: Donor) -> PlanOrder:
    """Return the first order that describes the donor; raise InputError where an unknown fact decides it."""
    judged = ((order, _of_donor(order.when, donor)) for order in plan.orders)
    # The last order takes every donor, as the loader demands.
    order, holds = next(each for each in judged if each[1] is not False)
    if holds is None:
        raise InputError(
            f"donor '{donor.donor}': the order of the plan cannot be chosen, because '{order.text}' cannot be judged; "
            "give the donor's missing value."
        )
    return order


def _step(step: Step, runs: Mapping[str, MatchRun], seen: set[tuple[str, RegistrationId, OfferKind]]) -> list[_Entry]:
    """Return who is offered in a step, in order, without those who had their place before."""
    parts = [part for part in step.parts if part.run in runs]
    entries = [entry for part in parts for entry in _part(part, runs[part.run], seen)]
    new = [entry for entry in entries if (entry.run, entry.registration, entry.offer_kind) not in seen]
    return new if len(step.parts) == 1 else _merged(parts, runs, new)


def _part(part: ClassRange, run: MatchRun, seen: set[tuple[str, RegistrationId, OfferKind]]) -> Iterator[_Entry]:
    if part.stage is not None:
        gone = sorted({registration for name, registration, _ in seen if name == part.run})
        for entry in reorder(run, part.stage, without=gone).ranked():
            yield _Entry(part.run, entry.rank, entry.registration, entry.offer_kind, entry.class_id, None)
        return
    inside = classes_inside(run, part.first, part.last)
    for entry in run.ranked():
        points = None if entry.points is None else Decimal(entry.points)
        if entry.stage is None and entry.class_id in inside and enough_points(part.points_at_least, points):
            yield _Entry(part.run, entry.rank, entry.registration, entry.offer_kind, entry.class_id, points)


def _merged(parts: list[ClassRange], runs: Mapping[str, MatchRun], entries: list[_Entry]) -> list[_Entry]:
    """Return several lists as one: class by class, inside a class by points and then by registration."""
    place: dict[str, int] = {}
    for part in parts:
        for class_id in ordered_classes(runs[part.run]):
            place.setdefault(class_id, len(place))
    return sorted(entries, key=lambda entry: (place[entry.class_id], -_points(entry), entry.registration))


def _points(entry: _Entry) -> Decimal:
    assert entry.points is not None, "the loader merges lists that count points only"
    return entry.points

"""Knows who of those offered one organ of a donor is offered a second one with it, by the rules of a donor plan.

`SecondOrgans` is for a plan over all finished runs of a donor; `needed_together` for the places of one run, whose
registrations say what they need together.
"""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bequest.matching.class_ranges import classes_inside, enough_points
from bequest.matching.facts import facts_of
from bequest.matching.pair import pair_of
from bequest.matching.plain import Judge
from bequest.matching.planned import SecondOffer, Verdict
from bequest.matching.program import program_of, screens_of
from bequest.matching.ranking import columns_not_present
from bequest.matching.wording import ids_of
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column
from bequest.model.enums import OfferKind, Organ
from bequest.model.errors import InputError
from bequest.model.identifiers import RegistrationId
from bequest.policy.expression import ALWAYS, references
from bequest.policy.policy import Listing, PolicyClass, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from bequest.matching.match_run import MatchRun
    from bequest.policy.plan import DonorPlan, SecondOrgan


class NeededOrgan(NamedTuple):
    """Hold an organ that a place of a run is offered together with its own.

    `one_centre`: only where the other registration is of the same centre.
    """

    organ: Organ
    one_centre: bool


class _Judged(NamedTuple):
    """Hold one rule with the classes it is limited to, and for each row of the first run whether it holds."""

    rule: SecondOrgan
    inside: frozenset[str]
    true: NDArray[np.bool_]
    false: NDArray[np.bool_]


class SecondOrgans:
    """Hold the rules about second organs, judged for everybody on the first lists."""

    def __init__(self, plan: DonorPlan, runs: Mapping[str, MatchRun]) -> None:
        """Judge every rule of which both runs were made."""
        self._runs = runs
        self._rows = {name: _rows_by_candidate(run) for name, run in runs.items()}
        rules = [rule for rule in plan.second_organs if rule.beside in runs and rule.pulls in runs]
        self._judged = {
            name: _judged(plan, [rule for rule in rules if rule.beside == name], run) for name, run in runs.items()
        }

    def of(self, run: str, class_id: str, *, row: int, points: Decimal | None) -> tuple[SecondOffer, ...]:
        """Return the second organs for one registration at a place of its run; each of its linked ones is named."""
        return tuple(self._of(run, class_id, row=row, points=points))

    def _of(self, run: str, class_id: str, *, row: int, points: Decimal | None) -> Iterator[SecondOffer]:
        candidate = self._runs[run].pool.texts["candidate"][row]
        for judged in self._judged[run]:
            rule = judged.rule
            limited = class_id in judged.inside and enough_points(rule.points_at_least, points)
            if not limited or judged.false[row]:
                continue
            second = self._runs[rule.pulls]
            for other in self._rows[rule.pulls].get(candidate, ()):
                if not rule.one_centre or self._centre(run, row) == self._centre(rule.pulls, other):
                    yield _offer(rule, second, row=other, judged=bool(judged.true[row]))

    def _centre(self, run: str, row: int) -> str | None:
        return self._runs[run].pool.texts["centre"][row]


def needed_together(run: MatchRun, plan: DonorPlan | None) -> dict[int, tuple[NeededOrgan, ...]]:
    """Return which organs go together with that of a run, by the number of the place from 0 on, where any does.

    It is what the registration says it needs together with this organ; nothing, where the list does not say. Where the
    plan of the donor has rules about the two organs, both go together only at those places where one of the rules
    holds; one that cannot be judged does not. Raises InputError where the list lacks a column of such a rule.
    """
    column = known_column(Table.REGISTRATION, "needed_with")
    values = run.pool.columns[column.name].whole()[run.evaluation.order_row]
    rules = _Rules(plan, run)
    found: dict[int, tuple[NeededOrgan, ...]] = {}
    met: list[int] = np.unique(values).tolist()
    for value in met:
        word = "none" if value == MISSING else column.codes[value]
        organs = [each for each in Organ if each is not run.organ and word in {each.value, "several"}]
        for place in np.flatnonzero(values == value).tolist() if organs else ():
            together = tuple(filter(None, (rules.at(place, organ) for organ in organs)))
            if together:
                found[place] = together
    return found


class _Rules:
    """Hold what a plan says of second organs at the places of one run."""

    def __init__(self, plan: DonorPlan | None, run: MatchRun) -> None:
        """Judge the rules beside the run's organ; without a plan there are none."""
        self._run = run
        organs = {} if plan is None else {each.id: each.organ for each in plan.runs}
        rules = () if plan is None else plan.second_organs
        both = [(organs[rule.beside], organs[rule.pulls]) for rule in rules]
        self._ruled = {pulls for beside, pulls in both if beside is run.organ} | {
            beside for beside, pulls in both if pulls is run.organ
        }
        own = [rule for rule in rules if organs[rule.beside] is run.organ]
        judged = [] if plan is None else _judged(plan, own, run)
        self._pulling = [(organs[each.rule.pulls], each) for each in judged]

    def at(self, place: int, organ: Organ) -> NeededOrgan | None:
        """Return how an organ that is needed too goes with that of a place; None where the plan rules it out."""
        if organ not in self._ruled:
            return NeededOrgan(organ, one_centre=False)
        holding = [each.rule for pulled, each in self._pulling if pulled is organ and self._holds(place, each)]
        return NeededOrgan(organ, all(rule.one_centre for rule in holding)) if holding else None

    def _holds(self, place: int, judged: _Judged) -> bool:
        result, program = self._run.evaluation, self._run.program
        listing, row = int(result.order_listing[place]), int(result.order_row[place])
        class_id = program.sequence.listings[listing].classes[int(result.class_[listing, row])].id
        counted = self._run.policy.points is not None
        points = Decimal(int(result.points[listing, row])).scaleb(-program.decimals) if counted else None
        limited = class_id in judged.inside and enough_points(judged.rule.points_at_least, points)
        return limited and bool(judged.true[row])


def _offer(rule: SecondOrgan, second: MatchRun, *, row: int, judged: bool) -> SecondOffer:
    """Return what the second organ's own screens, and the rule, say of a linked registration."""
    screens = [screen.id for screen in screens_of(second.policy)]
    failed = ids_of(int(second.evaluation.failed[row]), screens)
    unknown = ids_of(int(second.evaluation.unknown[row]), screens)
    unclear = (*unknown, *(() if judged else (rule.id,)))
    verdict = Verdict.RULED_OUT if failed else Verdict.UNCLEAR if unclear else Verdict.OFFERED
    registration = RegistrationId(str(second.pool.registrations[row]))
    return SecondOffer(rule, second.organ, registration, verdict, failed or unclear)


def _rows_by_candidate(run: MatchRun) -> Mapping[str | None, tuple[int, ...]]:
    rows: dict[str | None, tuple[int, ...]] = {}
    for row, candidate in enumerate(run.pool.texts["candidate"]):
        rows[candidate] = (*rows.get(candidate, ()), row)
    return rows


def _judged(plan: DonorPlan, rules: list[SecondOrgan], run: MatchRun) -> list[_Judged]:
    """Return the rules judged over the facts of a run; the conditions are compiled as a list of classes would be."""
    if not rules:
        return []
    classes = tuple(PolicyClass(rule.id, rule.when, rule.text, rule.say, rule.cite, None, None) for rule in rules)
    listing = Listing(OfferKind.SINGLE, classes, tuple(range(len(classes))))
    sequence = Sequence(f"plan {plan.name}", ALWAYS, "always", (listing,), "not ranked")
    read = frozenset(reference.column for rule in rules for reference in references(rule.when))
    asked = replace(
        run.policy, screens=(), sequences=(sequence,), points=None, order=(), stages=(), reads=read,
        inputs=MappingProxyType({}), geography=MappingProxyType({}),
    )  # fmt: skip
    lacking = sorted(columns_not_present(asked, run.pool))
    if lacking:
        raise InputError(
            f"donor plan {plan.name} needs columns this population does not have: {', '.join(lacking)}; add them to "
            "the registrations (docs/reference/data-dictionary.md)."
        )
    program = program_of(asked, sequence)
    pair = pair_of(run.donor, run.pool, at=run.at)
    judge = Judge(asked, program, facts=facts_of(asked, program, pair, inputs=run.inputs, lottery_seed=None))
    return [_Judged(rule, frozenset(classes_inside(run, rule.first, rule.last)), *judge(rule.when)) for rule in rules]

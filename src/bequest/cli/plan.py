"""Knows the verb `plan`: every organ of one donor, offered step by step in the order of a donor plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.options import (
    AtOption,
    DirectoryArgument,
    DonorOption,
    Evaluator,
    EvaluatorOption,
    InputsOption,
    JsonOption,
    SeedOption,
    UnverifiedOption,
    read_inputs,
    seed_of,
)
from bequest.cli.output import show, terminal_width, write_json
from bequest.cli.plan_page import plan_page
from bequest.files import listed_organs, read_donor, read_pool
from bequest.matching import run
from bequest.matching.donor_plan import plan_offers, runs_needed
from bequest.matching.planned import refuse_unverified
from bequest.model.instant import instant_of
from bequest.policy import policy
from bequest.policy.plans import plan as plan_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.matching.match_run import MatchRun
    from bequest.model.donor import Donor
    from bequest.policy.plan import DonorPlan

PlanOption = Annotated[
    str,
    typer.Option(
        "--plan",
        metavar="PLAN",
        help="Name in the library, as in force at the instant (core/donor-plan), or the path of a plan file.",
    ),
]
TopOption = Annotated[
    int, typer.Option("--top", metavar="N", min=0, help="How many places of each step are shown; the JSON has all.")
]


def plan(
    directory: DirectoryArgument,
    *,
    donor: DonorOption,
    plan: PlanOption,
    at: AtOption,
    top: TopOption = 10,
    json: JsonOption = None,
    evaluator: EvaluatorOption = Evaluator.NUMPY,
    inputs: InputsOption = None,
    lottery_seed: SeedOption = None,
    allow_unverified: UnverifiedOption = False,
) -> None:
    """Show in which order all organs of one donor are offered, and who is offered a second organ.

    Every list of the plan whose organ the consent covers is ranked; the plan then says which part of which list comes
    when. Files, plan, policies and instant decide the result alone.
    """
    instant = instant_of(at, called="--at")
    chosen = plan_of(plan, on=instant)
    if not allow_unverified:
        refuse_unverified(chosen)
    giver = read_donor(directory, donor)
    asked = _Asked(
        directory,
        evaluator,
        {} if inputs is None else read_inputs(inputs),
        None if lottery_seed is None else seed_of(lottery_seed),
        allow_unverified,
    )
    made = plan_offers(chosen, giver, _runs(chosen, giver, asked, at=instant), allow_unverified=allow_unverified)
    if json is not None:
        write_json(made.to_dict(), json)
    if json != "-":
        show(plan_page(made, top=top, width=terminal_width()))


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold what the runs of one call have in common."""

    directory: Path
    evaluator: Evaluator
    inputs: dict[str, object]
    lottery_seed: str | None
    allow_unverified: bool


def _runs(chosen: DonorPlan, giver: Donor, asked: _Asked, *, at: datetime) -> dict[str, MatchRun]:
    """Return the finished runs of the plan; an organ without consent, or without a list, is offered to nobody."""
    listed = listed_organs(asked.directory)
    runs: dict[str, MatchRun] = {}
    for planned in runs_needed(chosen, giver):
        of_run = policy(planned.policy, on=at)
        if planned.organ not in giver.consent.organs or planned.organ not in listed:
            continue
        runs[planned.id] = run(
            of_run,
            giver,
            organ=planned.organ,
            pool=read_pool(asked.directory, organ=planned.organ, at=at),
            at=at,
            inputs={name: asked.inputs[name] for name in of_run.inputs if name in asked.inputs},
            lottery_seed=asked.lottery_seed,
            allow_unverified=asked.allow_unverified,
            evaluator=asked.evaluator.value,
        )
    return runs

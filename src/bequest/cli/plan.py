"""Knows the verb `plan`: every organ of one donor, offered step by step in the order of a donor plan."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.options import (
    AtOption,
    DeskKeyOption,
    DirectoryArgument,
    DonorOption,
    Evaluator,
    EvaluatorOption,
    InputsOption,
    JsonOption,
    PackOption,
    SeedOption,
    UnverifiedOption,
    read_inputs,
    seed_of,
)
from bequest.cli.output import show, terminal_width, write_json
from bequest.cli.pack_file import opened_pack, packed_places, packed_plan, packed_policy, packed_pool
from bequest.cli.pack_lines import pack_lines
from bequest.cli.plan_page import plan_page
from bequest.files import listed_organs, read_donor, read_pool
from bequest.matching import run
from bequest.matching.donor_plan import plan_offers, runs_needed
from bequest.matching.planned import refuse_unverified
from bequest.model.errors import InputError
from bequest.model.instant import instant_of
from bequest.policy import policy
from bequest.policy.plans import plan as plan_of

if TYPE_CHECKING:
    from collections.abc import Callable, Container
    from datetime import datetime

    import polars as pl

    from bequest.matching.match_run import MatchRun
    from bequest.matching.pool import Pool
    from bequest.model.donor import Donor
    from bequest.model.enums import Organ
    from bequest.policy.plan import DonorPlan, RunOfPlan
    from bequest.policy.policy import Policy

PlanOption = Annotated[
    str | None,
    typer.Option(
        "--plan",
        metavar="PLAN",
        help="Name in the library, as in force at the instant (core/donor-plan), or the path of a plan file; "
        "needed, unless --pack is given.",
    ),
]
TopOption = Annotated[
    int, typer.Option("--top", metavar="N", min=0, help="How many places of each step are shown; the JSON has all.")
]


def plan(
    directory: DirectoryArgument,
    *,
    donor: DonorOption,
    at: AtOption,
    plan: PlanOption = None,
    top: TopOption = 10,
    json: JsonOption = None,
    evaluator: EvaluatorOption = Evaluator.NUMPY,
    inputs: InputsOption = None,
    lottery_seed: SeedOption = None,
    allow_unverified: UnverifiedOption = False,
    pack: PackOption = None,
    desk_key: DeskKeyOption = None,
) -> None:
    """Show in which order all organs of one donor are offered, and who is offered a second organ.

    Every list of the plan whose organ the consent covers is ranked; the plan then says which part of which list comes
    when. Files, plan, policies and instant decide the result alone.
    """
    instant = instant_of(at, called="--at")
    source = (
        _files(directory, plan, desk_key, at=instant) if pack is None else _packed(pack, desk_key, plan, at=instant)
    )
    chosen = source.plan
    if not allow_unverified:
        refuse_unverified(chosen)
    giver = read_donor(directory, donor, places=source.places)
    asked = _Asked(
        source,
        evaluator,
        {} if inputs is None else read_inputs(inputs),
        None if lottery_seed is None else seed_of(lottery_seed),
        allow_unverified,
    )
    made = plan_offers(chosen, giver, _runs(chosen, giver, asked, at=instant), allow_unverified=allow_unverified)
    if json is not None:
        write_json(made.to_dict(), json)
    if json != "-":
        show(pack_lines(pack, desk_key, terminal_width()))
        show(plan_page(made, top=top, width=terminal_width()))


@dataclass(frozen=True, slots=True)
class _Source:
    """Hold where plan, policies and lists come from: a folder and the library, or a downtime pack.

    `listed` are the organs that have a list and a policy; `policy` takes what the plan names, `places` are None where
    the folder has them.
    """

    plan: DonorPlan
    listed: Container[Organ]
    policy: Callable[[RunOfPlan], Policy]
    pool: Callable[[Organ], Pool]
    places: pl.DataFrame | None


def _files(directory: Path, plan: str | None, desk_key: Path | None, *, at: datetime) -> _Source:
    if plan is None:
        raise InputError("--plan is missing; give it, or take the plan of a downtime pack with --pack and --desk-key.")
    if desk_key is not None:
        raise InputError("--desk-key opens a downtime pack; give the pack with --pack, or leave it out.")
    return _Source(
        plan_of(plan, on=at),
        listed_organs(directory),
        lambda planned: policy(planned.policy, on=at),
        lambda organ: read_pool(directory, organ=organ, at=at),
        None,
    )


def _packed(file: Path, desk_key: Path | None, plan: str | None, *, at: datetime) -> _Source:
    if plan is not None or desk_key is None:
        raise InputError("--pack needs --desk-key, and says itself which plan is in force: leave --plan out.")
    opened = opened_pack(file, desk_key)
    return _Source(
        packed_plan(opened),
        {organ for organ in opened.policies if opened.lists.get(organ)},
        lambda planned: packed_policy(opened, planned.organ),
        lambda organ: packed_pool(opened, organ, at),
        packed_places(opened),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """Hold what the runs of one call have in common."""

    source: _Source
    evaluator: Evaluator
    inputs: dict[str, object]
    lottery_seed: str | None
    allow_unverified: bool


def _runs(chosen: DonorPlan, giver: Donor, asked: _Asked, *, at: datetime) -> dict[str, MatchRun]:
    """Return the finished runs of the plan; an organ without consent, or without a list, is offered to nobody."""
    runs: dict[str, MatchRun] = {}
    for planned in runs_needed(chosen, giver):
        if planned.organ not in giver.consent.organs or planned.organ not in asked.source.listed:
            continue
        of_run = asked.source.policy(planned)
        runs[planned.id] = run(
            of_run,
            giver,
            organ=planned.organ,
            pool=asked.source.pool(planned.organ),
            at=at,
            inputs={name: asked.inputs[name] for name in of_run.inputs if name in asked.inputs},
            lottery_seed=asked.lottery_seed,
            allow_unverified=asked.allow_unverified,
            evaluator=asked.evaluator.value,
        )
    return runs

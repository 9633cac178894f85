"""Knows how the order of a stage is a match run of its own, so that whatever reads, signs or replays runs reads it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.evaluation import NO_CLASS, Evaluation
from bequest.matching.program import program_of, screens_of
from bequest.matching.reorder import reorder
from bequest.matching.stage_run import NOT_RANKED
from bequest.policy.expression import ALWAYS
from bequest.policy.policy import Citation, Screen

if TYPE_CHECKING:
    from bequest.matching.match_run import MatchRun
    from bequest.matching.stage_run import StageRun
    from bequest.policy.policy import Policy

_RANKED_BEFORE = Screen(
    id=NOT_RANKED,
    when=ALWAYS,
    text="always",
    say="the run before the stage ranks the registration",
    cite=(Citation("bequest-design", "section 3"),),
)
"""What keeps those out whom the run does not rank; nothing of it is judged anew."""


def staged_run(run: MatchRun, stage: str, *, evaluator: str = "numpy") -> MatchRun:
    """Return everybody whom a run ranks, in the order of a stage of its policy, as a run of its own; a pure function.

    Policy hash, donor, list, instant, inputs and seed are those of the run. Whoever has answered is in it as well: what
    an answer covers is for the offers. Raises InputError for a stage that does not exist.
    """
    stage_run = reorder(run, stage, evaluator=evaluator)
    policy = _policy(stage_run)
    return replace(
        run,
        policy=policy,
        program=program_of(policy, policy.sequences[0]),
        facts=stage_run.facts,
        evaluation=_evaluation(stage_run, len(screens_of(policy)) - 1),
        stage=stage_run,
    )


def _policy(stage_run: StageRun) -> Policy:
    """Return the stage as a policy, with one list of its classes for each offer kind of the run."""
    policy, (sequence,) = stage_run.policy, stage_run.policy.sequences
    listings = tuple(
        replace(sequence.listings[0], offer_kind=each.offer_kind) for each in stage_run.run.program.sequence.listings
    )
    named = replace(sequence, id=f"stage/{stage_run.stage.id}", listings=listings)
    return replace(policy, screens=(*policy.screens, _RANKED_BEFORE), sequences=(named,))


def _evaluation(stage_run: StageRun, bit: int) -> Evaluation:
    """Return the integers of a stage as those of a run; of whom the run does not rank, that is the one reason."""
    before, own = stage_run.run.evaluation, stage_run.evaluation
    placed = before.class_ != NO_CLASS
    ranked = placed.any(axis=0)
    return Evaluation(
        failed=np.where(ranked, own.failed, np.uint64(1 << bit)),
        unknown=np.where(ranked, own.unknown, np.uint64(0)),
        class_=np.where(placed, own.class_, np.int16(NO_CLASS)),
        class_unknown=own.class_unknown & placed,
        points=np.zeros_like(before.points),
        order_listing=before.order_listing[stage_run.order],
        order_row=before.order_row[stage_run.order],
    )

"""Knows how a stage of a policy puts those who remain of a finished match run into another order, as in rescue."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.matching.evaluation import NO_CLASS
from bequest.matching.facts import facts_of
from bequest.matching.pair import pair_of
from bequest.matching.program import program_of
from bequest.matching.ranking import EVALUATORS
from bequest.matching.stage_run import StageRun
from bequest.model.errors import InputError
from bequest.policy.section import nearest
from bequest.policy.stages import stage_policy

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bequest.matching.match_run import MatchRun
    from bequest.matching.ranking import Evaluator
    from bequest.policy.policy import Policy, Stage


def reorder(run: MatchRun, stage: str, *, without: Iterable[str] = (), evaluator: str = "numpy") -> StageRun:
    """Return those who remain of a finished run in the order of one stage of its policy; a pure function.

    `without`: registrations that were offered the organ already, or for whom it is no longer wanted. Whoever is ranked
    by the run, remains and passes the screens of the stage stands in the first of its classes that holds; inside a
    class the order of the run stays. Raises InputError for a stage or a registration that does not exist.
    """
    chosen = stage_of(run.policy, stage)
    gone = frozenset(without)
    rows_gone = [run.pool.row(registration) for registration in sorted(gone)]
    of_stage = stage_policy(run.policy, chosen)
    program = program_of(of_stage, of_stage.sequences[0])
    pair = pair_of(run.donor, run.pool, at=run.at)
    facts = facts_of(of_stage, program, pair, inputs=run.inputs, lottery_seed=run.lottery_seed)
    if evaluator not in EVALUATORS:
        raise InputError(f"evaluator '{evaluator}' does not exist; choose one of: {', '.join(sorted(EVALUATORS))}.")
    # The module has the function that the Protocol names.
    result = cast("Evaluator", import_module(EVALUATORS[evaluator])).evaluate(of_stage, program, facts)
    class_ = result.class_[0][run.evaluation.order_row]
    class_[np.isin(run.evaluation.order_row, rows_gone)] = NO_CLASS
    places = np.flatnonzero(class_ != NO_CLASS)
    # A stable sort: inside a class the order of the run stays.
    order = places[np.argsort(class_[places], kind="stable")]
    return StageRun(run, chosen, of_stage, program, facts, result, gone, order)


def stage_of(policy: Policy, stage: str) -> Stage:
    """Return a stage of a policy by its id."""
    for each in policy.stages:
        if each.id == stage:
            return each
    known = [each.id for each in policy.stages]
    hint = nearest(stage, known) or (f"it has {', '.join(known)}" if known else "it has none")
    raise InputError(f"policy {policy.name} ({policy.edition}) has no stage '{stage}'; {hint}.")

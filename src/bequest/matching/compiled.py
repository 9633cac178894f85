"""Knows the fast way to a match run's result: decision tables read by a compiled kernel."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bequest.matching.decision_table import NEVER, UNKNOWN, Conjunctions, DecisionTable, decision_table
from bequest.matching.evaluation import Evaluation
from bequest.matching.kernel.columns import columns_of
from bequest.matching.kernel.entry import kernel
from bequest.matching.run_atoms import prepared

if TYPE_CHECKING:
    from bequest.matching.facts import Facts
    from bequest.matching.kernel.entry import Masks
    from bequest.matching.program import Program
    from bequest.matching.run_atoms import Judged
    from bequest.policy.policy import Policy


class _Tables(NamedTuple):
    """Hold the tables of one program, and its conjunctions' masks by what the run answers to its own atoms."""

    decisions: DecisionTable
    conjunctions: Conjunctions
    answered: tuple[Judged, ...]
    masks: dict[tuple[bool | None, ...], Masks]


_TABLES: dict[tuple[str, str], _Tables] = {}


def evaluate(policy: Policy, program: Program, facts: Facts) -> Evaluation:
    """Return the result of one run; the same arrays as bequest.matching.plain."""
    tables = _tables(policy, program)
    answers = tuple([judged(facts.run_values) for judged in tables.answered])
    masks = tables.masks.get(answers)
    if masks is None:
        masks = tables.masks[answers] = _folded(tables, answers)
    return Evaluation(*kernel()(columns_of(facts.columns, facts.codes), tables.decisions, masks))


def _tables(policy: Policy, program: Program) -> _Tables:
    """Return the tables of a program, made once per policy hash: the hash covers everything they depend on."""
    key = (policy.hash, program.sequence.id)
    found = _TABLES.get(key)
    if found is None:
        decisions, conjunctions = decision_table(policy, program)
        answered = tuple(prepared(atom) for atom in conjunctions.run_atoms)
        found = _TABLES[key] = _Tables(decisions, conjunctions, answered, {})
    return found


def _folded(tables: _Tables, answers: tuple[bool | None, ...]) -> Masks:
    """Return the conjunctions with the run's own part settled, so that nothing is read that cannot matter.

    A conjunction that the run breaks is never true. One that the run leaves open is unknown at best. A condition of
    which the run alone meets a conjunction is always true.
    """
    decisions, conjunctions = tables.decisions, tables.conjunctions
    true = np.array([answer is True for answer in answers], dtype=np.bool_)
    false = np.array([answer is False for answer in answers], dtype=np.bool_)
    broken = ((conjunctions.run_true & false) | (conjunctions.run_false & true)).any(axis=1)
    open_ = ((conjunctions.run_true | conjunctions.run_false) & ~(true | false)).any(axis=1)
    wanted, unwanted = conjunctions.true.copy(), conjunctions.false.copy()
    wanted[broken] = unwanted[broken] = 0
    wanted[:, 0] |= np.where(broken, NEVER, np.uint64(0)) | np.where(open_, UNKNOWN, np.uint64(0))
    met = ((wanted | unwanted) == 0).all(axis=1)
    for first, last in pairwise(decisions.condition_start.tolist()):
        if np.any(met[first:last]):
            wanted[first:last] = unwanted[first:last] = 0
    return wanted, unwanted

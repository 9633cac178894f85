"""Knows whether a condition holds for one row of a run, from the run's own integers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.matching.run_atoms import plain_value
from bequest.policy.expression import judge

if TYPE_CHECKING:
    from bequest.matching.match_run import MatchRun
    from bequest.policy.expression import Condition, Plain, Reference


def holds(condition: Condition, run: MatchRun, row: int) -> bool | None:
    """Return whether a condition is true, false or unknown (None) for one row of the pool."""

    def value_of(reference: Reference) -> Plain | None:
        found = run.facts.run_values.get(reference)
        value = run.facts.value(run.program.row_of(reference), row) if found is None else found
        return plain_value(value, reference)

    return judge(condition, value_of)

"""Knows whether those who were passed over as gone from the list had gone from it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.matching.match_run import MatchRun

ERASED = "erased"
"""Stands for the status of a person who was erased: on the list, and nobody can tell whether suspended."""
_TOLD_BY = {
    "candidate_transplanted": "removed",
    "candidate_removed": "removed",
    "candidate_suspended": "suspended",
}
"""By reason, the status that whoever was passed over for it must have had at that leaf."""


def false_skips(
    skips: Sequence[Leaf], result: MatchRun, changes: Mapping[str, Sequence[int]], states: Mapping[int, str]
) -> Iterator[str]:
    """Yield a sentence for each skip of a run, ranked again, whose reason the list does not bear out.

    `changes` holds by registration the leaves that changed the run's list, rising; `states` by such a leaf the status
    from there on.
    """
    for skip in skips:
        wanted = _TOLD_BY.get(skip.text("reason"))
        first = skip.integer("first_rank")
        if wanted is None or first == 0:
            continue
        rows: list[int] = result.evaluation.order_row[first - 1 : skip.integer("last_rank")].tolist()
        for rank, row in enumerate(rows, first):
            numbers = changes[str(result.pool.registrations[row])]
            newest = numbers[bisect_left(numbers, skip.number) - 1]
            if states[newest] not in ({wanted, ERASED} if wanted == "suspended" else {wanted}):
                reason = skip.text("reason")
                yield f"leaf {skip.number} passes over place {rank} as {reason}, and the list says otherwise"
                break


def skips_by_run(leaves: Sequence[Leaf]) -> dict[int, list[Leaf]]:
    """Return the leaves `skip` by the run that they belong to."""
    found: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        if leaf.kind == "skip":
            found.setdefault(leaf.integer("run"), []).append(leaf)
    return found

"""Knows whether those who were passed over as gone from the list had gone from it."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.matching.match_run import MatchRun

_TOLD_BY = {
    "candidate_transplanted": "listing.removed",
    "candidate_removed": "listing.removed",
    "candidate_suspended": "listing.suspended",
}
"""By reason, the kind of leaf that must be the newest of whoever was passed over for it."""


def false_skips(
    skips: Sequence[Leaf], result: MatchRun, changes: Mapping[str, Sequence[int]], leaves: Sequence[Leaf]
) -> Iterator[str]:
    """Yield a sentence for each skip of a run, ranked again, whose reason the list does not bear out.

    `changes` holds by registration the leaves that changed the run's list, rising.
    """
    for skip in skips:
        wanted = _TOLD_BY.get(skip.text("reason"))
        first = skip.integer("first_rank")
        if wanted is None or first == 0:
            continue
        rows: list[int] = result.evaluation.order_row[first - 1 : skip.integer("last_rank")].tolist()
        for rank, row in enumerate(rows, first):
            numbers = changes[str(result.pool.registrations[row])]
            newest = leaves[numbers[bisect_left(numbers, skip.number) - 1]]
            if newest.kind != wanted:
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

"""Knows whether those who were passed over for what the list or the policy says had that said of them."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING

from bequest.model.enums import OfferKind
from bequest.model.graft import PARTS
from bequest.offers.graft_choice import graft_choices

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


_BY_POLICY = frozenset({"stage_not_begun", "graft_not_offered"})
"""The reasons that the policy bears out."""


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


def misread_places(skips: Sequence[Leaf], result: MatchRun, began: Mapping[str, int]) -> Iterator[str]:
    """Yield a sentence for each skip of a run, ranked again, whose reason is not what the policy says of its places.

    `began` holds by stage of the run the leaf by which it began.
    """
    told = [skip for skip in skips if skip.text("reason") in _BY_POLICY]
    if not told:
        return
    places = result.places()
    for skip in told:
        reason = skip.text("reason")
        for place in range(max(skip.integer("first_rank"), 1) - 1, min(skip.integer("last_rank"), len(result))):
            stage, kind = places.stages[place], OfferKind(places.offer_kinds[place])
            waits = stage is not None and began.get(stage, skip.number) >= skip.number
            offered = bool(graft_choices(result.organ, kind, PARTS[result.organ]))
            if (reason == "stage_not_begun" and not waits) or (reason == "graft_not_offered" and offered):
                yield f"leaf {skip.number} passes over place {place + 1} as {reason}, and the policy says otherwise"
                break


def stages_begun(leaves: Sequence[Leaf]) -> dict[int, dict[str, int]]:
    """Return by run the leaf by which each of its stages began."""
    found: dict[int, dict[str, int]] = {}
    for leaf in leaves:
        if leaf.kind == "stage.began":
            found.setdefault(leaf.integer("run"), {}).setdefault(leaf.text("stage"), leaf.number)
    return found


def skips_by_run(leaves: Sequence[Leaf]) -> dict[int, list[Leaf]]:
    """Return the leaves `skip` by the run that they belong to."""
    found: dict[int, list[Leaf]] = {}
    for leaf in leaves:
        if leaf.kind == "skip":
            found.setdefault(leaf.integer("run"), []).append(leaf)
    return found

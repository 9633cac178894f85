"""Knows whether the order of a run is at its end: nobody of it can be offered anything more, and why they cannot."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING

from bequest.offers.next_offer import down_the_order
from bequest.offers.promotion import promotion
from bequest.offers.verdict import Verdict

if TYPE_CHECKING:
    from bequest.offers.record import RankedRun, State


class StillOpen(Enum):
    """Name why the order of a run is not at its end; the text says it to people."""

    ANSWER = "an offer of it waits for its answer"
    BACKUP = "a backup offer is promoted first"
    TURN = "somebody of the run has the next turn"
    STAGE = "places of the run wait for a stage that has not begun"


def still_open(state: State, run: RankedRun) -> StillOpen | None:
    """Return why the order of a run is not at its end; None where everybody was asked or cannot be, for a reason."""
    if any(offer.waiting and seat.organ is run.organ for offer in state.offers for seat in offer.seats):
        return StillOpen.ANSWER
    if promotion(state) is not None:
        return StillOpen.BACKUP
    following = down_the_order(state, run)
    if following.proposals or following.waits_for is not None:
        return StillOpen.TURN
    if any(finding.verdict is Verdict.STAGE_NOT_BEGUN for finding in following.passed):
        return StillOpen.STAGE
    return None

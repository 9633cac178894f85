"""Knows how an offer is made: everything that `next_offers` asked is asked again, since the world moved meanwhile."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bequest.offers.book import book_of
from bequest.offers.guard import refuse_consent, refuse_gate, refuse_pause, refuse_run
from bequest.offers.next_offer import Proposal, down_the_order, kind_of
from bequest.offers.record import Offer, run_named
from bequest.offers.refusal import Refusal, Rule
from bequest.offers.verdict import Verdict, find

if TYPE_CHECKING:
    from bequest.offers.event import Made, Override
    from bequest.offers.record import RankedRun, State


def make_offer(state: State, event: Made) -> State | Refusal:
    """Return the state with one more offer."""
    organs = [seat.organ for seat in event.seats]
    refusal = refuse_gate(state) or refuse_pause(state) or refuse_consent(state, organs) or _refuse_place(state, event)
    if refusal is not None:
        return refusal
    offer = Offer(len(state.offers), event.seats, event.kind, event.at)
    return replace(state, offers=(*state.offers, offer))


def _refuse_place(state: State, event: Made) -> Refusal | None:
    run = run_named(state, event.seats[0].run) if event.seats else None
    refusal = refuse_run(state, run)
    if run is None or refusal is not None:
        return refusal
    if event.override is None:
        return refuse_order(state, run, event)
    return _refuse_override(event.override) or _refuse_what_is_not_free(state, run, event)


def refuse_order(state: State, run: RankedRun, event: Made) -> Refusal | None:
    """Refuse an offer that is not the very next one by the order."""
    following = down_the_order(state, run)
    if following.proposals[:1] == (Proposal(event.seats, event.kind),):
        return None
    return following.refusal or Refusal(Rule.ORDER)


def _refuse_override(override: Override) -> Refusal | None:
    two_people = override.requested_by != override.approved_by
    return None if override.reason and two_people else Refusal(Rule.OVERRIDE)


def _refuse_what_is_not_free(state: State, run: RankedRun, event: Made) -> Refusal | None:
    """Refuse, out of the order too, what the place could not be offered if its turn had come."""
    entry = next((entry for entry in run.entries if entry.rank == event.seats[0].rank), None)
    finding = None if entry is None else find(book_of(state), run, entry)
    if finding is not None and finding.verdict is Verdict.NO_PLAN:
        return Refusal(Rule.PLAN)
    if finding is None or finding.verdict not in (Verdict.FREE, Verdict.BACKUP):
        return Refusal(Rule.PLACE)
    fits = finding.seats == event.seats and kind_of(state, finding.verdict) is event.kind
    return None if fits else Refusal(Rule.PLACE)

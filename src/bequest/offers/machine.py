"""Knows how an event makes a new state, or is refused: the whole of the state machine, without a clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, assert_never

from bequest.offers import answer, donation_change, order_change
from bequest.offers import event as events
from bequest.offers.guard import refuse_time
from bequest.offers.make_offer import make_offer
from bequest.offers.refusal import Refusal

if TYPE_CHECKING:
    from bequest.offers.event import DonationEvent, Event, OfferEvent, OrderEvent
    from bequest.offers.record import State


def apply(state: State, event: Event) -> State | Refusal:
    """Return the state after an event; a refusal where a rule forbids it, and then the old state holds.

    Nothing here knows what the time is: an event states its own, never earlier than the last.
    """
    refusal = refuse_time(state, event.at)
    if refusal is not None:
        return refusal
    after = _change(state, event)
    return after if isinstance(after, Refusal) else replace(after, at=event.at)


def _change(state: State, event: Event) -> State | Refusal:
    match event:
        case events.Made():
            return make_offer(state, event)
        case (
            events.Told() | events.Seen() | events.Reminded() | events.Accepted() | events.Declined()
            | events.Expired() | events.Withdrawn() | events.Promoted()
        ):  # fmt: skip
            return _answer(state, event)
        case (
            events.RunRecorded() | events.StageBegan() | events.StandingChanged() | events.FilterSet()
            | events.FilterLifted() | events.LinkRecorded()
        ):  # fmt: skip
            return _order(state, event)
        case _:
            return _donation(state, event)


def _answer(state: State, event: OfferEvent) -> State | Refusal:  # noqa: PLR0911  one line an event
    match event:
        case events.Told():
            return answer.tell(state, event)
        case events.Seen():
            return answer.see(state, event)
        case events.Reminded():
            return answer.remind(state, event)
        case events.Accepted():
            return answer.accept(state, event)
        case events.Declined():
            return answer.decline(state, event)
        case events.Expired():
            return answer.expire(state, event)
        case events.Withdrawn():
            return answer.withdraw(state, event)
        case events.Promoted():
            return answer.promote(state, event)
        case _:
            assert_never(event)


def _order(state: State, event: OrderEvent) -> State | Refusal:
    match event:
        case events.RunRecorded():
            return order_change.record_run(state, event)
        case events.StageBegan():
            return order_change.begin_stage(state, event)
        case events.StandingChanged():
            return order_change.change_standing(state, event)
        case events.FilterSet():
            return order_change.set_filter(state, event)
        case events.FilterLifted():
            return order_change.lift_filter(state, event)
        case events.LinkRecorded():
            return order_change.record_link(state, event)
        case _:
            assert_never(event)


def _donation(state: State, event: DonationEvent) -> State | Refusal:
    match event:
        case events.Released():
            return donation_change.release(state, event)
        case events.DeathCertified():
            return donation_change.certify_death(state, event)
        case events.StoodDown():
            return donation_change.stand_down(state, event)
        case events.ConsentRevoked():
            return donation_change.revoke_consent(state, event)
        case events.Paused():
            return donation_change.pause(state, event)
        case events.Resumed():
            return donation_change.resume(state, event)
        case _:
            assert_never(event)

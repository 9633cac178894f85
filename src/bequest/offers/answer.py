"""Knows what happens to an offer after it was made: told, seen, reminded, answered, run out, taken back, promoted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bequest.offers.claims import taken_parts
from bequest.offers.clock import has_run_out, mark_due
from bequest.offers.decline_reason import decline_reasons
from bequest.offers.guard import refuse_consent, refuse_gate, refuse_pause
from bequest.offers.next_offer import kind_of
from bequest.offers.promotion import may_take, promotion
from bequest.offers.record import End, LiveKind, Reminder
from bequest.offers.refusal import Refusal, Rule
from bequest.offers.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.offers.event import Accepted, Declined, Expired, Promoted, Reminded, Seen, Told, Withdrawn
    from bequest.offers.record import Offer, State


def tell(state: State, event: Told) -> State | Refusal:
    """Note that the message went out."""
    offer = waiting_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    if offer.told_at is not None:
        return Refusal(Rule.ALREADY)
    return with_offer(state, replace(offer, told_at=event.at))


def see(state: State, event: Seen) -> State | Refusal:
    """Note that the programme opened the offer; whoever saw it was told."""
    offer = waiting_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    if offer.seen_at is not None:
        return Refusal(Rule.ALREADY)
    return with_offer(state, replace(offer, seen_at=event.at, told_at=offer.told_at or event.at))


def remind(state: State, event: Reminded) -> State | Refusal:
    """Note that a reminder went out."""
    offer = waiting_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    if mark_due(state, offer, event.at) != event.minutes:
        return Refusal(Rule.NO_MARK)
    return with_offer(state, replace(offer, reminders=(*offer.reminders, Reminder(event.minutes, event.at))))


def accept(state: State, event: Accepted) -> State | Refusal:
    """Accept an offer: its parts are held, or, for a backup, its place behind what is held."""
    offer = waiting_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    refusal = refuse_late(state, offer, event.at) or refuse_taken(state, offer)
    if refusal is not None:
        return refusal
    if not may_take(state, offer):
        return Refusal(Rule.CANDIDATE)
    return with_offer(state, replace(offer, accepted_at=event.at, told_at=offer.told_at or event.at))


def decline(state: State, event: Declined) -> State | Refusal:
    """Decline an offer, or give back what was accepted, at any time before the transplant."""
    offer = live_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    late = refuse_late(state, offer, event.at) if offer.waiting else None
    refusal = late or _refuse_reason(offer, event)
    if refusal is not None:
        return refusal
    told = replace(offer, told_at=offer.told_at or event.at)
    return with_offer(state, ended(told, End.DECLINED, event.at, reason=event.reason))


def expire(state: State, event: Expired) -> State | Refusal:
    """End an offer that nobody answered; one that never went out cannot run out on anybody."""
    offer = waiting_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    if offer.told_at is None or not has_run_out(state, offer, event.at):
        return Refusal(Rule.NOT_LATE)
    return with_offer(state, ended(offer, End.EXPIRED, event.at))


def withdraw(state: State, event: Withdrawn) -> State | Refusal:
    """Take an offer back; the candidate keeps the turn."""
    offer = live_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    return with_offer(state, ended(offer, End.WITHDRAWN, event.at, reason=event.reason.value))


def promote(state: State, event: Promoted) -> State | Refusal:
    """Put a backup offer first in line; if it was accepted, its parts are held from now on."""
    offer = live_offer(state, event.offer)
    if isinstance(offer, Refusal):
        return offer
    organs = [seat.organ for seat in event.seats]
    refusal = refuse_gate(state) or refuse_consent(state, organs) or refuse_pause(state)
    if refusal is not None:
        return refusal
    if promotion(state) != (event.offer, event.seats):
        return Refusal(Rule.NOT_NEXT)
    return with_offer(state, replace(offer, seats=event.seats, kind=kind_of(state, Verdict.FREE)))


def refuse_late(state: State, offer: Offer, at: datetime) -> Refusal | None:
    """Refuse an answer after the time, whether or not anybody recorded yet that it ran out."""
    return Refusal(Rule.LATE) if has_run_out(state, offer, at) else None


def refuse_taken(state: State, offer: Offer) -> Refusal | None:
    """Refuse a second live acceptance of a part."""
    if offer.kind is LiveKind.BACKUP or taken_parts(state).isdisjoint(offer.parts):
        return None
    return Refusal(Rule.TAKEN)


def live_offer(state: State, number: int) -> Offer | Refusal:
    """Return the offer of that number unless it has ended."""
    if not 0 <= number < len(state.offers):
        return Refusal(Rule.NO_OFFER)
    offer = state.offers[number]
    return offer if offer.live else Refusal(Rule.OVER)


def waiting_offer(state: State, number: int) -> Offer | Refusal:
    """Return the offer of that number if it waits for an answer."""
    offer = live_offer(state, number)
    if isinstance(offer, Refusal) or offer.waiting:
        return offer
    return Refusal(Rule.ANSWERED)


def with_offer(state: State, offer: Offer) -> State:
    """Return the state with one offer in its new form."""
    offers = (*state.offers[: offer.number], offer, *state.offers[offer.number + 1 :])
    return replace(state, offers=offers)


def ended(offer: Offer, end: End, at: datetime, *, reason: str | None = None) -> Offer:
    """Return an offer as it ended."""
    return replace(offer, end=end, ended_at=at, reason=reason)


def _refuse_reason(offer: Offer, event: Declined) -> Refusal | None:
    reason = decline_reasons().get(event.reason)
    if reason is None or not any(seat.organ in reason.organs for seat in offer.seats):
        return Refusal(Rule.REASON)
    if reason.needs_second_person and (not event.text_digest or not event.second_person):
        return Refusal(Rule.SECOND_PERSON)
    return None

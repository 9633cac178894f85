"""Knows what is due: messages, reminders, expiries, promotions; all of it asked of the state, none of it remembered."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, TypeAlias

from bequest.offers.clock import expires_at, has_run_out, mark_due, rules_of
from bequest.offers.event import Expired, Promoted, Reminded, Told, Withdrawn
from bequest.offers.promotion import may_take, promotion, surplus_backups
from bequest.offers.record import Gate, Withdrawal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bequest.offers.record import Offer, State

Task: TypeAlias = Withdrawn | Promoted | Expired | Told | Reminded


def due(state: State, at: datetime) -> tuple[Task, ...]:
    """Return what is to be done at an instant, as the events that record it.

    Do what an event speaks of (send the message), then apply and record the event; then ask again, since one may undo
    the next. A worker that dies in between is asked for the same again: a message may go out twice, never not at all.
    """
    if state.gate is Gate.ENDED or (state.at is not None and at < state.at):
        return ()
    return (*_withdrawals(state, at), *_promotion(state, at), *_expiries(state, at), *_messages(state, at))


def next_due_at(state: State, after: datetime) -> datetime | None:
    """Return the first later instant at which something new becomes due if nothing else happens; None for never."""
    instants = (instant for offer in state.offers if offer.waiting for instant in _instants(state, offer))
    return min((instant for instant in instants if instant > after), default=None)


def _withdrawals(state: State, at: datetime) -> Iterator[Withdrawn]:
    """Yield what nobody can answer any more: no message went out in time, the candidate is gone, the organ is taken."""
    surplus = surplus_backups(state)
    for offer in state.offers:
        if not offer.live or offer.holds:
            continue
        if offer.waiting and offer.told_at is None and has_run_out(state, offer, at):
            yield Withdrawn(at, offer.number, Withdrawal.ERROR)
        elif not may_take(state, offer):
            yield Withdrawn(at, offer.number, Withdrawal.CANDIDATE_NOT_AVAILABLE)
        elif offer.waiting and offer.number in surplus:
            yield Withdrawn(at, offer.number, Withdrawal.ACCEPTED_BY_EARLIER)


def _promotion(state: State, at: datetime) -> Iterator[Promoted]:
    following = promotion(state) if state.paused_at is None else None
    if following is not None:
        yield Promoted(at, *following)


def _expiries(state: State, at: datetime) -> Iterator[Expired]:
    for offer in state.offers:
        if offer.waiting and offer.told_at is not None and has_run_out(state, offer, at):
            yield Expired(at, offer.number)


def _messages(state: State, at: datetime) -> Iterator[Told | Reminded]:
    """Yield the messages to send; a pause at the bedside keeps them back."""
    for offer in state.offers if state.paused_at is None else ():
        if not offer.waiting or has_run_out(state, offer, at):
            continue
        if offer.told_at is None:
            yield Told(at, offer.number)
        mark = mark_due(state, offer, at)
        if mark is not None:
            yield Reminded(at, offer.number, mark)


def _instants(state: State, offer: Offer) -> Iterator[datetime]:
    rules = rules_of(state, offer)
    end = expires_at(state, offer)
    if end is None:
        return
    yield end
    if state.paused_at is None:
        for mark in rules.remind_minutes:
            yield offer.made_at + offer.stopped + timedelta(minutes=mark)

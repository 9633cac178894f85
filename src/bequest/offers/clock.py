"""Knows how long an offer has waited for its answer, what a pause leaves out of that, and when it runs out."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from bequest.offers.record import PauseEffect, run_named

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.offers.record import Offer, OfferRules, State


def rules_of(state: State, offer: Offer) -> OfferRules:
    """Return the rules of the run that an offer follows; for a combined candidate, of the leading organ."""
    run = run_named(state, offer.run)
    assert run is not None, "every offer follows a run of the state"
    return run.rules


def waited(state: State, offer: Offer, at: datetime) -> timedelta:
    """Return the time that counts towards the answer."""
    stopped = offer.stopped
    if state.paused_at is not None and rules_of(state, offer).pause is PauseEffect.CLOCKS_TOO:
        stopped += at - state.paused_at
    return at - offer.made_at - stopped


def has_run_out(state: State, offer: Offer, at: datetime) -> bool:
    """Tell whether an answer would come too late; the last instant itself is too late."""
    return waited(state, offer, at) >= timedelta(minutes=rules_of(state, offer).reply_minutes)


def expires_at(state: State, offer: Offer) -> datetime | None:
    """Return when the time to answer runs out; None while a pause stops the clock."""
    rules = rules_of(state, offer)
    if state.paused_at is not None and rules.pause is PauseEffect.CLOCKS_TOO:
        return None
    return offer.made_at + offer.stopped + timedelta(minutes=rules.reply_minutes)


def mark_due(state: State, offer: Offer, at: datetime) -> int | None:
    """Return the latest reminder mark that has passed and none answers to; None where there is none.

    After a long silence of the worker one reminder answers to every mark that passed meanwhile.
    """
    passed = [
        mark for mark in rules_of(state, offer).remind_minutes if timedelta(minutes=mark) <= waited(state, offer, at)
    ]
    latest = max(passed, default=0)
    done = max((reminder.minutes for reminder in offer.reminders), default=0)
    return latest if latest > done else None

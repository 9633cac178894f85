"""Knows what the donation's own changes do to its offers: gate, death, stand-down, consent, pause."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bequest.offers.answer import ended
from bequest.offers.clock import rules_of
from bequest.offers.guard import refuse_gate
from bequest.offers.record import End, Gate, LiveKind, PauseEffect, Withdrawal
from bequest.offers.refusal import Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bequest.offers.event import ConsentRevoked, DeathCertified, Paused, Released, Resumed, StoodDown
    from bequest.offers.record import Offer, State


def release(state: State, event: Released) -> State | Refusal:
    """Open the gate for organs, or add organs to an open one; what was revoked never comes back."""
    if state.gate is Gate.ENDED:
        return Refusal(Rule.ENDED_DONATION)
    if not event.organs or set(event.organs) & set(state.revoked):
        return Refusal(Rule.CONSENT)
    if event.gate not in ((Gate.CONDITIONAL, Gate.OPEN) if state.gate is Gate.CLOSED else (state.gate,)):
        return Refusal(Rule.GATE)
    organs = dict.fromkeys((*state.organs, *event.organs))
    return replace(state, gate=event.gate, organs=tuple(organs))


def certify_death(state: State, event: DeathCertified) -> State | Refusal:  # noqa: ARG001  every change has this shape
    """Make firm what was conditional on death."""
    if state.gate is not Gate.CONDITIONAL:
        return Refusal(Rule.GATE)
    offers = (
        replace(offer, kind=LiveKind.PRIMARY) if offer.live and offer.kind is LiveKind.PROVISIONAL else offer
        for offer in state.offers
    )
    return replace(state, gate=Gate.OPEN, offers=tuple(offers))


def stand_down(state: State, event: StoodDown) -> State | Refusal:
    """End the donation; every live offer lapses with it, accepted ones too."""
    refusal = refuse_gate(state)
    if refusal is not None:
        return refusal
    ending = withdrawn_where(state, event.at, Withdrawal.STAND_DOWN, lambda _: True)
    return replace(ending, gate=Gate.ENDED, organs=())


def revoke_consent(state: State, event: ConsentRevoked) -> State | Refusal:
    """Take the organs back, and every live offer that has one of them; nothing is offered of them again."""
    if state.gate is Gate.ENDED:
        return Refusal(Rule.ENDED_DONATION)
    revoked = set(event.organs) if event.organs else set(state.organs)
    after = withdrawn_where(
        state,
        event.at,
        Withdrawal.CONSENT_REVOKED,
        lambda offer: any(seat.organ in revoked for seat in offer.seats),
    )
    left = tuple(organ for organ in state.organs if organ not in revoked)
    ever = dict.fromkeys((*state.revoked, *(event.organs or state.organs)))
    ends = not event.organs or (state.gate is not Gate.CLOSED and not left)
    return replace(after, organs=left, revoked=tuple(ever), gate=Gate.ENDED if ends else state.gate)


def pause(state: State, event: Paused) -> State | Refusal:
    """Stop new offers, and the clocks where the rules of the run say so."""
    if state.gate is Gate.ENDED:
        return Refusal(Rule.ENDED_DONATION)
    return Refusal(Rule.PAUSE) if state.paused_at is not None else replace(state, paused_at=event.at)


def resume(state: State, event: Resumed) -> State | Refusal:
    """Go on; the time of the pause counts against nobody whose clock it stopped."""
    if state.paused_at is None:
        return Refusal(Rule.NOT_PAUSED)
    length = event.at - state.paused_at
    offers = (
        replace(offer, stopped=offer.stopped + length)
        if offer.waiting and rules_of(state, offer).pause is PauseEffect.CLOCKS_TOO
        else offer
        for offer in state.offers
    )
    return replace(state, paused_at=None, offers=tuple(offers))


def withdrawn_where(state: State, at: datetime, reason: Withdrawal, concerns: Callable[[Offer], bool]) -> State:
    """Return the state in which the live offers that something concerns are taken back."""
    offers = (
        ended(offer, End.WITHDRAWN, at, reason=reason.value) if offer.live and concerns(offer) else offer
        for offer in state.offers
    )
    return replace(state, offers=tuple(offers))

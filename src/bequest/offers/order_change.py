"""Knows what changes the order that offers follow: runs, stages, registrations that come and go, filters, links."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bequest.offers.donation_change import withdrawn_where
from bequest.offers.guard import refuse_consent, refuse_gate
from bequest.offers.record import Withdrawal, current_run, run_named
from bequest.offers.refusal import Refusal, Rule

if TYPE_CHECKING:
    from bequest.offers.event import FilterLifted, FilterSet, LinkRecorded, RunRecorded, StageBegan, StandingChanged
    from bequest.offers.record import Offer, RankedRun, State


def record_run(state: State, event: RunRecorded) -> State | Refusal:
    """Let offers follow a run from now on.

    Answers are carried over: what was declined stays so, and an acceptance stays where its registration is still
    ranked. The order of a stage lists only those who remain, so it takes nothing back.
    """
    run = event.run
    refusal = refuse_gate(state) or refuse_consent(state, (run.organ,)) or _refuse_form(state, run)
    if refusal is not None:
        return refusal
    if (run.stage is None) != (event.evidence is None):
        return Refusal(Rule.STAGE)
    after = replace(state, runs=(*state.runs, run))
    if run.stage is not None:
        return after
    offered = {seat.registration for offer in state.offers for seat in offer.seats}
    ranked = {(entry.registration, entry.offer_kind) for entry in run.entries if entry.registration in offered}

    def fell_out(offer: Offer) -> bool:
        return any(
            seat.organ is run.organ and (seat.registration, seat.offer_kind) not in ranked for seat in offer.seats
        )

    return withdrawn_where(after, event.at, Withdrawal.NO_LONGER_RANKED, fell_out)


def begin_stage(state: State, event: StageBegan) -> State | Refusal:
    """Let those be offered who wait for a stage of the newest run."""
    run = run_named(state, event.run)
    if run is None or current_run(state, run.organ) is not run:
        return Refusal(Rule.RUN)
    begun = (event.run, event.stage)
    if begun in state.begun or not event.evidence or all(entry.stage != event.stage for entry in run.entries):
        return Refusal(Rule.STAGE)
    return replace(state, begun=(*state.begun, begun))


def change_standing(state: State, event: StandingChanged) -> State | Refusal:
    """Note that a registration takes no part, or does again; which offers that ends is in `due`."""
    known = dict(state.standings)
    if known.get(event.registration) is event.standing:
        return Refusal(Rule.ALREADY)
    known.pop(event.registration, None)
    if event.standing is not None:
        known[event.registration] = event.standing
    return replace(state, standings=tuple(sorted(known.items(), key=lambda each: each[0])))


def set_filter(state: State, event: FilterSet) -> State | Refusal:
    """Pass a registration over as its programme wishes; an offer that was made stays."""
    pair = (event.registration, event.filter)
    if pair in state.filters:
        return Refusal(Rule.ALREADY)
    return replace(state, filters=tuple(sorted((*state.filters, pair))))


def lift_filter(state: State, event: FilterLifted) -> State | Refusal:
    """Let a registration be offered again, at its own place."""
    pair = (event.registration, event.filter)
    if pair not in state.filters:
        return Refusal(Rule.NO_FILTER)
    return replace(state, filters=tuple(each for each in state.filters if each != pair))


def record_link(state: State, event: LinkRecorded) -> State | Refusal:
    """Tie the registrations of a combined candidate together."""
    link = event.link
    linked = {registration for known in state.links for registration in known.registrations}
    offered = {(seat.organ, seat.registration) for offer in state.offers if offer.live for seat in offer.seats}
    organs = [organ for organ, _ in link.registrations]
    if len(set(organs)) < 2 or len(set(organs)) != len(organs):  # noqa: PLR2004  what is tied together is two at least
        return Refusal(Rule.LINK)
    if (linked | offered) & set(link.registrations):
        return Refusal(Rule.LINK)
    return replace(state, links=(*state.links, link))


def _refuse_form(state: State, run: RankedRun) -> Refusal | None:
    places = {known.plan_place for known in state.runs if known.organ is not run.organ} - {None}
    earlier = current_run(state, run.organ)
    # A plan that was put in force after the first run gives its organ a place.
    moved = earlier is not None and earlier.plan_place not in {None, run.plan_place}
    gaps = [entry.rank for entry in run.entries] != list(range(1, len(run.entries) + 1))
    if moved or gaps or run.plan_place in places or run_named(state, run.run) is not None:
        return Refusal(Rule.RUN_FORM)
    return None

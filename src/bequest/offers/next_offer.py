"""Knows who is offered the organ now, and why nobody above them is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bequest.offers.book import book_of
from bequest.offers.guard import refuse_consent, refuse_gate, refuse_pause, refuse_run, refuse_time
from bequest.offers.promotion import promotion
from bequest.offers.record import Gate, LiveKind, Offer, run_named
from bequest.offers.refusal import Refusal, Rule
from bequest.offers.verdict import UNDECIDED, Finding, Verdict, find

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.offers.record import RankedRun, RunId, Seat, State


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hold one offer that is to be made now."""

    seats: tuple[Seat, ...]
    kind: LiveKind


@dataclass(frozen=True, slots=True)
class NextOffers:
    """Hold who is offered now, the best place first, and what holds of each place down to the last of them.

    `refusal`: why nothing may be offered in this run now. `waits_for`: the place at which the order stands still, with
    a refusal where no donor plan says how it goes on. With neither and no proposal, the order is at its end, or a
    backup offer is promoted first (`due`).
    """

    proposals: tuple[Proposal, ...]
    passed: tuple[Finding, ...]
    refusal: Refusal | None = None
    waits_for: Finding | None = None


def next_offers(state: State, run: RunId, at: datetime) -> NextOffers:
    """Return the offers of a run that are to be made at an instant, in the order of the ranks.

    Making none of them, some, or dying between two is safe: whoever asks again asks the state as it is then.
    """
    known = run_named(state, run)
    refusal = refuse_time(state, at) or refuse_gate(state) or refuse_run(state, known) or refuse_pause(state)
    if known is None or refusal is not None:
        return NextOffers((), (), refusal)
    return refused if (refused := _without_consent(state, known)) is not None else down_the_order(state, known)


def down_the_order(state: State, run: RankedRun) -> NextOffers:
    """Return the next offers by the order alone: gate, pause and consent are asked by the caller."""
    if promotion(state) is not None:
        return NextOffers((), ())
    proposals: list[Proposal] = []
    passed: list[Finding] = []
    room = run.rules.at_once - sum(offer.waiting and offer.seats[0].organ is run.organ for offer in state.offers)
    book = book_of(state)
    for entry in run.entries:
        finding = find(book, run, entry)
        if finding.verdict is Verdict.NO_PLAN:
            refusal = None if proposals else Refusal(Rule.PLAN)
            return NextOffers(tuple(proposals), tuple(passed), refusal, finding)
        if finding.verdict is Verdict.WAITING or (finding.verdict in UNDECIDED and len(proposals) >= room):
            return NextOffers(tuple(proposals), tuple(passed), waits_for=finding)
        passed.append(finding)
        if finding.verdict in UNDECIDED:
            proposals.append(Proposal(finding.seats, kind_of(state, finding.verdict)))
            state = _as_if_made(state, proposals[-1])
            book = book_of(state)
    return NextOffers(tuple(proposals), tuple(passed))


def kind_of(state: State, verdict: Verdict) -> LiveKind:
    """Return as what a place is offered: before death is certified, what is free is provisional."""
    if verdict is Verdict.BACKUP:
        return LiveKind.BACKUP
    return LiveKind.PROVISIONAL if state.gate is Gate.CONDITIONAL else LiveKind.PRIMARY


def _without_consent(state: State, run: RankedRun) -> NextOffers | None:
    refusal = refuse_consent(state, (run.organ,))
    return None if refusal is None else NextOffers((), (), refusal)


def _as_if_made(state: State, proposal: Proposal) -> State:
    assert state.at is not None, "offers follow a run, and that was recorded at an instant"
    offer = Offer(len(state.offers), proposal.seats, proposal.kind, state.at)
    return replace(state, offers=(*state.offers, offer))

"""Knows short ways to say what happens to the offers of a donor: lettered people, one event after another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bequest.model.enums import OfferKind, Organ, OrganPart
from bequest.offers import apply, due, next_offers
from bequest.offers.event import Accepted, Declined, Made, Released, RunRecorded, Told
from bequest.offers.record import Entry, Gate, OfferRules, RankedRun, State
from bequest.offers.refusal import Refusal

START = datetime(2026, 11, 1, tzinfo=UTC)
RULES = OfferRules(reply_minutes=60, remind_minutes=(10, 20), at_once=1)
HEART, LEFT, RIGHT = ((OrganPart.HEART,), (OrganPart.KIDNEY_LEFT,), (OrganPart.KIDNEY_RIGHT,))
LOBE = (OrganPart.LIVER_RIGHT,)
BOTH = (*LEFT, *RIGHT)


def minute(number):
    """Return an instant some minutes after the start."""
    return START + timedelta(minutes=number)


def place(registration, *grafts, kind=OfferKind.SINGLE, stage=None):
    """Return a place without its rank; the candidate is the first letter."""
    return Entry(0, registration, registration[0], kind, grafts, stage)


def run_of(*places, name="run", organ=Organ.HEART, rules=RULES, plan_place=0, stage=None):
    """Return a run; a place may be a letter alone, who would take the heart."""
    full = [place(each, HEART) if isinstance(each, str) else each for each in places]
    ranked = tuple(
        Entry(rank, each.registration, each.candidate, each.offer_kind, each.grafts, each.stage)
        for rank, each in enumerate(full, start=1)
    )
    return RankedRun(name, organ, ranked, rules, plan_place, stage)


def opened(*runs, gate=Gate.OPEN):
    """Return the state in which the organs of these runs are released and the runs recorded."""
    organs = tuple(dict.fromkeys(run.organ for run in runs))
    return after(State(), Released(START, organs, gate), *(RunRecorded(START, run) for run in runs))


def after(state, *happened):
    """Return the state after events, none of which is refused."""
    for event in happened:
        changed = apply(state, event)
        assert not isinstance(changed, Refusal), (event, changed)
        state = changed
    return state


def rule(state, event):
    """Return the rule that refuses an event."""
    refused = apply(state, event)
    assert isinstance(refused, Refusal), "the event was not refused"
    return refused.rule


def offered(state, run="run", at=0):
    """Return the state in which the next offer of a run is made and told."""
    proposal = next_offers(state, run, minute(at)).proposals[0]
    made = after(state, Made(minute(at), proposal.seats, proposal.kind))
    return after(made, Told(minute(at), len(made.offers) - 1))


def accepted(state, number=None, at=0):
    """Return the state in which an offer, the last one where none is named, is accepted."""
    return after(state, Accepted(minute(at), len(state.offers) - 1 if number is None else number))


def declined(state, number=None, at=0, reason="candidate_unwell"):
    """Return the state in which an offer, the last one where none is named, is declined."""
    return after(state, Declined(minute(at), len(state.offers) - 1 if number is None else number, reason))


def settled(state, at=0):
    """Return the state after everything due is done."""
    while tasks := due(state, minute(at)):
        state = after(state, tasks[0])
    return state


def asked(state, run="run", at=0):
    """Return who would be offered now, with the kind of the offer."""
    found = next_offers(state, run, minute(at)).proposals
    return [(proposal.seats[0].registration, proposal.kind.value) for proposal in found]


def passed(state, run="run", at=0):
    """Return by registration what holds of everybody down to the last who would be offered now."""
    found = next_offers(state, run, minute(at)).passed
    return {finding.entry.registration: finding.verdict.value for finding in found}

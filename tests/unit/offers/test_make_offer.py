"""How an offer is made: everything is asked again."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.model.enums import Organ
from bequest.offers import next_offers
from bequest.offers.event import ConsentRevoked, Made, Override, Paused, RunRecorded, StandingChanged
from bequest.offers.record import LiveKind, Standing, State
from bequest.offers.refusal import Rule
from offer_steps import LOBE, RULES, START, accepted, after, asked, minute, offered, opened, place, rule, run_of

LIVER = run_of(place("L", LOBE), organ=Organ.LIVER, name="liver", plan_place=1)
PLAIN = opened(run_of("A", "B", "C"), LIVER)
TWO_PEOPLE = Override("time_limit", "P-1", "P-2")


def made(state, run="run", **changes):
    proposal = next_offers(state, run, START).proposals[0]
    return replace(Made(START, proposal.seats, proposal.kind), **changes)


def to(state, registration, **changes):
    """Return an offer of the heart to somebody, whoever's turn it is."""
    (seat,) = made(state).seats
    entry = next(entry for entry in state.runs[0].entries if entry.registration == registration)
    other = replace(seat, rank=entry.rank, registration=registration, candidate=registration)
    return replace(Made(START, (other,), LiveKind.PRIMARY), **changes)


def test_the_next_offer_is_made_and_numbered():
    state = after(PLAIN, made(PLAIN))
    assert [(offer.number, offer.kind, offer.made_at) for offer in state.offers] == [(0, LiveKind.PRIMARY, START)]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Paused(START), Rule.PAUSE),
        (ConsentRevoked(START, (Organ.HEART,)), Rule.CONSENT),
        (ConsentRevoked(START), Rule.ENDED_DONATION),
        (RunRecorded(START, run_of("B", "A", name="again")), Rule.RUN),
        (StandingChanged(START, "A", Standing.SUSPENDED), Rule.ORDER),
    ],
)
def test_what_changed_since_the_offer_was_planned_refuses_it(change, expected):
    planned = made(PLAIN)
    assert rule(after(PLAIN, change), planned) is expected


def test_before_the_gate_opens_there_is_no_offer():
    assert rule(State(runs=PLAIN.runs), made(PLAIN)) is Rule.GATE


def test_the_same_offer_is_not_made_twice():
    planned = made(PLAIN)
    assert rule(after(PLAIN, planned), planned) is Rule.ORDER


def test_an_offer_out_of_order_is_refused():
    assert rule(PLAIN, to(PLAIN, "B")) is Rule.ORDER


def test_an_offer_to_nobody_is_refused():
    assert rule(PLAIN, Made(START, (), LiveKind.PRIMARY)) is Rule.RUN


def test_two_people_may_depart_from_the_order():
    state = after(PLAIN, to(PLAIN, "C", override=TWO_PEOPLE))
    assert state.offers[0].seats[0].registration == "C"
    assert asked(state) == []


@pytest.mark.parametrize(
    "override", [Override("time_limit", "P-1", "P-1"), Override("", "P-1", "P-2")], ids=["one person", "no reason"]
)
def test_a_departure_needs_a_reason_and_two_people(override):
    assert rule(PLAIN, to(PLAIN, "C", override=override)) is Rule.OVERRIDE


def test_no_departure_reaches_whoever_takes_no_part():
    planned = to(PLAIN, "C", override=TWO_PEOPLE)
    assert rule(after(PLAIN, StandingChanged(START, "C", Standing.SUSPENDED)), planned) is Rule.PLACE


def test_no_departure_gives_away_what_is_taken_or_promised():
    planned = to(PLAIN, "C", override=TWO_PEOPLE)
    assert rule(offered(PLAIN), planned) is Rule.PLACE
    assert rule(accepted(offered(PLAIN)), planned) is Rule.PLACE


def test_no_departure_reaches_a_rank_that_the_run_does_not_have():
    planned = to(PLAIN, "C", override=TWO_PEOPLE)
    nowhere = replace(planned, seats=(replace(planned.seats[0], rank=9),))
    assert rule(PLAIN, nowhere) is Rule.PLACE


def test_an_offer_keeps_the_rules_of_its_own_run():
    quick = run_of("A", name="quick", rules=replace(RULES, reply_minutes=5))
    state = after(opened(quick), made(opened(quick), "quick"))
    assert state.offers[0].run == "quick"
    assert minute(0) == state.offers[0].made_at

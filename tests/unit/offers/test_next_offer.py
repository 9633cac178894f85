"""Who is offered the organ now, and why nobody above."""

from __future__ import annotations

from dataclasses import replace

from bequest.model.enums import Organ
from bequest.offers import next_offers
from bequest.offers.event import ConsentRevoked, FilterSet, Paused, RunRecorded
from bequest.offers.record import Gate, State
from bequest.offers.refusal import Refusal, Rule
from bequest.offers.verdict import Verdict
from offer_steps import LOBE, RULES, START, accepted, after, asked, declined, minute, offered, opened, place, run_of

PLAIN = opened(run_of("A", "B", "C"))


def test_one_at_a_time_means_that_the_second_waits_for_the_first():
    assert asked(PLAIN) == [("A", "primary")]
    waits = next_offers(offered(PLAIN), "run", START)
    assert waits.proposals == ()
    assert waits.waits_for is not None
    assert waits.waits_for.entry.registration == "B"


def test_two_at_once_means_a_first_and_a_backup():
    state = opened(run_of("A", "B", "C", rules=replace(RULES, at_once=2)))
    assert asked(state) == [("A", "primary"), ("B", "backup")]


def test_everybody_passed_over_is_named_with_the_reason():
    state = after(PLAIN, FilterSet(START, "A", "age", "P-1"))
    found = next_offers(state, "run", START)
    assert [(each.entry.rank, each.verdict) for each in found.passed] == [(1, Verdict.FILTERED), (2, Verdict.FREE)]


def test_at_the_end_of_the_order_nobody_is_offered_or_waited_for():
    state = declined(offered(declined(offered(declined(offered(PLAIN))))))
    found = next_offers(state, "run", START)
    assert (found.proposals, found.refusal, found.waits_for) == ((), None, None)
    assert len(found.passed) == 3


def test_before_death_is_certified_an_offer_is_provisional():
    assert asked(opened(run_of("A"), gate=Gate.CONDITIONAL)) == [("A", "provisional")]


def test_a_backup_that_is_to_be_promoted_comes_before_any_new_offer():
    state = opened(run_of("A", "B", "C", rules=replace(RULES, at_once=2)))
    state = declined(offered(offered(state)), 0)
    assert asked(state) == []


def test_nothing_is_offered_where_something_forbids_all_of_it():
    again = after(PLAIN, RunRecorded(START, run_of("A", name="again")))
    for state, run, rule in (
        (State(), "run", Rule.GATE),
        (PLAIN, "unknown", Rule.RUN),
        (again, "run", Rule.RUN),
        (after(PLAIN, Paused(START)), "run", Rule.PAUSE),
        (after(PLAIN, ConsentRevoked(START)), "run", Rule.ENDED_DONATION),
    ):
        assert next_offers(state, run, minute(0)).refusal == Refusal(rule)


def test_nothing_is_offered_of_an_organ_whose_consent_was_revoked():
    liver = run_of(place("L", LOBE), organ=Organ.LIVER, name="liver", plan_place=1)
    state = after(opened(run_of("A"), liver), ConsentRevoked(START, (Organ.HEART,)))
    assert next_offers(state, "run", START).refusal == Refusal(Rule.CONSENT)


def test_nothing_is_offered_at_an_instant_before_the_last_event():
    state = accepted(offered(PLAIN, at=5), at=6)
    assert next_offers(state, "run", minute(3)).refusal == Refusal(Rule.TIME)

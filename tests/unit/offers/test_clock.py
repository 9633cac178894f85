"""How long an offer has waited for its answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bequest.offers.clock import expires_at, has_run_out, mark_due, waited
from bequest.offers.event import Paused, Reminded, Resumed
from bequest.offers.record import PauseEffect
from offer_steps import RULES, after, minute, offered, opened, run_of

RUNS_ON = replace(RULES, pause=PauseEffect.NEW_OFFERS)


def waiting(rules=RULES):
    state = offered(opened(run_of("A", rules=rules)))
    return state, state.offers[0]


def test_the_last_minute_counts_and_the_instant_after_it_does_not():
    state, offer = waiting()
    assert not has_run_out(state, offer, minute(60) - timedelta(seconds=1))
    assert has_run_out(state, offer, minute(60))
    assert expires_at(state, offer) == minute(60)


def test_a_pause_stops_the_clock_and_there_is_no_end_while_it_lasts():
    state, offer = waiting()
    paused = after(state, Paused(minute(10)))
    assert waited(paused, offer, minute(50)) == timedelta(minutes=10)
    assert expires_at(paused, offer) is None


def test_after_a_pause_the_end_lies_later_by_its_length():
    state = after(waiting()[0], Paused(minute(10)), Resumed(minute(40)))
    assert expires_at(state, state.offers[0]) == minute(90)
    assert waited(state, state.offers[0], minute(50)) == timedelta(minutes=20)


def test_where_the_rules_say_so_the_clock_runs_on_in_a_pause():
    state, offer = waiting(RUNS_ON)
    paused = after(state, Paused(minute(10)))
    assert waited(paused, offer, minute(50)) == timedelta(minutes=50)
    assert expires_at(paused, offer) == minute(60)
    resumed = after(paused, Resumed(minute(40)))
    assert expires_at(resumed, resumed.offers[0]) == minute(60)


def test_a_mark_is_due_from_its_minute_on():
    state, offer = waiting()
    assert mark_due(state, offer, minute(9)) is None
    assert mark_due(state, offer, minute(10)) == 10


def test_one_late_reminder_answers_to_every_mark_that_passed():
    state, offer = waiting()
    assert mark_due(state, offer, minute(25)) == 20
    reminded = after(state, Reminded(minute(25), 0, 20))
    assert mark_due(reminded, reminded.offers[0], minute(25)) is None

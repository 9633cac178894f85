"""How an event makes a new state."""

from __future__ import annotations

import pickle
from typing import get_args

from bequest.offers import apply
from bequest.offers import event as events
from bequest.offers.event import Paused, Resumed
from bequest.offers.record import State
from bequest.offers.refusal import Rule
from offer_steps import START, accepted, minute, offered, opened, rule, run_of


def test_a_state_knows_when_the_last_event_happened():
    state = apply(opened(run_of("A")), Paused(minute(3)))
    assert isinstance(state, State)
    assert state.at == minute(3)


def test_an_event_that_is_earlier_than_the_last_is_refused():
    assert rule(accepted(offered(opened(run_of("A"))), at=5), Paused(START)) is Rule.TIME


def test_a_refused_event_changes_nothing():
    state = opened(run_of("A"))
    assert rule(state, Resumed(START)) is Rule.NOT_PAUSED
    assert state == opened(run_of("A"))


def test_every_event_says_when_it_happened():
    assert all("at" in event.__slots__ for event in get_args(events.Event))


def test_a_state_can_be_handed_to_another_process():
    state = accepted(offered(opened(run_of("A"))))
    assert pickle.loads(pickle.dumps(state)) == state  # noqa: S301  our own bytes

"""What must hold for any offer at all."""

from __future__ import annotations

from bequest.model.enums import Organ
from bequest.offers.event import ConsentRevoked, Paused, StoodDown
from bequest.offers.guard import refuse_consent, refuse_gate, refuse_pause, refuse_run, refuse_time
from bequest.offers.record import State
from bequest.offers.refusal import Refusal, Rule
from offer_steps import START, after, minute, opened, run_of

OPEN = opened(run_of("A"))


def test_an_event_may_not_be_earlier_than_the_last():
    late = after(OPEN, Paused(minute(5)))
    assert refuse_time(late, START) == Refusal(Rule.TIME)
    assert refuse_time(late, minute(5)) is None
    assert refuse_time(State(), START) is None


def test_the_gate_is_closed_open_or_ended():
    assert refuse_gate(State()) == Refusal(Rule.GATE)
    assert refuse_gate(OPEN) is None
    assert refuse_gate(after(OPEN, StoodDown(START))) == Refusal(Rule.ENDED_DONATION)


def test_consent_covers_the_organs_that_were_released_and_no_other():
    assert refuse_consent(OPEN, (Organ.HEART,)) is None
    assert refuse_consent(OPEN, (Organ.HEART, Organ.LIVER)) == Refusal(Rule.CONSENT)
    assert refuse_consent(after(OPEN, ConsentRevoked(START)), (Organ.HEART,)) == Refusal(Rule.CONSENT)


def test_a_pause_refuses():
    assert refuse_pause(OPEN) is None
    assert refuse_pause(after(OPEN, Paused(START))) == Refusal(Rule.PAUSE)


def test_offers_follow_the_newest_run_only():
    state = opened(run_of("A"), run_of("A", name="again"))
    assert refuse_run(state, state.runs[1]) is None
    assert refuse_run(state, state.runs[0]) == Refusal(Rule.RUN)
    assert refuse_run(state, None) == Refusal(Rule.RUN)

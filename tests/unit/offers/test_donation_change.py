"""What the donation's own changes do to its offers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.model.enums import Organ
from bequest.offers.event import ConsentRevoked, DeathCertified, Paused, Released, Resumed, StoodDown
from bequest.offers.record import End, Gate, LiveKind, PauseEffect, State
from bequest.offers.refusal import Rule
from offer_steps import HEART, LOBE, RULES, START, accepted, after, asked, minute, offered, opened, place, rule, run_of

LIVER = run_of(place("L", LOBE), organ=Organ.LIVER, name="liver", plan_place=1)
PLAIN = opened(run_of("A", "B"), LIVER)
PROVISIONAL = offered(offered(opened(run_of("A", "B", rules=replace(RULES, at_once=2)), gate=Gate.CONDITIONAL)))


def test_the_gate_opens_for_organs_and_more_may_follow():
    state = after(State(), Released(START, (Organ.HEART,), Gate.OPEN), Released(START, (Organ.LIVER,), Gate.OPEN))
    assert (state.gate, state.organs) == (Gate.OPEN, (Organ.HEART, Organ.LIVER))


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (Released(START, (), Gate.OPEN), Rule.CONSENT),
        (Released(START, (Organ.LUNG,), Gate.CONDITIONAL), Rule.GATE),
        (Released(START, (Organ.LUNG,), Gate.ENDED), Rule.GATE),
    ],
    ids=["no organ", "from open to conditional", "from open to ended"],
)
def test_what_opens_no_gate_is_refused(event, expected):
    assert rule(PLAIN, event) is expected


def test_a_gate_does_not_open_to_closed():
    assert rule(State(), Released(START, (Organ.HEART,), Gate.CLOSED)) is Rule.GATE


def test_what_was_revoked_or_ended_never_opens_again():
    partly = after(PLAIN, ConsentRevoked(START, (Organ.HEART,)))
    assert rule(partly, Released(START, (Organ.HEART,), Gate.OPEN)) is Rule.CONSENT
    over = after(PLAIN, ConsentRevoked(START))
    assert rule(over, Released(START, (Organ.LUNG,), Gate.OPEN)) is Rule.ENDED_DONATION


def test_death_makes_firm_what_was_provisional():
    state = after(accepted(PROVISIONAL, 0), DeathCertified(START))
    assert state.gate is Gate.OPEN
    assert [offer.kind for offer in state.offers] == [LiveKind.PRIMARY, LiveKind.BACKUP]


def test_death_is_certified_on_the_circulatory_pathway_once():
    assert rule(PLAIN, DeathCertified(START)) is Rule.GATE


def test_a_stand_down_ends_every_offer_accepted_or_not():
    state = after(accepted(PROVISIONAL, 0), StoodDown(minute(4)))
    assert [(offer.end, offer.reason) for offer in state.offers] == [(End.WITHDRAWN, "stand_down")] * 2
    assert state.gate is Gate.ENDED
    assert rule(state, StoodDown(minute(5))) is Rule.ENDED_DONATION


def test_revoked_consent_takes_everything_back():
    state = after(accepted(offered(PLAIN)), ConsentRevoked(minute(2)))
    assert [(offer.end, offer.reason) for offer in state.offers] == [(End.WITHDRAWN, "consent_revoked")]
    assert (state.gate, state.organs, state.revoked) == (Gate.ENDED, (), (Organ.HEART, Organ.LIVER))
    assert rule(state, ConsentRevoked(minute(3))) is Rule.ENDED_DONATION


def test_consent_revoked_for_one_organ_leaves_the_others():
    state = after(offered(offered(PLAIN), "liver"), ConsentRevoked(START, (Organ.HEART,)))
    assert [offer.end for offer in state.offers] == [End.WITHDRAWN, None]
    assert (state.gate, state.organs) == (Gate.OPEN, (Organ.LIVER,))


def test_consent_revoked_for_the_last_organ_ends_the_donation():
    state = after(PLAIN, ConsentRevoked(START, (Organ.HEART,)), ConsentRevoked(START, (Organ.LIVER,)))
    assert state.gate is Gate.ENDED


def test_consent_revoked_before_the_gate_opened_keeps_that_organ_closed():
    state = after(State(), ConsentRevoked(START, (Organ.HEART,)))
    assert state.gate is Gate.CLOSED
    assert rule(state, Released(START, (Organ.HEART,), Gate.OPEN)) is Rule.CONSENT


def test_a_pause_begins_once_and_ends_once():
    paused = after(PLAIN, Paused(START))
    assert rule(paused, Paused(START)) is Rule.PAUSE
    assert rule(PLAIN, Resumed(START)) is Rule.NOT_PAUSED
    assert asked(after(paused, Resumed(minute(9))), at=9) == [("A", "primary")]
    assert rule(after(PLAIN, StoodDown(START)), Paused(START)) is Rule.ENDED_DONATION


def test_a_pause_gives_its_time_back_to_those_who_wait_and_to_nobody_else():
    state = after(offered(accepted(offered(PLAIN)), "liver"), Paused(minute(5)), Resumed(minute(25)))
    assert [offer.stopped.total_seconds() / 60 for offer in state.offers] == [0, 20]


def test_where_clocks_run_on_a_pause_gives_nothing_back():
    runs_on = run_of(place("A", HEART), rules=replace(RULES, pause=PauseEffect.NEW_OFFERS))
    state = after(offered(opened(runs_on)), Paused(minute(5)), Resumed(minute(25)))
    assert state.offers[0].stopped.total_seconds() == 0

"""The order of a run is at its end once nobody of it can be offered anything more."""

from __future__ import annotations

from dataclasses import replace

from bequest.model.enums import Organ, OrganPart
from bequest.offers.event import StageBegan
from bequest.offers.exhaustion import StillOpen, still_open
from bequest.offers.record import current_run
from offer_steps import HEART, RULES, START, accepted, after, asked, declined, offered, opened, passed, place, run_of

PLAIN = opened(run_of("A", "B"))


def why(state):
    """Return why the order of the one run is not at its end."""
    return still_open(state, current_run(state, Organ.HEART))


def test_the_order_ends_once_everybody_declined():
    assert why(PLAIN) is StillOpen.TURN
    assert why(offered(PLAIN)) is StillOpen.ANSWER
    assert why(declined(offered(PLAIN))) is StillOpen.TURN
    assert why(declined(offered(declined(offered(PLAIN))))) is None


def test_a_backup_that_is_to_be_promoted_comes_first():
    state = opened(run_of("A", "B", rules=replace(RULES, at_once=2)))
    state = accepted(accepted(offered(offered(state)), 0), 1)
    assert why(declined(state, 0)) is StillOpen.BACKUP


def test_who_waits_for_a_stage_is_somebody_left():
    state = opened(run_of(place("A", HEART, stage="rescue")))
    assert why(state) is StillOpen.STAGE
    begun = after(state, StageBegan(START, "run", "rescue", "ab" * 32))
    assert why(begun) is StillOpen.TURN
    assert why(declined(offered(begun))) is None


def test_what_has_left_the_country_is_offered_to_nobody():
    state = replace(PLAIN, gone=(OrganPart.HEART,))
    assert asked(state) == []
    assert passed(state) == {"A": "organ_taken", "B": "organ_taken"}

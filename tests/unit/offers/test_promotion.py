"""Which backup becomes the first in line."""

from __future__ import annotations

from dataclasses import replace

from bequest.model.enums import OfferKind, Organ
from bequest.offers.event import RunRecorded, StandingChanged
from bequest.offers.promotion import may_take, promotion, surplus_backups
from bequest.offers.record import Standing
from offer_steps import (
    BOTH,
    LEFT,
    RIGHT,
    RULES,
    START,
    accepted,
    after,
    declined,
    minute,
    offered,
    opened,
    place,
    run_of,
    settled,
)  # fmt: skip

MANY = replace(RULES, at_once=4, backups=4)
ALL_THREE = offered(offered(offered(opened(run_of("A", "B", "C", rules=MANY)))))


def kidneys(*places):
    return run_of(*places, organ=Organ.KIDNEY, rules=MANY)


def promoted(state):
    found = promotion(state)
    return None if found is None else (found[0], [seat.parts for seat in found[1]])


def test_nobody_is_promoted_while_the_first_decides():
    assert promotion(ALL_THREE) is None


def test_when_the_first_declines_the_next_in_rank_is_promoted():
    number, _ = promotion(declined(ALL_THREE, 0)) or (None, None)
    assert number == 1


def test_an_acceptance_given_back_promotes_the_backup():
    held = accepted(accepted(ALL_THREE, 0), 2)
    assert promotion(held) is None
    assert (promotion(declined(held, 0)) or (None,))[0] == 1


def test_a_backup_that_takes_no_part_any_more_is_passed_over():
    state = after(declined(ALL_THREE, 0), StandingChanged(START, "B", Standing.REMOVED))
    assert not may_take(state, state.offers[1])
    assert (promotion(state) or (None,))[0] == 2


def test_a_backup_is_promoted_to_whichever_part_fell_free():
    places = (place("A", LEFT, RIGHT), place("B", LEFT, RIGHT), place("C", LEFT, RIGHT))
    state = declined(offered(offered(offered(opened(kidneys(*places))))), 1)
    assert promoted(state) == (2, [RIGHT])


def test_a_backup_above_that_must_still_wait_keeps_what_it_hopes_for():
    both = place("C", BOTH, kind=OfferKind.BOTH_KIDNEYS)
    places = (place("A", LEFT, RIGHT), place("B", LEFT, RIGHT), both, place("D", LEFT, RIGHT))
    state = declined(offered(offered(offered(offered(opened(kidneys(*places)))))), 1)
    assert promotion(state) is None
    assert promoted(accepted(state, 0)) == (3, [RIGHT])


def test_a_new_run_decides_which_backup_comes_first():
    again = run_of("A", "C", "B", name="again", rules=MANY)
    state = declined(after(ALL_THREE, RunRecorded(START, again)), 0)
    assert (promotion(state) or (None,))[0] == 2


def test_no_more_backups_are_kept_waiting_than_the_rules_say():
    one = replace(RULES, at_once=3, backups=1)
    state = accepted(offered(offered(offered(opened(run_of("A", "B", "C", rules=one))))), 0)
    assert surplus_backups(state) == {2}
    assert settled(state, at=0).offers[2].reason == "accepted_by_earlier"


def test_a_backup_with_hope_is_never_surplus():
    none = replace(RULES, at_once=3)
    assert surplus_backups(offered(offered(opened(run_of("A", "B", rules=none))))) == frozenset()
    assert minute(0) == START

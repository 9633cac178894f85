"""The records of the offers of one donor."""

from __future__ import annotations

from bequest.model.enums import Organ
from bequest.offers.record import current_run, parts_of, run_named
from offer_steps import LEFT, RIGHT, accepted, offered, opened, run_of


def test_parts_stand_in_one_order_each_once():
    assert parts_of((*RIGHT, *LEFT, *RIGHT)) == (*LEFT, *RIGHT)


def test_an_offer_waits_until_it_is_answered_and_then_holds_its_parts():
    waiting = offered(opened(run_of("A"))).offers[0]
    held = accepted(offered(opened(run_of("A")))).offers[0]
    assert (waiting.live, waiting.waiting, waiting.holds) == (True, True, False)
    assert (held.live, held.waiting, held.holds) == (True, False, True)
    assert held.run == "run"


def test_the_newest_run_of_an_organ_is_the_one_that_counts():
    state = opened(run_of("A"), run_of("A", name="again"))
    newest = current_run(state, Organ.HEART)
    assert newest is not None
    assert newest.run == "again"
    assert current_run(state, Organ.LIVER) is None


def test_a_run_is_found_by_its_name():
    state = opened(run_of("A"))
    assert run_named(state, "run") is state.runs[0]
    assert run_named(state, "other") is None

"""Every state of small worlds of offers, walked through; and faults planted in the room, which the walk must find."""

from __future__ import annotations

import pytest

from bequest.offers import answer, donation_change, make_offer, timetable, verdict
from bequest.offers.record import End
from explicit_states import walk
from offer_worlds import World, broken_by, moves, over, two_kidneys, two_organs


def walked(world):
    return walk(world, moves=moves, key=World.key, broken_by=broken_by, over=over)


@pytest.mark.parametrize(
    ("world", "at_least"),
    [
        pytest.param(two_organs("pause", "revoke", delays=0), 20_000, id="a pause, a revocation and a crash"),
        pytest.param(two_organs("back", delays=0), 10_000, id="somebody ranked first comes back, and a crash"),
        pytest.param(two_organs(), 20_000, id="a crash and a late message"),
        pytest.param(two_organs(remind=(10,), delays=0), 10_000, id="reminders and a crash"),
        pytest.param(two_kidneys("death", "stand-down", delays=0), 10_000, id="a backup on the circulatory pathway"),
        pytest.param(two_kidneys("again", "death", delays=0), 20_000, id="a second run that drops somebody"),
    ],
)
def test_nothing_forbidden_can_be_reached_and_everything_can_end(world, at_least):
    found = walked(world)
    assert found.broken is None
    assert found.states >= at_least


@pytest.mark.full
@pytest.mark.timeout(1500)
def test_nothing_forbidden_can_be_reached_when_all_of_it_happens():
    assert walked(two_organs("pause", "revoke", "back")).broken is None


def no_refusal(*_, **__):
    return None


def counted_whatever_happened(state, event):
    return answer.with_offer(state, answer.ended(state.offers[event.offer], End.EXPIRED, event.at))


@pytest.mark.parametrize(
    ("fault", "world", "rule", "steps"),
    [
        ((make_offer, "refuse_consent", no_refusal), two_organs("revoke"), "an offer without consent", 4),
        ((make_offer, "refuse_order", no_refusal), two_organs("back", crashes=0), "an offer out of order", 4),
        ((make_offer, "refuse_pause", no_refusal), two_organs("pause"), "an offer during a pause", 4),
        ((answer, "expire", counted_whatever_happened), two_organs(), "expired counted twice", 11),
        ((answer, "refuse_late", no_refusal), two_organs(), "an answer counted after the time", 8),
        (
            (verdict, "_partners", lambda *_: ()), two_organs("back"), "a combined candidate holds one organ alone", 6,
        ),
        (
            (donation_change, "withdrawn_where", lambda state, *_: state),
            two_kidneys("stand-down"), "a live offer while the gate is not open", 4,
        ),
        ((timetable, "_expiries", lambda *_: ()), two_organs(delays=0), "cannot end", 8),
    ],
    ids=[
        "no check of consent when an offer is made",
        "no check of the order when an offer is made",
        "no check of a pause when an offer is made",
        "an expiry counted twice",
        "an answer after the time",
        "two organs for one candidate, one at a time",
        "offers that outlive a stand-down",
        "nobody records that the time ran out",
    ],
)  # fmt: skip
def test_a_planted_fault_is_found_with_a_short_way_to_it(monkeypatch, fault, world, rule, steps):
    monkeypatch.setattr(*fault)
    found = walked(world)
    assert found.broken is not None
    assert found.broken.rule == rule, found.broken
    assert len(found.broken.trace) <= steps, found.broken
    assert found.broken.trace[0] == "released"

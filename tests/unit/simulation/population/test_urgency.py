"""Checks the urgency of candidates."""

import numpy as np
import pytest

from bequest.model.enums import Organ
from bequest.simulation.population.urgency import urgency

DAY = np.datetime64("2026-11-01")
MANY = 20_000


def drawn(people, all_of, organ, listed_days=3000):
    some = people(MANY, organ=organ)
    return urgency(some, np.full(MANY, listed_days), day=DAY, area=all_of("DE", MANY))


def test_the_levels_of_hearts_have_the_assumed_shares(people, all_of):
    found = drawn(people, all_of, Organ.HEART)

    assert [(found.granted == level).mean() for level in (1, 2, 9)] == pytest.approx([0.02, 0.14, 0.84], abs=0.01)


def test_the_base_level_has_held_since_listing_and_never_ends(people, all_of):
    found = drawn(people, all_of, Organ.HEART)
    base = found.granted == 9

    assert set(found.since_on[base].tolist()) == {(DAY - 3000).item()}
    assert np.isnat(found.valid_until[base]).all()
    assert not np.isnat(found.valid_until[~base]).any()


def test_nobody_was_urgent_before_being_listed(people, all_of):
    found = drawn(people, all_of, Organ.HEART, listed_days=5)

    assert found.since_on.min() >= DAY - 5


def test_most_urgent_levels_are_in_force_and_some_lapsed(people, all_of):
    found = drawn(people, all_of, Organ.HEART)
    lapsed = found.valid_until[found.granted < 9] <= DAY

    assert 0.02 < lapsed.mean() < 0.06


def test_the_urgency_of_a_heart_holds_for_fourteen_days_and_fourteen_more(people, all_of):
    found = drawn(people, all_of, Organ.HEART)
    urgent = found.granted < 9
    days = (found.valid_until[urgent].astype("datetime64[D]") - found.since_on[urgent]).astype(int)

    assert set((days % 14).tolist()) == {0}
    assert days.min() == 14


def test_the_urgency_of_a_liver_holds_for_six_days_and_two_more(people, all_of):
    found = drawn(people, all_of, Organ.LIVER)
    urgent = found.granted < 9
    days = (found.valid_until[urgent].astype("datetime64[D]") - found.since_on[urgent]).astype(int)

    assert days.min() == 6
    assert set((days % 2).tolist()) == {0}


def test_where_nobody_is_urgent_nothing_ends(people, all_of):
    found = urgency(people(1, organ=Organ.KIDNEY), np.array([10]), day=DAY, area=all_of("DE", 1))

    assert np.isnat(found.valid_until).tolist() == [True]

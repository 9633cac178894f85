"""Checks what only the kidney lists of the United States ask for."""

import numpy as np
import pytest

from bequest.model.enums import Organ

DAY = np.datetime64("2026-11-01")
COLUMNS = {
    "waiting_since_on", "previous_transplant_on", "diabetes", "eligible_for_non_a1_kidney", "medically_urgent_since_on",
    "safety_net_qualified", "accepts_high_kdpi_donor",
}  # fmt: skip


@pytest.fixture(scope="module")
def american(made):
    return made(country="us", organ=Organ.KIDNEY, candidates=5_000, donors=1).registrations


def test_other_countries_and_organs_have_none_of_them(made):
    assert not COLUMNS & set(made(organ=Organ.KIDNEY, candidates=3, donors=1).registrations)
    hearts = made(country="us", organ=Organ.HEART, candidates=3, donors=1).registrations
    assert not COLUMNS & set(hearts)


def test_the_kidney_list_of_the_united_states_has_all_of_them(american):
    assert set(american) >= COLUMNS


def test_waiting_counts_from_listing_or_dialysis_whichever_came_earlier(american):
    listed, dialysed = american["listed_on"], american["dialysis_since_on"]
    assert (american["waiting_since_on"] == np.fmin(listed, dialysed)).all()


def test_who_had_a_transplant_has_its_date_before_the_waiting_and_after_the_birth(american):
    earlier, on = american["previous_transplants"] > 0, american["previous_transplant_on"]
    assert (np.isnat(on) == ~earlier).all()
    assert (on[earlier] <= american["waiting_since_on"][earlier]).all()
    assert (on[earlier] >= american["born_on"][earlier]).all()


def test_the_most_urgent_are_medically_urgent_since_their_level_holds(american):
    urgent, since = american["urgency_granted"] == 1, american["medically_urgent_since_on"]
    assert (np.isnat(since) == ~urgent).all()
    assert (since[urgent] == american["urgency_since_on"][urgent]).all()


def test_no_child_accepts_a_kidney_of_the_highest_profiles(american):
    children = (DAY - american["born_on"]).astype(float) / 365.25 < 17
    accepts = np.array(american["accepts_high_kdpi_donor"])
    assert not accepts[children].any()
    assert 0.2 < accepts[~children].mean() < 0.7


def test_whoever_waits_for_a_pancreas_as_well_has_diabetes(made):
    both = made(country="us", organ=Organ.KIDNEY_PANCREAS, candidates=50, donors=1).registrations
    assert all(both["diabetes"])

"""Checks since when candidates have waited."""

import numpy as np
import pytest

from bequest.model.enums import Organ
from bequest.simulation.population.waiting import waiting


def test_nothing_lies_before_the_birth(people, all_of):
    found = waiting(people(), np.linspace(0, 3, 1000), area=all_of("DE"), blood_group=all_of("O"))

    assert (found.listed_days <= found.age_days).all()
    assert (found.consented_days <= found.age_days).all()
    assert (found.dialysis_days <= found.age_days).all()


def test_consent_to_listing_comes_first(people, all_of):
    found = waiting(people(), np.full(1000, 50.0), area=all_of("DE"), blood_group=all_of("O"))

    assert (found.consented_days >= found.listed_days).all()
    assert (found.consented_days - found.listed_days).max() <= 30


def test_dialysis_begins_before_listing_for_all_who_are_dialysed(people, all_of):
    found = waiting(people(), np.full(1000, 50.0), area=all_of("DE"), blood_group=all_of("O"))
    dialysed = found.dialysis_days >= 0

    assert (found.dialysis_days >= found.listed_days)[dialysed].all()
    assert dialysed.mean() == pytest.approx(0.998, abs=0.005)


def test_those_never_dialysed_have_waited_all_the_same(people, all_of):
    found = waiting(people(5000), np.full(5000, 50.0), area=all_of("NL", 5000), blood_group=all_of("O", 5000))
    never = found.dialysis_days < 0

    assert never.mean() == pytest.approx(0.1079, abs=0.015)
    assert np.median(found.listed_days[never]) > 200


def test_heart_candidates_of_group_o_wait_longest(people, all_of):
    hearts = people(5000, organ=Organ.HEART)
    ages = np.full(5000, 50.0)
    median_days = {
        group: np.median(waiting(hearts, ages, area=all_of("DE", 5000), blood_group=all_of(group, 5000)).listed_days)
        for group in ("O", "B", "A", "AB")
    }

    assert median_days == pytest.approx({"O": 479, "B": 150, "A": 87, "AB": 24}, rel=0.1)


def test_nobody_but_kidney_candidates_is_dialysed(people, all_of):
    found = waiting(people(organ=Organ.HEART), np.full(1000, 50.0), area=all_of("DE"), blood_group=all_of("O"))

    assert set(found.dialysis_days.tolist()) == {-1}

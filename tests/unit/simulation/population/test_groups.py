"""Checks the groups by which further columns differ."""

import numpy as np

from bequest.simulation.population.groups import creatinine_band, groups_of


def texts_of(group):
    return group.texts().tolist()


def test_whoever_has_no_meld_is_in_the_band_of_children():
    groups = groups_of({"previous_transplants": np.zeros(3), "meld": np.array([np.nan, 6, 30])})

    assert texts_of(groups["meld_band"]) == ["child", "6-10", "30+"]


def test_antibodies_that_are_not_known_count_as_none():
    groups = groups_of({"previous_transplants": np.zeros(4), "cpra_percent": np.array([np.nan, 0, 84.9, 85])})

    assert texts_of(groups["sensitised"]) == ["none", "none", "some", "high"]


def test_a_list_without_typings_has_no_group_of_antibodies():
    assert set(groups_of({"previous_transplants": np.array([0, 2])})) == {"earlier_transplant"}


def test_a_band_of_creatinine_begins_with_its_lowest_number():
    assert texts_of(creatinine_band(np.array([0.79, 0.8, 1.1, 3.0]))) == ["0-0.7", "0.8-1", "1.1-1.4", "3+"]

"""Checks height and weight."""

import numpy as np
import pytest

from bequest.simulation.population.sizes import rounded, sizes


def test_the_median_man_of_thirty_is_as_tall_and_heavy_as_the_table_says(people, all_of):
    height, weight = sizes(people(5000), all_of("male", 5000), np.full(5000, 30.0))

    assert np.median(height) == pytest.approx(179, abs=1)
    assert np.median(weight) == pytest.approx(25.2 * 1.79**2, abs=1.5)


def test_women_are_smaller(people, all_of):
    ages = np.full(1000, 30.0)

    assert sizes(people(), all_of("female"), ages)[0].mean() < sizes(people(), all_of("male"), ages)[0].mean()


def test_newborns_weigh_a_few_kilograms_in_tenths(people, all_of):
    height, weight = sizes(people(), all_of("female"), np.zeros(1000))

    assert height.min() >= 40
    assert weight.max() < 7
    assert (rounded(weight, 1) == weight).all()


def test_adults_are_weighed_in_whole_kilograms(people, all_of):
    _, weight = sizes(people(), all_of("male"), np.full(1000, 50.0))

    assert (np.floor(weight) == weight).all()


def test_halves_are_rounded_up():
    assert rounded(np.array([0.5, 1.5, 1.25]), 0).tolist() == [1.0, 2.0, 1.0]
    assert np.isnan(rounded(np.array([np.nan]), 1))[0]

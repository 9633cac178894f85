"""Balances between places, as the inputs of a run state them."""

from __future__ import annotations

from decimal import Decimal

from bequest.matching.balances import behind_the_mean, behind_the_most


def test_the_place_with_the_largest_balance_is_behind_by_nothing():
    # Printed with the public match lists for donors of 18 to 49 years: Austria 47, Belgium 37, the Netherlands 31.
    balances = {"BE": -8, "DE": 29, "HU": -2, "NL": -2, "HR": 1, "AT": -18, "SI": 0, "LU": 0}
    found = behind_the_most(balances)
    assert (found["DE"], found["AT"], found["BE"], found["NL"]) == (0, 47, 37, 31)
    assert list(found) == sorted(found)


def test_a_place_above_the_mean_is_behind_by_less_than_nothing():
    assert behind_the_mean({"WEST": 3, "EAST": -2}) == {"EAST": Decimal("2.5"), "WEST": Decimal("-2.5")}


def test_without_places_nobody_is_behind():
    assert behind_the_most({}) == {}
    assert behind_the_mean({}) == {}

"""Checks the inputs that stand for no history."""

import pytest

from bequest.model.enums import Organ
from bequest.model.tables import read_rows
from bequest.policy.library import names, policy
from bequest.simulation.population.neutral_inputs import neutral_inputs
from bequest.simulation.population.places import places


def inputs_for(country, organ):
    return neutral_inputs(country, organ, places(country, organ))


def test_balances_are_at_nought_in_every_country_and_centre():
    balances = inputs_for("demo", Organ.KIDNEY)

    assert balances["national_balance_old"] == dict.fromkeys(["AT", "BE", "DE", "HR", "HU", "LU", "NL", "SI"], 0)
    assert set(balances["regional_balance"]) == {place.centre for place in places("demo", Organ.KIDNEY).centres}


def test_a_turn_begins_in_the_order_of_the_centres():
    turn = inputs_for("es", Organ.LUNG)["national_turn"]

    assert list(turn.values()) == list(range(1, 31))
    assert list(turn) == sorted(turn)


def test_every_brazilian_state_with_a_place_lies_in_one_of_six_regions():
    found = places("br", Organ.KIDNEY)
    region = inputs_for("br", Organ.KIDNEY)["sharing_region"]

    assert set(region) == {place.region for place in (*found.centres, *found.hospitals)}
    assert set(region.values()) == {1, 2, 3, 4, 5, 6}


def test_a_list_whose_policies_ask_for_nothing_is_given_nothing():
    assert inputs_for("us", Organ.KIDNEY) == {}


@pytest.mark.parametrize("name", [name for name in names() if policy(name).inputs])
def test_the_inputs_of_a_policy_that_stand_by_places_are_given(name):
    asked = {declared.given_as for declared in policy(name).inputs.values() if declared.by is not None}

    assert asked <= {row["input"] for row in read_rows("population/inputs.csv")}

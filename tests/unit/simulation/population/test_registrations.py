"""Checks the registrations against the published shares of the Eurotransplant kidney list of 2021-04-01."""

from collections import Counter

import numpy as np
import pytest

from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.model.columns_registration import REGISTRATION_COLUMNS
from bequest.model.enums import Organ
from bequest.simulation.population.places import places
from bequest.simulation.population.registrations import listed_people

DAY = np.datetime64("2026-11-01")


def share(values, wanted):
    return sum(value == wanted for value in values) / len(values)


@pytest.mark.parametrize("organ", Organ)
def test_the_columns_are_those_of_the_dictionary_in_its_order(made, organ):
    columns = made(organ=organ, candidates=3, donors=1).registrations
    wanted = [column.name for column in columns_of(Table.REGISTRATION) if not column.organs or organ in column.organs]

    assert list(columns) == [name for name in wanted if name in columns]
    # Only an office adds those that may be absent: an exception that was granted, and the level behind it.
    needed = {column.name for column in REGISTRATION_COLUMNS if not column.may_be_absent}
    assert needed & set(wanted) <= set(columns)


@pytest.mark.parametrize(("group", "printed"), [("O", 0.4544), ("A", 0.3445), ("B", 0.1567), ("AB", 0.0444)])
def test_group_o_piles_up_as_on_the_list(kidneys, group, printed):
    assert share(kidneys.registrations["blood_group"], group) == pytest.approx(printed, abs=0.011)


def test_ages_have_the_shares_of_the_list(kidneys):
    years = (DAY - kidneys.registrations["born_on"]).astype(float) / 365.25
    shares = np.histogram(years, [0, 18, 50, 65, 121])[0] / 20_000

    assert shares == pytest.approx([0.0142, 0.3418, 0.4679, 0.1760], abs=0.011)


def test_active_and_suspended_have_the_shares_of_the_list_but_for_those_removed(kidneys):
    status = kidneys.registrations["status"]

    assert share(status, "removed") == pytest.approx(0.01, abs=0.003)
    assert share(status, "active") == pytest.approx(0.99 * 9613 / 14647, abs=0.011)


def test_women_and_repeat_candidates_have_the_shares_of_the_list(kidneys):
    assert share(kidneys.registrations["sex"], "female") == pytest.approx(0.372, abs=0.011)
    assert (kidneys.registrations["previous_transplants"] > 0).mean() == pytest.approx(0.1803, abs=0.009)


def test_pre_emptive_candidates_have_the_share_of_the_list(kidneys):
    never = np.isnat(kidneys.registrations["dialysis_since_on"])

    assert never.mean() == pytest.approx(0.0253, abs=0.005)


def test_the_years_on_dialysis_have_the_german_quartiles(kidneys):
    german = np.array([centre.startswith("G") for centre in kidneys.registrations["centre"]])
    since = kidneys.registrations["dialysis_since_on"][german]
    years = (DAY - since[~np.isnat(since)]).astype(float) / 365.25

    assert np.quantile(years, [0.25, 0.75]) == pytest.approx([3.1, 7.7], abs=0.2)
    assert years.mean() == pytest.approx(5.7, abs=0.15)


def test_sensitisation_has_the_shares_of_the_list(kidneys):
    percent = kidneys.registrations["cpra_percent"]
    known = percent[~np.isnan(percent)]

    assert [(known == 0).mean(), (known >= 85).mean()] == pytest.approx([0.5999, 0.1415], abs=0.011)


def test_germany_lists_most_people(kidneys):
    german = share([centre[0] for centre in kidneys.registrations["centre"]], "G")

    assert german == pytest.approx(9513 / 14647, abs=0.011)


def test_identifiers_are_unique_and_rising(kidneys):
    names = kidneys.registrations["registration"]

    assert names == sorted(set(names))


def test_centres_are_in_the_centres_table(kidneys):
    assert set(kidneys.registrations["centre"]) <= set(kidneys.centres["centre"])
    assert set(kidneys.donors["hospital"]) <= set(kidneys.centres["centre"])


def test_some_are_listed_twice_and_nobody_more_often(kidneys):
    times = Counter(Counter(kidneys.registrations["candidate"]).values())

    assert set(times) == {1, 2}
    assert times[2] / 20_000 == pytest.approx(0.01, abs=0.003)


def test_who_is_listed_twice_is_the_same_person_at_two_centres(kidneys):
    registrations = kidneys.registrations
    names = registrations["candidate"]
    second = [row for row in range(1, len(names)) if names[row] == names[row - 1]]
    same = ("born_on", "sex", "blood_group", "hla", "unacceptable_antigens", "previous_transplants")

    assert all(registrations[name][row] == registrations[name][row - 1] for row in second for name in same)
    assert all(registrations["centre"][row] != registrations["centre"][row - 1] for row in second)


def test_with_one_centre_nobody_is_listed_twice(people):
    swiss = people(2000, country="ch")

    assert listed_people(swiss, places("ch", Organ.KIDNEY).centres[:1]).persons.numbers.tolist() == list(range(2000))


def test_the_first_row_is_nobodys_second_listing(people):
    assert all(
        listed_people(people(1, seed=seed), places("demo", Organ.KIDNEY).centres).persons.numbers.tolist() == [0]
        for seed in range(200)
    )


def test_a_few_heights_weights_and_typings_are_missing(kidneys):
    registrations = kidneys.registrations

    assert np.isnan(registrations["height_cm"]).mean() == pytest.approx(0.02, abs=0.005)
    assert np.isnan(registrations["weight_kg"]).mean() == pytest.approx(0.015, abs=0.005)
    assert share(registrations["hla"], None) == pytest.approx(0.015, abs=0.005)


def test_candidates_of_a_small_list_are_the_first_of_a_large_one(made):
    few, many = made(candidates=20).registrations, made(candidates=300).registrations

    assert {name: list(map(str, values)) for name, values in few.items()} == {
        name: list(map(str, values[:20])) for name, values in many.items()
    }


def test_another_seed_makes_other_people(made):
    assert made(seed=1).registrations["hla"] != made(seed=2).registrations["hla"]


@pytest.mark.parametrize(("level", "low", "high"), [(1.0, 0.01, 0.03), (2.0, 0.12, 0.16)])
def test_some_heart_candidates_are_urgent(made, level, low, high):
    granted = made(organ=Organ.HEART, candidates=5000).registrations["urgency_granted"]

    assert low < (granted == level).mean() < high


def test_the_american_kidney_list_has_waited_five_years_as_often_as_published(made):
    listed = made(country="us", candidates=20_000, donors=1).registrations["listed_on"]

    assert (listed < np.datetime64("2021-11-01")).mean() == pytest.approx(0.114, abs=0.012)


def test_the_swiss_kidney_list_has_waited_as_long_as_published(made):
    listed = made(country="ch", candidates=20_000, donors=1).registrations["listed_on"]

    assert 747 < (DAY - listed).astype(float).mean() < 846

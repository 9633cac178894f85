"""Checks the antibodies of candidates."""

from decimal import Decimal

import numpy as np
import pytest

from bequest.clinical.cpra import cpra_percent
from bequest.clinical.crossmatch import crossmatch_of_pair
from bequest.clinical.typing import parse_typing
from bequest.model.enums import Organ
from bequest.simulation.population.haplotypes import drawn_hla
from bequest.simulation.population.people import Coded, level, yes
from bequest.simulation.population.sensitisation import antibodies, cpra_bands, drawn_lists, listable

MANY = 20_000


@pytest.fixture(scope="module")
def many(people):
    return people(MANY)


@pytest.fixture(scope="module")
def area(many):
    return level(many, "area")


@pytest.fixture(scope="module")
def repeat(many, area):
    return yes(many, "repeat transplant", area=area)


@pytest.fixture(scope="module")
def hla(many):
    return drawn_hla(many)


@pytest.fixture(scope="module")
def drawn(many, area, repeat, hla):
    return antibodies(many, area, repeat, hla.carried())


def test_the_bands_have_the_shares_of_the_eurotransplant_list(many, area, repeat):
    band = cpra_bands(many, area, repeat)

    assert [band.has(name).mean() for name in ("0", "0-85", "85-100")] == pytest.approx(
        [0.5999, 0.2586, 0.1415], abs=0.011
    )


def test_the_highest_band_is_ten_times_as_frequent_after_a_transplant(many, area, repeat):
    high = cpra_bands(many, area, repeat).has("85-100")

    assert high[repeat].mean() / high[~repeat].mean() == pytest.approx(10, rel=0.15)


def test_the_cpra_lies_in_the_band_it_was_drawn_for(many, area, repeat, drawn):
    band = cpra_bands(many, area, repeat)
    high = drawn.cpra_percent[band.has("85-100")]
    middle = drawn.cpra_percent[band.has("0-85")]

    assert (high[~np.isnan(high)] >= 85).mean() > 0.998
    assert ((middle[~np.isnan(middle)] > 0) & (middle[~np.isnan(middle)] < 85)).mean() > 0.998


def test_no_own_antigen_is_unacceptable(drawn, hla):
    pairs = [
        (own, listed)
        for own, listed in zip(hla.texts().tolist(), drawn.unacceptable.tolist(), strict=True)
        if listed not in {None, "none"}
    ][:300]

    assert {crossmatch_of_pair(parse_typing(own), listed) for own, listed in pairs} == {0}


def test_the_cpra_written_is_the_cpra_of_the_list(drawn):
    rows = [row for row, text in enumerate(drawn.unacceptable.tolist()) if text not in {None, "none"}][:50]

    assert [Decimal(str(drawn.cpra_percent[row])) for row in rows] == [
        cpra_percent(drawn.unacceptable[row].split()) for row in rows
    ]


def test_none_found_is_written_as_none_with_a_cpra_of_nought(drawn):
    assert set(drawn.cpra_percent[drawn.unacceptable == "none"].tolist()) == {0.0}


def test_an_unknown_status_is_missing_and_so_is_its_cpra(drawn):
    unknown = np.array([text is None for text in drawn.unacceptable.tolist()])

    assert unknown.mean() == pytest.approx(0.02, abs=0.005)
    assert np.isnan(drawn.cpra_percent[unknown]).all()
    assert not np.isnan(drawn.cpra_percent[~unknown]).any()


def test_a_list_names_no_broad_antigen():
    assert "A9" not in listable().names
    assert {"A23", "A24"} <= set(listable().names)


def test_american_candidates_of_98_percent_and_over_are_as_many_as_published(people):
    us = people(MANY, country="us")
    band = cpra_bands(us, level(us, "area"), yes(us, "repeat transplant"))

    assert band.has("98-100").mean() == pytest.approx(0.09, abs=0.008)
    assert band.has("0").mean() == pytest.approx(0.60, abs=0.012)


def test_an_unreachable_goal_ends_with_everything_that_may_be_listed(people):
    some = people(50)
    hla = drawn_hla(some)
    lists = drawn_lists(some, Coded(("0", "98-100"), np.ones(50, dtype=np.intp)), hla.carried())

    assert lists.sum(axis=1).max() > 30


def test_where_nobody_is_sensitised_nothing_is_drawn(people, all_of):
    one = people(1, organ=Organ.LIVER)
    found = antibodies(one, all_of("DE", 1), np.zeros(1, dtype=np.bool_), drawn_hla(one).carried())

    assert found.unacceptable.tolist() == ["none"]

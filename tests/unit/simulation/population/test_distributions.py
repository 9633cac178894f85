"""Checks the tables from which people are drawn."""

import re

import numpy as np
import pytest

from bequest.model.enums import Organ
from bequest.simulation.population.distributions import (
    choices,
    chosen,
    constant,
    curve,
    curve_labels,
    quantile,
    quantile_at_half,
    share_below,
    share_labels,
    shares,
)
from bequest.simulation.population.places import country_names

LABELS = {*share_labels(), *curve_labels()}
CHOICES = [pytest.param(choice, id=f"{row} {choice.quantity}") for row, choice in enumerate(choices(), start=1)]


def test_the_first_row_that_fits_counts():
    assert chosen("candidate", "blood group", country="demo", organ=Organ.KIDNEY).label == "et-kidney-list-abo/{area}"
    assert chosen("candidate", "blood group", country="uk", organ=Organ.KIDNEY).label == "et-kidney-list-abo/all"


def test_a_quantity_without_a_row_is_our_own_mistake():
    with pytest.raises(AssertionError, match="has a row for luck of a candidate"):
        chosen("candidate", "luck", country="demo", organ=Organ.KIDNEY)


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_names_a_table_that_is_there(choice):
    pattern = re.compile(re.sub(r"\\{\w+\\}", ".+", re.escape(choice.label)))

    assert any(pattern.fullmatch(label) for label in LABELS)


@pytest.mark.parametrize("choice", CHOICES)
def test_a_published_choice_has_a_source_and_an_assumption_a_reason(choice):
    assert choice.source if choice.status == "published" else choice.why
    assert choice.status in {"published", "assumption"}


@pytest.mark.parametrize("choice", CHOICES)
def test_a_choice_is_for_countries_and_organs_that_exist(choice):
    assert {"*", *country_names()}.issuperset(choice.countries)
    assert {"*", *(organ.value for organ in Organ)}.issuperset(choice.organs)


def test_no_name_serves_shares_and_numbers():
    assert not set(share_labels()) & set(curve_labels())


@pytest.mark.parametrize("label", share_labels())
def test_shares_end_at_one(label):
    table = shares(label)

    assert table.upper[-1] == 1.0
    assert (np.diff(table.upper, prepend=0.0) >= 0).all()


@pytest.mark.parametrize("label", curve_labels())
def test_quantiles_rise_from_nought_to_one(label):
    table = curve(label)

    assert table.at[0] == 0.0
    assert table.at[-1] in {0.0, 1.0}
    assert (np.diff(table.at) > 0).all()
    assert (np.diff(table.value) >= 0).all()


def test_the_german_list_has_the_printed_counts():
    assert shares("et-kidney-list-abo/DE").levels == ("O", "A", "B", "AB")
    assert np.diff(shares("et-kidney-list-abo/DE").upper, prepend=0.0) * 9513 == pytest.approx([4216, 3468, 1383, 446])


def test_the_quartiles_of_the_german_dialysis_years_are_the_printed_ones():
    table = curve("et-kidney-list-dialysis-years/DE")

    assert quantile(table, np.array([0.25, 0.75])).tolist() == [3.1, 7.7]


@pytest.mark.parametrize(
    ("label", "printed"),
    [
        (
            "et-kidney-list-dialysis-years",
            {"AT": 3.2, "BE": 3.1, "DE": 5.7, "HR": 3.4, "HU": 3.0, "NL": 1.9, "SI": 4.0},
        ),
        ("et-kidney-new-dialysis-years", {"AT": 1.7, "BE": 1.3, "DE": 2.4, "HR": 1.6, "HU": 1.2, "NL": 1.0, "SI": 2.4}),
        (
            "et-liver-list-age",
            {"AT": 52.95, "BE": 54.08, "DE": 49.26, "HR": 51.67, "HU": 49.04, "NL": 47.62, "SI": 52.42},
        ),
        ("et-liver-list-meld", {"AT": 15, "BE": 14, "DE": 13.07, "HR": 12, "HU": 13, "NL": 12, "SI": 13}),
        ("et-liver-donor-age", {"AT": 51, "BE": 52, "DE": 52, "HR": 58, "HU": 46, "NL": 50, "SI": 55}),
    ],
)
def test_a_distribution_made_of_quartiles_has_the_printed_mean_in_every_country(label, printed):
    at = (np.arange(100_000) + 0.5) / 100_000
    means = {country: quantile(curve(f"{label}/{country}"), at).mean() for country in printed}

    assert means == pytest.approx(printed, abs=0.02)


def test_the_share_below_a_quantile_is_its_share():
    table = curve("et-kidney-list-dialysis-years/DE")
    at = np.array([0.1, 0.5, 0.9])

    assert share_below(table, quantile(table, at)) == pytest.approx(at)


def test_everything_lies_below_infinity():
    assert share_below(curve("consent-days"), np.array([np.inf])).tolist() == [1.0]


def test_a_distribution_of_one_point_is_a_constant():
    assert constant("validity-14") == 14.0
    assert quantile(curve("validity-14"), np.array([0.1, 0.9])).tolist() == [14.0, 14.0]


def test_the_median_of_an_even_distribution_is_its_middle():
    assert quantile_at_half("consent-days") == 15.0

"""Checks the columns that only some countries and organs have."""

from itertools import groupby

import numpy as np
import pytest

from bequest.model.column import Table
from bequest.model.columns import column
from bequest.model.enums import Organ
from bequest.model.tables import read_rows
from bequest.simulation.population.further_columns import rules
from bequest.simulation.population.people import People
from bequest.simulation.population.places import country_names
from bequest.simulation.population.worked_out import WORKED_OUT

DAY = np.datetime64("2026-11-01")
COLUMNS = {
    "waiting_since_on", "previous_transplant_on", "diabetes", "eligible_for_non_a1_kidney", "medically_urgent_since_on",
    "safety_net_qualified", "accepts_high_kdpi_donor",
}  # fmt: skip
ROWS = [
    pytest.param(row, id=f"{number} {row['column']}")
    for number, row in enumerate(read_rows("population/columns.csv"), start=1)
]
DRAWN = {"level", "number", "days ago"}


@pytest.fixture(scope="module")
def american(made):
    return made(country="us", organ=Organ.KIDNEY, candidates=5_000, donors=1).registrations


@pytest.fixture(scope="module")
def hearts(made):
    return made(country="us", organ=Organ.HEART, candidates=5_000, donors=1).registrations


@pytest.mark.parametrize("row", ROWS)
def test_a_row_names_a_column_of_the_dictionary_for_organs_that_have_it(row):
    entry = column(Table.DONOR if row["who"] == "donor" else Table.REGISTRATION, row["column"])

    assert entry is not None
    assert not entry.organs or set(row["organs"].split()) <= {organ.value for organ in entry.organs}


@pytest.mark.parametrize("row", ROWS)
def test_a_row_says_how_in_a_way_that_there_is(row):
    assert row["who"] in {"candidate", "registration", "donor"}
    assert row["how"] in {"is", "missing", "worked out", *DRAWN}
    assert row["how"] != "worked out" or row["what"] in WORKED_OUT


@pytest.mark.parametrize("row", [row for row in ROWS if row.values[0]["how"] in DRAWN])
def test_a_row_that_draws_has_a_table_for_each_of_its_countries_and_organs(row):
    who = "donor" if row["who"] == "donor" else "candidate"
    countries = country_names() if row["countries"] == "*" else row["countries"].split()
    organs = list(Organ) if row["organs"] == "*" else [Organ(name) for name in row["organs"].split()]
    one = np.arange(1, dtype=np.uint64)
    choices = [People(who, country, organ, 1, one).choice(row["what"]) for country in countries for organ in organs]

    assert {choice.quantity for choice in choices} == {row["what"]}


def test_rows_of_one_column_stand_together():
    names = [(row["who"] == "donor", row["column"]) for row in read_rows("population/columns.csv")]

    assert len({name for name, _ in groupby(names)}) == len(list(groupby(names)))


def test_the_demo_country_has_none_of_the_columns_of_another_country(made):
    others = COLUMNS - {"previous_transplant_on"}

    assert not others & set(made(organ=Organ.KIDNEY, candidates=3, donors=1).registrations)
    assert not rules("candidate", "demo", Organ.HEART)


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


def test_whoever_was_listed_as_a_child_has_a_heart_status_of_children(hearts):
    listed_years = (hearts["listed_on"] - hearts["born_on"]).astype(float) / 365.25
    of_child = np.array([status.startswith("pediatric") for status in hearts["heart_status_granted"]])

    assert of_child[listed_years < 17.9].all()
    assert not of_child[listed_years > 18.1].any()


def test_everybody_at_heart_status_5_is_listed_for_another_organ_and_few_others_are(hearts):
    at_5 = np.array(hearts["heart_status_granted"]) == "adult_5"
    also = np.array(hearts["listed_for_other_organ"])

    assert also[at_5].all()
    assert also[~at_5].mean() == pytest.approx(0.05, abs=0.01)


def test_no_heart_status_is_older_than_the_listing(hearts):
    assert (hearts["heart_status_since_on"] >= hearts["listed_on"]).all()


def test_only_a_person_listed_as_a_child_may_accept_any_group_of_heart(hearts):
    of_child = np.array([status.startswith("pediatric") for status in hearts["heart_status_granted"]])

    assert not np.array(hearts["accepts_incompatible_heart"])[~of_child].any()


def test_only_those_of_65_and_older_chose_a_kidney_programme(kidneys):
    years = (DAY - kidneys.registrations["born_on"]).astype(float) / 365.25
    chose = np.array([programme is not None for programme in kidneys.registrations["kidney_programme"]])

    assert not chose[years < 64.9].any()
    assert chose[years > 65.1].all()


def test_euthanasia_comes_after_circulatory_death_only(kidneys):
    donors = kidneys.donors
    died = np.array(donors["euthanasia"])

    assert died.any()
    assert set(np.array(donors["death_criteria"])[died]) == {"circulatory"}


def test_the_laboratory_values_of_a_band_give_nearly_the_meld_of_its_middle(made):
    livers = made(country="ch", organ=Organ.LIVER, candidates=2_000, donors=1).registrations
    rows = (livers["meld"] >= 15) & (livers["meld"] < 20)
    given = (
        0.957 * np.log(livers["creatinine_mg_per_dl"]) + 0.378 * np.log(livers["bilirubin_mg_per_dl"])
        + 1.12 * np.log(livers["inr"]) + 0.643
    )  # fmt: skip

    assert 10 * given[rows].mean() == pytest.approx(17, abs=0.5)

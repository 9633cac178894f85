"""Checks whole populations."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest

from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.simulation.population.places import country_names

EVERYTHING = [
    pytest.param(country, organ, id=f"{country} {organ.value}") for country in country_names() for organ in Organ
]


@pytest.mark.parametrize(("country", "organ"), EVERYTHING)
def test_every_country_has_people_for_every_organ_exactly_as_many_as_asked_for(made, country, organ):
    found = made(country=country, organ=organ, candidates=40, donors=7)

    assert {len(values) for values in found.registrations.values()} == {40}
    assert {len(values) for values in found.donors.values()} == {7}
    assert set(found.registrations["organ"]) == {organ.value}


@pytest.mark.parametrize("table", ["registrations", "donors", "centres"])
def test_everything_says_that_it_is_synthetic(made, table):
    assert set(getattr(made(), table)["synthetic"]) == {True}


@pytest.mark.parametrize("table", ["registrations", "donors"])
def test_people_have_the_country_that_no_state_uses(made, table):
    assert set(getattr(made(), table)["country"]) == {"ZZ"}


def test_places_have_their_real_country(made):
    assert set(made().centres["country"]) == {"AT", "BE", "DE", "HR", "HU", "LU", "NL", "SI"}


def test_places_are_sorted_and_unique(made):
    names = made().centres["centre"]

    assert names == sorted(set(names))


def test_the_inputs_say_how_the_population_was_made(made):
    assert made(organ=Organ.HEART).inputs == {
        "synthetic": True,
        "country": "demo",
        "organ": "heart",
        "seed": 1,
        "at": "2026-11-01T00:00:00Z",
        "inputs": {},
    }


def test_every_donor_may_be_offered_at_the_instant(kidneys):
    at = np.datetime64("2026-11-01T00:00:00")
    donors = kidneys.donors
    gate = np.fmin(donors["death_declared_at"], donors["pathway_opened_at"])

    assert (donors["consent_recorded_at"] <= at).all()
    assert (donors["custody_checked_at"] <= at).all()
    assert (gate <= at).all()


def test_everybody_was_listed_by_the_day_of_the_instant(kidneys):
    assert kidneys.registrations["listed_on"].max() <= np.datetime64("2026-11-01")


def test_an_instant_of_another_zone_is_the_same_instant(made):
    at = datetime(2026, 11, 1, 2, tzinfo=timezone(timedelta(hours=2)))

    assert made(at=at).inputs == made().inputs


def test_a_donor_does_not_depend_on_the_waiting_list(made):
    assert made(candidates=5).donors["hla"] == made(candidates=300).donors["hla"]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        (
            {"country": "atlantis"},
            f"country 'atlantis' has no geography here; choose one of: {', '.join(country_names())}.",
        ),
        ({"candidates": 0}, "0 candidates cannot be made; ask for 1 or more."),
        ({"candidates": 5_000_001}, "5000001 candidates cannot be made; a table has at most 5000000 rows."),
        ({"donors": -1}, "-1 donors cannot be made; ask for 0 or more."),
        ({"at": datetime(2026, 11, 1)}, "the instant 2026-11-01T00:00:00 has no time zone; add Z for UTC."),  # noqa: DTZ001
    ],
)
def test_what_cannot_be_made_is_refused_with_a_sentence(made, wanted, sentence):
    with pytest.raises(InputError) as caught:
        made(**wanted)

    assert caught.value.problems == (sentence,)


def test_a_year_of_listing_before_the_epoch_is_no_trouble(made):
    assert made(at=datetime(1971, 1, 1, tzinfo=UTC)).registrations["born_on"].min() < np.datetime64("1900-01-01")

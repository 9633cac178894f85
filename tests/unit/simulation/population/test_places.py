"""Checks the places of each country."""

import numpy as np
import pytest

from bequest.model.enums import CentreKind, Organ
from bequest.model.tables import read_rows
from bequest.simulation.population.places import area_of, country_names, drawn_places, places

EVERYWHERE = [
    pytest.param(country, organ, id=f"{country} {organ.value}") for country in country_names() for organ in Organ
]
REAL = {
    "demo": {"AT", "BE", "DE", "HR", "HU", "LU", "NL", "SI"},
    "us": {"US"},
    "uk": {"GB"},
    "es": {"ES"},
    "ch": {"CH"},
    "au": {"AU"},
    "br": {"BR"},
    "in": {"IN"},
    "kr": {"KR"},
    "pt": {"PT"},
    "quebec": {"CA"},
    "fr": {"FR"},
}


def named(some, centre):
    return next(place for place in some if place.centre == centre)


@pytest.mark.parametrize(("country", "organ"), EVERYWHERE)
def test_every_organ_has_centres_and_donor_hospitals_in_every_country(country, organ):
    found = places(country, organ)

    assert found.centres
    assert found.hospitals
    assert {place.kind for place in found.centres} == {CentreKind.TRANSPLANT}
    assert {place.kind for place in found.hospitals} == {CentreKind.DONOR_HOSPITAL}


@pytest.mark.parametrize(("country", "organ"), EVERYWHERE)
def test_an_identifier_stands_for_one_place(country, organ):
    found = places(country, organ)
    names = [place.centre for place in (*found.centres, *found.hospitals)]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize(("country", "organ"), EVERYWHERE)
def test_places_are_where_the_country_is(country, organ):
    found = places(country, organ)

    assert {place.country for place in (*found.centres, *found.hospitals)} <= REAL[country]


def test_every_eurotransplant_centre_is_a_kidney_centre():
    assert len(places("demo", Organ.KIDNEY).centres) == 88


def test_every_area_keeps_a_centre_for_a_rare_organ():
    areas = {area_of(place.country) for place in places("demo", Organ.LIVER_INTESTINE).centres}

    assert areas == {"AT", "BE", "DE", "HR", "HU", "NL", "SI"}


def test_a_centre_serves_the_cities_to_which_it_is_the_nearest():
    centres = places("demo", Organ.KIDNEY).centres

    slovenian = [int(row["population"]) for row in read_rows("geo/cities.csv") if row["country"] == "SI"]

    assert named(centres, "SLOTP").served == 1 + sum(slovenian)


def test_centres_at_one_spot_share_the_people():
    centres = places("demo", Organ.KIDNEY).centres

    assert named(centres, "AWDTP").served == named(centres, "AWGTP").served


def test_german_places_lie_in_their_allocation_region():
    found = places("demo", Organ.KIDNEY)

    assert named(found.centres, "GMDTP").region == "GBY"
    assert next(place for place in found.hospitals if place.name == "Donor hospital, Munich").region == "GBY"


def test_other_places_of_the_demo_country_lie_in_their_province():
    found = places("demo", Organ.KIDNEY)

    assert named(found.centres, "NGRTP").region == "NL-04"
    assert next(place for place in found.hospitals if place.name == "Donor hospital, Groningen").region == "NL-04"


def test_british_places_lie_in_their_nation():
    found = places("uk", Organ.KIDNEY)

    assert {place.region for place in found.centres} == {"ENG", "NIR", "SCT", "WLS"}
    assert {place.region for place in found.hospitals} == {"ENG", "NIR", "SCT", "WLS"}


def test_american_places_lie_in_their_state():
    assert named(places("us", Organ.KIDNEY).centres, "ALUA").region == "AL"
    assert named(places("us", Organ.KIDNEY).hospitals, "H-010001").region == "AL"


def test_a_british_heart_centre_has_a_heart_programme():
    assert "Royal Papworth Hospital" in {place.name for place in places("uk", Organ.HEART).centres}
    assert "Guy's Hospital" not in {place.name for place in places("uk", Organ.HEART).centres}


def test_the_swiss_stand_ins_are_the_six_largest_cities():
    assert {place.name for place in places("ch", Organ.HEART).centres} == {
        f"Stand-in centre, {city}" for city in ("Zürich", "Geneva", "Basel", "Lausanne", "Bern", "Winterthur")
    }


def test_luxembourg_is_counted_with_belgium():
    assert area_of("LU") == "BE"
    assert area_of("DE") == "DE"


def test_people_are_spread_over_areas_by_their_share_and_inside_by_whom_a_place_serves(people):
    centres = places("demo", Organ.KIDNEY).centres
    drawn, area = drawn_places(people(20_000), centres)
    of_berlin = np.array([place.centre == "GBCTP" for place in centres])[drawn].mean()
    german = sum(place.served for place in centres if place.country == "DE")

    assert area.has("DE").mean() == pytest.approx(9513 / 14647, abs=0.01)
    assert of_berlin == pytest.approx(9513 / 14647 * named(centres, "GBCTP").served / german, abs=0.005)

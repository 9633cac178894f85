"""Great-circle distance, in kilometres and nautical miles."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bequest.clinical.distance import (
    EARTH_RADIUS_KM,
    EARTH_RADIUS_NM,
    great_circle_km,
    kilometres_between,
    nautical_miles,
    unit_vectors,
)
from bequest.model.errors import InputError


def test_one_radius_serves_both_units() -> None:
    assert nautical_miles(EARTH_RADIUS_KM) == pytest.approx(EARTH_RADIUS_NM, rel=1e-15)
    assert pytest.approx(6371.0, abs=0.001) == EARTH_RADIUS_KM


def test_a_quarter_of_the_globe_is_half_pi_radii() -> None:
    distances = great_circle_km(0.0, 0.0, latitudes=[90.0, 0.0, 0.0], longitudes=[0.0, 90.0, 0.0])
    assert distances.tolist() == pytest.approx([EARTH_RADIUS_KM * math.pi / 2, EARTH_RADIUS_KM * math.pi / 2, 0.0])


def test_a_metre_apart_is_a_metre() -> None:
    degree = math.degrees(0.001 / EARTH_RADIUS_KM)
    assert great_circle_km(50.0, 8.0, [50.0 + degree], [8.0])[0] == pytest.approx(0.001, abs=1e-6)


def test_the_antipodes_are_half_the_globe_away() -> None:
    assert great_circle_km(48.0, 16.0, [-48.0], [-164.0])[0] == pytest.approx(EARTH_RADIUS_KM * math.pi, abs=1e-6)
    near = great_circle_km(48.0, 16.0, [-48.0 + 1e-6], [-164.0])[0]
    assert EARTH_RADIUS_KM * (math.pi - math.radians(1e-6)) == pytest.approx(near, abs=1e-6)


def test_the_date_line_is_no_wall() -> None:
    assert great_circle_km(0.0, 179.5, [0.0], [-179.5])[0] == pytest.approx(math.radians(1.0) * EARTH_RADIUS_KM)


def test_berlin_to_vienna_is_524_km() -> None:
    assert great_circle_km(52.52, 13.405, [48.2082], [16.3738])[0] == pytest.approx(524, abs=1)


def test_a_missing_coordinate_gives_a_missing_distance() -> None:
    distances = great_circle_km(50.0, 8.0, [math.nan, 50.0, 50.0], [8.0, math.nan, 8.0])
    assert np.isnan(distances).tolist() == [True, True, False]


def test_unit_vectors_have_length_1_and_the_shape_of_the_places() -> None:
    vectors = unit_vectors([10.0, -80.0], [20.0, 170.0])
    assert vectors.shape == (2, 3)
    assert np.square(vectors).sum(axis=1).tolist() == pytest.approx([1.0, 1.0])
    assert kilometres_between(vectors[0], vectors[1]).shape == ()


@pytest.mark.parametrize(
    ("latitude", "longitude", "problem"),
    [
        (91.0, 0.0, r"Latitude 91.0 lies outside -90 to 90 degrees"),
        (-90.001, 0.0, r"Latitude -90.001 lies outside"),
        (0.0, 180.5, r"Longitude 180.5 lies outside -180 to 180 degrees"),
        (math.inf, 0.0, r"Latitude inf lies outside"),
    ],
)
def test_a_place_off_the_globe_is_refused(latitude: float, longitude: float, problem: str) -> None:
    with pytest.raises(InputError, match=problem):
        great_circle_km(0.0, 0.0, [latitude], [longitude])


def test_both_wrong_coordinates_are_reported() -> None:
    with pytest.raises(InputError) as error:
        unit_vectors([100.0], [200.0])
    assert len(error.value.problems) == 2

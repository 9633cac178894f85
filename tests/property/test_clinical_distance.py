"""Laws of distance and travel time over the whole globe."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from bequest.clinical.distance import EARTH_RADIUS_KM, great_circle_km
from bequest.clinical.travel import travel_hours

latitudes = st.floats(-90, 90)
longitudes = st.floats(-180, 180)


def apart(place: tuple[float, float], other: tuple[float, float]) -> float:
    return float(great_circle_km(*place, [other[0]], [other[1]])[0])


@given(st.tuples(latitudes, longitudes), st.tuples(latitudes, longitudes))
def test_there_is_as_far_as_back(place: tuple[float, float], other: tuple[float, float]) -> None:
    assert apart(place, other) == apart(other, place)


@given(st.tuples(latitudes, longitudes))
def test_here_is_nowhere_else(place: tuple[float, float]) -> None:
    assert apart(place, place) == 0.0


@given(st.tuples(latitudes, longitudes), st.tuples(latitudes, longitudes), st.tuples(latitudes, longitudes))
def test_a_detour_is_never_shorter(
    place: tuple[float, float], way: tuple[float, float], other: tuple[float, float]
) -> None:
    assert apart(place, other) <= apart(place, way) + apart(way, other) + 1e-6
    assert apart(place, other) <= EARTH_RADIUS_KM * math.pi + 1e-6


@given(st.floats(0, 20_100), st.floats(0, 20_100))
def test_farther_never_takes_less_time(near: float, far: float) -> None:
    hours = travel_hours(sorted([near, far]))
    assert hours[0] <= hours[1]

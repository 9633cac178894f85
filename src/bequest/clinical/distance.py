"""Knows the distance between two places on the globe, as the crow flies.

One radius serves kilometres and nautical miles, so that both describe the same distance: 3440.065 nautical miles
(OPTN convention, haversine on stored coordinates) times 1.852, which is 6371.000 km.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

NAUTICAL_MILE_KM = 1.852
EARTH_RADIUS_NM = 3440.065
EARTH_RADIUS_KM = EARTH_RADIUS_NM * NAUTICAL_MILE_KM


def great_circle_km(
    latitude: float,
    longitude: float,
    latitudes: ArrayLike,
    longitudes: ArrayLike,
) -> NDArray[np.float64]:
    """Return the distances from one place to others in kilometres, shape of `latitudes`; degrees in, NaN gives NaN."""
    return kilometres_between(unit_vectors(latitude, longitude), unit_vectors(latitudes, longitudes))


def kilometres_between(place: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the distances in kilometres from unit vectors of shape (..., 3).

    Twice the angle whose tangent is |u - v| / |u + v|: exact near zero and at the antipodes, where the arc cosine and
    the haversine each lose digits.
    """
    apart = np.sqrt(np.square(places - place).sum(axis=-1))
    together = np.sqrt(np.square(places + place).sum(axis=-1))
    return 2.0 * EARTH_RADIUS_KM * np.arctan2(apart, together)


def nautical_miles(kilometres: ArrayLike) -> NDArray[np.float64]:
    """Return a distance in nautical miles of 1.852 km."""
    return np.asarray(kilometres, dtype=np.float64) / NAUTICAL_MILE_KM


def unit_vectors(latitudes: ArrayLike, longitudes: ArrayLike) -> NDArray[np.float64]:
    """Return places given in degrees as unit vectors, shape (..., 3); NaN where a coordinate is missing.

    A latitude beyond 90 or a longitude beyond 180 degrees raises InputError.
    """
    latitude = np.asarray(latitudes, dtype=np.float64)
    longitude = np.asarray(longitudes, dtype=np.float64)
    problems = [
        f"{name} {worst} lies outside -{limit} to {limit} degrees; check that it is in degrees and not swapped."
        for name, values, limit in (("Latitude", latitude, 90), ("Longitude", longitude, 180))
        for worst in np.ravel(values)[np.abs(np.ravel(values)) > limit][:1]
    ]
    if problems:
        raise InputError(*problems)
    north, east = np.radians(latitude), np.radians(longitude)
    level = np.cos(north)
    return np.stack(np.broadcast_arrays(level * np.cos(east), level * np.sin(east), np.sin(north)), axis=-1)

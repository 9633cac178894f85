"""Knows the factors of place: how far a candidate's centre is from the donor hospital, in miles, hours and borders.

Each is worked out for the centres of the pool, not for the candidates: those of one centre share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.distance import nautical_miles
from bequest.clinical.travel import preservation_hours, travel_hours
from bequest.matching.places import UNNAMED
from bequest.matching.quantise import quantise
from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column
from bequest.model.enums import Organ

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair


def distance_km(pair: Pair) -> Coded:
    """Return the great-circle distance from donor hospital to centre."""
    return pair.pool.centre.having(_quantised(pair.centre_km, "distance_km"))


def distance_nm(pair: Pair) -> Coded:
    """Return the same distance in nautical miles."""
    return pair.pool.centre.having(_quantised(nautical_miles(pair.centre_km), "distance_nm"))


def travel(pair: Pair) -> Coded:
    """Return the expected hours of the journey."""
    return _by_distance(pair, travel_hours, "travel_hours")


def preservation(pair: Pair) -> Coded:
    """Return the expected hours between the circulations; missing for a cornea, which is stored for days."""
    organ = pair.pool.organ
    if organ is Organ.CORNEA:
        return pair.pool.alike(MISSING)
    return _by_distance(pair, lambda kilometres: preservation_hours(kilometres, organ), "preservation_hours")


def same_centre(pair: Pair) -> Coded:
    """Tell whether the donor hospital is the centre itself."""
    centre = pair.pool.centre
    return centre.having((centre.values == pair.hospital_row).astype(np.int64))


def same_country(pair: Pair) -> Coded:
    """Tell whether donor hospital and centre lie in one country."""
    centre, country = pair.pool.centre, pair.pool.places.country
    return centre.having((country[centre.values] == country[pair.hospital_row]).astype(np.int64))


def same_region(pair: Pair) -> Coded:
    """Tell whether donor hospital and centre lie in one country and region; missing where a region has no name."""
    centre, places = pair.pool.centre, pair.pool.places
    country, region = places.country[centre.values], places.region[centre.values]
    here = places.region[pair.hospital_row]
    unnamed = (region == UNNAMED) | (here == UNNAMED)
    within = np.where(unnamed, MISSING, (region == here).astype(np.int64))
    return centre.having(np.where(country == places.country[pair.hospital_row], within, 0))


def _by_distance(pair: Pair, hours: Callable[[NDArray[np.float64]], NDArray[np.float64]], name: str) -> Coded:
    """Return hours that follow from the distance: a centre's, or a candidate's where a golden case states it."""
    given = pair.pool.given.get("distance_km")
    if given is None:
        return pair.pool.centre.having(_quantised(hours(pair.centre_km), name))
    entry = known_column(Table.FACTOR, "distance_km")
    kilometres = np.where(given == MISSING, pair.centre_km[pair.pool.centre.codes], given / 10.0**entry.decimals)
    return pair.pool.each(_quantised(hours(kilometres), name))


def _quantised(values: NDArray[np.float64], name: str) -> NDArray[np.int64]:
    return quantise(values, known_column(Table.FACTOR, name))

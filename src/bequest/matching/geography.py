"""Knows what a policy's geography tables say of the places of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.model.column import MISSING
from bequest.policy.policy import PlaceOf

if TYPE_CHECKING:
    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair
    from bequest.matching.places import Places
    from bequest.policy.policy import Geography


def hospital_number(table: Geography, pair: Pair) -> int:
    """Return the number of the donor hospital, an integer with MISSING, for a table that reads donor places."""
    return _number(table, pair.pool.places, pair.hospital_row)


def geography_column(table: Geography, pair: Pair) -> Coded:
    """Return the number of each candidate's centre, for a table that reads places of candidates."""
    centre = pair.pool.centre
    numbers = [_number(table, pair.pool.places, row) for row in centre.values.tolist()]
    return centre.having(np.array(numbers, dtype=np.int64))


def _number(table: Geography, places: Places, row: int) -> int:
    match table.by:
        case PlaceOf.CENTRE | PlaceOf.DONOR_HOSPITAL:
            name = places.centres[row]
        case PlaceOf.REGION | PlaceOf.DONOR_REGION:
            name = places.regions[row]
        case PlaceOf.COUNTRY | PlaceOf.DONOR_COUNTRY:
            name = places.countries[row]
    number = table.units(name)
    return MISSING if number is None else number

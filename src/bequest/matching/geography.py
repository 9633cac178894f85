"""Knows what a policy's geography tables say of the places of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.column import MISSING
from bequest.policy.policy import PlaceOf

if TYPE_CHECKING:
    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair
    from bequest.policy.policy import Geography


def hospital_number(table: Geography, pair: Pair) -> int:
    """Return the number of the donor hospital, an integer with MISSING, for a table that reads donor places."""
    places = pair.pool.places
    names = {
        PlaceOf.DONOR_HOSPITAL: places.centres, PlaceOf.DONOR_REGION: places.regions,
        PlaceOf.DONOR_COUNTRY: places.countries,
    }  # fmt: skip
    return _number(table, names[table.by][pair.hospital_row])


def geography_column(table: Geography, pair: Pair) -> Coded:
    """Return the number of each candidate's centre, for a table that reads places of candidates."""
    return pair.pool.places.numbers(table.by.value, pair.pool.centre, lambda name: _number(table, name))


def _number(table: Geography, name: str | None) -> int:
    number = table.units(name)
    return MISSING if number is None else number

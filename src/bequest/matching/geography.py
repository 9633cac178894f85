"""Knows what a policy's geography tables say of the places of a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.model.column import MISSING
from bequest.policy.policy import PlaceOf, pair_of_places

if TYPE_CHECKING:
    from bequest.matching.coded import Coded
    from bequest.matching.pair import Pair
    from bequest.matching.pool import Pool
    from bequest.policy.policy import Geography


def hospital_number(table: Geography, pair: Pair) -> int:
    """Return the number of the donor hospital, an integer with MISSING, for a table that reads donor places."""
    return _number(table, place_of_donor(table.by, pair))


def geography_column(table: Geography, pair: Pair) -> Coded:
    """Return the number of each candidate's centre, for a table of pairs of places, the donor's and the candidate's."""
    assert table.donor_by is not None, "a table of candidates' places alone is settled for a pool"
    here = place_of_donor(table.donor_by, pair)
    return pair.pool.places.numbers(table.by.value, pair.pool.centre, lambda name: _number(table, _pair(here, name)))


def candidate_geography(table: Geography, pool: Pool) -> Coded:
    """Return the number of each candidate's centre, for a table that reads places of candidates alone."""
    return pool.places.numbers(table.by.value, pool.centre, lambda name: _number(table, name))


def place_of_donor(by: PlaceOf, pair: Pair) -> str | None:
    """Return the name of the donor's place; None for a region without a name."""
    places = pair.pool.places
    names = {
        PlaceOf.DONOR_HOSPITAL: places.centres, PlaceOf.DONOR_REGION: places.regions,
        PlaceOf.DONOR_COUNTRY: places.countries,
    }  # fmt: skip
    return names[by][pair.hospital_row]


def _pair(donor: str | None, candidate: str | None) -> str | None:
    return None if donor is None or candidate is None else pair_of_places(donor, candidate)


def _number(table: Geography, name: str | None) -> int:
    number = table.units(name)
    return MISSING if number is None else number

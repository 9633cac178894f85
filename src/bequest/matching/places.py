"""Knows the places of a pool: transplant centres and donor hospitals, in columns."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.clinical.distance import unit_vectors

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.matching.coded import Coded

    Values = Sequence[object] | NDArray[np.generic]

UNNAMED = -1
"""The number of a region that has no name."""


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Hold the places in columns, sorted by identifier; `row_of` finds one.

    `country` and `region` are numbers that are equal for equal names; a region without a name is UNNAMED.
    """

    centres: tuple[str, ...]
    row_of: Mapping[str, int]
    countries: tuple[str, ...]
    regions: tuple[str | None, ...]
    latitude_deg: NDArray[np.float64]  # (places,)
    longitude_deg: NDArray[np.float64]  # (places,)
    vectors: NDArray[np.float64]  # (places, 3), unit vectors; NaN where a coordinate is missing
    country: NDArray[np.int64]  # (places,)
    region: NDArray[np.int64]  # (places,)
    distinct: Mapping[str, Mapping[str, int]]  # each country's and each region's number, from 1 on

    def known(self, by: str) -> Mapping[str, int]:
        """Return the names of the centres, of the countries or of the regions, each with its place in `picked`."""
        return self.row_of if by == "centre" else self.distinct[by]

    def picked(self, by: str, centre: Coded, numbers: Mapping[str, int], *, otherwise: int) -> Coded:
        """Return the number of each candidate's centre, or of its country or region, by its name.

        A place that has none, or no name, has `otherwise`. Raises KeyError for a name that no place has.
        """
        places = self.known(by)
        # Names of countries and regions are numbered from 1 on; UNNAMED reads the last number.
        of_name = np.full(len(places) + 2, otherwise, dtype=np.int64)
        for name, number in numbers.items():
            of_name[places[name]] = number
        row = centre.values
        if by == "centre":
            return centre.having(of_name[row])
        return centre.having(of_name[(self.country if by == "country" else self.region)[row]])

    def numbers(self, by: str, centre: Coded, number_of: Callable[[str | None], int]) -> Coded:
        """Return a number for each candidate by the name of their centre, or of its country or region.

        `number_of` is asked for None where a place has no name.
        """
        if by == "centre":
            rows: list[int] = centre.values.tolist()
            return centre.having(np.array([number_of(self.centres[row]) for row in rows], dtype=np.int64))
        # Names are numbered from 1 on; UNNAMED reads the last place.
        numbers = [number_of(None), *map(number_of, self.distinct[by]), number_of(None)]
        of_place = self.country if by == "country" else self.region
        return centre.having(np.array(numbers, dtype=np.int64)[of_place[centre.values]])


def places_of(source: Mapping[str, Values]) -> Places:
    """Return the places of a centres table given in the dictionary's columns, in any row order."""
    names = [str(name) for name in source["centre"]]
    order = sorted(range(len(names)), key=names.__getitem__)
    written = cast("Sequence[object]", source.get("region", [None] * len(names)))
    stated = cast("Sequence[object]", source["country"])
    ordered = tuple(names[row] for row in order)
    countries = tuple(str(stated[row]) for row in order)
    regions = tuple(None if written[row] is None else str(written[row]) for row in order)
    latitude = np.asarray(source["latitude_deg"], dtype=np.float64)[order]
    longitude = np.asarray(source["longitude_deg"], dtype=np.float64)[order]
    distinct = {"country": _distinct(countries), "region": _distinct(regions)}
    country, region = _numbered(countries, distinct["country"]), _numbered(regions, distinct["region"])
    columns = (latitude, longitude, unit_vectors(latitude, longitude), country, region)
    for values in columns:
        values.setflags(write=False)
    row_of = MappingProxyType({name: row for row, name in enumerate(ordered)})
    return Places(ordered, row_of, countries, regions, *columns, distinct=MappingProxyType(distinct))


def _distinct(names: Sequence[str | None]) -> Mapping[str, int]:
    known = dict.fromkeys(name for name in names if name is not None)
    return MappingProxyType({name: number for number, name in enumerate(known, start=1)})


def _numbered(names: Sequence[str | None], distinct: Mapping[str, int]) -> NDArray[np.int64]:
    return np.array([UNNAMED if name is None else distinct[name] for name in names], dtype=np.int64)

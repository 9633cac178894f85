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
    distinct: Mapping[str, tuple[str, ...]]  # the countries and the regions, each name once, in the order of numbers

    def knows(self, by: str, name: str) -> bool:
        """Tell whether a centre, a country or a region has that name."""
        return name in self.row_of if by == "centre" else name in self.distinct[by]

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
    columns = (latitude, longitude, unit_vectors(latitude, longitude), _numbered(countries), _numbered(regions))
    distinct = {"country": _distinct(countries), "region": _distinct(regions)}
    for values in columns:
        values.setflags(write=False)
    row_of = MappingProxyType({name: row for row, name in enumerate(ordered)})
    return Places(ordered, row_of, countries, regions, *columns, distinct=MappingProxyType(distinct))


def _distinct(names: Sequence[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name is not None))


def _numbered(names: Sequence[str | None]) -> NDArray[np.int64]:
    numbers: dict[str | None, int] = {None: UNNAMED}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)

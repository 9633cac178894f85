"""Knows the places of a pool: transplant centres and donor hospitals, in columns."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.clinical.distance import unit_vectors

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

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
    for values in columns:
        values.setflags(write=False)
    row_of = MappingProxyType({name: row for row, name in enumerate(ordered)})
    return Places(ordered, row_of, countries, regions, *columns)


def _numbered(names: Sequence[str | None]) -> NDArray[np.int64]:
    numbers: dict[str | None, int] = {None: UNNAMED}
    return np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)

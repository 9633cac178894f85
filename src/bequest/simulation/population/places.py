"""Knows the places of a country: transplant centres, donor hospitals, their regions, and whom each serves."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.distance import great_circle_km
from bequest.model.enums import CentreKind, Organ
from bequest.model.tables import read_rows
from bequest.simulation.population.distributions import chosen, constant, shares
from bequest.simulation.population.people import Coded

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.simulation.population.people import People


@dataclass(frozen=True, slots=True)
class Place:
    """Hold one place; `served` is the weight with which it is drawn inside its area."""

    centre: str
    kind: CentreKind
    name: str
    country: str
    region: str | None
    latitude_deg: float
    longitude_deg: float
    served: int
    city: str | None = None
    subregion: str | None = None


@dataclass(frozen=True, slots=True)
class Places:
    """Hold the centres that transplant one organ and the donor hospitals, each sorted by identifier."""

    centres: tuple[Place, ...]
    hospitals: tuple[Place, ...]


@cache
def places(country: str, organ: Organ) -> Places:
    """Return the places of a country for an organ."""
    listed = _CENTRES[country](organ) if country in _CENTRES else _stand_in_centres(country, organ)
    centres = _served(listed, _cities(country))
    share = constant(_label("centre programmes", country, organ))
    areas = sorted({area_of(place.country) for place in centres})
    kept = [
        place
        for area in areas
        for place in _largest([place for place in centres if area_of(place.country) == area], share)
    ]
    hospitals = _us_hospitals() if country == "us" else _with_subregions(_city_hospitals(country), listed)
    return Places(tuple(sorted(kept, key=_identifier)), tuple(sorted(hospitals, key=_identifier)))


def drawn_places(people: People, some: Sequence[Place]) -> tuple[NDArray[np.intp], Coded]:
    """Return a place for each person, drawn by the share of its area and by whom it serves, and that area."""
    table = shares(people.choice("area").label)
    share = dict(zip(table.levels, np.diff(table.upper, prepend=0.0).tolist(), strict=True))
    areas = [area_of(place.country) for place in some]
    served = dict.fromkeys(share, 0)
    for place, area in zip(some, areas, strict=True):
        served[area] += place.served
    running = np.cumsum([share[area] * place.served / served[area] for place, area in zip(some, areas, strict=True)])
    drawn = np.searchsorted(running / running[-1], people.chance("place"), side="right")
    place = np.minimum(drawn, len(some) - 1)
    codes = np.array([table.levels.index(area) for area in areas])
    return place, Coded(table.levels, codes[place])


def area_of(country: str) -> str:
    """Return the area whose tables serve a place; Eurotransplant counts Luxembourg with Belgium."""
    return "BE" if country == "LU" else country


_COUNTRIES: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "demo": ("AT", "BE", "DE", "HR", "HU", "LU", "NL", "SI"),
    "us": ("US",),
    "uk": ("GB",),
    "es": ("ES",),
    "ch": ("CH",),
    "au": ("AU",),
    "br": ("BR",),
    "in": ("IN",),
    "kr": ("KR",),
    "pt": ("PT",),
    "quebec": ("CA",),
    "fr": ("FR",),
})  # fmt: skip


def country_names() -> tuple[str, ...]:
    """Return the countries whose geography is at hand."""
    return tuple(_COUNTRIES)


def _identifier(place: Place) -> str:
    return place.centre


def _label(quantity: str, country: str, organ: Organ) -> str:
    return chosen("candidate", quantity, country=country, organ=organ).label.replace("{organ}", organ.value)


def _eurotransplant_centres(_organ: Organ) -> tuple[Place, ...]:
    subregions = {row["et_code"]: row["subregion"] for row in read_rows("geo/eurotransplant_subregions.csv")}
    return tuple(
        replace(
            _place(
                row["et_code"], f"{row['et_code']} {row['city']}", row, region=row["region"], country=row["country"]
            ),
            subregion=subregions.get(row["et_code"]),
        )
        for row in read_rows("geo/eurotransplant_centers.csv")
    )  # fmt: skip


def _us_centres(_organ: Organ) -> tuple[Place, ...]:
    return tuple(
        _place(row["code"], row["name"], row, region=row["state"], country="US")
        for row in read_rows("geo/us_transplant_centers_2019.csv")
    )


_PROGRAMMES: Mapping[Organ, frozenset[str]] = MappingProxyType({
    Organ.KIDNEY_PANCREAS: frozenset({"pancreas"}),
    Organ.ISLET: frozenset({"pancreas"}),
    Organ.LIVER_INTESTINE: frozenset({"intestine"}),
    Organ.HEART_LUNG: frozenset({"heart", "lung"}),
    Organ.CORNEA: frozenset(),
})  # fmt: skip


def _uk_centres(organ: Organ) -> tuple[Place, ...]:
    needed = _PROGRAMMES.get(organ, frozenset({organ.value}))
    return tuple(
        _place(f"UK-{number:02d}", row["name"], row, region=row["region"], country="GB")
        for number, row in enumerate(read_rows("geo/uk_transplant_centres.csv"), start=1)
        if needed <= set(row["programmes"].split(","))
    )


def _stand_in_centres(country: str, organ: Organ) -> tuple[Place, ...]:
    cities = _cities(country)[: round(constant(_label("centres", country, organ)))]
    return tuple(
        replace(
            _place(
                f"{row['country']}-{row['geonameid']}", f"Stand-in centre, {row['name']}", row,
                region=_region(row["country"], row["admin1"]), country=row["country"],
            ),
            city=row["name"],
        )
        for row in cities
    )  # fmt: skip


_CENTRES: Mapping[str, Callable[[Organ], tuple[Place, ...]]] = MappingProxyType({
    "demo": _eurotransplant_centres,
    "us": _us_centres,
    "uk": _uk_centres,
})  # fmt: skip


def _us_hospitals() -> tuple[Place, ...]:
    return tuple(
        replace(
            _place(f"H-{row['cms_id']}", row["name"].title(), row, region=row["state"], country="US"),
            kind=CentreKind.DONOR_HOSPITAL,
            served=1,
        )
        for row in read_rows("geo/us_hospitals_cms.csv")
    )


def _city_hospitals(country: str) -> tuple[Place, ...]:
    return tuple(
        replace(
            _place(
                f"H-{row['geonameid']}", f"Donor hospital, {row['name']}", row,
                region=_region(row["country"], row["admin1"]), country=row["country"],
            ),
            kind=CentreKind.DONOR_HOSPITAL,
            served=int(row["population"]),
            city=row["name"],
        )
        for row in _cities(country)
    )  # fmt: skip


def _with_subregions(hospitals: Sequence[Place], centres: Sequence[Place]) -> tuple[Place, ...]:
    """Return the hospitals, each in the subregion of the nearest centre of its country that has one."""
    having = [place for place in centres if place.subregion is not None]
    found: list[Place] = []
    for hospital in hospitals:
        near = [place for place in having if place.country == hospital.country]
        found.append(replace(hospital, subregion=_nearest(hospital, near).subregion) if near else hospital)
    return tuple(found)


def _nearest(to: Place, some: Sequence[Place]) -> Place:
    distance = great_circle_km(
        to.latitude_deg, to.longitude_deg,
        latitudes=np.array([place.latitude_deg for place in some]),
        longitudes=np.array([place.longitude_deg for place in some]),
    )  # fmt: skip
    # The metre keeps any machine's rounding out of it; of centres at one spot the first counts.
    return some[int(np.argmin(np.round(distance, 3)))]


def _region(country: str, admin1: str) -> str:
    """Return the allocation region of a part of a country; where none is known, the part itself."""
    if country in {"GB", "ES", "CH"}:
        return admin1
    return _allocation_regions().get((country, admin1), f"{country}-{admin1}")


@cache
def _allocation_regions() -> Mapping[tuple[str, str], str]:
    return MappingProxyType(
        {
            (row["country"], row["admin1"]): row["region"]
            for name in ("geo/eurotransplant_regions.csv", "geo/states.csv")
            for row in read_rows(name)
        }
    )


def _cities(country: str) -> list[Mapping[str, str]]:
    """Return the cities of a country, the largest first inside each state."""
    return [row for row in read_rows("geo/cities.csv") if row["country"] in _COUNTRIES[country]]


def _place(centre: str, name: str, row: Mapping[str, str], *, region: str, country: str) -> Place:
    return Place(
        centre=centre,
        kind=CentreKind.TRANSPLANT,
        name=name.strip(),
        country=country,
        region=region,
        latitude_deg=float(row["lat"]),
        longitude_deg=float(row["lon"]),
        served=0,
    )


def _served(centres: Iterable[Place], cities: Iterable[Mapping[str, str]]) -> list[Place]:
    """Return the centres with the people of the cities to which they are the nearest, shared at equal distance."""
    centres, cities = list(centres), list(cities)
    served = [0.0] * len(centres)
    for country in sorted({place.country for place in centres}):
        rows = [row for row, place in enumerate(centres) if place.country == country]
        for row, people in zip(rows, _catchments([centres[row] for row in rows], cities), strict=True):
            served[row] = people
    return [replace(place, served=1 + round(people)) for place, people in zip(centres, served, strict=True)]


def _catchments(centres: Sequence[Place], cities: Iterable[Mapping[str, str]]) -> NDArray[np.float64]:
    own = [row for row in cities if row["country"] == centres[0].country]
    latitudes, longitudes = np.array([float(row["lat"]) for row in own]), np.array([float(row["lon"]) for row in own])
    people = np.array([float(row["population"]) for row in own])
    distance = np.array([
        great_circle_km(place.latitude_deg, place.longitude_deg, latitudes=latitudes, longitudes=longitudes)
        for place in centres
    ])  # fmt: skip
    # Centres at one spot have equal distances to the last bit; the metre keeps any machine's rounding out of it.
    nearest = np.round(distance, 3) == np.round(distance, 3).min(axis=0)
    return (nearest * (people / nearest.sum(axis=0))).cumsum(axis=1)[:, -1]


def _largest(some: Sequence[Place], share: float) -> list[Place]:
    """Return that share of the places, one at least, those that serve most people."""
    ranked = sorted(some, key=lambda place: (-place.served, place.centre))
    return ranked[: max(1, round(share * len(ranked)))]

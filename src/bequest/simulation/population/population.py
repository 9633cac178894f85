"""Knows how a whole population is made: registrations of one organ, donors, and the places of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.files.parquet_file import MOST_ROWS
from bequest.model.errors import InputError
from bequest.simulation.population.donors import donor_columns
from bequest.simulation.population.neutral_inputs import neutral_inputs
from bequest.simulation.population.people import People
from bequest.simulation.population.places import country_names, places
from bequest.simulation.population.registrations import listed_people, registration_columns

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bequest.model.enums import Organ
    from bequest.simulation.population.places import Places


@dataclass(frozen=True, slots=True, eq=False)
class Population:
    """Hold synthetic people in columns: dictionary name -> values in row order, rows sorted by identifier.

    Text, codes and yes-or-no columns are lists with None where missing; numbers are float64 with NaN; dates are
    datetime64[D] and instants datetime64[s], UTC, with NaT. `inputs` is what inputs.json says.
    """

    organ: Organ
    registrations: Mapping[str, object]
    donors: Mapping[str, object]
    centres: Mapping[str, object]
    inputs: Mapping[str, object]


def make_population(  # noqa: PLR0913  these six are what makes a population; all but one are keywords
    *, country: str, organ: Organ, candidates: int, donors: int, seed: int, at: datetime
) -> Population:
    """Return so many registrations of one organ and so many donors, all invented, on the places of a country.

    Every fact is a keyed draw, so the same arguments give the same bytes on any machine, and the first hundred people
    of a large population are the people of one of a hundred. All donors may be offered at the instant `at`.
    """
    _refuse(country, candidates=candidates, donors=donors, at=at)
    instant = np.datetime64(at.astimezone(UTC).replace(tzinfo=None), "s")
    where = places(country, organ)

    def people(who: str, count: int) -> People:
        return People(who, country, organ, seed, np.arange(count, dtype=np.uint64))

    listed = listed_people(people("candidate", candidates), where.centres)
    return Population(
        organ=organ,
        registrations=MappingProxyType(
            registration_columns(listed, centres=where.centres, day=instant.astype("datetime64[D]"))
        ),
        donors=MappingProxyType(donor_columns(people("donor", donors), where.hospitals, at=instant)),
        centres=MappingProxyType(_centre_columns(where)),
        inputs=MappingProxyType(
            {
                "synthetic": True,
                "country": country,
                "organ": organ.value,
                "seed": seed,
                "at": f"{instant}Z",
                "inputs": neutral_inputs(country, organ, where),
            }
        ),
    )


def _refuse(country: str, *, candidates: int, donors: int, at: datetime) -> None:
    problems: list[str] = []
    if country not in country_names():
        problems.append(f"country '{country}' has no geography here; choose one of: {', '.join(country_names())}.")
    problems.extend(
        f"{count} {name} cannot be made; ask for {least} or more."
        if count < least
        else f"{count} {name} cannot be made; a table has at most {MOST_ROWS} rows."
        for name, count, least in (("candidates", candidates, 1), ("donors", donors, 0))
        if not least <= count <= MOST_ROWS
    )
    if at.tzinfo is None:
        problems.append(f"the instant {at.isoformat()} has no time zone; add Z for UTC.")
    if problems:
        raise InputError(*problems)


def _centre_columns(where: Places) -> dict[str, object]:
    rows = sorted((*where.centres, *where.hospitals), key=lambda place: place.centre)
    return {
        "centre": [place.centre for place in rows],
        "kind": [place.kind.value for place in rows],
        "synthetic": [True] * len(rows),
        "name": [place.name for place in rows],
        "country": [place.country for place in rows],
        "region": [place.region for place in rows],
        "latitude_deg": np.array([place.latitude_deg for place in rows]),
        "longitude_deg": np.array([place.longitude_deg for place in rows]),
    }

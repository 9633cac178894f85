"""Knows how long an organ is under way: the travel-time model `travel-1` and the expected preservation time.

Door-to-door hours by the faster of road and air. Both are linear fits on the road distance, which is the great circle
times a median factor; the faster one at every distance keeps the hours rising with the distance.
Source and choices: data/geo/travel_model.json.source.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.model.tables import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, slots=True)
class Journey:
    """Hold one way of travelling: hours = `start_hours` + road kilometres / `km_per_hour`."""

    start_hours: float
    km_per_hour: float


@dataclass(frozen=True, slots=True)
class TravelModel:
    """Hold the constants of the travel-time model and its version."""

    version: str
    road_km_per_great_circle_km: float
    drive: Journey
    fly: Journey
    packing_hours: float
    implanting_hours: Mapping[Organ, float]


def travel_hours(distance_km: ArrayLike) -> NDArray[np.float64]:
    """Return the expected door-to-door hours for great-circle kilometres; NaN where the distance is missing.

    At distance 0 the hours are those of getting on the way, not 0. A negative distance raises InputError.
    """
    model = travel_model()
    kilometres = np.asarray(distance_km, dtype=np.float64)
    if (kilometres < 0).any():
        message = f"A distance is {np.nanmin(kilometres)} km; distances are 0 or more."
        raise InputError(message)
    road_km = kilometres * model.road_km_per_great_circle_km
    return np.minimum(hours_by(model.drive, road_km), hours_by(model.fly, road_km))


def preservation_hours(distance_km: ArrayLike, organ: Organ) -> NDArray[np.float64]:
    """Return the expected hours between the circulations of donor and recipient: packing, travel, implanting.

    A cornea raises InputError: it is stored for days, so a time in hours has no meaning.
    """
    model = travel_model()
    implanting = model.implanting_hours.get(organ)
    if implanting is None:
        message = f"A {organ.value} has no preservation time in hours; compare the days of storage instead."
        raise InputError(message)
    return model.packing_hours + travel_hours(distance_km) + implanting


def hours_by(journey: Journey, road_km: ArrayLike) -> NDArray[np.float64]:
    """Return the hours of one way of travelling for road kilometres."""
    return journey.start_hours + np.asarray(road_km, dtype=np.float64) / journey.km_per_hour


@cache
def travel_model() -> TravelModel:
    """Return the travel-time model, read once."""
    # The shape of the packaged file is fixed by its test.
    model = cast("dict[str, float]", read_json(_FILE))
    journeys = cast("dict[str, dict[str, float]]", model)
    text = cast("dict[str, str]", model)
    return TravelModel(
        version=text["version"],
        road_km_per_great_circle_km=model["road_km_per_great_circle_km"],
        drive=Journey(**journeys["drive"]),
        fly=Journey(**journeys["fly"]),
        packing_hours=model["packing_hours"],
        implanting_hours=MappingProxyType(
            {Organ(organ): hours for organ, hours in journeys["implanting_hours"].items()},
        ),
    )


_FILE = "geo/travel_model.json"

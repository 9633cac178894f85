"""Hours of the published fits of road and air."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bequest.clinical.travel import hours_by, travel_model

PUBLISHED = json.loads((Path(__file__).parent / "data" / "transport.json").read_text(encoding="utf-8"))["transport"]


def test_a_drive_takes_the_published_hours() -> None:
    assert hours_by(travel_model().drive, PUBLISHED[0]["distance_km"]) == pytest.approx(
        PUBLISHED[0]["hours"], abs=0.001
    )


def test_a_flight_takes_the_published_hours_from_door_to_door() -> None:
    hours = hours_by(travel_model().fly, PUBLISHED[1]["driving_distance_km"])
    assert hours == pytest.approx(PUBLISHED[1]["hours"], abs=0.001)

"""The travel-time model and the expected preservation time."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bequest.clinical.travel import preservation_hours, travel_hours, travel_model
from bequest.model.enums import Organ
from bequest.model.errors import InputError


def test_the_model_names_its_version() -> None:
    assert travel_model().version == "travel-1"


def test_the_faster_of_road_and_air_counts() -> None:
    assert travel_hours([100.0, 500.0]).tolist() == pytest.approx([0.185 + 125.7 / 117.4, 1.571 + 628.5 / 539.4])


def test_hours_never_fall_with_the_distance() -> None:
    hours = travel_hours(np.arange(0.0, 2000.0))
    assert (np.diff(hours) > 0).all()


def test_a_heart_within_4_hours_has_two_and_a_quarter_hours_of_travel() -> None:
    # 4 h less 0.5 h packing and 1.25 h implanting: about 290 km by air.
    assert preservation_hours([290.0], Organ.HEART)[0] == pytest.approx(4.0, abs=0.005)
    assert preservation_hours([292.0], Organ.HEART)[0] > 4.0


@pytest.mark.parametrize(
    "organ", [organ for organ in Organ if organ is not Organ.CORNEA], ids=lambda organ: organ.value
)
def test_every_organ_adds_packing_and_between_1_and_1_and_a_half_hours(organ: Organ) -> None:
    added = preservation_hours([250.0], organ)[0] - travel_hours([250.0])[0] - 0.5
    assert 1.0 <= round(added, 9) <= 1.5


def test_a_cornea_has_no_hours() -> None:
    with pytest.raises(InputError, match="A cornea has no preservation time in hours"):
        preservation_hours([10.0], Organ.CORNEA)


def test_a_missing_distance_gives_missing_hours() -> None:
    assert np.isnan(travel_hours([math.nan, 1.0])).tolist() == [True, False]
    assert np.isnan(preservation_hours([math.nan], Organ.LIVER)).tolist() == [True]


def test_a_negative_distance_is_refused() -> None:
    with pytest.raises(InputError, match=r"A distance is -1.0 km; distances are 0 or more"):
        travel_hours([math.nan, -1.0, 5.0])


def test_one_distance_gives_one_number_of_hours() -> None:
    assert float(travel_hours(0.0)) == pytest.approx(0.185)

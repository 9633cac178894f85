from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import pytest

from bequest.matching.case_people import case_pool
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from small_runs import AT, small_case, small_policy

CENTRES = {
    "centre": ["C-2", "C-1"],
    "country": ["DE", "AT"],
    "region": ["north", None],
    "latitude_deg": [50.0, 48.2],
    "longitude_deg": [8.6, 16.4],
}


def rows(**changes):
    return {
        "registration": ["R-2", "R-1"],
        "candidate": ["C-2", "C-1"],
        "organ": ["kidney", "kidney"],
        "synthetic": [True, True],
        "centre": ["C-2", "C-1"],
        "height_cm": [170.04, float("nan")],
        "born_on": np.array(["1980-05-17", "NaT"], dtype="datetime64[D]"),
        "hla": ["A1 A2", None],
        **changes,
    }


def pool(centres=CENTRES, as_of=AT, given=None, **changes):
    return build_pool(Organ.KIDNEY, as_of=as_of, registrations=rows(**changes), centres=centres, given=given)


def test_rows_are_sorted_by_registration():
    found = pool()
    assert found.registrations.tolist() == ["R-1", "R-2"]
    assert found.columns["height_cm"].whole().tolist() == [MISSING, 1700]
    assert found.texts["hla"] == (None, "A1 A2")
    assert found.centre.whole().tolist() == [0, 1]


def test_a_column_that_is_not_given_is_missing_for_everybody():
    found = pool()
    assert found.columns["weight_kg"].whole().tolist() == [MISSING, MISSING]
    assert found.texts["unacceptable_antigens"] == (None, None)
    assert "weight_kg" not in found.present


def test_places_are_sorted_and_found_by_their_identifier():
    places = pool().places
    assert (places.centres, places.countries, places.regions) == (("C-1", "C-2"), ("AT", "DE"), (None, "north"))
    assert places.latitude_deg.tolist() == [48.2, 50.0]
    assert places.row_of["C-2"] == 1


def test_places_may_have_no_regions():
    without = {name: values for name, values in CENTRES.items() if name != "region"}
    assert pool(without).places.regions == (None, None)


def test_birthdays_are_kept_so_that_years_can_be_counted():
    assert pool().birthdays.whole().tolist() == [MISSING, 1980 * 512 + 5 * 32 + 17]


def test_given_factors_go_with_their_rows():
    assert pool(given={"waiting_days": np.array([5, 7])}).given["waiting_days"].tolist() == [7, 5]


@pytest.mark.parametrize("name", ["height_cm", "synthetic"])
def test_columns_cannot_be_changed(name):
    with pytest.raises(ValueError, match="read-only"):
        pool().columns[name].values[0] = 1


def test_a_pool_knows_its_length_and_its_rows():
    found = pool()
    assert (len(found), found.row("R-2"), found.synthetic) == (2, 1, True)


@pytest.mark.parametrize("name", ["R-0", "R-15", "R-3", ""])
def test_an_unknown_registration_is_told(name):
    with pytest.raises(InputError, match=f"registration '{name}' is not on the kidney list; check the identifier"):
        pool().row(name)


def test_a_registration_that_stands_twice_is_refused():
    with pytest.raises(InputError, match="registration 'R-1' stands twice in the list"):
        pool(registration=["R-1", "R-1"])


def test_a_registration_for_another_organ_is_refused():
    with pytest.raises(InputError, match="registration 'R-1' waits for heart and stands in the kidney list"):
        pool(organ=["kidney", "heart"])


def test_an_unknown_centre_is_refused():
    with pytest.raises(InputError, match="registration 'R-1', column 'centre': 'C-9' is not in the centres table"):
        pool(centre=["C-2", "C-9"])


def test_an_instant_without_a_zone_is_refused():
    with pytest.raises(InputError, match="as_of '2026-11-01 00:00:00' has no time zone"):
        pool(as_of=datetime(2026, 11, 1))  # noqa: DTZ001  what is refused


def test_the_digest_does_not_depend_on_the_order_of_rows_or_the_zone_of_the_instant():
    turned = {name: values[::-1] for name, values in rows().items()}
    east = AT.astimezone(timezone(timedelta(hours=3)))
    assert pool(as_of=east, **turned).digest == pool().digest


@pytest.mark.parametrize(
    "changes",
    [
        {"height_cm": [170.06, float("nan")]},
        {"hla": ["A1 A3", None]},
        {"candidate": ["C-1", "C-1"]},
        {"given": {"waiting_days": np.array([5, 7])}},
        {"as_of": AT + timedelta(seconds=1)},
        {"centres": {**CENTRES, "latitude_deg": [50.1, 48.2]}},
        {"centres": {**CENTRES, "region": [None, None]}},
        {"weight_kg": [float("nan"), float("nan")]},
    ],
)
def test_the_digest_covers_every_fact(changes):
    assert pool(**changes).digest != pool().digest


def test_a_lottery_number_belongs_to_the_registration():
    assert pool().numbers[1] == pool(registration=["R-2", "R-9"]).numbers[0]


def test_a_pool_is_a_data_frame_too():
    assert pool().to_polars()["registration"].to_list() == ["R-1", "R-2"]


def test_nobody_is_a_pool_too():
    assert len(case_pool(small_case({}), small_policy())) == 0

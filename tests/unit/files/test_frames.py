"""Pools and match runs are data frames for those who ask."""

from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import numpy as np
import polars as pl

from bequest.files import read_pool
from bequest.files.columns import values_of
from bequest.files.frames import match_run_frame, pool_frame
from bequest.files.judge import judge
from bequest.files.raw import raw_frame
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING, Table
from bequest.model.enums import OfferKind, Organ
from bequest.model.identifiers import RegistrationId
from bequest.model.match_run import NotRankedEntry, RankedEntry
from file_tables import AT, CENTRES, REGISTRATION, directory_of

EMPTY = {**REGISTRATION, "registration": "R-2", "candidate": "C-2"} | dict.fromkeys(
    ("weight_kg", "urgency_valid_until", "willing_both_kidneys", "hla", "dialysis_since_on"), ""
)


def test_a_pool_has_one_row_a_registration_in_the_types_of_the_dictionary(tmp_path: Path):
    pool = read_pool(directory_of(tmp_path, registrations=[EMPTY, REGISTRATION]), "kidney", AT)

    frame = pool.to_polars()

    assert frame.columns == list(REGISTRATION)
    assert frame["registration"].to_list() == ["R-1", "R-2"]
    assert frame["organ"].to_list() == ["kidney", "kidney"]
    assert frame["weight_kg"].to_list() == [70.0, None]
    assert frame["hla"].to_list() == ["A1 A2 B7 B8 DR1 DR4", None]
    assert frame["willing_both_kidneys"].to_list() == [True, None]
    assert frame["dialysis_since_on"].to_list() == [date(2023, 1, 1), None]
    assert frame["urgency_valid_until"].dtype == pl.Datetime("ms", "UTC")
    assert frame["urgency_valid_until"][0].timestamp() == datetime(2026, 12, 1, tzinfo=UTC).timestamp()


def test_a_factor_that_a_case_states_stands_at_the_end():
    rows = judge(raw_frame(pl.DataFrame([REGISTRATION]), "r.csv"), Table.REGISTRATION).frame
    places = judge(raw_frame(pl.DataFrame(CENTRES), "c.csv"), Table.CENTRE).frame
    pool = build_pool(
        Organ.KIDNEY,
        as_of=datetime(2026, 11, 1, tzinfo=UTC),
        registrations=values_of(rows, Table.REGISTRATION),
        centres=values_of(places, Table.CENTRE),
        given={"preservation_hours": np.array([350]), "waiting_days": np.array([MISSING])},
    )

    frame = pool_frame(pool)

    assert frame.columns[-2:] == ["preservation_hours", "waiting_days"]
    assert frame["preservation_hours"].to_list() == [3.5]
    assert frame["waiting_days"].to_list() == [None]


RUN = SimpleNamespace(
    ranked=lambda: [
        RankedEntry(1, RegistrationId("R-1"), OfferKind.SINGLE, "near", "12.5000", MappingProxyType({"urgency": None}))
    ],
    not_ranked=lambda: [NotRankedEntry(RegistrationId("R-2"), (), ("size",), 2)],
)


def test_a_match_run_has_its_ranked_entries_first_and_then_everyone_else():
    frame = match_run_frame(RUN)

    assert frame["registration"].to_list() == ["R-1", "R-2"]
    assert frame["rank"].to_list() == [1, None]
    assert frame["points"].to_list() == [12.5, None]
    assert frame["keys"].to_list() == [[{"key": "urgency", "value": None}], None]
    assert frame["unknown"].to_list() == [None, ["size"]]
    assert frame["optimistic_rank"].to_list() == [None, 2]


def test_a_match_run_without_points_has_an_empty_column():
    uncounted = RankedEntry(1, RegistrationId("R-1"), OfferKind.SINGLE, "near", None, MappingProxyType({}))
    frame = match_run_frame(SimpleNamespace(ranked=lambda: [uncounted], not_ranked=list))

    assert frame["points"].to_list() == [None]


def test_a_match_run_without_entries_has_its_columns():
    frame = match_run_frame(SimpleNamespace(ranked=list, not_ranked=list))

    assert frame.columns[:3] == ["rank", "registration", "offer_kind"]
    assert frame.height == 0

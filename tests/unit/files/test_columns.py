"""A table is handed on in columns: numbers and dates as arrays, the rest as lists."""

import numpy as np
import polars as pl

from bequest.files.columns import columns_of_table, facts_of_rows
from bequest.files.judge import judge
from bequest.files.raw import raw_frame
from bequest.model.column import Table
from file_tables import REGISTRATION

EMPTY = {**REGISTRATION, "registration": "R-2"} | dict.fromkeys(
    ("weight_kg", "listed_on", "urgency_valid_until", "willing_both_kidneys", "hla"), ""
)
JUDGED = judge(raw_frame(pl.DataFrame([REGISTRATION, EMPTY]), "t.csv"), Table.REGISTRATION)
COLUMNS = columns_of_table(JUDGED)


def test_only_the_columns_of_the_file_are_there():
    assert set(COLUMNS.values) == set(REGISTRATION)
    assert len(COLUMNS) == 2


def test_a_missing_number_is_nan():
    np.testing.assert_array_equal(COLUMNS.values["weight_kg"], np.array([70.0, np.nan]))


def test_a_missing_date_is_not_a_time():
    np.testing.assert_array_equal(
        COLUMNS.values["listed_on"], np.array(["2024-05-01", "NaT"], dtype="datetime64[D]"), strict=True
    )


def test_an_instant_is_in_seconds_of_universal_time():
    np.testing.assert_array_equal(
        COLUMNS.values["urgency_valid_until"],
        np.array(["2026-12-01T00:00:00", "NaT"], dtype="datetime64[s]"),
        strict=True,
    )


def test_truth_values_and_texts_are_lists_with_none():
    assert COLUMNS.values["willing_both_kidneys"] == [True, None]
    assert COLUMNS.values["hla"] == ["A1 A2 B7 B8 DR1 DR4", None]
    assert COLUMNS.values["organ"] == ["kidney", "kidney"]


def test_the_origin_of_each_row_is_kept():
    assert COLUMNS.origin.place(1) == "t.csv, row 2 (R-2)"


def test_the_facts_of_a_row_have_none_where_a_cell_is_empty():
    assert facts_of_rows(JUDGED)[1]["weight_kg"] is None
    assert facts_of_rows(JUDGED)[1]["urgency_valid_until"] is None

from __future__ import annotations

import pytest

from bequest.cli.words import column_words, table_value
from bequest.model.column import MISSING, Column, Kind, Table

KM = Column(Table.FACTOR, "distance_km", Kind.DECIMAL, "", "", decimals=4)
YES = Column(Table.FACTOR, "same_centre", Kind.TRUTH, "", "")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("cpra_percent", "cPRA %"),
        ("abo_identical", "ABO identical"),
        ("hla_mismatches_dr", "HLA mismatches DR"),
        ("waiting_days", "waiting days"),
    ],
)
def test_names_are_read_as_the_field_writes_them(name, words):
    assert column_words(name) == words


@pytest.mark.parametrize(("value", "text"), [(1234567, "123.5"), (1234499, "123.4"), (-1234500, "-123.4"), (0, "0.0")])
def test_a_table_shows_one_decimal_rounded_half_up(value, text):
    assert table_value(value, KM) == text


def test_a_missing_value_is_called_missing():
    assert table_value(MISSING, KM) == "missing"


def test_a_truth_is_yes_or_no():
    assert (table_value(1, YES), table_value(0, YES)) == ("yes", "no")

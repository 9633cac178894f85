from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import numpy as np
import pytest

from bequest.matching.quantise import code_index, decimal_text, decimal_texts, plain_text, quantise, quantise_one
from bequest.model.column import MISSING, Column, Kind, Table
from bequest.model.errors import InputError


def column(kind, decimals=0, codes=()):
    return Column(Table.FACTOR, "made_up", kind, "for a test", "own", decimals=decimals, codes=codes)


@pytest.mark.parametrize(
    ("value", "expected"),
    [(1.24, 12), (1.25, 13), (1.26, 13), (-1.25, -12), (-1.26, -13), (0.0, 0), (70.05, 701), (0.28499999999999998, 3)],
)
def test_a_number_is_rounded_half_up_to_its_resolution(value, expected):
    entry = column(Kind.DECIMAL, decimals=1)
    assert quantise([value], entry).tolist() == [expected]
    assert quantise_one(value, entry) == expected


@pytest.mark.parametrize("value", [0.285, 1.005, 2.675, 8.125, -0.285, 99.995, 0.145])
def test_a_column_and_a_single_value_are_rounded_alike(value):
    entry = column(Kind.DECIMAL, decimals=2)
    assert quantise([value], entry).tolist() == [quantise_one(value, entry)]


def test_a_missing_value_is_no_number():
    assert quantise([float("nan"), 1.0], column(Kind.WHOLE)).tolist() == [MISSING, 1]
    assert quantise_one(None, column(Kind.WHOLE)) == MISSING


def test_text_and_decimals_are_read_exactly():
    entry = column(Kind.DECIMAL, decimals=4)
    assert (quantise_one("94.99995", entry), quantise_one(Decimal("94.99994"), entry)) == (950000, 949999)


def test_dates_are_days_since_1970():
    entry = column(Kind.DATE)
    assert quantise(["1970-01-02", "NaT"], entry).tolist() == [1, MISSING]
    assert quantise_one(date(1970, 1, 2), entry) == 1


def test_instants_are_seconds_since_1970_in_any_zone():
    entry = column(Kind.INSTANT)
    assert quantise(["1970-01-01T00:01:00", "NaT"], entry).tolist() == [60, MISSING]
    assert quantise_one(datetime(1970, 1, 1, 2, 1, tzinfo=timezone(timedelta(hours=2))), entry) == 60
    assert quantise_one(datetime(1970, 1, 1, 0, 1, tzinfo=UTC), entry) == 60


def test_truths_are_one_and_zero():
    entry = column(Kind.TRUTH)
    assert quantise([True, False, None], entry).tolist() == [1, 0, MISSING]
    assert quantise(np.array([True, False]), entry).tolist() == [1, 0]
    assert quantise_one(value=True, column=entry) == 1


def test_codes_are_places_in_their_closed_set():
    entry = column(Kind.CODE, codes=("O", "A"))
    assert quantise(["A", None, "O"], entry).tolist() == [1, MISSING, 0]
    assert (quantise_one("A", entry), code_index("O", entry)) == (1, 0)


def test_a_code_outside_the_closed_set_is_told():
    entry = column(Kind.CODE, codes=("O", "A"))
    with pytest.raises(InputError, match="column 'made_up': 'X' is none of: O, A; give one of these"):
        quantise(["A", "X"], entry)
    with pytest.raises(InputError, match="'X' is none of: O, A"):
        quantise_one("X", entry)


@pytest.mark.parametrize(
    ("kind", "value", "text"),
    [
        (Kind.TRUTH, 1, "yes"), (Kind.TRUTH, 0, "no"), (Kind.CODE, 1, "A"), (Kind.WHOLE, 12, "12"),
        (Kind.DECIMAL, 125, "12.5"), (Kind.DECIMAL, MISSING, "missing"),
    ],
)  # fmt: skip
def test_an_integer_is_read_as_a_person_reads_it(kind, value, text):
    entry = column(kind, decimals=1 if kind is Kind.DECIMAL else 0, codes=("O", "A") if kind is Kind.CODE else ())
    assert plain_text(value, entry) == text


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [(0, 0, "0"), (5, 0, "5"), (-5, 0, "-5"), (5, 2, "0.05"), (-5, 2, "-0.05"), (12345, 2, "123.45"), (0, 4, "0.0000")],
)
def test_decimal_text_has_exactly_its_decimals(value, decimals, text):
    assert decimal_text(value, decimals) == text


def test_many_values_are_spelled_as_each_one_is():
    values = [12345, -5, 0, 12345, 5]
    assert decimal_texts(np.array(values), 2) == [decimal_text(value, 2) for value in values]
    assert decimal_texts(np.array([], dtype=np.int64), 2) == []

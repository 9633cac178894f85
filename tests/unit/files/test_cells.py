"""A cell is read by its entry in the data dictionary, or it is bad and a sentence says why."""

from datetime import date

import polars as pl
import pytest

from bequest.files.cells import bounds, misfit, read_cells, what_is_wrong
from bequest.files.raw import Held, RawColumn
from bequest.model.column import Column, Table
from bequest.model.columns import column


def text(*values: str | None) -> RawColumn:
    return RawColumn(Held.TEXT, pl.Series(values=values, dtype=pl.String))


def of(table: Table, name: str) -> Column:
    entry = column(table, name)
    assert entry is not None
    return entry


WEIGHT = of(Table.REGISTRATION, "weight_kg")
LEVEL = of(Table.REGISTRATION, "urgency_granted")
GROUP = of(Table.REGISTRATION, "blood_group")
LISTED = of(Table.REGISTRATION, "listed_on")
BORN = of(Table.REGISTRATION, "born_on")
UNTIL = of(Table.REGISTRATION, "urgency_valid_until")
BOTH = of(Table.REGISTRATION, "willing_both_kidneys")
NAME = of(Table.REGISTRATION, "registration")
COUNTRY = of(Table.REGISTRATION, "country")
HLA = of(Table.REGISTRATION, "hla")


@pytest.mark.parametrize(
    ("entry", "cell", "value"),
    [
        (WEIGHT, "70", 70.0),
        (WEIGHT, "+7.05e1", 70.5),
        (WEIGHT, ".5", 0.5),
        (WEIGHT, "0.3", 0.3),
        (WEIGHT, "400", 400.0),
        (LEVEL, "1", 1.0),
        (LEVEL, "9.0", 9.0),
        (GROUP, "A2B", "A2B"),
        (LISTED, "2026-02-28", date(2026, 2, 28)),
        (LISTED, "1900-01-01", date(1900, 1, 1)),
        (LISTED, "2199-12-31", date(2199, 12, 31)),
        (UNTIL, "2026-11-01T00:00:00Z", 1_793_491_200),
        (UNTIL, "2026-11-01T01:00+01:00", 1_793_491_200),
        (UNTIL, "2026-11-01 00:00:00.999999Z", 1_793_491_200),
        (BOTH, "true", True),
        (BOTH, "NO", False),
        (BOTH, "1", True),
        (NAME, "Zürich 7", "Zürich 7"),
        (COUNTRY, "CH", "CH"),
        (HLA, "A1 B8", "A1 B8"),
    ],
)
def test_a_right_cell_is_read(entry: Column, cell: str, value: object):
    cells = read_cells(text(cell), entry)

    assert cells.values.to_list() == [value]
    assert not cells.bad.any()


@pytest.mark.parametrize("entry", [WEIGHT, GROUP, LISTED, UNTIL, BOTH, NAME, HLA])
def test_an_empty_cell_is_missing_and_not_bad(entry: Column):
    cells = read_cells(text("", None), entry)

    assert cells.values.to_list() == [None, None]
    assert cells.missing.tolist() == [True, True]
    assert cells.bad.tolist() == [False, False]


_DATE = "is no date from 1900-01-01 to 2199-12-31; write year-month-day, such as 2026-11-01."
_INSTANT = "is no instant from 1900-01-01 to 2199-12-31; write it as 2026-11-01T00:00:00Z."


@pytest.mark.parametrize(
    ("entry", "cell", "sentence"),
    [
        (WEIGHT, "heavy", "'heavy' is no number; give 0.3 to 400 kg."),
        (WEIGHT, "70,5", "'70,5' is no number; write a point before the decimals."),
        (WEIGHT, "NaN", "'NaN' is no number; give 0.3 to 400 kg."),
        (WEIGHT, "inf", "'inf' is no number; give 0.3 to 400 kg."),
        (WEIGHT, "1_000", "'1_000' is no number; give 0.3 to 400 kg."),
        (WEIGHT, "\u0667\u0660", "'\u0667\u0660' is no number; give 0.3 to 400 kg."),
        (WEIGHT, "0", "'0' is out of range; give 0.3 to 400 kg."),
        (WEIGHT, "400.01", "'400.01' is out of range; give 0.3 to 400 kg."),
        (WEIGHT, "-1e999", "'-1e999' is out of range; give 0.3 to 400 kg."),
        (WEIGHT, " 70", "there is a blank before or after the value; remove it."),
        (LEVEL, "2.5", "'2.5' is no whole number; give 1 to 9."),
        (LEVEL, "10", "'10' is out of range; give 1 to 9."),
        (GROUP, "b", "'b' is none of the codes; did you mean 'B'? choose one of: O, A, A1, A2, B, AB, A1B, A2B."),
        (GROUP, "zero", "'zero' is none of the codes; choose one of: O, A, A1, A2, B, AB, A1B, A2B."),
        (LISTED, "01.11.2026", f"'01.11.2026' {_DATE}"),
        (LISTED, "2026-02-29", f"'2026-02-29' {_DATE}"),
        (LISTED, "0202-11-01", f"'0202-11-01' {_DATE}"),
        (BORN, "1961", f"this {_DATE}"),
        (UNTIL, "2026-11-01", "'2026-11-01' has no time zone; write the instant as 2026-11-01T00:00:00Z."),
        (UNTIL, "2026-11-01T10:00", "'2026-11-01T10:00' has no time zone; write the instant as 2026-11-01T00:00:00Z."),
        (UNTIL, "2026-11-01T25:00Z", f"'2026-11-01T25:00Z' {_INSTANT}"),
        (UNTIL, "0001-01-01T00:00+23:59", f"'0001-01-01T00:00+23:59' {_INSTANT}"),
        (UNTIL, "1899-12-31T23:59:59Z", f"'1899-12-31T23:59:59Z' {_INSTANT}"),
        (UNTIL, "soon", f"'soon' {_INSTANT}"),
        (BOTH, "maybe", "'maybe' is neither true nor false; write true or false."),
        (NAME, "R-1 ", "there is a blank before or after the value; remove it."),
        (NAME, "R\x00", "there is a character that cannot be printed; type the value again."),
        (NAME, "R" * 201, "the text is longer than 200 characters; shorten it."),
        (COUNTRY, "Switzerland", "'Switzerland' is no ISO 3166 code; write two capital letters, such as CH."),
        (COUNTRY, "C\x00", "there is a character that cannot be printed; type the value again."),
        (HLA, "A1\tB8", "there is a character that cannot be printed; type the value again."),
        (HLA, "A1 " * 2000, "the text is longer than 4000 characters; shorten it."),
    ],
)
def test_a_wrong_cell_is_bad_and_a_sentence_says_what_would_be_right(entry: Column, cell: str, sentence: str):
    raw = text(cell)

    cells = read_cells(raw, entry)

    assert cells.values.to_list() == [None]
    assert cells.bad.tolist() == [True]
    assert not cells.missing.any()
    assert what_is_wrong(raw, entry, 0) == sentence


@pytest.mark.parametrize(
    ("held", "value", "entry", "read"),
    [
        (Held.NUMBER, 70.5, WEIGHT, 70.5),
        (Held.NUMBER, 3.0, LEVEL, 3.0),
        (Held.TRUTH, False, BOTH, False),
        (Held.DATE, 1, LISTED, date(1970, 1, 2)),
        (Held.LOCAL, 86_400, LISTED, date(1970, 1, 2)),
        (Held.INSTANT, 1_793_491_200, UNTIL, 1_793_491_200),
    ],
)
def test_a_stored_value_of_the_fitting_type_is_read(held: Held, value: object, entry: Column, read: object):
    raw = RawColumn(held, pl.Series([value]))

    assert misfit(raw, entry) is None
    assert read_cells(raw, entry).values.to_list() == [read]


@pytest.mark.parametrize(
    ("held", "value", "entry", "sentence"),
    [
        (Held.NUMBER, 700.0, WEIGHT, "'700.0' is out of range; give 0.3 to 400 kg."),
        (Held.NUMBER, float("inf"), WEIGHT, "'inf' is no number; give 0.3 to 400 kg."),
        (Held.NUMBER, 2.5, LEVEL, "'2.5' is no whole number; give 1 to 9."),
        (Held.DATE, -(2**62), BORN, "this is no date from 1900-01-01 to 2199-12-31; store dates."),
        (Held.LOCAL, 86_401, LISTED, "this is no date from 1900-01-01 to 2199-12-31; store dates."),
        (
            Held.INSTANT,
            2**62,
            UNTIL,
            "this is no instant from 1900-01-01 to 2199-12-31; store instants with a time zone.",
        ),
    ],
)
def test_a_stored_value_out_of_range_is_bad(held: Held, value: object, entry: Column, sentence: str):
    raw = RawColumn(held, pl.Series([value]))

    assert read_cells(raw, entry).bad.tolist() == [True]
    assert what_is_wrong(raw, entry, 0) == sentence


@pytest.mark.parametrize(
    ("held", "entry", "sentence"),
    [
        (Held.NUMBER, NAME, "holds numbers; store text."),
        (Held.NUMBER, BOTH, "holds numbers; store true or false."),
        (Held.DATE, UNTIL, "holds dates; store instants with a time zone."),
        (Held.LOCAL, UNTIL, "holds times without a time zone; store instants with a time zone."),
        (Held.LOCAL, NAME, "holds times without a time zone; store text."),
        (Held.OTHER, WEIGHT, "holds values of a type that no table here has; store numbers."),
    ],
)
def test_a_column_of_another_type_does_not_fit(held: Held, entry: Column, sentence: str):
    assert misfit(RawColumn(held, pl.Series([None])), entry) == sentence


@pytest.mark.parametrize(
    ("entry", "sentence"),
    [
        (NAME, "a number stands where text in quotation marks should be."),
        (WEIGHT, "a number stands where numbers should be."),
    ],
)
def test_a_json_cell_of_the_wrong_kind_is_bad_and_not_missing(entry: Column, sentence: str):
    raw = RawColumn(Held.TEXT, pl.Series([None], dtype=pl.String), {0: "a number"})

    cells = read_cells(raw, entry)

    assert (cells.bad.tolist(), cells.missing.tolist()) == ([True], [False])
    assert what_is_wrong(raw, entry, 0) == sentence


def test_bounds_carry_their_unit():
    assert bounds(WEIGHT) == "0.3 to 400 kg"
    assert bounds(LEVEL) == "1 to 9"

"""Columns are those of the data dictionary, and those that are needed are there."""

import pytest

from bequest.files.header import header_problems, plural, refuse_other_table
from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.model.errors import RefusedError

NEEDED = [entry.name for entry in columns_of(Table.REGISTRATION) if entry.required]


def test_a_table_is_called_by_what_its_rows_are():
    assert plural(Table.REGISTRATION) == "registrations"


def test_the_columns_of_the_dictionary_are_right():
    assert header_problems([entry.name for entry in columns_of(Table.DONOR)], Table.DONOR, "t.csv") == []


def test_a_needed_column_that_is_not_there_is_named_with_its_meaning():
    assert header_problems(NEEDED[1:], Table.REGISTRATION, "t.csv") == [
        "t.csv: the column 'registration' is missing; add it (identifier of the registration, unique in the file)."
    ]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("wieght_kg", "the data dictionary has no such column for registrations; did you mean 'weight_kg'?"),
        ("shoes", "the data dictionary has no such column for registrations; remove it."),
        (
            "waitng_days",
            (
                "the data dictionary has no such column for registrations; did you mean 'waiting_days'? That one is "
                "computed and never read from a file; remove the column."
            ),
        ),
        ("wheight_kg", "the data dictionary has no such column for registrations; did you mean 'weight_kg'?"),
        ("waiting_days", "this is computed and never read from a file; remove the column."),
        ("Patient_Insurer", "registrations never say anything about ability to pay; remove the column."),
        ("race", "registrations never say anything about race or ethnicity; remove the column."),
        ("custody_result", "registrations never say anything about custody; remove the column."),
    ],
)
def test_an_unknown_column_is_named_with_what_to_do(name: str, sentence: str):
    assert header_problems([*NEEDED, name], Table.REGISTRATION, "t.csv") == [f"t.csv, column '{name}': {sentence}"]


@pytest.mark.parametrize("table", [Table.REGISTRATION, Table.DONOR, Table.CENTRE])
def test_a_table_is_recognised_as_itself(table: Table):
    refuse_other_table([entry.name for entry in columns_of(table)], table, "t.csv")


def test_another_table_is_recognised_by_the_columns_that_only_it_has():
    with pytest.raises(RefusedError) as caught:
        refuse_other_table([entry.name for entry in columns_of(Table.CENTRE)], Table.DONOR, "donors.csv")

    assert str(caught.value) == (
        "donors.csv holds centres (columns latitude_deg, longitude_deg) where donors belong; Bequest searches from one "
        "offered organ to the waiting list only. Put the donors there."
    )


def test_columns_of_no_table_are_left_to_the_dictionary():
    refuse_other_table(["a", "b"], Table.DONOR, "t.csv")

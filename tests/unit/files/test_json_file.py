"""JSON files are lists of objects; every other shape is refused with a sentence."""

import pytest

from bequest.files.json_file import read_json_table
from bequest.model.column import Table
from bequest.model.errors import InputError


def test_null_and_an_absent_name_are_missing_values():
    table = read_json_table(b'[{"donor": "D-1", "height_cm": null}, {"height_cm": 170.50}]', "t.json", Table.DONOR)

    assert table.columns["donor"].values.to_list() == ["D-1", None]
    assert table.columns["height_cm"].values.to_list() == [None, "170.50"]


def test_rows_are_counted_from_1():
    table = read_json_table(b'[{"donor": "D-1"}, {"donor": "D-2"}]', "t.json", Table.DONOR)

    assert (table.counted, list(table.numbers)) == ("row", [1, 2])


def test_numbers_and_truth_values_keep_their_own_digits_where_they_belong():
    table = read_json_table(b'[{"age_years": 4e1, "hypertension": true, "diabetes": false}]', "t.json", Table.DONOR)

    assert table.columns["age_years"].values.to_list() == ["4e1"]
    assert table.columns["hypertension"].values.to_list() == ["true"]
    assert table.columns["diabetes"].values.to_list() == ["false"]


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        ("12", "a number"),
        ("true", "true or false"),
        ("[1]", "a list or an object"),
        ('{"a": 1}', "a list or an object"),
        ('"\\ud800"', "half a character"),
    ],
)
def test_a_cell_that_should_be_text_and_is_not_is_remembered_with_what_it_is(cell: str, found: str):
    table = read_json_table(f'[{{"donor": {cell}}}]'.encode(), "t.json", Table.DONOR)

    assert table.columns["donor"].wrong == {0: found}
    assert table.columns["donor"].values.to_list() == [None]


def test_an_unknown_column_is_kept_for_its_name():
    assert list(read_json_table(b'[{"other": {}}]', "t.json", Table.DONOR).columns) == ["other"]


def test_an_empty_list_has_no_rows():
    assert len(read_json_table(b"[]", "t.json", Table.DONOR).numbers) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "t.json, line 1: this is not JSON (Expecting value); write a list of objects."),
        (b"\xff", "t.json: the text is not UTF-8; save the file as UTF-8."),
        (b'{"donor": "D-1"}', "t.json: the file holds no list; write a list of objects, one a row."),
        (b"[1]", "t.json, row 1: this is no object; write the row as names and values in braces."),
        (b'[{"age_years": NaN}]', "t.json: 'NaN' is no JSON value; write null where a value is missing."),
        (b'[{"donor": 1, "donor": 2}]', "t.json: one object names 'donor' twice; keep one of the two."),
        (b'[{"": 1}]', "t.json: column 1 has no name; name it or remove it."),
        (b"[" * 100_000, "t.json: the file is nested too deeply; write a list of objects, one a row."),
    ],
)
def test_what_is_no_list_of_objects_is_refused_with_its_remedy(content: bytes, sentence: str):
    with pytest.raises(InputError) as caught:
        read_json_table(content, "t.json", Table.DONOR)

    assert caught.value.problems == (sentence,)

"""CSV files are read as text, with the line of every row, or refused with a sentence."""

import pytest

from bequest.files.csv_file import read_csv
from bequest.files.raw import Held
from bequest.model.errors import InputError


def test_cells_are_text_under_the_names_of_the_header():
    table = read_csv(b"a,b\n1,x\n,y\n", "t.csv")

    assert {name: raw.values.to_list() for name, raw in table.columns.items()} == {"a": ["1", ""], "b": ["x", "y"]}
    assert {raw.held for raw in table.columns.values()} == {Held.TEXT}


def test_the_header_is_line_1_and_empty_lines_count():
    assert list(read_csv(b"a,b\n1,2\n\n3,4\n", "t.csv").numbers) == [2, 4]


def test_a_row_with_a_quoted_line_end_stands_on_its_first_line():
    assert list(read_csv(b'a,b\n"1\n2",2\n3,4\n', "t.csv").numbers) == [2, 4]


def test_a_byte_order_mark_and_windows_line_ends_are_read_over():
    table = read_csv(b"\xef\xbb\xbfa,b\r\n1,2\r\n", "t.csv")

    assert list(table.columns) == ["a", "b"]
    assert table.columns["b"].values.to_list() == ["2"]


def test_a_file_longer_than_one_chunk_is_read_whole():
    table = read_csv(b"a,b\n" + b"1,2\n" * 50_001, "t.csv")

    assert len(table.columns["a"].values) == len(table.numbers) == 50_001


def test_a_file_of_a_header_only_has_no_rows():
    assert len(read_csv(b"a,b\n", "t.csv").columns["a"].values) == 0


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "t.csv: the file has no header; the first line must name the columns."),
        (b",,\n1,2,3\n", "t.csv: the file has no header; the first line must name the columns."),
        (
            b"a;b\n1;2\n",
            "t.csv: the columns are separated by semicolons; save the file with commas between",
        ),
        (b"a\tb\n1\t2\n", "t.csv: the columns are separated by tabs; save the file with commas between the columns"),
        (b"a|b\n1|2\n", "t.csv: the columns are separated by bars; save the file with commas between the columns"),
        (b"a,b\n1,\xfc\n", "t.csv, line 2: the text is not UTF-8; save the file as 'CSV UTF-8 (comma delimited)'."),
        (
            b'a,b\n1,2\n"3,4',
            "t.csv, line 3: the line cannot be read (unexpected end of data); check that every",
        ),
        (b"a,b\n1,2,3\n", "t.csv, line 2: the line has 3 cells and the header 2; a cell that holds a comma needs"),
        (b"a,b\n1,2\n,\n", "t.csv, line 3: every cell is empty; remove the line."),
        (b"a,a,b\n1,2,3\n", "t.csv: 2 columns are named 'a'; keep one of them."),
        (b"a,,b\n1,2,3\n", "t.csv: column 2 has no name; name it or remove it."),
    ],
)
def test_what_is_no_table_is_refused_with_its_place_and_remedy(content: bytes, sentence: str):
    with pytest.raises(InputError) as caught:
        read_csv(content, "t.csv")

    assert caught.value.problems[0].startswith(sentence)
    assert len(caught.value.problems) == 1


def test_every_line_with_too_few_cells_is_named_and_beyond_200_they_are_counted():
    with pytest.raises(InputError) as caught:
        read_csv(b"a,b\n" + b"1\n" * 203, "t.csv")

    assert caught.value.problems[199].startswith("t.csv, line 201: the line has 1 cells")
    assert caught.value.problems[200] == "3 more rows are like these; nothing was loaded."


def test_one_column_without_any_separator_is_a_table():
    assert list(read_csv(b"a\n1\n", "t.csv").columns) == ["a"]

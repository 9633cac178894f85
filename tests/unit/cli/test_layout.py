from __future__ import annotations

from bequest.cli.layout import Heading, columns, counted, folded, labelled, number, shell

RANK = Heading(("rank",), right=True, keep=True)
NAME = Heading(("name",), keep=True)
HOURS = Heading(("preservation", "hours"), right=True)


def test_numbers_stand_to_the_right_and_words_to_the_left():
    table = columns([RANK, NAME], [("1", "Anna"), ("10", "B")])
    assert table.lines([("1", "Anna"), ("10", "B")]) == ["   1  Anna", "  10  B"]


def test_the_words_of_a_heading_stand_one_below_the_other():
    table = columns([RANK, HOURS], [("1", "3.5")])
    assert table.heading_lines() == ["      preservation", "rank         hours"]


def test_a_narrow_terminal_is_shown_fewer_columns():
    table = columns([RANK, NAME, HOURS], [("1", "Anna", "3.5")], width=12)
    assert table.line(("1", "Anna", "3.5")) == "   1  Anna"


def test_a_column_that_is_kept_stays_however_narrow_the_terminal():
    table = columns([RANK, NAME], [("1", "R-000001")], width=5)
    assert table.line(("1", "R-000001")) == "   1  R-000001"


def test_wide_characters_take_the_room_they_need():
    table = columns([NAME, NAME], [("日本", "x"), ("abcd", "y")])
    assert table.lines([("日本", "x"), ("abcd", "y")]) == ["日本  x", "abcd  y"]


def test_a_text_folds_in_its_own_column():
    table = columns([RANK, NAME], [("1", "a" * 12 + " " + "b" * 12)])
    assert table.text_lines(("1", "a" * 12 + " " + "b" * 12), 26) == ["   1  " + "a" * 12, "      " + "b" * 12]


def test_a_text_is_not_folded_for_a_pipe():
    table = columns([RANK, NAME], [("1", "word " * 40)])
    assert len(table.text_lines(("1", "word " * 40), None)) == 1


def test_an_identifier_is_never_broken():
    assert folded("see R-000001-ABCDEFGHIJ there", 12) == ["see", "R-000001-ABCDEFGHIJ", "there"]


def test_a_paragraph_may_hang():
    assert folded("one two three", 8, hang=2) == ["one two", "  three"]


def test_an_empty_paragraph_is_an_empty_line():
    assert folded("", 10) == [""]


def test_labels_stand_beside_their_texts():
    assert labelled([("a", "one"), ("long", "two")], None) == ["a     one", "long  two"]


def test_a_command_is_typed_as_it_is_written():
    assert shell(["bequest", "match", "my folder"], None) == ["  bequest match 'my folder'"]


def test_a_long_command_goes_on_behind_a_backslash():
    assert shell(["bequest", "match", "folder"], 20) == ["  bequest match \\", "      folder"]


def test_an_option_and_its_value_stay_together():
    command = ["bequest", "match", "--at", "noon", "--allow-unverified", "--top", "3"]
    assert shell(command, 24) == [
        "  bequest match \\",
        "      --at noon \\",
        "      --allow-unverified \\",
        "      --top 3",
    ]
    assert shell(command, None) == ["  bequest match --at noon --allow-unverified --top 3"]


def test_counts_are_parted_in_thousands():
    assert number(1234567) == "1,234,567"


def test_one_is_counted_in_the_singular():
    assert (counted(1, "case", "cases"), counted(2, "case", "cases")) == ("1 case", "2 cases")

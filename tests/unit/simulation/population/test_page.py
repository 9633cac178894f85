"""Checks that docs/reference/demo-country.md says what the data say."""

from pathlib import Path

from bequest.model.tables import read_rows
from bequest.simulation.population.distributions import choices
from bequest.simulation.population.page import assumption_table, refreshed, source_table

PAGE = (Path(__file__).parents[4] / "docs" / "reference" / "demo-country.md").read_text(encoding="utf-8")


def test_the_tables_of_the_page_are_those_of_the_data():
    assert refreshed(PAGE) == PAGE


def test_every_row_of_the_data_is_in_one_of_the_tables():
    lines = source_table().count("\n") + assumption_table().count("\n") - 4

    assert lines == len(choices()) + len(read_rows("population/assumptions.csv"))


def test_every_assumption_has_a_value_and_a_reason():
    cells = [line.strip("|\n").split("|") for line in assumption_table().splitlines()]

    assert all(cell.strip() for line in cells for cell in line)


def test_a_quarter_is_printed_as_a_share():
    assert "| donor: further organ | *; * | yes 75 %, no 25 % |" in assumption_table()


def test_a_stand_in_is_printed_as_the_name_of_its_table():
    assert "| candidate: meld | *; liver liver-intestine | table et-liver-list-meld/DE |" in assumption_table()

"""A row that is judged alone is judged as a table of one row is: the same verdict, and then the same sentences."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from unittest.mock import patch

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequest.files.cells import plain_cell, read_cells
from bequest.files.judge import judge
from bequest.files.one_row import is_surely_right
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame, raw_series
from bequest.files.rows import check_registrations
from bequest.files.typings import check_typings
from bequest.ledger.facts import fact_rows
from bequest.model.column import Column, Table
from bequest.model.columns import columns_of
from bequest.model.enums import Organ
from bequest.model.errors import BequestError
from bequest.registry.facts_check import check_facts
from bequest.simulation.population import make_population

ORGANS = [Organ.HEART, Organ.KIDNEY, Organ.LIVER, Organ.LUNG]
NAMES = sorted(entry.name for entry in columns_of(Table.REGISTRATION))
NUMBERS = [
    "0",
    "1",
    "-1",
    "+5",
    "5.",
    ".5",
    "1e1",
    "1E-1",
    "40.0",
    "1_0",
    "\u0665",
    "nan",
    "inf",
    "0x1",
    "9" * 400,
    "1e400",
]
DATES = ["2026-02-29", "2024-02-29", "2025-13-01", "1899-12-31", "2100-01-01", "20260101", "2026-1-1", "2026-11-01"]
INSTANTS = [
    "2026-11-01T00:00:00Z",
    "2026-11-01T00:00Z",
    "2026-11-01",
    "2026-11-01T24:00:00Z",
    "2026-11-01 00:00:00+01:00",
]
WORDS = [
    "yes",
    "YES",
    "no",
    "true",
    "1",
    "ZZ",
    "ch",
    "CH",
    "none",
    "A1 B8 DR17",
    "A*01:01",
    "A1  B8",
    "QQ",
    "heart",
    "active",
]
BLANKS = ["", " ", " a", "a ", "\t", "a\x00", "é", "\u2028", "x" * 201, "x" * 4001]
TEXTS = st.one_of(st.sampled_from([*NUMBERS, *DATES, *INSTANTS, *WORDS, *BLANKS]), st.text(max_size=12))


@cache
def people() -> list[dict[str, str]]:
    """Return invented registrations of several organs."""
    at = datetime(2026, 2, 28, 8, tzinfo=UTC)
    made = [make_population(country="demo", organ=organ, candidates=20, donors=1, seed=5, at=at) for organ in ORGANS]
    return [row for each in made for row in fact_rows(each.registrations, Table.REGISTRATION)]


def has_no_problem(row: dict[str, str]) -> bool:
    """Tell whether a table of this one row is right."""
    frame = pl.DataFrame({name: pl.Series([text], dtype=pl.String) for name, text in row.items()})
    try:
        judged = judge(raw_frame(frame, "a table"), Table.REGISTRATION)
        check_registrations(judged)
        check_typings(judged)
        raise_problems(judged.problems)
    except BequestError:
        return False
    return True


def said_of(row: dict[str, str]) -> str:
    """Return what is said of a row of facts; nothing where it is right."""
    try:
        check_facts([row], Table.REGISTRATION)
    except BequestError as error:
        return str(error)
    return ""


@st.composite
def rows(draw):
    """Return a row of somebody invented in which up to three cells are others, taken away, or added."""
    row = dict(people()[draw(st.integers(0, len(people()) - 1))])
    for _ in range(draw(st.integers(0, 3))):
        name = draw(st.sampled_from([*NAMES, "payer", "kdpi_percent"]))
        others = st.sampled_from(sorted({each[name] for each in people() if name in each} or {"1"}))
        text = draw(st.one_of(TEXTS, others, st.none()))
        row.pop(name, None)
        if text is not None:
            row[name] = text
    return row


@given(rows())
def test_what_is_surely_right_alone_has_no_problem_as_a_table_of_one_row(row: dict[str, str]):
    assert has_no_problem(row) or not is_surely_right(row, Table.REGISTRATION)


@given(rows())
def test_the_sentences_about_a_row_are_those_about_a_table_of_one_row(row: dict[str, str]):
    alone = said_of(row)
    with patch("bequest.registry.facts_check.is_surely_right", return_value=False):
        assert alone == said_of(row)


def test_whoever_is_invented_is_surely_right():
    assert all(is_surely_right(row, Table.REGISTRATION) for row in people())


@pytest.mark.parametrize("entry", columns_of(Table.REGISTRATION), ids=lambda entry: entry.name)
@given(text=TEXTS)
def test_a_cell_that_is_read_alone_is_read_in_a_column_to_the_same_value(entry: Column, text: str):
    alone = plain_cell(text, entry)
    whole = read_cells(raw_series(pl.Series([text], dtype=pl.String)), entry).values[0]
    assert alone is None or alone == whole

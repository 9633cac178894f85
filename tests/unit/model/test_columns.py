"""The data dictionary, the one list that drives imports, cases and policies."""

from __future__ import annotations

import pytest

from bequest.matching.factors import factor_names
from bequest.model.column import Column, Kind, Table
from bequest.model.columns import COLUMNS, FORBIDDEN_WORDS, candidate_column, column, columns_of

NAMES = {f"{entry.table.value}.{entry.name}" for entry in COLUMNS}


def test_no_name_stands_twice_in_a_table() -> None:
    assert len(NAMES) == len(COLUMNS)


def test_every_factor_has_exactly_one_implementation() -> None:
    assert factor_names() == {entry.name for entry in columns_of(Table.FACTOR)}


@pytest.mark.parametrize("entry", columns_of(Table.FACTOR), ids=lambda entry: entry.name)
def test_every_factor_declares_inputs_that_exist(entry: Column) -> None:
    assert entry.inputs
    assert set(entry.inputs) <= NAMES


@pytest.mark.parametrize(
    "entry", [e for e in COLUMNS if e.in_policies], ids=lambda entry: f"{entry.table.value}.{entry.name}"
)
def test_no_readable_name_holds_a_forbidden_word(entry: Column) -> None:
    assert not set(entry.name.split("_")) & set(FORBIDDEN_WORDS)


@pytest.mark.parametrize("entry", COLUMNS, ids=lambda entry: f"{entry.table.value}.{entry.name}")
def test_every_column_says_what_it_means_and_who_says_so(entry: Column) -> None:
    assert entry.meaning
    assert entry.source
    assert (entry.kind is Kind.CODE) == bool(entry.codes)


@pytest.mark.parametrize(
    "entry",
    [e for e in COLUMNS if e.kind in {Kind.DECIMAL, Kind.WHOLE}],
    ids=lambda entry: f"{entry.table.value}.{entry.name}",
)
def test_every_number_has_bounds(entry: Column) -> None:
    assert entry.low is not None
    assert entry.high is not None
    assert entry.low < entry.high


def test_a_bare_name_means_the_factor_before_the_registration_column() -> None:
    found = candidate_column("urgency")
    assert found is not None
    assert found.table is Table.FACTOR


def test_a_bare_name_may_be_a_registration_column() -> None:
    found = candidate_column("cpra_percent")
    assert found is not None
    assert found.table is Table.REGISTRATION


def test_an_unknown_name_is_no_column() -> None:
    assert column(Table.DONOR, "price") is None

"""Packaged data tables."""

from __future__ import annotations

from bequest.model.tables import read_json, read_rows, read_text, table_digest

NAME = "hla/antigens.csv"


def test_a_table_is_read_as_rows_of_text() -> None:
    assert dict(read_rows(NAME)[0]) == {"locus": "A", "antigen": "A1", "relation": "single", "parent": ""}


def test_a_table_is_read_once() -> None:
    assert read_rows(NAME) is read_rows(NAME)


def test_a_json_table_is_read_as_data() -> None:
    assert isinstance(read_json("hla/cpra_weights.json"), dict)


def test_the_digest_of_a_table_covers_its_bytes() -> None:
    assert len(table_digest(NAME)) == 64
    assert read_text(NAME).startswith("locus,antigen")

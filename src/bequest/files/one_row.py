"""Knows whether one row of text is right, cell by cell, without making a table of it.

It only ever says that a row is right. What it doubts is judged as a table of one row, which is the definition and has
the sentences: so both say the same of every row, and a right one costs a hundredth.
"""

from __future__ import annotations

from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.files.cells import plain_cell
from bequest.files.rows import breaks_a_rule
from bequest.files.typings import unreadable_typing
from bequest.model.column import Table
from bequest.model.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.model.column import Column


def is_surely_right(row: Mapping[str, str], table: Table) -> bool:
    """Tell whether a row of a table is right beyond doubt; False says nothing but that it has to be judged."""
    entries = _entries(table)
    if not _required(table) <= row.keys() or not row.keys() <= entries.keys():
        return False
    cells: dict[str, object] = {}
    for name, text in row.items():
        cell = plain_cell(text, entries[name])
        if cell is None or unreadable_typing(text, entries[name]) is not None:
            return False
        cells[name] = cell
    return table is not Table.REGISTRATION or not breaks_a_rule(cells)


@cache
def _entries(table: Table) -> Mapping[str, Column]:
    return MappingProxyType({entry.name: entry for entry in columns_of(table)})


@cache
def _required(table: Table) -> frozenset[str]:
    return frozenset(name for name, entry in _entries(table).items() if entry.required)

"""Knows how a table as stored becomes a table whose every cell the data dictionary has judged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bequest.files.cells import misfit, read_cells, what_is_wrong
from bequest.files.header import header_problems, refuse_other_table
from bequest.files.problems import Origin, Problems
from bequest.model.column import Table
from bequest.model.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.files.cells import Cells
    from bequest.files.raw import RawTable


@dataclass(frozen=True, slots=True, eq=False)
class Judged:
    """Hold one table in the dictionary's types, and what is wrong with it.

    A cell of `frame` is null where it is missing or unreadable. `unreadable` marks the cells that are there but could
    not be read; all cells of a required column that is not there.
    """

    table: Table
    frame: pl.DataFrame  # the dictionary's columns that the file has, in dictionary order
    unreadable: Mapping[str, NDArray[np.bool_]]  # each (rows,)
    origin: Origin
    problems: Problems


def judge(raw: RawTable, table: Table) -> Judged:
    """Return the table with every cell read, every wrong cell reported and identifiers compared.

    Raises RefusedError at once if the file holds another table.
    """
    refuse_other_table(raw.columns, table, raw.file)
    cells, misfits = _cells(raw, table)
    first, rows = columns_of(table)[0], len(raw.numbers)
    origin = Origin(
        raw.file, raw.counted, raw.numbers, cells[first.name].values.to_list() if first.name in cells else [None] * rows
    )
    problems = Problems(origin)
    problems.add(*header_problems(raw.columns, table, raw.file), *misfits)
    unreadable: dict[str, NDArray[np.bool_]] = {}
    for entry in columns_of(table):
        found = cells.get(entry.name)
        if found is None:
            unreadable[entry.name] = np.full(rows, entry.required or entry.name in raw.columns)
            continue
        unreadable[entry.name] = found.bad
        stored = raw.columns[entry.name]
        problems.add_cells(found.bad, entry, lambda row, stored=stored, entry=entry: what_is_wrong(stored, entry, row))
        # What is missing from a donor is said by the donor's own gates, with what it means there.
        if entry.required and table is not Table.DONOR:
            sentence = f"missing; every {table.value} has a value here ({entry.meaning})."
            problems.add_cells(found.missing, entry, lambda _, sentence=sentence: sentence)
    twice, earlier = _twice(origin.identifiers)
    problems.add_cells(
        twice,
        first,
        lambda row: f"it stands in {origin.row(earlier[row])} too; every {table.value} has its own identifier.",
    )
    frame = pl.DataFrame({name: found.values for name, found in cells.items()})
    return Judged(table, frame, unreadable, origin, problems)


def _cells(raw: RawTable, table: Table) -> tuple[dict[str, Cells], list[str]]:
    """Return the cells of each column whose type fits, and a sentence for each column whose type does not."""
    cells: dict[str, Cells] = {}
    misfits: list[str] = []
    for entry in columns_of(table):
        stored = raw.columns.get(entry.name)
        if stored is None:
            continue
        found = misfit(stored, entry)
        if found is None:
            cells[entry.name] = read_cells(stored, entry)
        else:
            misfits.append(f"{raw.file}, column '{entry.name}': the column {found}")
    return cells, misfits


def _twice(identifiers: Sequence[str | None]) -> tuple[NDArray[np.bool_], Mapping[int, int]]:
    """Return which rows repeat an identifier, and for each of them the first row that has it."""
    twice = np.zeros(len(identifiers), dtype=np.bool_)
    earlier: dict[int, int] = {}
    if len(set(identifiers)) == len(identifiers):
        return twice, earlier
    first: dict[str, int] = {}
    for row, identifier in enumerate(identifiers):
        if identifier is not None and first.setdefault(identifier, row) != row:
            twice[row] = True
            earlier[row] = first[identifier]
    return twice, earlier

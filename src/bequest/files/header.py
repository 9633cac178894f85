"""Knows which columns a table may and must have, and recognises a file that holds another table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bequest.files.problems import quoted, suggestion
from bequest.model.column import Table
from bequest.model.columns import FORBIDDEN_WORDS, column, columns_of
from bequest.model.errors import RefusedError

if TYPE_CHECKING:
    from collections.abc import Collection

TABLES = (Table.REGISTRATION, Table.DONOR, Table.CENTRE)
"""The tables that files hold, as opposed to the factors, which are computed."""
_COMPUTED = "computed and never read from a file; remove the column."


def plural(table: Table) -> str:
    """Return what the rows of a table are called together; it is also the name of its file."""
    return f"{table.value}s"


def header_problems(names: Collection[str], table: Table, file: str) -> list[str]:
    """Return a sentence for each column that the table does not know, and for each that it needs and the file lacks."""
    unknown = [name for name in names if column(table, name) is None]
    lacking = [entry for entry in columns_of(table) if entry.required and entry.name not in names]
    return [f"{file}, column {quoted(name)}: {_unknown(name, table)}" for name in unknown] + [
        f"{file}: the column '{entry.name}' is missing; add it ({entry.meaning})." for entry in lacking
    ]


def refuse_other_table(names: Collection[str], table: Table, file: str) -> None:
    """Raise RefusedError if the columns are those of another table, such as donors where registrations belong."""
    marks = {other: _marks(other) & set(names) for other in TABLES}
    found = max(TABLES, key=lambda other: len(marks[other]))
    if len(marks[found]) <= len(marks[table]):
        return
    shown = ", ".join(sorted(marks[found])[:3])
    raise RefusedError(
        f"{file} holds {plural(found)} (columns {shown}) where {plural(table)} belong; Bequest searches from one "
        f"offered organ to the waiting list only. Put the {plural(table)} there."
    )


def _marks(table: Table) -> set[str]:
    """Return the required columns that no other table has."""
    others = {entry.name for other in TABLES if other is not table for entry in columns_of(other)}
    return {entry.name for entry in columns_of(table) if entry.required} - others


def _unknown(name: str, table: Table) -> str:
    word = next((word for word in re.split("[^a-z]+", name.lower()) if word in FORBIDDEN_WORDS), None)
    if word is not None:
        return f"{plural(table)} never say anything about {FORBIDDEN_WORDS[word]}; remove the column."
    if column(Table.FACTOR, name) is not None:
        return f"this is {_COMPUTED}"
    near = suggestion(name, [entry.name for entry in columns_of(table)])
    computed = "" if near else suggestion(name, [entry.name for entry in columns_of(Table.FACTOR)])
    if computed:
        near = f"{computed} That one is {_COMPUTED}"
    return f"the data dictionary has no such column for {plural(table)}{near or '; remove it.'}"

"""Knows CSV files: UTF-8, commas, a header, an empty cell for a missing value; every cell is read as text."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import polars as pl

from bequest.files.raw import Held, RawColumn, RawTable, refuse_bad_names, refuse_bad_rows
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

_CHUNK = 50_000
"""Rows turned into columns at once, so that a long file never stands in memory as Python text."""


def read_csv(content: bytes, file: str) -> RawTable:
    """Return a CSV file as stored; raise InputError if it cannot be read as one."""
    text = _decoded(content, file)
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    no_names: list[str] = []
    names = no_names
    numbers: list[int] = []
    chunks: list[pl.DataFrame] = []
    rows: list[list[str]] = []
    problems: list[str] = []
    line = 1
    try:
        names = _header(next(lines, no_names), file)
        line = lines.line_num + 1
        # Row by row, because only the reader knows on which line a row with quoted line ends begins.
        for row in lines:
            if row and _fits(row, names, place=f"{file}, line {line}", problems=problems):
                rows.append(row)
                numbers.append(line)
            if len(rows) == _CHUNK:
                chunks.append(_frame(rows, names))
                rows = []
            line = lines.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"{file}, line {line}: the line cannot be read ({error}); check that every quotation mark is closed."
        ) from None
    refuse_bad_rows(problems)
    frame = pl.concat([*chunks, _frame(rows, names)], rechunk=True)
    return RawTable(file, "line", numbers, {name: RawColumn(Held.TEXT, frame[name]) for name in names})


def _decoded(content: bytes, file: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{file}, line {line}: the text is not UTF-8; save the file as 'CSV UTF-8 (comma delimited)'."
        ) from None


def _header(names: list[str], file: str) -> list[str]:
    if not any(names):
        raise InputError(f"{file}: the file has no header; the first line must name the columns.")
    if len(names) == 1:
        for mark, called in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if mark in names[0]:
                raise InputError(
                    f"{file}: the columns are separated by {called}; save the file with commas between the columns "
                    "and a point before decimals."
                )
    refuse_bad_names(names, file)
    return names


def _fits(row: list[str], names: list[str], *, place: str, problems: list[str]) -> bool:
    if len(row) != len(names):
        problems.append(
            f"{place}: the line has {len(row)} cells and the header {len(names)}; a cell that holds a comma needs "
            "quotation marks around it."
        )
    elif not any(row):
        problems.append(f"{place}: every cell is empty; remove the line.")
    else:
        return True
    return False


def _frame(rows: list[list[str]], names: Sequence[str]) -> pl.DataFrame:
    # strict=True of zip is not needed: every row has as many cells as the header has names.
    columns = zip(*rows, strict=True) if rows else ((),) * len(names)
    return pl.DataFrame([pl.Series(name, cells, dtype=pl.String) for name, cells in zip(names, columns, strict=True)])

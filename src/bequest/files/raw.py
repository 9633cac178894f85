"""Knows a table as its file holds it, before the data dictionary has judged a single cell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from bequest.files.problems import SHOWN, quoted
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


class Held(Enum):
    """Name what a file stores in a column; CSV and JSON store text only."""

    TEXT = "text"  # String
    NUMBER = "numbers"  # Float64
    TRUTH = "true and false"  # Boolean
    DATE = "dates"  # Int64, days since 1970-01-01
    INSTANT = "instants"  # Int64, seconds since 1970-01-01T00:00:00Z
    LOCAL = "times without a time zone"  # Int64, seconds since 1970-01-01T00:00:00 by an unknown clock
    OTHER = "values of a type that no table here has"  # nothing


@dataclass(frozen=True, slots=True, eq=False)
class RawColumn:
    """Hold one column as stored; `wrong` says for single JSON cells what stands there instead of text."""

    held: Held
    values: pl.Series  # (rows,), null where missing
    wrong: Mapping[int, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True, eq=False)
class RawTable:
    """Hold one file as stored: columns by name in file order, and what a person calls each row."""

    file: str
    counted: str  # "line" or "row"
    numbers: Sequence[int]  # (rows,)
    columns: Mapping[str, RawColumn]


def raw_frame(frame: pl.DataFrame, file: str) -> RawTable:
    """Return a data frame as a raw table, so that a frame is judged exactly like a file."""
    return RawTable(file, "row", range(1, frame.height + 1), {name: raw_series(frame[name]) for name in frame.columns})


def raw_series(values: pl.Series) -> RawColumn:
    """Return a Polars column as a raw column: one of the few types of `Held`."""
    dtype = values.dtype
    if isinstance(dtype, pl.Null | pl.String | pl.Categorical | pl.Enum):
        return RawColumn(Held.TEXT, values.cast(pl.String))
    if dtype == pl.Boolean:
        return RawColumn(Held.TRUTH, values)
    if dtype.is_numeric():
        return RawColumn(Held.NUMBER, values.cast(pl.Float64).fill_nan(None))
    if dtype == pl.Date:
        return RawColumn(Held.DATE, values.to_physical().cast(pl.Int64))
    if isinstance(dtype, pl.Datetime):
        held = Held.LOCAL if dtype.time_zone is None else Held.INSTANT
        ticks = {"ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}[dtype.time_unit]
        return RawColumn(held, values.to_physical() // ticks)
    return other_column(len(values))


def other_column(rows: int) -> RawColumn:
    """Return a column whose type no table here has; its values are not looked at."""
    return RawColumn(Held.OTHER, pl.Series(values=[None] * rows, dtype=pl.Null))


def refuse_bad_names(names: Sequence[str], file: str) -> None:
    """Raise InputError for columns without a name and for names that stand twice."""
    problems = [
        f"{file}: column {place} has no name; name it or remove it." for place, name in enumerate(names, 1) if not name
    ]
    problems += [
        f"{file}: {count} columns are named {quoted(name)}; keep one of them."
        for name, count in Counter(names).items()
        if name and count > 1
    ]
    if problems:
        raise InputError(*problems)


def refuse_bad_rows(problems: Sequence[str]) -> None:
    """Raise InputError for rows that have no cells to judge, one sentence each."""
    more = len(problems) - SHOWN
    if problems:
        rest = [f"{more} more rows are like these; nothing was loaded."] if more > 0 else []
        raise InputError(*problems[:SHOWN], *rest)

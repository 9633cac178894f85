"""Knows a table in columns as matching takes them, and where each row came from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

import polars as pl

from bequest.model.column import MISSING, Kind
from bequest.model.columns import columns_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bequest.files.judge import Judged
    from bequest.files.problems import Origin
    from bequest.model.column import Column, Table

    Values = Sequence[object] | NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class Columns:
    """Hold one table whose every row is right.

    `values` maps the dictionary's columns that the file has to their values in row order: float64 with NaN for numbers,
    datetime64 with NaT for dates and instants, lists with None for truth values, codes, texts and typings.
    """

    table: Table
    values: Mapping[str, Values]  # each (rows,)
    origin: Origin

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.origin.numbers)


def columns_of_table(judged: Judged) -> Columns:
    """Return a judged table, in which nothing was found wrong, as columns."""
    return Columns(judged.table, values_of(judged.frame, judged.table), judged.origin)


def values_of(frame: pl.DataFrame, table: Table) -> Mapping[str, Values]:
    """Return the columns of a judged frame as matching takes them."""
    entries = [entry for entry in columns_of(table) if entry.name in frame.columns]
    return MappingProxyType({entry.name: _values(frame[entry.name], entry.kind) for entry in entries})


def facts_of_rows(judged: Judged) -> list[dict[str, object]]:
    """Return the rows one by one, for tables in which each becomes a record: text, truth, Decimal, datetime or None."""
    entries = [entry for entry in columns_of(judged.table) if entry.name in judged.frame.columns]
    columns = [[_fact(value, entry) for value in judged.frame[entry.name].to_list()] for entry in entries]
    names = [entry.name for entry in entries]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def _values(column: pl.Series, kind: Kind) -> Values:
    if kind in {Kind.WHOLE, Kind.DECIMAL}:
        return column.fill_null(float("nan")).to_numpy()
    if kind in {Kind.DATE, Kind.INSTANT}:
        # NaT is the same integer as MISSING.
        numbers = column.to_physical().cast(pl.Int64).fill_null(MISSING).to_numpy()
        return numbers.astype("datetime64[D]" if kind is Kind.DATE else "datetime64[s]")
    return column.to_list()


def _fact(value: object, entry: Column) -> object:
    """Return a cell as a record takes it: a number at the dictionary's resolution, whatever the file's type."""
    if entry.kind is Kind.INSTANT and isinstance(value, int):
        return datetime.fromtimestamp(value, UTC)
    if isinstance(value, float):
        return Decimal(repr(value)).quantize(Decimal(1).scaleb(-entry.decimals), rounding=ROUND_HALF_UP)
    return value

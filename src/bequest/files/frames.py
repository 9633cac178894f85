"""Knows pools and match runs as data frames, for notebooks; matching asks for this module by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from bequest.model.column import MISSING, Column, Kind, Table
from bequest.model.columns import candidate_column, columns_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from bequest.matching.match_run import MatchRun
    from bequest.matching.pool import Pool

_ENTRY = pl.Schema({
    "rank": pl.Int64,
    "registration": pl.String,
    "offer_kind": pl.String,
    "class": pl.String,
    "points": pl.Float64,
    "keys": pl.List(pl.Struct({"key": pl.String, "value": pl.String})),
    "failed": pl.List(pl.String),
    "unknown": pl.List(pl.String),
    "optimistic_rank": pl.Int64,
})  # fmt: skip


def pool_frame(pool: Pool) -> pl.DataFrame:
    """Return a pool, one row a registration: the columns that its source had, at the resolution that is compared."""
    columns: dict[str, pl.Series] = {}
    for entry in columns_of(Table.REGISTRATION):
        if entry.name not in pool.present:
            continue
        if entry.name in pool.columns:
            columns[entry.name] = _series(pool.columns[entry.name].whole(), entry)
        else:
            columns[entry.name] = pl.Series(values=pool.texts[entry.name], dtype=pl.String)
    for name, values in pool.given.items():
        entry = candidate_column(name)
        assert entry is not None, "a pool is given factors of the dictionary only"
        columns[name] = _series(values, entry)
    return pl.DataFrame(columns)


def match_run_frame(run: MatchRun) -> pl.DataFrame:
    """Return a match run, one row an entry: first the ranked ones in their order, then everyone not ranked."""
    # A loop over entries: this is a view for people, not the hot path.
    ranked = [
        {
            "rank": entry.rank,
            "registration": entry.registration,
            "offer_kind": entry.offer_kind.value,
            "class": entry.class_id,
            "points": None if entry.points is None else float(entry.points),
            "keys": [{"key": name, "value": value} for name, value in entry.keys.items()],
        }
        for entry in run.ranked()
    ]
    not_ranked = [
        {
            "registration": entry.registration,
            "failed": list(entry.failed),
            "unknown": list(entry.unknown),
            "optimistic_rank": entry.optimistic_rank,
        }
        for entry in run.not_ranked()
    ]
    return pl.DataFrame(ranked + not_ranked, schema=_ENTRY)


def _series(values: NDArray[np.int64], entry: Column) -> pl.Series:
    """Return a quantised column in its own type; missing values are null."""
    # A copy, because a pool's arrays are read-only.
    whole = pl.select(pl.when(pl.lit(pl.Series(values=values != MISSING))).then(pl.Series(values=values.copy())))
    numbers = whole.to_series()
    if entry.kind is Kind.TRUTH:
        return numbers.cast(pl.Boolean)
    if entry.kind is Kind.CODE:
        return numbers.replace_strict(list(range(len(entry.codes))), list(entry.codes), return_dtype=pl.String)
    if entry.kind is Kind.DATE:
        return numbers.cast(pl.Int32).cast(pl.Date)
    if entry.kind is Kind.INSTANT:
        return (numbers * 1_000).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    return numbers if entry.kind is Kind.WHOLE else numbers / 10**entry.decimals

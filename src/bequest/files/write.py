"""Knows how a table is written: judged like a file that is read, and the same bytes for the same content."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from bequest.files.donor_rows import check_donors
from bequest.files.judge import Judged, judge
from bequest.files.parquet_file import parquet_bytes
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame
from bequest.files.rows import check_one_world, check_registrations
from bequest.files.table import suffix_of
from bequest.model.column import Column, Kind, Table
from bequest.model.columns import columns_of

_INSTANT_FORM = "%Y-%m-%dT%H:%M:%SZ"


def write_table(frame: pl.DataFrame, path: str | Path, table: Table) -> None:
    """Write a frame as CSV, Parquet or JSON, by the ending of the path, its columns in dictionary order.

    Raises InputError with everything that is wrong in the frame; then no file is written. Instants carry a time zone.
    """
    target = Path(path)
    suffix = suffix_of(target)
    judged = judge(raw_frame(frame, target.name), table)
    check_one_world(judged)
    if table is Table.REGISTRATION:
        check_registrations(judged)
    if table is Table.DONOR:
        check_donors(judged)
    raise_problems(judged.problems)
    stored = judged.frame.select(_stored(entry) for entry in columns_of(table) if entry.name in judged.frame.columns)
    target.write_bytes(_FORMS[suffix](stored, judged))


def _stored(entry: Column) -> pl.Expr:
    """Return a column in the type in which Parquet stores it."""
    if entry.kind is Kind.WHOLE:
        return pl.col(entry.name).cast(pl.Int64)
    if entry.kind is Kind.INSTANT:
        return (pl.col(entry.name) * 1_000).cast(pl.Datetime("ms")).dt.replace_time_zone("UTC")
    return pl.col(entry.name)


def _parquet(stored: pl.DataFrame, judged: Judged) -> bytes:
    # Rows are of one world (check_one_world), so the first speaks for all.
    synthetic = "true" if stored["synthetic"].any() else "false"
    return parquet_bytes(stored, metadata={"bequest.table": judged.table.value, "bequest.synthetic": synthetic})


def _csv(stored: pl.DataFrame, _: Judged) -> bytes:
    return stored.write_csv(datetime_format=_INSTANT_FORM).encode()


def _json(stored: pl.DataFrame, _: Judged) -> bytes:
    instants = [name for name, dtype in stored.schema.items() if isinstance(dtype, pl.Datetime)]
    lines = stored.with_columns(pl.col(instants).dt.strftime(_INSTANT_FORM)).write_ndjson().strip("\n").split("\n")
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode()


_FORMS = {".parquet": _parquet, ".csv": _csv, ".json": _json}

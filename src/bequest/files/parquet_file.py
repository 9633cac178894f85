"""Knows Parquet files: read without trust in a single byte, written so that the same content gives the same bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from bequest.files.raw import Held, RawColumn, RawTable, other_column, raw_series, refuse_bad_names
from bequest.model.columns import column
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from bequest.model.column import Table

MOST_ROWS = 5_000_000
"""Rows of a table. A few bytes can stand for any number of equal rows, so the number is looked at before they are."""
_ROW_GROUP = 131_072
_TICKS = {"s": 1, "ms": 1_000, "us": 1_000_000, "ns": 1_000_000_000}
_TEXTS = (types.is_string, types.is_large_string, types.is_string_view)
_READ_AS_THEY_ARE = (*_TEXTS, types.is_null, types.is_boolean, types.is_integer, types.is_floating)
_CONVERTED = (types.is_decimal128, types.is_date32, types.is_timestamp)
_ARROW_TYPES: dict[pl.DataType, pa.DataType] = {
    pl.String(): pa.string(),
    pl.Boolean(): pa.bool_(),
    pl.Int64(): pa.int64(),
    pl.Float64(): pa.float64(),
    pl.Date(): pa.date32(),
    pl.Datetime("ms", "UTC"): pa.timestamp("ms", "UTC"),
}


def read_parquet(content: bytes, file: str, table: Table) -> RawTable:
    """Return a Parquet file as stored; raise InputError if it is damaged or no Parquet file."""
    try:
        # Page checksums find a damaged value that would still be a value. One thread: of several, one may still be
        # reading when the program ends after a damaged page, and then aborts it.
        opened = pq.ParquetFile(pa.BufferReader(content), page_checksum_verification=True, pre_buffer=False)
        _refuse_endless(opened.metadata.num_rows, file)
        schema = opened.schema_arrow
        names = schema.names
        refuse_bad_names(names, file)
        readable = [name for place, name in enumerate(names) if _is_readable(schema.field(place).type)]
        known = [name for name in readable if column(table, name) is not None]
        read = opened.read(columns=known, use_threads=False)
        # Arrow trusts offsets and text unless asked not to; Polars trusts what Arrow hands over.
        read.validate(full=True)
        columns = {name: _raw(read.column(name)) for name in known}
    except InputError:
        raise
    except (pa.ArrowException, OSError, ValueError):
        message = f"{file}: the Parquet file cannot be read; it is damaged or no Parquet file. Write it again."
        raise InputError(message) from None
    rows = read.num_rows
    ordered = {name: columns.get(name) or other_column(rows) for name in names}
    return RawTable(file, "row", range(1, rows + 1), ordered)


def parquet_bytes(frame: pl.DataFrame, *, metadata: dict[str, str]) -> bytes:
    """Return a frame of the six types that tables here have as a Parquet file, the same bytes for the same content."""
    fields = [(name, _ARROW_TYPES[dtype]) for name, dtype in frame.schema.items()]
    # Without one chunk a column, the place of page ends would tell how the frame was put together.
    table = frame.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    stream = pa.BufferOutputStream()
    pq.write_table(
        table.cast(pa.schema(fields, metadata=metadata)).combine_chunks(),
        stream,
        _ROW_GROUP,
        version="2.6",
        compression="zstd",
        compression_level=3,
        data_page_version="1.0",
        write_page_checksum=True,
    )
    return stream.getvalue().to_pybytes()


def _refuse_endless(rows: int, file: str) -> None:
    if rows > MOST_ROWS:
        raise InputError(f"{file}: the file holds {rows} rows; a table has at most {MOST_ROWS}. Write it again.")


def _is_readable(kind: pa.DataType) -> bool:
    if types.is_dictionary(kind):
        return any(test(cast("types.DictionaryType", kind).value_type) for test in _TEXTS)  # is_dictionary said so
    return any(test(kind) for test in _READ_AS_THEY_ARE + _CONVERTED)


def _raw(values: pa.ChunkedArray) -> RawColumn:
    kind = values.type
    if types.is_dictionary(kind):
        return raw_series(_series(values.cast(pa.string())))
    if types.is_decimal128(kind):
        return raw_series(_series(values.cast(pa.float64(), safe=False)))
    if types.is_date32(kind):
        return RawColumn(Held.DATE, _series(values).to_physical().cast(pl.Int64))
    if types.is_timestamp(kind):
        instants = cast("types.TimestampType", kind)  # is_timestamp said so
        held = Held.LOCAL if instants.tz is None else Held.INSTANT
        # As plain integers, because a file may name a time zone that this machine does not know.
        return RawColumn(held, _series(values.cast(pa.int64())) // _TICKS[instants.unit])
    return raw_series(_series(values))


def _series(values: pa.ChunkedArray) -> pl.Series:
    return cast("pl.Series", pl.from_arrow(values))  # a column of Arrow becomes a Series

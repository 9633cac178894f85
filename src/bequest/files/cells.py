"""Knows how one cell is read by its entry in the data dictionary, and what to say of a cell that cannot be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from bequest.files.problems import quoted, suggestion
from bequest.files.raw import Held, RawColumn
from bequest.model.column import Column, Kind
from bequest.model.instant import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from numpy.typing import NDArray

FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
"""Dates outside are slips of typing, and are refused as such."""

_EPOCH = date(1970, 1, 1)
_DAY_SECONDS = 86_400
_FIRST, _LAST = (FIRST_DAY - _EPOCH).days, (LAST_DAY - _EPOCH).days
_LONGEST = {Kind.TEXT: 200, Kind.TYPING: 4000, Kind.ANTIGENS: 4000}
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?$"
_DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
_COUNTRY = r"^[A-Z]{2}$"
_TRUTHS = {"true": True, "false": False, "yes": True, "no": False, "1": True, "0": False}
_FITTING = {
    Kind.TRUTH: {Held.TRUTH},
    Kind.WHOLE: {Held.NUMBER},
    Kind.DECIMAL: {Held.NUMBER},
    Kind.DATE: {Held.DATE, Held.LOCAL},
    Kind.INSTANT: {Held.INSTANT},
}
_EXAMPLES = {
    Kind.TRUTH: "true or false",
    Kind.WHOLE: "whole numbers",
    Kind.DECIMAL: "numbers",
    Kind.DATE: "dates",
    Kind.INSTANT: "instants with a time zone",
}


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Hold one column in its own type: String, Boolean, Float64, Date, or Int64 for instants in seconds.

    Where `bad`, the cell holds something that cannot be read, and its value is null; `missing` is an empty cell.
    """

    values: pl.Series  # (rows,)
    bad: NDArray[np.bool_]  # (rows,)
    missing: NDArray[np.bool_]  # (rows,)


def read_cells(raw: RawColumn, column: Column) -> Cells:
    """Return a column read by its dictionary entry; the column's type must fit (`misfit`)."""
    wrong = np.zeros(len(raw.values), dtype=np.bool_)
    wrong[list(raw.wrong)] = True
    given = _without_empty(raw)
    missing = given.is_null().to_numpy() & ~wrong
    values = _READERS[column.kind](RawColumn(raw.held, given), column)
    return Cells(values, values.is_null().to_numpy() & ~missing, missing)


def plain_cell(text: str, column: Column) -> object:
    """Return one cell of text as `read_cells` reads it; None where it is wrong, or where only that can tell.

    What this reads, `read_cells` reads to the same value; a text beyond ASCII it leaves to it.
    """
    if not text or not text.isascii() or not text.isprintable() or text != text.strip():
        return None
    return _PLAIN_READERS[column.kind](text, column)


def misfit(raw: RawColumn, column: Column) -> str | None:
    """Return what is wrong with the type in which a file stores a column, or None if it fits."""
    if raw.held is Held.TEXT or raw.held in _FITTING.get(column.kind, set()):
        return None
    wanted = _EXAMPLES.get(column.kind, "text")
    if raw.held is Held.LOCAL:
        return f"holds times without a time zone; store {wanted}."
    return f"holds {raw.held.value}; store {wanted}."


def what_is_wrong(raw: RawColumn, column: Column, row: int) -> str:
    """Return what is wrong with a bad cell and what would be right; birth dates and typings are not repeated."""
    if row in raw.wrong:
        return f"{raw.wrong[row]} stands where {_EXAMPLES.get(column.kind, 'text in quotation marks')} should be."
    value: object = raw.values[row]
    if not isinstance(value, str):
        return _outside(column, value)
    if len(value) > _LONGEST.get(column.kind, len(value)):
        return f"the text is longer than {_LONGEST[column.kind]} characters; shorten it."
    if value != value.strip():
        return "there is a blank before or after the value; remove it."
    return _SENTENCES[column.kind](value, column)


def bounds(column: Column) -> str:
    """Return the range of a number column in words, with its unit."""
    return f"{column.low} to {column.high}" + (f" {column.unit}" if column.unit else "")


def _without_empty(raw: RawColumn) -> pl.Series:
    if raw.held is not Held.TEXT:
        return raw.values
    return _only(raw.values, raw.values != "")


def _only(values: pl.Series, good: pl.Series) -> pl.Series:
    """Return the values with null wherever `good` is not true."""
    return values.zip_with(good, pl.Series([None], dtype=values.dtype))


def _texts(raw: RawColumn, column: Column) -> pl.Series:
    values = raw.values
    good = (values.str.len_chars() <= _LONGEST[column.kind]) & ~values.str.contains(r"^\s|\s$|\p{C}|\p{Zl}|\p{Zp}")
    return _only(values, good & values.str.contains(_COUNTRY) if column.name == "country" else good)


def _codes(raw: RawColumn, column: Column) -> pl.Series:
    return _only(raw.values, raw.values.is_in(column.codes))


def _truths(raw: RawColumn, _: Column) -> pl.Series:
    if raw.held is Held.TRUTH:
        return raw.values
    return raw.values.str.to_lowercase().replace_strict(_TRUTHS, default=None, return_dtype=pl.Boolean)


def _numbers(raw: RawColumn, column: Column) -> pl.Series:
    values = raw.values
    if raw.held is Held.TEXT:
        values = _only(values, values.str.contains(_NUMBER)).cast(pl.Float64, strict=False)
    good = (values >= float(column.low or 0)) & (values <= float(column.high or 0))
    return _only(values, good & (values == values.floor()) if column.kind is Kind.WHOLE else good)


def _dates(raw: RawColumn, _: Column) -> pl.Series:
    values = raw.values
    if raw.held is Held.TEXT:
        dates = _only(values, values.str.contains(_DATE)).str.to_date("%Y-%m-%d", strict=False)
        values = dates.to_physical().cast(pl.Int64)
    elif raw.held is Held.LOCAL:
        # Pandas has no dates: midnight by an unknown clock is a date, any other time is not.
        values = _only(values, values % _DAY_SECONDS == 0) // _DAY_SECONDS
    return _only(values, (values >= _FIRST) & (values <= _LAST)).cast(pl.Int32).cast(pl.Date)


def _instants(raw: RawColumn, _: Column) -> pl.Series:
    values = raw.values
    if raw.held is Held.TEXT:
        # Text has to be read piece by piece; each distinct text is read once.
        known = {text: _seconds(text) for text in values.unique().drop_nulls().to_list()}
        values = pl.Series(values=[known.get(text) for text in values.to_list()], dtype=pl.Int64)
    return _only(values, (values >= _FIRST * _DAY_SECONDS) & (values < (_LAST + 1) * _DAY_SECONDS))


def _seconds(text: str) -> int | None:
    match = _INSTANT.fullmatch(text)
    if match is None or match["zone"] is None:
        return None
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return None if not FIRST_DAY.year <= instant.year <= LAST_DAY.year else int(instant.timestamp() // 1)


def _plain_text(text: str, column: Column) -> object:
    if len(text) > _LONGEST[column.kind] or (column.name == "country" and not re.search(_COUNTRY, text)):
        return None
    return text


def _plain_code(text: str, column: Column) -> object:
    return text if text in column.codes else None


def _plain_truth(text: str, _: Column) -> object:
    return _TRUTHS.get(text.lower())


def _plain_number(text: str, column: Column) -> object:
    if not re.search(_NUMBER, text):
        return None
    number = float(text)
    good = float(column.low or 0) <= number <= float(column.high or 0)
    return number if good and (column.kind is not Kind.WHOLE or number.is_integer()) else None


def _plain_date(text: str, _: Column) -> object:
    if not re.search(_DATE, text):
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None


def _plain_instant(text: str, _: Column) -> object:
    seconds = _seconds(text)
    return seconds if seconds is not None and _FIRST * _DAY_SECONDS <= seconds < (_LAST + 1) * _DAY_SECONDS else None


def _outside(column: Column, value: object) -> str:
    if column.kind is Kind.DATE:
        return f"this is no date from {FIRST_DAY} to {LAST_DAY}; store dates."
    if column.kind is Kind.INSTANT:
        return f"this is no instant from {FIRST_DAY} to {LAST_DAY}; store instants with a time zone."
    return _no_number(str(value), column)


def _no_text(value: str, column: Column) -> str:
    if column.name == "country" and value.isprintable():
        return f"{quoted(value)} is no ISO 3166 code; write two capital letters, such as CH."
    return "there is a character that cannot be printed; type the value again."


def _no_code(value: str, column: Column) -> str:
    near = suggestion(value, column.codes) or ";"
    return f"{quoted(value)} is none of the codes{near} choose one of: {', '.join(column.codes)}."


def _no_truth(value: str, _: Column) -> str:
    return f"{quoted(value)} is neither true nor false; write true or false."


def _no_number(value: str, column: Column) -> str:
    number = value.replace(",", ".")
    if re.search(_NUMBER, number) is None:
        return f"{quoted(value)} is no number; give {bounds(column)}."
    if number != value:
        return f"{quoted(value)} is no number; write a point before the decimals."
    if float(column.low or 0) <= float(value) <= float(column.high or 0):
        return f"{quoted(value)} is no whole number; give {bounds(column)}."
    return f"{quoted(value)} is out of range; give {bounds(column)}."


def _no_date(value: str, column: Column) -> str:
    named = "this" if column.name == "born_on" else quoted(value)
    return f"{named} is no date from {FIRST_DAY} to {LAST_DAY}; write year-month-day, such as 2026-11-01."


def _no_instant(value: str, _: Column | None = None) -> str:
    match = _INSTANT.fullmatch(value)
    if match is not None and match["zone"] is None:
        return f"{quoted(value)} has no time zone; write the instant as 2026-11-01T00:00:00Z."
    return f"{quoted(value)} is no instant from {FIRST_DAY} to {LAST_DAY}; write it as 2026-11-01T00:00:00Z."


_READERS = {
    Kind.TEXT: _texts,
    Kind.TYPING: _texts,
    Kind.ANTIGENS: _texts,
    Kind.CODE: _codes,
    Kind.TRUTH: _truths,
    Kind.WHOLE: _numbers,
    Kind.DECIMAL: _numbers,
    Kind.DATE: _dates,
    Kind.INSTANT: _instants,
}
_PLAIN_READERS = {
    Kind.TEXT: _plain_text,
    Kind.TYPING: _plain_text,
    Kind.ANTIGENS: _plain_text,
    Kind.CODE: _plain_code,
    Kind.TRUTH: _plain_truth,
    Kind.WHOLE: _plain_number,
    Kind.DECIMAL: _plain_number,
    Kind.DATE: _plain_date,
    Kind.INSTANT: _plain_instant,
}
_SENTENCES = {
    Kind.TEXT: _no_text,
    Kind.TYPING: _no_text,
    Kind.ANTIGENS: _no_text,
    Kind.CODE: _no_code,
    Kind.TRUTH: _no_truth,
    Kind.WHOLE: _no_number,
    Kind.DECIMAL: _no_number,
    Kind.DATE: _no_date,
    Kind.INSTANT: _no_instant,
}

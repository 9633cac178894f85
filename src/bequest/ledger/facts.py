"""Knows how facts of registrations, donors and places are written so that a leaf can commit to them, and read again.

Facts are text by column of the data dictionary, at the column's own resolution; what is missing is left out.
"""

from __future__ import annotations

import hashlib
import math
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.errors import LedgerError
from bequest.matching.quantise import decimal_text, quantise_one
from bequest.model.column import Column, Kind, Table
from bequest.model.columns import columns_of, known_column

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    Values = Sequence[object] | NDArray[np.generic]

Facts = dict[str, str]
_NUMBERS = frozenset({Kind.WHOLE, Kind.DECIMAL})
_TRUTHS = {"yes": True, "no": False}
_NOT_A_TIME = np.datetime64("NaT")


def fact_rows(columns: Mapping[str, Values], table: Table) -> list[Facts]:
    """Return the facts of every row of a table in columns; None, NaN and NaT are missing."""
    entries = [known_column(table, name) for name in columns]
    texts = [[_text(value, entry) for value in _plain(columns[entry.name])] for entry in entries]
    names = [entry.name for entry in entries]
    # A loop over rows, because each has a digest of its own.
    return [
        {name: text for name, text in zip(names, row, strict=True) if text is not None}
        for row in zip(*texts, strict=True)
    ]


def facts_digest(facts: Mapping[str, str]) -> str:
    """Return the SHA-256 of one row's facts in canonical JSON, 64 hexadecimal digits."""
    return hashlib.sha256(canonical_bytes(dict(facts))).hexdigest()


def list_digest(digests: Iterable[str]) -> str:
    """Return the SHA-256 over the digests of all rows of a list, in the order of the registrations' identifiers."""
    return hashlib.sha256(bytes.fromhex("".join(digests))).hexdigest()


def pool_columns(rows: Sequence[Mapping[str, str]], table: Table) -> dict[str, Values]:
    """Return rows of facts as the columns that `build_pool` takes, every column of the dictionary among them.

    Raises `LedgerError` for a fact that is not one.
    """
    known = {entry.name: entry for entry in columns_of(table)}
    names = {name for row in rows for name in row}
    if not names <= set(known):
        raise LedgerError(f"'{min(names - set(known))[:40]}' is no column of the table of {table.value}s.")
    return {
        name: _column([row.get(name) for row in rows] if name in names else [None] * len(rows), entry)
        for name, entry in known.items()
    }


def donor_facts(facts: Mapping[str, str]) -> dict[str, object]:
    """Return a donor's facts as `donor_from_facts` takes them; raise `LedgerError` for a fact that is not one."""
    known = {entry.name: entry for entry in columns_of(Table.DONOR)}
    unknown = sorted(set(facts) - set(known))
    if unknown:
        raise LedgerError(f"'{unknown[0][:40]}' is no column of the table of donors.")
    return {name: _value(text, known[name]) for name, text in facts.items()}


def _plain(values: Values) -> Sequence[object]:
    return values.astype(object).tolist() if isinstance(values, np.ndarray) else values  # pyright: ignore[reportUnknownVariableType, reportReturnType]  NumPy's objects


def _text(value: object, entry: Column) -> str | None:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        aware = value if value.tzinfo else value.replace(tzinfo=UTC)
        return aware.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if entry.kind in _NUMBERS:
        return decimal_text(quantise_one(value, entry), entry.decimals)
    return str(value)


def _column(texts: Sequence[str | None], entry: Column) -> Values:
    # Every text is read once, however many rows have it.
    values = {text: _value(text, entry) for text in dict.fromkeys(texts) if text is not None}
    if entry.kind in _NUMBERS:
        floats = {None: np.nan, **{text: float(str(value)) for text, value in values.items()}}
        return np.array([floats[text] for text in texts], dtype=np.float64)
    if entry.kind is Kind.DATE:
        return np.array([_NOT_A_TIME if text is None else text for text in texts], dtype="datetime64[D]")
    if entry.kind is Kind.INSTANT:
        bare = [_NOT_A_TIME if text is None else text.removesuffix("Z") for text in texts]
        return np.array(bare, dtype="datetime64[s]")
    return [None if text is None else values[text] for text in texts]


def _value(text: str, entry: Column) -> object:
    try:
        if entry.kind in _NUMBERS:
            return _number(text, entry)
        if entry.kind is Kind.TRUTH:
            return _TRUTHS[text]
        if entry.kind is Kind.DATE:
            return _as_written(date.fromisoformat(text), text)
        if entry.kind is Kind.INSTANT:
            return _as_written(datetime.fromisoformat(text), text)
    except (ValueError, KeyError, ArithmeticError):
        raise LedgerError(f"A fact of column '{entry.name}' is not written as its column is.") from None
    return text


def _as_written(found: date, text: str) -> date:
    """Return a day or an instant that was read from a text; raise ValueError for another spelling than the one."""
    if found.isoformat().replace("+00:00", "Z") != text:
        raise ValueError(text)
    return found


def _number(text: str, entry: Column) -> Decimal:
    """Return a number that is written at the resolution of its column; raise ValueError for another spelling."""
    number = Decimal(text)
    if decimal_text(quantise_one(number, entry), entry.decimals) != text:
        raise ValueError(text)
    return number

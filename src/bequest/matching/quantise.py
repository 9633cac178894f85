"""Knows how a value becomes the integer that is compared, digested and ranked.

One rule for every value: value * 10**decimals, rounded half up; a missing value is MISSING.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import ROUND_FLOOR, Decimal
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.model.column import MISSING, Column, Kind
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_EPOCH = date(1970, 1, 1)
_HALF = Decimal("0.5")
_NOISE_DECIMALS = 6
"""Decimals of a step beyond which a float64 is noise: 0.285 * 100 is 28.499999999999996, and means 28.5."""


def quantise(values: object, column: Column) -> NDArray[np.int64]:
    """Return the int64 form of a whole column, shape (rows,).

    `values`: float64 with NaN for numbers, datetime64 with NaT for dates and instants, a sequence of text, truth
    values and None otherwise. Raises InputError for a code that is not in the closed set.
    """
    if column.kind in {Kind.WHOLE, Kind.DECIMAL}:
        return _numbers(np.asarray(values, dtype=np.float64), column.decimals)
    if column.kind is Kind.DATE:
        return _instants(np.asarray(values, dtype="datetime64[D]"))
    if column.kind is Kind.INSTANT:
        return _instants(np.asarray(values, dtype="datetime64[s]"))
    if column.kind is Kind.TRUTH:
        return _truths(values)
    assert column.kind is Kind.CODE, "text, typings and antigens have no integer form"
    return _codes(cast("Sequence[str | None]", values), column)


def quantise_one(value: object, column: Column) -> int:
    """Return the integer form of one value, or MISSING for None."""
    if value is None:
        return MISSING
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, datetime):
        return int(value.astimezone(UTC).timestamp())
    if isinstance(value, date):
        return (value - _EPOCH).days
    if column.kind is Kind.CODE:
        return code_index(str(value), column)
    # The upper of two equally near ones, below zero too: the rule of the whole columns.
    return int((Decimal(str(value)).scaleb(column.decimals) + _HALF).to_integral_value(rounding=ROUND_FLOOR))


def code_index(code: str, column: Column) -> int:
    """Return the place of a code in its closed set; raise InputError if it is not in it."""
    if code not in column.codes:
        raise InputError(f"column '{column.name}': '{code}' is none of: {', '.join(column.codes)}; give one of these.")
    return column.codes.index(code)


def plain_text(value: int, column: Column) -> str:
    """Return the integer form as a person reads it, without its unit; `missing` for MISSING."""
    if value == MISSING:
        return "missing"
    if column.kind is Kind.TRUTH:
        return "yes" if value else "no"
    if column.kind is Kind.CODE:
        return column.codes[value]
    return decimal_text(value, column.decimals)


def decimal_text(value: int, decimals: int) -> str:
    """Return value * 10**-decimals as decimal text with exactly that many decimals."""
    sign, digits = ("-" if value < 0 else ""), str(abs(value)).rjust(decimals + 1, "0")
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}" if decimals else sign + digits


def decimal_texts(values: NDArray[np.int64], decimals: int) -> list[str]:
    """Return `decimal_text` of each of very many values, (n,); each distinct one is spelled once."""
    distinct, number = np.unique(values, return_inverse=True)
    texts = [decimal_text(value, decimals) for value in distinct.tolist()]
    return [texts[each] for each in number.tolist()]


def _numbers(values: NDArray[np.float64], decimals: int) -> NDArray[np.int64]:
    known = np.isfinite(values)
    scaled = np.round(np.where(known, values, 0.0) * 10.0**decimals, _NOISE_DECIMALS)
    return np.where(known, np.floor(scaled + 0.5).astype(np.int64), MISSING)


def _instants(values: NDArray[np.datetime64]) -> NDArray[np.int64]:
    return values.astype(np.int64)  # NaT is the same integer as MISSING


def _truths(values: object) -> NDArray[np.int64]:
    listed = cast("Sequence[bool | None]", values)
    return np.array([MISSING if value is None else int(value) for value in listed], dtype=np.int64)


def _codes(values: Sequence[str | None], column: Column) -> NDArray[np.int64]:
    index: dict[str | None, int] = {code: place for place, code in enumerate(column.codes)}
    index[None] = MISSING
    try:
        return np.array([index[value] for value in values], dtype=np.int64)
    except KeyError as unknown:
        return np.array([code_index(str(unknown.args[0]), column)])

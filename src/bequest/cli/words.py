"""Knows how people read the names and values of the data dictionary in a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.matching.quantise import decimal_text, plain_text
from bequest.model.column import MISSING, Kind

if TYPE_CHECKING:
    from bequest.model.column import Column

_AS_WRITTEN = {
    "abo": "ABO", "hla": "HLA", "meld": "MELD", "kdpi": "KDPI", "cpra": "cPRA", "hcv": "HCV",
    "a": "A", "b": "B", "dr": "DR", "nm": "NM", "dl": "dL", "percent": "%",
}  # fmt: skip
_TABLE_DECIMALS = 1
"""Decimals of a value in a table; the JSON and the explanation have all of them."""


def column_words(name: str) -> str:
    """Return a column's name as people read it: `cPRA %` for `cpra_percent`."""
    return " ".join(_AS_WRITTEN.get(word, word) for word in name.split("_"))


def table_value(value: int, column: Column) -> str:
    """Return the integer form of a value as it stands in a table, with at most one decimal, rounded half up."""
    if value == MISSING or column.kind is not Kind.DECIMAL or column.decimals <= _TABLE_DECIMALS:
        return plain_text(value, column)
    unit = 10 ** (column.decimals - _TABLE_DECIMALS)
    return decimal_text((2 * value + unit) // (2 * unit), _TABLE_DECIMALS)

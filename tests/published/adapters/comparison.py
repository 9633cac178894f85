"""Knows what a comparison with a published value is, and how a file that cannot be compared is told."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping


class BadFileError(Exception):
    """Say in one sentence why a file cannot be compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Hold one value that is not the published one; `known_as` names its class, "" where it belongs to none."""

    field: str
    expected: object
    got: object
    known_as: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Hold one row that was compared: its name, its inputs, and where it differs."""

    row: str
    inputs: object
    differences: tuple[Difference, ...]


def agrees(expected: object, got: float | None) -> bool:
    """Return whether a value is the printed one: equal when it is rounded to the decimals that are printed."""
    if expected is None or got is None:
        return expected is got
    if isinstance(expected, Decimal):
        places = max(0, -int(expected.as_tuple().exponent))
        half = Decimal(5).scaleb(-places - 1)
        return abs(Decimal(got) - expected) <= half * (1 + Decimal("1e-9"))
    return got == expected


def rows_of(content: Mapping[str, object], section: str) -> Iterator[tuple[str, Mapping[str, object]]]:
    """Return each row of a section with its name; a row that is no table makes the file a bad one."""
    rows = content.get(section)
    if not isinstance(rows, list) or not rows:
        raise BadFileError(f"'{section}' is no list of rows.")
    for number, row in enumerate(rows):
        if not isinstance(row, dict):
            raise BadFileError(f"row {number} of '{section}' is no table.")
        yield str(row.get("id", number)), row


def text_of(row: Mapping[str, object], key: str, *, where: str) -> str:
    """Return a text that a row must have."""
    value = row.get(key)
    if not isinstance(value, str):
        raise BadFileError(f"row {where} has no text '{key}'.")
    return value


def number_of(row: Mapping[str, object], key: str, *, where: str) -> int | Decimal:
    """Return a number that a row must have."""
    value = row.get(key)
    if isinstance(value, bool) or not isinstance(value, int | Decimal) or not Decimal(value).is_finite():
        raise BadFileError(f"row {where} has no number '{key}'.")
    return value


def texts(values: object, *, where: str) -> Iterable[str]:
    """Return a list of texts."""
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadFileError(f"{where} is no list of texts.")
    return values

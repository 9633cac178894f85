"""Knows the file of identifiers: numbers with their check characters, and codes of tissues with their parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.comparison import BadFileError, Compared, Difference, number_of, rows_of, text_of
from bequest.model.errors import InputError
from bequest.model.isbt128 import check_character, check_value, donation_number, flag_characters
from bequest.model.single_european_code import LENGTH, code_text, read_code

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.model.single_european_code import SingleEuropeanCode

    Row = Mapping[str, object]

_REJECT = "reject"
_PARTS = {
    "iso_country": "iso_country",
    "tissue_establishment": "tissue_establishment",
    "unique_donation_number": "unique_donation_number",
    "product_coding_system": "coding_system",
    "product_number": "product_number",
    "split": "split",
}


def has_identifiers(content: Row) -> bool:
    """Return whether a file holds numbers with check characters, or codes of tissues."""
    return "isbt128" in content or "sec" in content


def compare(content: Row) -> Iterator[Compared]:
    """Return each number and each code, compared."""
    if "isbt128" in content:
        for name, row in rows_of(content, "isbt128"):
            where = f"isbt128.{name}"
            yield Compared(where, row, tuple(_numbers(row, where)))
    if "sec" in content:
        for name, row in rows_of(content, "sec"):
            where = f"sec.{name}"
            yield Compared(where, row, tuple(_codes(row, where)))


def _numbers(row: Row, where: str) -> Iterator[Difference]:
    number = text_of(row, "din", where=where)
    try:
        character = check_character(number)
    except InputError as error:
        yield Difference("din", number, f"refused: {error}")
        return
    if "check_value" in row and number_of(row, "check_value", where=where) != check_value(number):
        yield Difference("check_value", row["check_value"], check_value(number))
    for field, got in (("check_char", character), ("correct", character), ("flag_chars", flag_characters(number))):
        if field in row and text_of(row, field, where=where) != got:
            yield Difference(field, row[field], got)
    if "check_char_given" in row:
        expected = text_of(row, "expect", where=where)
        accepted = _is_accepted(number + text_of(row, "check_char_given", where=where))
        if accepted is expected.startswith(_REJECT):
            yield Difference("expect", expected, "accept" if accepted else _REJECT)


def _is_accepted(written: str) -> bool:
    try:
        donation_number(written)
    except InputError:
        return False
    return True


def _codes(row: Row, where: str) -> Iterator[Difference]:
    parts = row.get("parts")
    if not isinstance(parts, dict):
        raise BadFileError(f"row {where} has no table 'parts'.")
    written = text_of(row, "sec", where=where)
    try:
        code = read_code(written)
    except InputError as error:
        yield Difference("sec", written, f"refused: {error}")
        return
    got = {part: getattr(code, field) for part, field in _PARTS.items()} | {"expiry": _expiry(code)}
    for part, value in parts.items():
        if got.get(part) != value:
            yield Difference(f"parts.{part}", value, got.get(part))
    if code_text(code) != written:
        yield Difference("sec", written, code_text(code))
    if "length" in row and number_of(row, "length", where=where) != LENGTH:
        yield Difference("length", row["length"], LENGTH)


def _expiry(code: SingleEuropeanCode) -> str | None:
    return None if code.expires_on is None else code.expires_on.isoformat().replace("-", "")

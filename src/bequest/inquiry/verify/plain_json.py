"""Knows the one spelling of JSON that a bundle may have: sorted plain keys, no floats, nothing twice, no spaces."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import NoReturn, cast

from bequest.inquiry.verify.finding import BrokenError

Json = dict[str, "Json"] | list["Json"] | str | int | bool | None
_KEYS = re.compile(r"[a-z0-9_]*")
_HEXADECIMAL = re.compile(r"[0-9a-f]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_LARGEST = 2**53 - 1
_DEEPEST = 16


def read_json(data: bytes, what: str) -> Json:
    """Return what the bytes say; raise BrokenError where they are not JSON in its one spelling."""
    try:
        text = data.decode()
        value = cast("Json", _DECODER.decode(text))
        spelled = write_json(value)
    except (ValueError, RecursionError):
        raise BrokenError(f"{what} is no JSON in UTF-8 with each key once and no floats") from None
    if spelled != data:
        raise BrokenError(f"{what} is not JSON in its one spelling")
    _check_shape(value, what, 0)
    # Most records are plain ASCII: their texts stand there as they are, and none can have another form.
    if not text.isascii() or not text.isprintable() or "\\" in text:
        _check_texts(value, what)
    return value


def write_json(value: Json) -> bytes:
    """Return the one spelling of a value."""
    return _ENCODER.encode(value).encode("utf-8", "surrogatepass")


def read_object(data: bytes, what: str) -> dict[str, Json]:
    """Return the object that the bytes hold."""
    value = read_json(data, what)
    if not isinstance(value, dict):
        raise BrokenError(f"{what} is no object")
    return value


def read_lines(data: bytes, what: str) -> list[dict[str, Json]]:
    """Return the objects of a file that has one a line."""
    if data and not data.endswith(b"\n"):
        raise BrokenError(f"{what} does not end in a line end")
    lines = data.split(b"\n")[:-1]
    return [read_object(line, f"{what}, line {number}") for number, line in enumerate(lines, 1)]


def text_of(record: dict[str, Json], key: str, what: str) -> str:
    """Return a member that is text."""
    value = record.get(key)
    if not isinstance(value, str):
        raise BrokenError(f"{what} has no text '{key}'")
    return value


def number_of(record: dict[str, Json], key: str, what: str) -> int:
    """Return a member that is a number from 0 on."""
    value = record.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BrokenError(f"{what} has no number '{key}'")
    return value


def list_of(record: dict[str, Json], key: str, what: str) -> list[Json]:
    """Return a member that is a list."""
    value = record.get(key)
    if not isinstance(value, list):
        raise BrokenError(f"{what} has no list '{key}'")
    return value


def object_of(value: Json, what: str) -> dict[str, Json]:
    """Return a value that is an object."""
    if not isinstance(value, dict):
        raise BrokenError(f"{what} is no object")
    return value


def bytes_of(text: Json, length: int, what: str) -> bytes:
    """Return the bytes of small hexadecimal digits, of a length."""
    if not isinstance(text, str) or len(text) != 2 * length or _HEXADECIMAL.fullmatch(text) is None:
        raise BrokenError(f"{what} is not {length} bytes in hexadecimal")
    return bytes.fromhex(text)


def _check_shape(value: Json, what: str, depth: int) -> None:
    """Raise BrokenError for a key that no record may have, a number that is too large, or too many levels."""
    if depth + bool(value) > _DEEPEST:
        raise BrokenError(f"{what} is nested too deep")
    if isinstance(value, dict) and ("" in value or _KEYS.fullmatch("".join(value)) is None):
        key = next(key for key in value if not key or _KEYS.fullmatch(key) is None)
        raise BrokenError(f"{what} has the key {key[:40]!r}, which no record may have")
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else (value,):
        if isinstance(each, (dict, list)):
            _check_shape(each, what, depth + 1)
        elif isinstance(each, int) and abs(each) > _LARGEST:
            raise BrokenError(f"{what} holds a number that is too large")


def _check_texts(value: Json, what: str) -> None:
    """Raise BrokenError for a text that is not in normal form C, or holds a control character."""
    if isinstance(value, str):
        if not unicodedata.is_normalized("NFC", value) or _CONTROL.search(value):
            raise BrokenError(f"{what} holds text that is not in its one form")
    elif isinstance(value, (dict, list)):
        for each in value.values() if isinstance(value, dict) else value:
            _check_texts(each, what)


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError
    return found


def _none(_: str) -> NoReturn:
    raise ValueError


_DECODER = json.JSONDecoder(object_pairs_hook=_once, parse_float=_none, parse_constant=_none)
_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)

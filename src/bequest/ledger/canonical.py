"""Knows the one spelling of a leaf as bytes: RFC 8785 JSON without floats, with plain keys and composed text."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, NoReturn, cast

from bequest.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

_KEY = re.compile(r"[a-z0-9_]+")
LARGEST_INTEGER = (1 << 53) - 1
_DEEPEST = 16


def canonical_bytes(value: object) -> bytes:
    """Return the bytes of a value of text, integers, truth values, null, lists and objects with plain keys.

    Raises `LedgerError` for anything else: floats, integers of 2**53 and above, keys other than `[a-z0-9_]+`, text that
    is not in normal form C or holds control characters.
    """
    _check(value, depth=0)
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def canonical_value(data: bytes) -> object:
    """Return the value that canonical bytes spell; raise `LedgerError` if they spell it in any other way."""
    try:
        value: object = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once_each, parse_float=_no_float, parse_constant=_no_float
        )
    except (ValueError, RecursionError) as error:
        raise LedgerError("The bytes are not JSON in UTF-8.") from error
    if canonical_bytes(value) != data:
        raise LedgerError("The JSON is not in its canonical form.")
    return value


def _check(value: object, *, depth: int) -> None:
    if depth > _DEEPEST:
        raise LedgerError(f"The value is nested more than {_DEEPEST} deep.")
    if isinstance(value, dict):
        for key, each in cast("Mapping[object, object]", value).items():
            if not isinstance(key, str) or _KEY.fullmatch(key) is None:
                raise LedgerError(f"{key!r} is no key of a leaf: only small ASCII letters, digits and underscores.")
            _check(each, depth=depth + 1)
    elif isinstance(value, (list, tuple)):
        for each in cast("list[object]", value):
            _check(each, depth=depth + 1)
    else:
        _check_atom(value)


def _check_atom(value: object) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise LedgerError(f"{value} is larger than JSON readers keep exactly; write it as text.")
    elif isinstance(value, str):
        # Most texts are plain ASCII, which has one form only.
        if value.isascii() and value.isprintable():
            return
        if not unicodedata.is_normalized("NFC", value) or any(
            unicodedata.category(each) in {"Cc", "Cs"} for each in value
        ):
            raise LedgerError("A text in a leaf is in normal form C and holds no control character.")
    else:
        raise LedgerError(f"A leaf holds no {type(value).__name__}; write a decimal as text.")


def _once_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise LedgerError("An object names a key twice.")
    return found


def _no_float(text: str) -> NoReturn:
    raise LedgerError(f"{text} is no integer; a leaf writes decimals as text.")

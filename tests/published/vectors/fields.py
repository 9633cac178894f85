"""Knows how the fields of a vector are read: bytes in base64 or hexadecimal, under the names that projects use."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING

from adapters.comparison import BadFileError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, object]

NAMES = {
    "index": ("index", "leafIdx", "leaf_index", "leafIndex", "logIndex", "log_index"),
    "size": ("size", "treeSize", "tree_size"),
    "leaf": ("leafHash", "leaf_hash", "leaf_hash_hex", "leafHashHex", "leaf_hash_base64"),
    "proof": ("proof", "hashes", "path", "audit_path", "inclusion_proof", "inclusionProof"),
    "root": ("root", "rootHash", "root_hash", "root_hex"),
    "note": ("note", "checkpoint", "signed_note", "signedNote", "note_text", "envelope"),
    "vkey": ("vkey", "verifier_key", "verifierKey", "key", "public_key"),
    "vkeys": ("vkeys", "verifier_keys", "keys"),
    "tiles": ("tiles", "files"),
}
"""What a field may be called."""


def has(row: Row, *fields: str) -> bool:
    """Return whether a row has each of these fields under one of its names."""
    return all(any(name in row for name in NAMES[field]) for field in fields)


def field(row: Row, name: str) -> object:
    """Return a field under whichever name it stands."""
    for called in NAMES[name]:
        if called in row:
            return row[called]
    raise BadFileError(f"a row has no field {' or '.join(NAMES[name])}.")


def as_bytes(value: object) -> bytes:
    """Return the bytes that a text holds: 64 signs of hexadecimal, or base64; none for an empty or missing one."""
    if value is None or value == "":
        return b""
    if not isinstance(value, str):
        raise BadFileError("a field of bytes is no text.")
    text = value.removeprefix("0x")
    try:
        return bytes.fromhex(text) if _is_hash_in_hexadecimal(text) else base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadFileError(f"'{value[:40]}' is neither base64 nor hexadecimal.") from None


def as_hashes(value: object) -> list[bytes]:
    """Return a list of hashes; a missing one is empty."""
    if value is None:
        return []
    if not isinstance(value, list):
        raise BadFileError("a list of hashes is no list.")
    return [as_bytes(each) for each in value]


def as_number(value: object) -> int:
    """Return a whole number, which may stand as text."""
    if isinstance(value, str) and value.isdecimal():
        return int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadFileError(f"'{str(value)[:40]}' is no whole number.")
    return value


def rows(content: Row, *, having: Sequence[str]) -> list[tuple[str, Row]]:
    """Return every table of a file, however deep, that has all of these fields; its name is its path."""
    found: list[tuple[str, Row]] = []
    _collect(content, "", having, found)
    return found


def _collect(value: object, path: str, having: Sequence[str], found: list[tuple[str, Row]]) -> None:
    if isinstance(value, dict):
        if has(value, *having):
            found.append((str(value.get("id", path.lstrip("."))), value))
            return
        for key, each in value.items():
            _collect(each, f"{path}.{key}", having, found)
    elif isinstance(value, list):
        for number, each in enumerate(value):
            _collect(each, f"{path}[{number}]", having, found)


def _is_hash_in_hexadecimal(text: str) -> bool:
    return len(text) == 64 and all(letter in "0123456789abcdefABCDEF" for letter in text)

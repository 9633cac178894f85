"""Knows the file of a private key: one line, durable before anybody uses it, readable by its owner alone."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.cli.text_file import read_text
from bequest.ledger.encoding import base64_bytes, base64_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import PublicKey
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from pathlib import Path

    from bequest.ledger.keys import KeyKind

MARK = "PRIVATE+KEY+"
_SEED_BYTES = 32
_LONGEST = 10_000
_OTHERS_MAY = 0o077


def write_key_line(name: str, kind: KeyKind, private: Ed25519PrivateKey, path: Path) -> None:
    """Store a key in a new file; never write over one."""
    encoded = base64_text(bytes([kind]) + private.private_bytes_raw())
    written = f"{MARK}{name}+{_public(name, kind, private).key_id.hex()}+{encoded}\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError(f"{path}: something stands here already, perhaps a key; choose another --out.") from None
    except OSError as error:
        raise InputError(f"{path}: the key cannot be written here ({error.strerror}); choose another place.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(written)
        file.flush()
        os.fsync(descriptor)


def write_private(content: str, path: Path, *, what: str) -> None:
    """Store a secret durably in a new file that only its owner can read; never write over one."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InputError(f"{path}: {what} cannot be written here ({error.strerror}); name a new file.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(descriptor)


def read_private(path: Path, *, longest: int = _LONGEST) -> str:
    """Return the text of a file that only its owner can read; raise InputError for another one."""
    text = read_text(path, longest=longest)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & _OTHERS_MAY:
        raise InputError(f"{path}: others than its owner may read or write this file; run: chmod 600 {path}")
    return text


def parse_key_line(text: str, kind: KeyKind, *, broken: InputError) -> tuple[str, Ed25519PrivateKey]:
    """Return name and key of a line that `write_key_line` wrote; raise `broken` for any other.

    What is told of a file that may hold a private key never quotes from it.
    """
    name, stated, encoded = [*text.strip().removeprefix(MARK).split("+", 2), "", ""][:3]
    if not text.startswith(MARK):
        raise broken
    try:
        data = base64_bytes(encoded, what="The key")
        if len(data) != 1 + _SEED_BYTES or data[0] != kind:
            raise broken
        private = Ed25519PrivateKey.from_private_bytes(data[1:])
        found = _public(name, kind, private).key_id.hex()
    except LedgerError:
        raise broken from None
    if found != stated:
        raise broken
    return name, private


def _public(name: str, kind: KeyKind, private: Ed25519PrivateKey) -> PublicKey:
    return PublicKey(name, kind, private.public_key().public_bytes_raw())

"""Knows the file that holds a log's private key, or says in which hardware module the key is."""

from __future__ import annotations

import os
import stat
import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.cli.text_file import read_text
from bequest.ledger.encoding import base64_bytes, base64_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KeyKind
from bequest.ledger.signers import Ed25519Signer
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.keys import PublicKey
    from bequest.ledger.signers import Signer

_MARK = "PRIVATE+KEY+"
_SEED_BYTES = 32
_LONGEST = 10_000
_OTHERS_MAY = 0o077
_HARDWARE = {"module", "token", "key", "name", "pin_file"}


def make_key(name: str, path: Path) -> PublicKey:
    """Return the public part of a new key, stored durably in a new file that only its owner can read."""
    signer = Ed25519Signer.of(name, Ed25519PrivateKey.generate())
    write_key(signer, path)
    return signer.key


def write_key(signer: Ed25519Signer, path: Path) -> None:
    """Store a key durably in a new file that only its owner can read."""
    key = signer.key
    encoded = base64_text(bytes([key.kind]) + signer.private.private_bytes_raw())
    _write_private(f"{_MARK}{key.name}+{key.key_id.hex()}+{encoded}\n", path)


def read_signer(path: Path) -> Signer:
    """Return the signer of a file: one that `make_key` wrote, or a table that names a key in a hardware module.

    Raises `InputError` for any other file, and for one that others than its owner can read.
    """
    text = _read_private(path)
    return _software(text.strip(), path) if text.startswith(_MARK) else _hardware(text, path)


def _software(text: str, path: Path) -> Ed25519Signer:
    # What is told of a file that may hold a private key never quotes from it.
    broken = InputError(f"{path}: this is no key of a log, or it was altered; make one with bequest ledger key.")
    name, stated, encoded = [*text.removeprefix(_MARK).split("+", 2), "", ""][:3]
    try:
        data = base64_bytes(encoded, what="The key")
        if len(data) != 1 + _SEED_BYTES or data[0] != KeyKind.ED25519:
            raise broken
        signer = Ed25519Signer.of(name, Ed25519PrivateKey.from_private_bytes(data[1:]))
    except LedgerError:
        raise broken from None
    if signer.key.key_id.hex() != stated:
        raise broken
    return signer


class _Opener(Protocol):
    """Open a key in a hardware module."""

    def __call__(self, *, name: str, module: str, token: str, key: str, pin: str) -> Signer: ...


def _hardware(text: str, path: Path) -> Signer:
    named = _table(text, path)
    pin = _read_private(path.parent / named["pin_file"]).strip()
    try:
        # The module is ours and has this function; what it stands on comes with `pip install bequest[hsm]` only.
        opener = cast("_Opener", import_module("bequest.cli.pkcs11_signer").open_signer)
    except ModuleNotFoundError:
        raise InputError("A hardware module needs a package that is missing: pip install 'bequest[hsm]'.") from None
    return opener(name=named["name"], module=named["module"], token=named["token"], key=named["key"], pin=pin)


def _table(text: str, path: Path) -> Mapping[str, str]:
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise InputError(f"{path}: this is no key of a log and no TOML; make a key with bequest ledger key.") from None
    if content.keys() != _HARDWARE or not all(isinstance(value, str) and value for value in content.values()):
        raise InputError(f"{path}: a key in a hardware module is named by {', '.join(sorted(_HARDWARE))}, all as text.")
    return content


def _read_private(path: Path) -> str:
    text = read_text(path, longest=_LONGEST)
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & _OTHERS_MAY:
        raise InputError(f"{path}: others than its owner may read or write this file; run: chmod 600 {path}")
    return text


def _write_private(text: str, path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise InputError(f"{path}: something stands here already, perhaps a key; choose another --out.") from None
    except OSError as error:
        raise InputError(f"{path}: the key cannot be written here ({error.strerror}); choose another place.") from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)

"""Knows the file that holds a log's private key, or says in which hardware module the key is."""

from __future__ import annotations

import tomllib
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.cli.private_key import MARK, parse_key_line, read_private, write_key_line
from bequest.ledger.keys import KeyKind
from bequest.ledger.signers import Ed25519Signer
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.keys import PublicKey
    from bequest.ledger.signers import Signer

_HARDWARE = {"module", "token", "key", "name", "pin_file"}


def make_key(name: str, path: Path) -> PublicKey:
    """Return the public part of a new key, stored durably in a new file that only its owner can read."""
    signer = Ed25519Signer.of(name, Ed25519PrivateKey.generate())
    write_key(signer, path)
    return signer.key


def write_key(signer: Ed25519Signer, path: Path) -> None:
    """Store a key durably in a new file that only its owner can read."""
    write_key_line(signer.key.name, signer.key.kind, signer.private, path)


def read_signer(path: Path) -> Signer:
    """Return the signer of a file: one that `make_key` wrote, or a table that names a key in a hardware module.

    Raises `InputError` for any other file, and for one that others than its owner can read.
    """
    text = read_private(path)
    if not text.startswith(MARK):
        return _hardware(text, path)
    broken = InputError(f"{path}: this is no key of a log, or it was altered; make one with bequest ledger key.")
    return Ed25519Signer.of(*parse_key_line(text, KeyKind.ED25519, broken=broken))


class _Opener(Protocol):
    """Open a key in a hardware module."""

    def __call__(self, *, name: str, module: str, token: str, key: str, pin: str) -> Signer: ...


def _hardware(text: str, path: Path) -> Signer:
    named = _table(text, path)
    pin = read_private(path.parent / named["pin_file"]).strip()
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

"""Knows the two files of an inquiry key, as PEM: the private part, which the inquiry keeps, and the public one."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeVar

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from bequest.cli.output import write_bytes
from bequest.cli.private_key import read_private, write_private
from bequest.cli.text_file import read_text
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_K = TypeVar("_K")
_LONGEST = 10_000


def make_inquiry_key(private: Path, public: Path) -> X25519PublicKey:
    """Return a new key, its private part in a new file that only its owner can read, its public part in another."""
    key = X25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    write_private(pem.decode(), private, what="the key")
    write_bytes(public, key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    return key.public_key()


def read_inquiry_key(path: Path) -> X25519PrivateKey:
    """Return the private part of a file that only its owner can read; raise `InputError` for another file."""
    sentence = f"{path}: this is no private inquiry key; give the one that bequest report key made."
    return _read(X25519PrivateKey, lambda: load_pem_private_key(read_private(path).encode(), None), sentence)


def read_public_inquiry_key(path: Path) -> X25519PublicKey:
    """Return the public part of a file; raise `InputError` for another file."""
    sentence = f"{path}: this is no public inquiry key; the office's API hands it out at /api/v1/inquiry-key."
    return _read(X25519PublicKey, lambda: load_pem_public_key(read_text(path, longest=_LONGEST).encode()), sentence)


def digest_of(key: X25519PublicKey) -> bytes:
    """Return the SHA-256 of a public key, by which a sealed report names it."""
    return hashlib.sha256(key.public_bytes_raw()).digest()


def _read(kind: type[_K], read: Callable[[], object], sentence: str) -> _K:
    try:
        key = read()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, kind):
        raise InputError(sentence)
    return key

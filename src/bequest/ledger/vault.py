"""Knows the keys that open a leaf again, and how a person's are destroyed: AES-256-GCM, one key a person, one an event.

Who destroys the key of a person closes for ever what that person's events say; the log stays as it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from bequest.ledger.canonical import canonical_bytes, canonical_value
from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

NONCE_BYTES = 12
AES_256_GCM = b"\x01"
"""The first byte of whatever is sealed names the cipher, so that another one can come beside this."""


def seal(key: bytes, content: bytes, *, nonce: bytes, about: str) -> bytes:
    """Return content under a key; `about` says what it is, so that it can be taken for nothing else.

    A nonce is used once under a key: whoever calls draws 12 random bytes.
    """
    _check(key, nonce)
    return AES_256_GCM + nonce + AESGCM(key).encrypt(nonce, content, AES_256_GCM + about.encode())


def unseal(key: bytes, sealed: bytes, *, about: str) -> bytes:
    """Return sealed content; raise `LedgerError` if the key or `about` is another one, or a byte was changed."""
    cipher, nonce, content = sealed[:1], sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    if cipher != AES_256_GCM:
        raise LedgerError(f"What is sealed as {about} is sealed by a cipher that this version does not know.")
    _check(key, nonce)
    try:
        return AESGCM(key).decrypt(nonce, content, cipher + about.encode())
    except InvalidTag as error:
        raise LedgerError(f"What is sealed as {about} cannot be opened with this key.") from error


def seal_fields(event_key: bytes, fields: Mapping[str, object], *, nonce: bytes, event: str) -> bytes:
    """Return the fields of an event under the event's key."""
    return seal(event_key, canonical_bytes(dict(fields)), nonce=nonce, about=f"fields of {event}")


def unseal_fields(event_key: bytes, sealed: bytes, *, event: str) -> dict[str, object]:
    """Return the fields of an event."""
    value = canonical_value(unseal(event_key, sealed, about=f"fields of {event}"))
    if not isinstance(value, dict):
        raise LedgerError(f"What is sealed of {event} holds no fields.")
    return value  # pyright: ignore[reportUnknownVariableType]  canonical_value has checked every key


def _check(key: bytes, nonce: bytes) -> None:
    if len(key) != KEY_BYTES or len(nonce) != NONCE_BYTES:
        raise LedgerError(f"A key has {KEY_BYTES} bytes and a nonce {NONCE_BYTES}.")

"""Knows the public key of an inquiry outside the office, to which reports are sealed, and who holds the other part."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

INQUIRY_KEY_FILE, INQUIRY = "BEQUEST_INQUIRY_KEY_FILE", "BEQUEST_INQUIRY"
"""Names in the environment; docs/how-to/run-the-service.md says what each means."""


@dataclass(frozen=True, slots=True)
class InquiryKey:
    """Hold a public key of X25519 as PEM, the SHA-256 of its 32 bytes, and who holds the private part."""

    held_by: str
    pem: str
    sha256: bytes


def inquiry_key_of(environment: Mapping[str, str], read: bytes | None) -> InquiryKey | None:
    """Return the inquiry key of an environment and the file that it names; None where it names none.

    Raises `InputError` for a file that is no public key of X25519, or where nobody is said to hold the private part.
    """
    if read is None:
        return None
    held_by = environment.get(INQUIRY, "").strip()
    if not held_by or not held_by.isprintable():
        raise InputError(f"{INQUIRY} says who outside the operator holds the inquiry key; give it with the key.")
    try:
        key = load_pem_public_key(read)
    except ValueError:
        key = None
    if not isinstance(key, X25519PublicKey):
        raise InputError(
            f"{INQUIRY_KEY_FILE}: this is no public inquiry key; the inquiry makes one: bequest report key."
        )
    return InquiryKey(held_by, read.decode().strip() + "\n", hashlib.sha256(key.public_bytes_raw()).digest())

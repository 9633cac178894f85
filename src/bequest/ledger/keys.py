"""Knows the keys that check signed notes: their names, kinds and ids, and which bytes are no key at all."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import IntEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey

from bequest.ledger.cosignature import TIME_BYTES, cosigned_at, cosigned_message, subtree_message
from bequest.ledger.encoding import base64_bytes, base64_text
from bequest.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Mapping

KEY_ID_BYTES = 4
_FIELD = (1 << 255) - 19
_CURVE_D = -121665 * pow(121666, -1, _FIELD) % _FIELD


class KeyKind(IntEnum):
    """Say how a key signs a note: the type byte of C2SP signed-note."""

    ED25519 = 1
    COSIGNATURE = 4
    MLDSA_COSIGNATURE = 6


_KEY_BYTES: Mapping[KeyKind, int] = MappingProxyType(
    {KeyKind.ED25519: 32, KeyKind.COSIGNATURE: 32, KeyKind.MLDSA_COSIGNATURE: 1312}
)
SIGNATURE_BYTES: Mapping[KeyKind, int] = MappingProxyType(
    {KeyKind.ED25519: 64, KeyKind.COSIGNATURE: 64, KeyKind.MLDSA_COSIGNATURE: 2420}
)
"""How long the signature of each kind is, without the time of a cosignature."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Hold a key that checks signatures on notes.

    Raises `LedgerError` for a name or key that no note may carry: an empty name, spaces or a plus sign in it, another
    length, a point off the curve, or one of the few points under which anyone can make a signature.
    """

    name: str
    kind: KeyKind
    public: bytes

    def __post_init__(self) -> None:
        """Refuse what is no key."""
        check_name(self.name)
        wanted = _KEY_BYTES[self.kind]
        if len(self.public) != wanted:
            raise LedgerError(f"The key of {self.name} has {len(self.public)} bytes; a key of its kind has {wanted}.")
        if self.kind is not KeyKind.MLDSA_COSIGNATURE and _is_weak(self.public):
            raise LedgerError(f"The key of {self.name} is no point of the curve that only its owner could sign for.")

    @property
    def key_id(self) -> bytes:
        """Return the first four bytes of the hash over name, kind and key, by which a signature line names its key."""
        named = self.name.encode() + b"\n" + bytes([self.kind]) + self.public
        return hashlib.sha256(named).digest()[:KEY_ID_BYTES]

    def vkey(self) -> str:
        """Return the key in the one-line form in which it is handed on."""
        return f"{self.name}+{self.key_id.hex()}+{base64_text(bytes([self.kind]) + self.public)}"

    def digest(self) -> str:
        """Return what a leaf names the key by: SHA-256 over its line, in hexadecimal digits."""
        return hashlib.sha256(self.vkey().encode()).hexdigest()

    def verify(self, text: str, value: bytes) -> None:
        """Return if `value` is this key's signature on the text of a note; raise `LedgerError` otherwise."""
        signature, signed = self._signed(text, value)
        failed = f"The signature of {self.name} does not fit the text."
        if len(signature) != SIGNATURE_BYTES[self.kind]:
            raise LedgerError(failed)
        try:
            if self.kind is KeyKind.MLDSA_COSIGNATURE:
                MLDSA44PublicKey.from_public_bytes(self.public).verify(signature, signed)
            else:
                Ed25519PublicKey.from_public_bytes(self.public).verify(signature, signed)
        except InvalidSignature as error:
            raise LedgerError(failed) from error
        except UnsupportedAlgorithm as error:
            raise LedgerError(
                f"The signature of {self.name} is by ML-DSA-44, which the installed `cryptography` cannot check."
            ) from error

    def signed_at(self, value: bytes) -> int | None:
        """Return the POSIX second that a cosignature states, None where the key is a log's and states none."""
        if self.kind is KeyKind.ED25519:
            return None
        return cosigned_at(value, signature_bytes=SIGNATURE_BYTES[self.kind])

    def _signed(self, text: str, value: bytes) -> tuple[bytes, bytes]:
        at = self.signed_at(value)
        if at is None:
            return value, text.encode()
        if self.kind is KeyKind.COSIGNATURE:
            return value[TIME_BYTES:], cosigned_message(text, at=at)
        return value[TIME_BYTES:], subtree_message(text, name=self.name, at=at)


def parse_vkey(text: str) -> PublicKey:
    """Return the key of the form `name+id+base64`; raise `LedgerError` where its parts do not fit or are not known."""
    name, _, rest = text.partition("+")
    stated, _, encoded = rest.partition("+")
    data = base64_bytes(encoded, what=f"The key of {name!r}")
    if not data or data[0] not in set(KeyKind):
        known = ", ".join(str(kind.value) for kind in KeyKind)
        raise LedgerError(f"The key of {name!r} is of a kind that is not known here; known are {known}.")
    key = PublicKey(name, KeyKind(data[0]), data[1:])
    if stated != key.key_id.hex():
        raise LedgerError(f"The key of {name!r} states the id {stated!r}, but its own bytes give {key.key_id.hex()}.")
    return key


def check_name(name: str) -> None:
    """Raise `LedgerError` for a name that no key may have."""
    if not name or "+" in name or any(letter.isspace() for letter in name) or not name.isprintable():
        raise LedgerError(f"{name!r} is no name of a key: it is not empty and has no space, control sign or plus.")


def _is_weak(public: bytes) -> bool:
    """Return whether 32 bytes are no point of edwards25519 in its one spelling, or eight times it is the identity."""
    height = int.from_bytes(public, "little") & ((1 << 255) - 1)
    if height >= _FIELD:
        return True
    across = _across_squared(height)
    if pow(across, (_FIELD - 1) // 2, _FIELD) not in {0, 1} or (across == 0 and public[-1] >> 7):
        return True
    for _ in range(3):
        across, up = _across_squared(height), height * height % _FIELD
        height = (up + across) * pow(1 - _CURVE_D * across * up, -1, _FIELD) % _FIELD
    return height == 1


def _across_squared(height: int) -> int:
    up = height * height
    return (up - 1) * pow(_CURVE_D * up + 1, -1, _FIELD) % _FIELD

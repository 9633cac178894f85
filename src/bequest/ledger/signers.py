"""Knows who signs notes: a log with its key, and witnesses with the time at which they looked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bequest.ledger.cosignature import TIME_BYTES, cosigned_message, subtree_message
from bequest.ledger.keys import KeyKind, PublicKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey


class Signer(Protocol):
    """Sign notes, by whatever holds the key: a file, a hardware module, a witness with its clock."""

    @property
    def key(self) -> PublicKey:
        """Return the key that checks what this signer signs."""
        ...

    def sign(self, text: str) -> bytes:
        """Return the bytes of the signature on the text of a note, without the key id."""
        ...


@dataclass(frozen=True, slots=True)
class Ed25519Signer:
    """Hold a log's or an exporter's key in memory: it signs the text itself."""

    key: PublicKey
    private: Ed25519PrivateKey

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey) -> Ed25519Signer:
        """Return the signer of a name with its private key."""
        return cls(PublicKey(name, KeyKind.ED25519, private.public_key().public_bytes_raw()), private)

    def sign(self, text: str) -> bytes:
        """Return the 64 bytes of the signature on the text."""
        return self.private.sign(text.encode())


@dataclass(frozen=True, slots=True)
class Cosigner:
    """Hold a witness's key in memory, and the time at which it looked: POSIX seconds, above zero."""

    key: PublicKey
    private: Ed25519PrivateKey
    at: int

    @classmethod
    def of(cls, name: str, private: Ed25519PrivateKey, *, at: int) -> Cosigner:
        """Return the cosigner of a name with its private key at a time."""
        return cls(PublicKey(name, KeyKind.COSIGNATURE, private.public_key().public_bytes_raw()), private, at)

    def sign(self, text: str) -> bytes:
        """Return the time, and the signature on the time and the checkpoint: 72 bytes."""
        return self.at.to_bytes(TIME_BYTES, "big") + self.private.sign(cosigned_message(text, at=self.at))


@dataclass(frozen=True, slots=True)
class MldsaCosigner:
    """Hold the ML-DSA-44 key of a witness, or of a log beside its Ed25519 key, and the time at which it looked."""

    key: PublicKey
    private: MLDSA44PrivateKey
    at: int

    @classmethod
    def of(cls, name: str, private: MLDSA44PrivateKey, *, at: int) -> MldsaCosigner:
        """Return the cosigner of a name with its private key at a time."""
        return cls(PublicKey(name, KeyKind.MLDSA_COSIGNATURE, private.public_key().public_bytes_raw()), private, at)

    def sign(self, text: str) -> bytes:
        """Return the time, and the signature on name, time and tree: 2,428 bytes."""
        message = subtree_message(text, name=self.key.name, at=self.at)
        return self.at.to_bytes(TIME_BYTES, "big") + self.private.sign(message)

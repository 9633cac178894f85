"""Knows keys for tests, made of counted bytes, and a small log of numbered leaves."""

from __future__ import annotations

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from bequest.ledger.checkpoint import Checkpoint
from bequest.ledger.merkle import leaf_hash, root
from bequest.ledger.note import sign
from bequest.ledger.signers import Cosigner, Ed25519Signer, MldsaCosigner

ORIGIN = "log.example/zz"
AT = 1_790_000_000


def private_key(number):
    """Return a private key that is the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32)


def log_signer(number=1, name=ORIGIN):
    """Return the signer of the log."""
    return Ed25519Signer.of(name, private_key(number))


def witness_signer(number=2, name="witness.example/one", at=AT):
    """Return a witness that looked at an instant."""
    return Cosigner.of(name, private_key(number), at=at)


def mldsa_signer(number=3, name="witness.example/later", at=AT):
    """Return a witness with a key of the second kind."""
    return MldsaCosigner.of(name, MLDSA44PrivateKey.from_seed_bytes(bytes([number]) * 32), at=at)


def leaves(size):
    """Return the hashes of numbered leaves."""
    return [leaf_hash(str(number).encode()) for number in range(size)]


def stated(size, origin=ORIGIN):
    """Return the checkpoint of a log of numbered leaves."""
    return Checkpoint(origin, size, root(leaves(size)))


def signed(size, *signers):
    """Return the signed checkpoint of a log of numbered leaves."""
    return sign(stated(size).text(), signers or (log_signer(),))

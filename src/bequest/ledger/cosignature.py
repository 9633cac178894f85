"""Knows what a witness signs (C2SP tlog-cosignature): when it looked, and the checkpoint that it saw."""

from __future__ import annotations

from bequest.ledger.checkpoint import parse
from bequest.ledger.errors import LedgerError

TIME_BYTES = 8
_LONGEST_NAME_BYTES = 255
_SUBTREE = b"subtree/v1\n\x00"


def cosigned_message(text: str, *, at: int) -> bytes:
    """Return what a witness with an Ed25519 key signs: the kind of message, the time, the text of the checkpoint."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def subtree_message(text: str, *, name: str, at: int) -> bytes:
    """Return what a witness with an ML-DSA-44 key signs: its name, the time, the log's origin, its size and its root.

    Raises `LedgerError` where the text is no checkpoint or a name has more than 255 bytes.
    """
    stated = parse(text)
    times = at.to_bytes(TIME_BYTES, "big")
    bounds = (0).to_bytes(8, "big") + stated.size.to_bytes(8, "big")
    return _SUBTREE + _counted(name) + times + _counted(stated.origin) + bounds + stated.root


def cosigned_at(value: bytes, *, signature_bytes: int) -> int:
    """Return the POSIX second at which a cosignature was made; raise `LedgerError` if it states none."""
    at = int.from_bytes(value[:TIME_BYTES], "big")
    if len(value) != TIME_BYTES + signature_bytes or at == 0:
        raise LedgerError(f"A cosignature is a time above zero in 8 bytes and a signature in {signature_bytes}.")
    return at


def _counted(name: str) -> bytes:
    data = name.encode()
    if not 1 <= len(data) <= _LONGEST_NAME_BYTES:
        raise LedgerError(f"A name of {len(data)} bytes cannot be cosigned; it has 1 to {_LONGEST_NAME_BYTES}.")
    return bytes([len(data)]) + data

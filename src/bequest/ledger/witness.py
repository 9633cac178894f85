"""Knows how a witness answers a log (C2SP tlog-witness): it cosigns a larger tree that begins with the one it last saw.

The answer is worked out from what the witness remembers. Whoever calls stores `seen` durably, if what is stored is
still what it was, before the answer leaves.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.ledger import checkpoint, note
from bequest.ledger.encoding import base64_bytes, decimal_number
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import EMPTY_ROOT, HASH_BYTES, verify_consistency

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.ledger.checkpoint import Checkpoint
    from bequest.ledger.keys import PublicKey
    from bequest.ledger.signers import Signer

LARGEST_REQUEST_BYTES = 100_000
_MOST_HASHES = 63
_PLAIN = "text/plain; charset=utf-8"
_SIZE = "text/x.tlog.size"


@dataclass(frozen=True, slots=True)
class Seen:
    """Hold the largest tree of a log that a witness has cosigned; of a log it has never seen, the empty one."""

    size: int = 0
    root: bytes = EMPTY_ROOT


@dataclass(frozen=True, slots=True)
class Request:
    """Hold what a log asks: the size that it believes was seen last, the proof, and the checkpoint as it was signed."""

    old_size: int
    proof: tuple[bytes, ...]
    checkpoint: Checkpoint
    signed: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """Hold the answer to a log; `seen` is what to store first, None where nothing changes."""

    status: int
    body: str
    content_type: str = _PLAIN
    seen: Seen | None = None


def parse(body: bytes) -> Request:
    """Return what a request asks; raise `LedgerError` where it is none."""
    if len(body) > LARGEST_REQUEST_BYTES:
        raise LedgerError(f"A request has at most {LARGEST_REQUEST_BYTES} bytes.")
    head, gap, signed = body.partition(b"\n\n")
    try:
        first, *lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise LedgerError("The first lines of the request are not ASCII.") from error
    if not gap or not first.startswith("old "):
        raise LedgerError("A request begins with the old size and has an empty line before the checkpoint.")
    proof = tuple(base64_bytes(line, what="A hash of the proof") for line in lines)
    if len(proof) > _MOST_HASHES or any(len(each) != HASH_BYTES for each in proof):
        raise LedgerError(f"A proof has at most {_MOST_HASHES} hashes, of {HASH_BYTES} bytes each.")
    # Signatures are read with the keys of the log, so that whatever is wrong with them is told as such.
    stated = checkpoint.parse(note.text_of(signed))
    return Request(decimal_number(first.removeprefix("old "), what="The old size"), proof, stated, signed)


def origin_hash(origin: str) -> str:
    """Return the name under which a witness publishes the newest checkpoint of a log."""
    return hashlib.sha256(origin.encode()).hexdigest()


def answer(request: Request, *, keys: Mapping[str, Sequence[PublicKey]], seen: Seen, signer: Signer) -> Answer:
    """Return the answer to a log, its checks in the order of the specification; `keys` holds those of each origin."""
    stated = request.checkpoint
    if stated.origin not in keys:
        return Answer(404, "unknown log\n")
    try:
        note.verified_by(note.parse(request.signed), keys[stated.origin])
    except LedgerError:
        return Answer(403, "invalid signature\n")
    if request.old_size > stated.size:
        return Answer(400, "the old size is larger than that of the checkpoint\n")
    if request.old_size != seen.size:
        return Answer(409, f"{seen.size}\n", _SIZE)
    if not _goes_on(request, stated, seen):
        return Answer(422, "the consistency proof does not verify\n")
    cosigned = note.signature_of(stated.text(), signer)
    return Answer(200, cosigned.line(), seen=Seen(stated.size, stated.root))


def _goes_on(request: Request, stated: Checkpoint, seen: Seen) -> bool:
    try:
        verify_consistency(
            old_size=seen.size, new_size=stated.size, old_root=seen.root, new_root=stated.root, path=request.proof
        )
    except LedgerError:
        return False
    return True

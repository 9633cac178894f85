"""Knows a conversation of a log with a witness, replayed in its order against a fresh one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.comparison import Compared, Difference
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.ledger import witness
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import KeyKind, PublicKey
from bequest.ledger.signers import Cosigner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Row = Mapping[str, object]

_UNKNOWN_LOG = {403, 404}
"""The recorded witness answered 403 to a log that it does not know; the specification of the protocol says 404."""
_NAME, _KEY, _AT = "example.com/witness", bytes(range(32)), 1_700_000_000


def has_conversation(content: Row) -> bool:
    """Return whether a file holds the steps of such a conversation."""
    return {"log", "steps"} <= set(content)


def compare_conversation(content: Row) -> Iterator[Compared]:
    """Return each step, compared."""
    log = content["log"]
    key = PublicKey(log["origin"], KeyKind.ED25519, bytes.fromhex(log["ed25519_public_key_hex"]))
    signer = Cosigner.of(_NAME, Ed25519PrivateKey.from_private_bytes(_KEY), at=_AT)
    seen = witness.Seen()
    for number, step in enumerate(content["steps"], 1):
        found = _answered(step["request_body"].encode(), key, seen, signer)
        seen = found.seen or seen
        yield Compared(f"step {number}", step.get("assert"), tuple(_differences(step, found)))


def _answered(body: bytes, key: PublicKey, seen: witness.Seen, signer: Cosigner) -> witness.Answer:
    try:
        return witness.answer(witness.parse(body), keys={key.name: [key]}, seen=seen, signer=signer)
    except LedgerError as error:
        return witness.Answer(400, str(error))


def _differences(step: Row, found: witness.Answer) -> Iterator[Difference]:
    wanted = int(str(step["status"]))
    said = str(step.get("assert", ""))
    allowed = _UNKNOWN_LOG if "unknown log" in said else {wanted}
    if found.status not in allowed:
        yield Difference("status", wanted, found.status)
    contains = said.partition("body contains ")[2].strip().strip('"')
    if contains and contains not in found.body:
        yield Difference("body", contains, found.body)
    if said.startswith("body == ") and found.body != said.removeprefix("body == ").strip('"').replace("\\n", "\n"):
        yield Difference("body", said, found.body)

"""Knows what somebody signs who attests a fact at its source: its kind, and the root over all its other fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.ledger.commitment import commitment, event_salts

if TYPE_CHECKING:
    from bequest.ledger.leaf import Event

SIGNATURE_FIELD = "attested"
"""The one field of a leaf that the signature does not cover: the signature itself."""


def attested_message(event: Event, event_key: bytes) -> bytes:
    """Return the bytes that an attestor signs; the signature can be checked while the other fields stay closed."""
    fields = {name: value for name, value in event.committed().items() if name != SIGNATURE_FIELD}
    covered = commitment(event_salts(event_key), fields).hex()
    return f"bequest/attestation/v1\n{event.kind}\n{covered}\n".encode()

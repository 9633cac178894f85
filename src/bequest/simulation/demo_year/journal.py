"""Knows the journal of a demo year: the leaves in their order, and what the operator keeps to open them again."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from bequest.ledger.attestation import attested_message
from bequest.ledger.leaf import Event, leaf_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bequest.ledger.commitment import Value

JURISDICTION = "ZZ"


@dataclass(frozen=True, slots=True)
class Recorded:
    """Hold one leaf, and the event and the key that open it."""

    event: Event
    key: bytes
    leaf: bytes


@dataclass(frozen=True, slots=True)
class Attestor:
    """Hold who signs a fact at its source: the name of the key, the key, and who controls the organisation."""

    name: str
    private: Ed25519PrivateKey
    controlled_by: str


class Secrets:
    """Give every key of a demo year: each follows from one seed, so that the same seed gives the same year."""

    def __init__(self, seed: int) -> None:
        """Take the seed."""
        self._master = hashlib.sha256(f"bequest demo year|{seed}".encode()).digest()

    def key(self, *about: object) -> bytes:
        """Return the 32-byte key of something."""
        return hmac.digest(self._master, "|".join(map(str, about)).encode(), "sha256")

    def pseudonym(self, *about: object) -> str:
        """Return 32 hexadecimal digits that stand for something."""
        return self.key("pseudonym", *about)[:16].hex()

    def private_key(self, name: str) -> Ed25519PrivateKey:
        """Return the signing key of a name."""
        return Ed25519PrivateKey.from_private_bytes(self.key("signs", name))


class Journal:
    """Keep the leaves of a year as they are recorded, one after the other."""

    def __init__(self, secrets: Secrets) -> None:
        """Begin with none."""
        self.secrets = secrets
        self.recorded: list[Recorded] = []
        self._last: dict[str, int] = {}

    def record(  # noqa: PLR0913  what an event may have, most of it by name
        self,
        kind: str,
        at: datetime,
        fields: Mapping[str, Value],
        *,
        case: str | None = None,
        policy_hash: str | None = None,
        attestor: Attestor | None = None,
    ) -> int:
        """Record an event and return the number of its leaf; `case` links it to the leaf before it of the same case."""
        number = len(self.recorded)
        key = self.secrets.key("event", number)
        previous = None if case is None else self._last.get(case)
        event = Event(kind, at, JURISDICTION, dict(fields), policy_hash, previous)
        if attestor is not None:
            event = attested(event, key, attestor)
        return self.add(event, key, case=case)

    def add(self, event: Event, key: bytes, *, case: str | None = None) -> int:
        """Record an event that is whole and return the number of its leaf."""
        number = len(self.recorded)
        self.recorded.append(Recorded(event, key, leaf_bytes(event, key)))
        if case is not None:
            self._last[case] = number
        return number

    def last_of(self, case: str) -> int | None:
        """Return the last leaf of a case."""
        return self._last.get(case)


def attested(event: Event, event_key: bytes, attestor: Attestor) -> Event:
    """Return the event with the signature of who attests it at its source."""
    named: dict[str, Value] = {**event.fields, "attestor": attestor.name, "controlled_by": attestor.controlled_by}
    whole = Event(event.kind, event.at, event.jurisdiction, named, event.policy_hash, event.previous)
    signature = attestor.private.sign(attested_message(whole, event_key)).hex()
    signed = {**named, "attested": signature}
    return Event(event.kind, event.at, event.jurisdiction, signed, event.policy_hash, event.previous)

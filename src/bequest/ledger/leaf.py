"""Knows the leaf: what the log says of an event to everybody, with a commitment in place of what it keeps to itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.commitment import commitment, event_salts
from bequest.ledger.errors import LedgerError
from bequest.ledger.leaf_kinds import check_fields

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bequest.ledger.commitment import Value

VERSION = 1
LARGEST_LEAF_BYTES = 65_535


@dataclass(frozen=True, slots=True)
class Event:
    """Hold what is to be recorded: a kind, its instant, the jurisdiction, and the fields of leaf_fields.csv.

    `written_at` is when it was written down, where that was later: on paper, while the service was down. `policy_hash`
    is that of the policy under which it happened; `previous` the leaf before it of the same case, which
    the leaf of a registration does not show: next to an acceptance it would tell whose it was.
    """

    kind: str
    at: datetime
    jurisdiction: str
    fields: Mapping[str, Value]
    policy_hash: str | None = None
    previous: int | None = None
    written_at: datetime | None = None

    @property
    def entered_at(self) -> datetime:
        """Return when it came into the log: leaves stand in the order of this instant."""
        return self.at if self.written_at is None else self.written_at

    def committed(self) -> dict[str, Value]:
        """Return the fields that the leaf commits to, the exact instants among them."""
        late = {} if self.written_at is None else {"recorded_late_at": instant_text(self.written_at)}
        return {"happened_at": instant_text(self.at), **late, **self.fields}


def leaf_bytes(event: Event, event_key: bytes) -> bytes:
    """Return the leaf of an event: canonical JSON, its time cut to the minute, its fields behind a commitment.

    Raises `LedgerError` where a field is not of its closed form.
    """
    fields = event.committed()
    check_fields(event.kind, fields)
    leaf: dict[str, object] = {
        "v": VERSION,
        "type": event.kind,
        "at": minute_text(event.entered_at),
        "jur": event.jurisdiction,
        "policy": event.policy_hash,
        "commit": commitment(event_salts(event_key), fields).hex(),
    }
    if event.previous is not None and "registration" not in fields:
        leaf["prev_same_case"] = event.previous
    data = canonical_bytes(leaf)
    assert len(data) <= LARGEST_LEAF_BYTES, "a leaf has seven short members"
    return data


def instant_text(at: datetime) -> str:
    """Return an aware instant as a leaf writes it: UTC with microseconds."""
    if at.tzinfo is None:
        raise LedgerError("An instant of the ledger has its time zone.")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def minute_text(at: datetime) -> str:
    """Return an instant cut to its minute, which is all that the public part of a leaf says of the time."""
    return instant_text(at.replace(second=0, microsecond=0))

"""Knows the events whose key went with their person: what stays open of their leaves, and what proves by whom."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import TYPE_CHECKING, cast

from bequest.ledger.bundle import Kept
from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.commitment import event_salts
from bequest.ledger.erasure import closed_leaves, closed_root, left_open, open_fields
from bequest.registry.models import ClosedEvent, Event
from bequest.registry.office_keys import pseudonym_key
from bequest.registry.rows import add_all, every, leaves_of
from bequest.registry.secrecy import event_fields, event_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office
    from bequest.registry.recording import Unit


def close_events(unit: Unit, subject_id: str) -> str:
    """Keep what stays open of the leaves of a person, and return the root over their numbers.

    Call it before the key is destroyed, and with the head of the log locked: nobody writes an event in between.
    """
    events = every(unit.using, Event, "id", subject_id=subject_id)
    add_all(unit.using, ClosedEvent, [_closed(unit, each) for each in events])
    leaves = sorted(leaves_of(unit.using, [each.id for each in events]).values())
    return closed_root(_key(unit.office, unit.event_id), leaves)


def closed_events(using: str) -> dict[str, ClosedEvent]:
    """Return every closed event by its name."""
    return {each.event_id: each for each in every(using, ClosedEvent, "event_id")}


def kept_of(office: Office, event: Event, closed: Mapping[str, ClosedEvent]) -> Kept:
    """Return what opens the leaf of an event: its key and fields, or what an erasure left open."""
    gone = closed.get(event.id)
    if gone is None:
        # canonical_value has checked what was sealed; it holds what a leaf may.
        return Kept(event_key(office, event), cast("dict[str, Value]", event_fields(office, event)))
    left = cast("list[dict[str, Value]]", json.loads(gone.left_open))
    return Kept(None, open_fields(left), left)


def closed_by(
    office: Office, closed: Iterable[ClosedEvent], leaf_of: Mapping[str, int]
) -> dict[int, list[dict[str, object]]]:
    """Return by the leaf of each erasure what proves which leaves it closed."""
    of: dict[str, list[int]] = {}
    for each in closed:
        of.setdefault(each.erasure_id, []).append(leaf_of[each.event_id])
    names = sorted(of, key=leaf_of.__getitem__)
    return {leaf_of[name]: closed_leaves(_key(office, name), sorted(of[name])) for name in names}


def _closed(unit: Unit, event: Event) -> ClosedEvent:
    fields = cast("dict[str, Value]", event_fields(unit.office, event))
    left = left_open(event.kind, event_salts(event_key(unit.office, event)), fields)
    return ClosedEvent(event_id=event.id, erasure_id=unit.event_id, left_open=canonical_bytes(left).decode())


def _key(office: Office, erasure: str) -> bytes:
    """Return the key of the salts under which an erasure names leaves: the same whenever the office is asked."""
    return hmac.digest(pseudonym_key(office), f"closed by {erasure}".encode(), hashlib.sha256)

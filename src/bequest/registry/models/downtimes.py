"""Knows the tables of downtimes, of logs that were lost, and of closed days of reads, as Django sees them."""

from __future__ import annotations

from bequest.registry.fields import Row, number, octets, one_of, text
from bequest.registry.models.people import Event


class Downtime(Row):
    """Keep that a part of the service did not work from an instant on."""

    event = one_of(Event, key=True)
    event_id: str
    part = text()
    begun_at = text()


class Restoration(Row):
    """Keep that a downtime is over."""

    event = one_of(Event, key=True)
    event_id: str
    downtime = one_of(Downtime)
    downtime_id: str
    restored_at = text()


class LostLog(Row):
    """Keep the last signed note of a log that was lost, and the proof that it began with what is here of it."""

    event = one_of(Event, key=True)
    event_id: str
    note = text()
    proof = text()


class ReadDay(Row):
    """Keep that the reads of a day were counted, with the digest over them and the salt of what the leaf says."""

    event = one_of(Event, key=True)
    event_id: str
    day = text(unique=True)
    reads = number()
    digest = text()
    salt = octets()

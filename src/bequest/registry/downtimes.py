"""Knows downtimes: what did not work, from when, until when. What was written on paper then may be entered later."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.codes import check_code
from bequest.registry.instants import past
from bequest.registry.models import Downtime, Restoration
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, found, leaf_of, needed

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class Degraded:
    """Hold what does not work (a code `service` of leaves), and since when."""

    part: str
    begun_at: datetime


@dataclass(frozen=True, slots=True)
class Restored:
    """Hold which downtime is over, and since when."""

    downtime: str
    restored_at: datetime


def begin_downtime(office: Office, request: Request, degraded: Degraded) -> Entered:
    """Record that a part of the service does not work, or did not, from an instant on."""
    return record(office, request, degraded, partial(_begin, degraded))


def end_downtime(office: Office, request: Request, restored: Restored) -> Entered:
    """Record that a downtime is over."""
    return record(office, request, restored, partial(_end, restored))


def _begin(degraded: Degraded, unit: Unit) -> Happening:
    check_code("service", degraded.part, called="The part of the service")
    begun_at = past(degraded.begun_at, unit.at, called="The beginning of the downtime")
    added(unit.using, Downtime(event_id=unit.event_id, part=degraded.part, begun_at=begun_at))
    return Happening("service.degraded", {"part": degraded.part})


def _end(restored: Restored, unit: Unit) -> Happening:
    downtime = needed(unit.using, Downtime, "That event is no beginning of a downtime.", event_id=restored.downtime)
    if found(unit.using, Restoration, downtime_id=downtime.event_id) is not None:
        raise InputError("This downtime is over already; its end stands in the log.")
    ends = past(restored.restored_at, unit.at, called="The end of the downtime")
    if ends <= downtime.begun_at:
        raise InputError("A downtime ends after it began; correct the instant.")
    added(unit.using, Restoration(event_id=unit.event_id, downtime_id=downtime.event_id, restored_at=ends))
    return Happening("service.restored", {"degraded": leaf_of(unit.using, downtime.event_id)})

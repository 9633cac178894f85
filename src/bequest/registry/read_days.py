"""Knows how the list of who looked at what is committed to, day by day, nought included."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.models import ReadDay
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, every, lock_name

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_ONE_DAY = timedelta(days=1)
_SETTLED = timedelta(minutes=10)
"""How long after a day its last read may still be on the way into the table."""
_SALT_BYTES = 32


@dataclass(frozen=True, slots=True)
class ReadsCounted:
    """Hold of a day of UTC how many reads there were, and the SHA-256 over the lines that list them."""

    day: date
    reads: int
    digest: str


def close_reads(office: Office, request: Request, counted: ReadsCounted) -> Entered:
    """Commit to the reads of the next day that is over. The leaf tells number and a salted digest, nought included."""
    return record(office, request, counted, partial(_close, counted))


def read_days_to_close(office: Office, now: datetime) -> list[date]:
    """Return every day that is over and not closed; where none was closed yet, the latest that is over."""
    newest = (now.astimezone(UTC) - _SETTLED).date() - _ONE_DAY
    last = _last(office.using)
    day = newest if last is None else last + _ONE_DAY
    return [day + timedelta(days=number) for number in range((newest - day).days + 1)]


def committed_digest(salt: bytes, digest: str) -> str:
    """Return what a leaf says of a day's reads: nobody without the salt can guess a short list."""
    return hashlib.sha256(salt + bytes.fromhex(digest)).hexdigest()


def _close(counted: ReadsCounted, unit: Unit) -> Happening:
    lock_name(unit.using, "read days")
    due = read_days_to_close(unit.office, unit.at)
    if counted.day not in due:
        last = _last(unit.using)
        if last is not None and counted.day <= last:
            raise InputError(f"The reads of {counted.day} are closed already.")
        raise InputError(f"The reads of {counted.day} are not closed yet: that day is not over, or others come first.")
    if counted.day != due[0]:
        raise InputError(f"The days of reads are closed one by one; close {due[0]} first.")
    salt = unit.office.entropy(_SALT_BYTES)
    day, log = counted.day.isoformat(), committed_digest(salt, counted.digest)
    added(
        unit.using,
        ReadDay(event_id=unit.event_id, day=day, reads=counted.reads, digest=counted.digest, salt=salt),
    )
    return Happening("access.day_closed", {"day": day, "reads": counted.reads, "log": log})


def _last(using: str) -> date | None:
    days = every(using, ReadDay, "-day")
    return date.fromisoformat(days[0].day) if days else None

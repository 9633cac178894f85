"""Knows how a hospital's day is closed with the number of its referrals, nought included, so that absence is proved."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, timedelta
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.enums import CentreKind
from bequest.model.errors import InputError
from bequest.registry.donors import last_number
from bequest.registry.models import Centre, ClosedDay
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, every, locked

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayClosed:
    """Hold which day of which hospital is closed; days are those of UTC."""

    hospital: str
    day: date


def close_day(office: Office, request: Request, closed: DayClosed) -> Entered:
    """Close the next day of a hospital, once it is over: how many it referred since the day before, nought included."""
    return record(office, request, closed, partial(_close, closed))


def days_to_close(office: Office, now: datetime) -> list[DayClosed]:
    """Return every day that is over and not closed, of every donor hospital and every place that has referred.

    A hospital that has closed no day yet begins with the latest day that is over.
    """
    yesterday = now.astimezone(UTC).date() - _ONE_DAY
    found: list[DayClosed] = []
    for centre in every(office.using, Centre, "id"):
        refers = json.loads(centre.facts).get("kind") == CentreKind.DONOR_HOSPITAL.value
        if not refers and last_number(office.using, centre.id) == 0:
            continue
        last = _last(office.using, centre.id)
        day = yesterday if last is None else date.fromisoformat(last.day) + _ONE_DAY
        while day <= yesterday:
            found.append(DayClosed(centre.id, day))
            day += _ONE_DAY
    return sorted(found, key=lambda each: (each.day, each.hospital))


def _close(closed: DayClosed, unit: Unit) -> Happening:
    sentence = f"Hospital '{closed.hospital[:40]}' is not in the table of places; check its code."
    hospital = locked(unit.using, Centre, sentence, id=closed.hospital)
    today = unit.at.astimezone(UTC).date()
    if closed.day >= today:
        raise InputError(f"The day {closed.day} is not over; close it tomorrow.")
    last = _last(unit.using, hospital.id)
    if last is not None:
        expected = date.fromisoformat(last.day) + _ONE_DAY
        if closed.day < expected:
            raise InputError(f"The day {closed.day} of this hospital is closed already.")
        if closed.day > expected:
            raise InputError(f"The days of a hospital are closed one by one; close {expected} first.")
    number = last_number(unit.using, hospital.id)
    referrals = number - (0 if last is None else last.last_number)
    added(
        unit.using,
        ClosedDay(
            event_id=unit.event_id,
            hospital_id=hospital.id,
            day=closed.day.isoformat(),
            referrals=referrals,
            last_number=number,
        ),
    )
    fields: dict[str, Value] = {
        "hospital": hospital.id,
        "day": closed.day.isoformat(),
        "referrals": referrals,
        "last_number": number,
    }
    return Happening("referral.day_closed", fields)


def _last(using: str, hospital: str) -> ClosedDay | None:
    days = every(using, ClosedDay, "-day", hospital_id=hospital)
    return days[0] if days else None

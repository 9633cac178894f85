"""Knows how an attempt to reach the next of kin, and what they said, is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import KinContact
from bequest.registry.recording import Entered, Happening, known, record
from bequest.registry.rows import added

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class FamilyContacted:
    """Hold one attempt to reach the next of kin; None is not known. `statement` is the SHA-256 of what they signed."""

    donation: str
    attempted_at: datetime
    reached: bool | None
    reported_objection: bool | None
    statement: str | None = None


def contact_family(office: Office, request: Request, contacted: FamilyContacted) -> Entered:
    """Record an attempt to reach the next of kin, and what they said of an objection."""
    return record(office, request, contacted, partial(_contact, contacted))


def _contact(contacted: FamilyContacted, unit: Unit) -> Happening:
    case = open_case(unit, contacted.donation)
    added(
        unit.using,
        KinContact(
            event_id=unit.event_id,
            case_id=case.donation,
            attempted_at=past(contacted.attempted_at, unit.at, called="The time of the attempt"),
            reached=contacted.reached,
            reported_objection=contacted.reported_objection,
            statement=contacted.statement,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "reached": known(contacted.reached),
        "objection": known(contacted.reported_objection),
    }
    if contacted.statement is not None:
        fields["statement"] = contacted.statement
    return Happening("kin.contacted", fields, case=case.donation, subject_id=case.subject_id)

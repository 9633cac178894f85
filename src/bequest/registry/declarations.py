"""Knows how somebody declares whether gain or a broker has a part in a donation; no amount is ever written down."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING

from bequest.registry.donor_file import COORDINATOR
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import GainDeclaration
from bequest.registry.recording import Entered, Happening, known, record
from bequest.registry.rows import added

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


class Declarant(Enum):
    """Name who declares; the newest coordinator who does is the coordinator of the donation."""

    DONOR_COORDINATOR = COORDINATOR
    NEXT_OF_KIN = "next_of_kin"


@dataclass(frozen=True, slots=True)
class GainDeclared:
    """Hold what one person declared: was gain offered to anyone, has a broker a part. None: they did not say."""

    donation: str
    role: Declarant
    person: str
    declared_at: datetime
    gain_offered: bool | None
    intermediary_involved: bool | None


def declare_gain(office: Office, request: Request, declared: GainDeclared) -> Entered:
    """Record what the coordinator or the next of kin declared about gain, whatever it is."""
    return record(office, request, declared, partial(_declare, declared))


def _declare(declared: GainDeclared, unit: Unit) -> Happening:
    case = open_case(unit, declared.donation)
    added(
        unit.using,
        GainDeclaration(
            event_id=unit.event_id,
            case_id=case.donation,
            role=declared.role.value,
            person=declared.person,
            declared_at=past(declared.declared_at, unit.at, called="The time of the declaration"),
            gain_offered=declared.gain_offered,
            intermediary_involved=declared.intermediary_involved,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "role": declared.role.value,
        "gain": known(declared.gain_offered),
        "intermediary": known(declared.intermediary_involved),
    }
    return Happening("gain.declared", fields, case=case.donation, subject_id=case.subject_id)

"""Knows how a centre declares whether a candidate is resident: no policy reads it, and every offer asks for it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.models import Candidate, Registration, Residence, WaitingList
from bequest.registry.recording import Entered, Happening, known, record
from bequest.registry.rows import added, locked, needed

if TYPE_CHECKING:
    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ResidenceDeclared:
    """Hold whether a candidate is resident; `agreement` is the SHA-256 of the one under which a guest is listed."""

    registration: str
    resident: bool
    agreement: str | None = None


def declare_residence(office: Office, request: Request, declared: ResidenceDeclared) -> Entered:
    """Declare whether a candidate is resident; the newest declaration of a registration counts."""
    return record(office, request, declared, partial(_declare, declared))


def _declare(declared: ResidenceDeclared, unit: Unit) -> Happening:
    sentence = f"There is no registration '{declared.registration[:40]}'; check its number."
    registration = needed(unit.using, Registration, sentence, id=declared.registration)
    locked(unit.using, WaitingList, "A registration has a list.", organ=registration.waiting_list_id)
    person = needed(unit.using, Candidate, "A registration has a candidate.", id=registration.candidate_id)
    fields: dict[str, Value] = {"registration": registration.pseudonym, **residence(declared, unit)}
    return Happening("residence.declared", fields, case=registration.id, subject_id=person.subject_id)


def residence(declared: ResidenceDeclared, unit: Unit) -> dict[str, Value]:
    """Add what is declared of a registration's residence to the event at hand, and return the fields of its leaf."""
    if declared.agreement is not None and (declared.resident or not _DIGEST.fullmatch(declared.agreement)):
        raise InputError("An agreement is of a candidate who is not resident, and is given as its SHA-256.")
    added(
        unit.using,
        Residence(
            event_id=unit.event_id,
            registration_id=declared.registration,
            resident=declared.resident,
            agreement=declared.agreement,
        ),
    )
    agreement: dict[str, Value] = {} if declared.agreement is None else {"agreement": declared.agreement}
    return {"resident": known(declared.resident), **agreement}

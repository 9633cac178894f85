"""Knows how a register of wishes is asked about a donor: whatever it answers, or that no answer came, is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import RegisterLookUp
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.consent import RegisterAnswer
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Hold what a register answered; `register` is a code of the list `register` of leaves.

    `run_by` keeps the register, `signer` signed its answer; `answer` None means that no answer came.
    """

    donation: str
    register: str
    run_by: str
    looked_up_at: datetime
    answer: RegisterAnswer | None
    signer: str | None = None


def look_up_register(office: Office, request: Request, looked_up: LookedUp) -> Entered:
    """Record what a register of wishes answered about a donor."""
    return record(office, request, looked_up, partial(_look_up, looked_up))


def _look_up(looked_up: LookedUp, unit: Unit) -> Happening:
    case = open_case(unit, looked_up.donation)
    answer = None if looked_up.answer is None else looked_up.answer.value
    added(
        unit.using,
        RegisterLookUp(
            event_id=unit.event_id,
            case_id=case.donation,
            register=looked_up.register,
            run_by=looked_up.run_by,
            signer=looked_up.signer,
            looked_up_at=past(looked_up.looked_up_at, unit.at, called="The time of the look-up"),
            answer=answer,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "register": looked_up.register,
        "answer": answer or "no_answer",
    }
    return Happening("register.looked_up", fields, case=case.donation, subject_id=case.subject_id)

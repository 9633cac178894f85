"""Knows how anybody at the bedside pauses, and how only an independent doctor resumes, after an examination."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import Pause, Resumption
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rosters import hold_rosters
from bequest.registry.rows import added, found, leaf_of, needed

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.death import PauseReason
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class Paused:
    """Hold why somebody at the bedside pauses; who asks is who pauses."""

    donation: str
    reason: PauseReason


@dataclass(frozen=True, slots=True)
class Resumed:
    """Hold which pause ends, by its event, and when the doctor who asks examined the person again."""

    pause: str
    examined_at: datetime


def pause_recovery(office: Office, request: Request, paused: Paused) -> Entered:
    """Pause: nothing is recovered until an independent doctor resumes. Nobody is refused this, and no one is blamed."""
    return record(office, request, paused, partial(_pause, paused))


def resume_recovery(office: Office, request: Request, resumed: Resumed) -> Entered:
    """End a pause after an examination; refused to everybody who has a part in the donation."""
    return record(office, request, resumed, partial(_resume, resumed))


def _pause(paused: Paused, unit: Unit) -> Happening:
    case = open_case(unit, paused.donation)
    added(
        unit.using,
        Pause(
            event_id=unit.event_id,
            case_id=case.donation,
            paused_by=unit.request.actor,
            paused_at=instant_text(unit.at.replace(microsecond=0)),
            reason=paused.reason.value,
        ),
    )
    fields = {"donation": case.donation, "reason": paused.reason.value}
    return Happening("recovery.paused", fields, case=case.donation, subject_id=case.subject_id)


def _resume(resumed: Resumed, unit: Unit) -> Happening:
    pause = needed(unit.using, Pause, "There is no such pause; give the event that paused.", event_id=resumed.pause)
    case = open_case(unit, pause.case_id)
    if found(unit.using, Resumption, pause_id=pause.event_id):
        raise InputError("This pause was ended already.")
    examined_at = past(resumed.examined_at, unit.at, called="The time of the examination")
    if examined_at < pause.paused_at:
        raise InputError(f"The examination is older than the pause of {pause.paused_at}; examine again.")
    row = Resumption(
        event_id=unit.event_id,
        pause_id=pause.event_id,
        case_id=case.donation,
        paused_by=pause.paused_by,
        paused_at=pause.paused_at,
        resumed_by=unit.request.actor,
        examined_at=examined_at,
    )
    hold_rosters(unit.using)
    rules.let_pass(
        rules.resumption(unit.office, case, row, unit.at), step="recovery", donation=case.donation
    )  # fmt: skip
    added(unit.using, row)
    fields: dict[str, Value] = {"donation": case.donation, "paused": leaf_of(unit.using, pause.event_id)}
    return Happening("recovery.resumed", fields, case=case.donation, subject_id=case.subject_id)

"""Knows how a paused donation is stopped for good: offers lapse, acceptances end, and the file is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.closings import is_donor
from bequest.registry.codes import check_code
from bequest.registry.donors import open_case
from bequest.registry.models import Event, Pause, RecoveryStop, Resumption
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, found, needed
from bequest.registry.stand_downs import end_acceptances

if TYPE_CHECKING:
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class RecoveryStopped:
    """Hold which pause is never ended, by its event, and why: a code of the list `pause` of leaves."""

    pause: str
    reason: str


def stop_recovery(office: Office, request: Request, stopped: RecoveryStopped) -> Entered:
    """Stop a donation for good that somebody paused: nothing of it is recovered, offered or accepted any more.

    To stop asks for no independence, unlike to resume. From then on nothing is written into the file but reports of
    incidents.
    """
    return record(office, request, stopped, partial(_stop, stopped))


def _stop(stopped: RecoveryStopped, unit: Unit) -> Happening:
    pause = needed(unit.using, Pause, "There is no such pause; give the event that paused.", event_id=stopped.pause)
    case = open_case(unit, pause.case_id)
    if not is_donor(unit.using, case.donation):
        raise InputError("This person became no donor; the referral is stripped to a count when its time is over.")
    if found(unit.using, Resumption, pause_id=pause.event_id):
        raise InputError("This pause was ended by an independent doctor; pause again first.")
    if found(unit.using, Event, case_name=case.donation, kind="organ.transplanted"):
        raise InputError("An organ of this donation was transplanted; close its file instead.")
    check_code("pause", stopped.reason, called="The reason")
    added(
        unit.using,
        RecoveryStop(event_id=unit.event_id, case_id=case.donation, pause_id=pause.event_id, reason=stopped.reason),
    )
    end_acceptances(unit, case.donation)
    fields = {"donation": case.donation, "reason": stopped.reason}
    return Happening("recovery.stopped", fields, case=case.donation, subject_id=case.subject_id)

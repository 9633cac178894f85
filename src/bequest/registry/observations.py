"""Knows how the observation without touch after the end of circulation is begun and ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donor_file import newest
from bequest.registry.donors import open_case
from bequest.registry.instants import instant_from, past
from bequest.registry.models import Observation, ObservationEnd, Pathway
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, found, leaf_of
from bequest.safeguards.jurisdiction import Parameter, number_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.death import ObservationResult
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class CirculationEnded:
    """Hold when circulation ended; from then on nobody touches the body for as long as the law asks."""

    donation: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ObservationEnded:
    """Hold when and how the newest observation of a donation ended."""

    donation: str
    at: datetime
    result: ObservationResult


def start_observation(office: Office, request: Request, ended: CirculationEnded) -> Entered:
    """Record that circulation ended, and begin the observation without touch."""
    return record(office, request, ended, partial(_start, ended))


def end_observation(office: Office, request: Request, ended: ObservationEnded) -> Entered:
    """Record how the observation ended; it is not complete before its time is over."""
    return record(office, request, ended, partial(_end, ended))


def _start(ended: CirculationEnded, unit: Unit) -> Happening:
    case = open_case(unit, ended.donation)
    if not found(unit.using, Pathway, case_id=case.donation):
        raise InputError("No circulatory pathway is open for this donation; an observation belongs to one.")
    last = newest(unit.using, Observation, case.donation)
    if last is not None and not found(unit.using, ObservationEnd, observation_id=last.event_id):
        raise InputError("An observation of this donation goes on; end it first.")
    minutes = number_of(rules.law_of(unit.office), Parameter.NO_TOUCH_MINUTES)
    if minutes is None:
        raise InputError("The law written down here does not say how long nobody touches the body; ask the authority.")
    began_at = past(ended.at, unit.at, called="The time at which circulation ended")
    added(
        unit.using,
        Observation(
            event_id=unit.event_id,
            case_id=case.donation,
            circulation_ended_at=began_at,
            until_at=instant_text(instant_from(began_at) + timedelta(minutes=minutes)),
        ),
    )
    fields: dict[str, Value] = {"donation": case.donation, "minutes": minutes}
    return Happening("observation.started", fields, case=case.donation, subject_id=case.subject_id)


def _end(ended: ObservationEnded, unit: Unit) -> Happening:
    case = open_case(unit, ended.donation)
    last = newest(unit.using, Observation, case.donation)
    if last is None or found(unit.using, ObservationEnd, observation_id=last.event_id):
        raise InputError("No observation of this donation goes on; begin one first.")
    ended_at = past(ended.at, unit.at, called="The end of the observation")
    if ended_at < last.circulation_ended_at:
        raise InputError("The observation would end before it began; check both times.")
    if ended.result.value == "complete" and ended_at < last.until_at:
        raise InputError(f"The observation lasts until {last.until_at}; before that it is not complete.")
    added(
        unit.using,
        ObservationEnd(
            event_id=unit.event_id,
            observation_id=last.event_id,
            case_id=case.donation,
            until_at=last.until_at,
            ended_at=ended_at,
            result=ended.result.value,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "started": leaf_of(unit.using, last.event_id),
        "result": ended.result.value,
    }
    return Happening("observation.ended", fields, case=case.donation, subject_id=case.subject_id)

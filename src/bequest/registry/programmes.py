"""Knows how a transplant programme passes over its own: a filter for one registration, or a pause of all offers."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.models import (
    Candidate,
    Centre,
    Filter,
    FilterLifting,
    ProgrammePause,
    ProgrammeResumption,
    Registration,
    WaitingList,
)
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, every, found, leaf_of, locked, needed

if TYPE_CHECKING:
    from bequest.model.enums import Organ
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_NAME = re.compile(r"[a-z0-9][a-z0-9./@+-]{0,79}")


@dataclass(frozen=True, slots=True)
class FilterAsked:
    """Hold which registration its programme has passed over, and what it calls that filter."""

    registration: str
    name: str


@dataclass(frozen=True, slots=True)
class ProgrammeAsked:
    """Hold the programme of a centre for an organ."""

    centre: str
    organ: Organ


def set_filter(office: Office, request: Request, asked: FilterAsked) -> Entered:
    """Have a registration passed over by a filter of its programme; an offer that was made stays."""
    return record(office, request, asked, partial(_set, asked))


def lift_filter(office: Office, request: Request, asked: FilterAsked) -> Entered:
    """Take a filter back: the registration is offered again, at its own place."""
    return record(office, request, asked, partial(_lift, asked))


def pause_programme(office: Office, request: Request, asked: ProgrammeAsked) -> Entered:
    """Pass over all registrations of a centre for an organ, until the programme takes offers again."""
    return record(office, request, asked, partial(_pause, asked))


def resume_programme(office: Office, request: Request, asked: ProgrammeAsked) -> Entered:
    """Let a paused programme be offered organs again."""
    return record(office, request, asked, partial(_resume, asked))


def _set(asked: FilterAsked, unit: Unit) -> Happening:
    if not _NAME.fullmatch(asked.name):
        raise InputError("A filter has a short name of small letters, digits and - . / @ +, such as 'donor-age'.")
    registration = _registration(asked, unit)
    if _standing(asked, unit) is not None:
        raise InputError("This filter is set for the registration already.")
    row = Filter(
        event_id=unit.event_id, registration_id=registration.id, name=asked.name, set_by=unit.request.actor
    )  # fmt: skip
    added(unit.using, row)
    fields = {"registration": registration.pseudonym, "filter": asked.name}
    return Happening("filter.set", fields, case=registration.id, subject_id=_person(registration, unit))


def _lift(asked: FilterAsked, unit: Unit) -> Happening:
    registration = _registration(asked, unit)
    standing = _standing(asked, unit)
    if standing is None:
        raise InputError("This filter is not set for the registration.")
    row = FilterLifting(event_id=unit.event_id, filter_id=standing.event_id, lifted_by=unit.request.actor)
    added(unit.using, row)
    fields = {"registration": registration.pseudonym, "set": leaf_of(unit.using, standing.event_id)}
    return Happening("filter.lifted", fields, case=registration.id, subject_id=_person(registration, unit))


def _registration(asked: FilterAsked, unit: Unit) -> Registration:
    """Return a registration, with its list locked: whoever makes an offer sees the filter or is done before it."""
    sentence = f"There is no registration '{asked.registration[:40]}'; check its number."
    registration = needed(unit.using, Registration, sentence, id=asked.registration)
    locked(unit.using, WaitingList, "A registration has a list.", organ=registration.waiting_list_id)
    return registration


def _standing(asked: FilterAsked, unit: Unit) -> Filter | None:
    rows = every(unit.using, Filter, registration_id=asked.registration, name=asked.name)
    return next((row for row in rows if not found(unit.using, FilterLifting, filter_id=row.event_id)), None)


def _person(registration: Registration, unit: Unit) -> str:
    return needed(unit.using, Candidate, "A registration has a candidate.", id=registration.candidate_id).subject_id


def _pause(asked: ProgrammeAsked, unit: Unit) -> Happening:
    _lock(asked, unit)
    if _paused(asked, unit) is not None:
        raise InputError("This programme is paused already.")
    row = ProgrammePause(event_id=unit.event_id, centre_id=asked.centre, organ=asked.organ.value)
    added(unit.using, row)
    return Happening("programme.paused", {"centre": asked.centre, "organ": asked.organ.value})


def _resume(asked: ProgrammeAsked, unit: Unit) -> Happening:
    _lock(asked, unit)
    paused = _paused(asked, unit)
    if paused is None:
        raise InputError("This programme is not paused.")
    added(unit.using, ProgrammeResumption(event_id=unit.event_id, pause_id=paused.event_id))
    fields = {"centre": asked.centre, "paused": leaf_of(unit.using, paused.event_id)}
    return Happening("programme.resumed", fields)


def _lock(asked: ProgrammeAsked, unit: Unit) -> None:
    needed(unit.using, Centre, f"Centre '{asked.centre[:40]}' is not in the table of places.", id=asked.centre)
    locked(unit.using, WaitingList, f"'{asked.organ.value}' is no list.", organ=asked.organ.value)


def _paused(asked: ProgrammeAsked, unit: Unit) -> ProgrammePause | None:
    rows = every(unit.using, ProgrammePause, centre_id=asked.centre, organ=asked.organ.value)
    return next((row for row in rows if not found(unit.using, ProgrammeResumption, pause_id=row.event_id)), None)

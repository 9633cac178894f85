"""Knows how a centre declares who treats its candidates, and which places may recover or transplant organs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry.models import Authorisation, Candidate, CareTeam, Centre, Registration, WaitingList
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, locked, needed
from bequest.registry.secrecy import staff_pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.enums import Organ
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit
    from bequest.safeguards.offer_rules import Activity


@dataclass(frozen=True, slots=True)
class Treated:
    """Hold who treats a registered candidate, or would transplant them: the whole list, in place of an earlier one."""

    registration: str
    doctors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Authorised:
    """Hold what a place is authorised for, of which organ (None: of all), from when, and until when."""

    centre: str
    activity: Activity
    organ: Organ | None
    from_at: datetime
    until_at: datetime


def declare_care_team(office: Office, request: Request, treated: Treated) -> Entered:
    """Declare who treats a candidate; nobody of them may have certified the death of a donor whose organ they get."""
    return record(office, request, treated, partial(_declare, treated))


def authorise_place(office: Office, request: Request, authorised: Authorised) -> Entered:
    """Record the authorisation of a hospital or centre; without one nothing is offered from it, or to it."""
    return record(office, request, authorised, partial(_authorise, authorised))


def _declare(treated: Treated, unit: Unit) -> Happening:
    doctors = sorted(set(treated.doctors))
    if not doctors or not all(doctors) or any("\n" in name for name in doctors):
        raise InputError("A care team names at least one doctor, each on a line of their own.")
    sentence = f"There is no registration '{treated.registration[:40]}'; check its number."
    registration = needed(unit.using, Registration, sentence, id=treated.registration)
    locked(unit.using, WaitingList, "A registration has a list.", organ=registration.waiting_list_id)
    row = CareTeam(event_id=unit.event_id, registration_id=registration.id, doctors="\n".join(doctors))
    added(unit.using, row)
    members: list[Value] = [staff_pseudonym(unit.office, name) for name in doctors]
    fields: dict[str, Value] = {"registration": registration.pseudonym, "members": members}
    person = needed(unit.using, Candidate, "A registration has a candidate.", id=registration.candidate_id)
    return Happening("care_team.declared", fields, case=registration.id, subject_id=person.subject_id)


def _authorise(authorised: Authorised, unit: Unit) -> Happening:
    needed(unit.using, Centre, f"'{authorised.centre[:40]}' is not in the table of places.", id=authorised.centre)
    if authorised.until_at <= authorised.from_at:
        raise InputError("An authorisation ends after it begins; give both instants.")
    organ = None if authorised.organ is None else authorised.organ.value
    added(
        unit.using,
        Authorisation(
            event_id=unit.event_id,
            centre_id=authorised.centre,
            activity=authorised.activity.value,
            organ=organ,
            from_at=instant_text(authorised.from_at),
            until_at=instant_text(authorised.until_at),
        ),
    )
    fields: dict[str, Value] = {
        "centre": authorised.centre,
        "activity": authorised.activity.value,
        "until": instant_text(authorised.until_at),
    }
    if organ is not None:
        fields["organ"] = organ
    return Happening("place.authorised", fields)

"""Knows how a candidate is put on a waiting list, and how a registration is changed, suspended and removed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.facts import facts_digest
from bequest.model.enums import RegistrationStatus
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.dated import BASE, data_of, days, standing, validity_if_any
from bequest.registry.models import Candidate, Registration
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError, StaleError
from bequest.registry.residences import ResidenceDeclared, residence
from bequest.registry.rows import added, every, found
from bequest.registry.secrecy import new_identifier, new_subject
from bequest.registry.versions import (
    REMOVED,
    add_version,
    case_of_listing,
    check_registration,
    facts_of,
    gone_on,
    held_on_list,
    lock_list,
    merged,
    newest_versions,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.ledger.facts import Facts
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

CREATED = "listing.created"
RESULT_COLUMNS = frozenset({"hla", "unacceptable_antigens"})
"""Facts that two people type, or a signer answers for (results.py)."""
WAITING_COLUMNS = frozenset({"listed_on", "consent_to_listing_on", "waiting_since_on"})
"""Facts from which waiting counts; only an appeal changes them (appeals.py)."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Hold the facts of a new registration as ledger/facts.py writes them; `identity` goes sealed into the vault.

    Without an identity the candidate is one who has registrations already, or is identified elsewhere. `resident` and
    `agreement` are as in `residences.ResidenceDeclared`; None is not known, and holds every offer.
    """

    facts: Mapping[str, str]
    identity: str | None = None
    resident: bool | None = None
    agreement: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Hold which facts of a registration are others from now on; None takes one away.

    `seen` is the version that whoever asks has read, by its event; None where nobody has to have read it.
    """

    registration: str
    facts: Mapping[str, str | None]
    seen: str | None = None


@dataclass(frozen=True, slots=True)
class Suspension:
    """Hold which registration takes no part in match runs for now; `reason` is a code of `suspend_reason`."""

    registration: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removal:
    """Hold which registration leaves the list; `reason` is a code of `remove_reason`."""

    registration: str
    reason: str


def list_candidate(office: Office, request: Request, listing: Listing) -> Entered:
    """Put a candidate on the list of an organ."""
    return record(office, request, listing, partial(_list, listing))


def change_registration(office: Office, request: Request, change: Change) -> Entered:
    """Change facts of a registration; the facts before stay, with their leaf. It also ends a suspension."""
    return record(office, request, change, partial(_change, change))


def suspend_registration(office: Office, request: Request, suspension: Suspension) -> Entered:
    """Suspend a registration: it stays on the list and takes no part in match runs."""
    return record(office, request, suspension, partial(_suspend, suspension))


def remove_registration(office: Office, request: Request, removal: Removal) -> Entered:
    """Take a registration off its list for good."""
    return record(office, request, removal, partial(_remove, removal))


def _list(listing: Listing, unit: Unit) -> Happening:
    facts = dict(listing.facts)
    check_registration(facts, unit)
    refuse_long_levels(facts, unit.at, country=unit.office.jurisdiction)
    registration, candidate = new_registration(facts, unit, identity=listing.identity)
    add_version(unit, registration.id, CREATED, facts)
    return said_of_listing(listing, registration, unit, subject_id=candidate.subject_id)


def said_of_listing(listing: Listing, registration: Registration, unit: Unit, *, subject_id: str) -> Happening:
    """Return what the leaf of a new registration says, and keep what is declared of residence with it."""
    facts = dict(listing.facts)
    fields: dict[str, Value] = {
        "registration": registration.pseudonym, "organ": facts["organ"], "facts": facts_digest(facts),
    }  # fmt: skip
    if listing.resident is not None:
        fields |= residence(ResidenceDeclared(registration.id, listing.resident, listing.agreement), unit)
    return Happening(CREATED, fields, case=case_of_listing(registration.id), subject_id=subject_id)


def new_registration(facts: Facts, unit: Unit, *, identity: str | None) -> tuple[Registration, Candidate]:
    """Add a registration, and its candidate where that is a new one; the list is locked from here on."""
    name, person, organ = facts["registration"], facts["candidate"], facts["organ"]
    if facts["status"] == RegistrationStatus.REMOVED.value:
        raise InputError("A registration that was removed is put on no list.")
    lock_list(organ, unit)
    if found(unit.using, Registration, id=name):
        raise InputError(f"Registration {name} is there already; give a new one an identifier of its own.")
    refuse_twice_listed(facts, unit)
    candidate = found(unit.using, Candidate, id=person)
    if candidate is None:
        candidate = added(unit.using, Candidate(id=person, subject_id=new_subject(unit.office, identity).id))
    elif identity is not None:
        raise InputError(f"Candidate {person} is known, with an identity in the vault; leave it out.")
    registration = Registration(
        id=name, candidate_id=person, waiting_list_id=organ, pseudonym=new_identifier(unit.office)
    )  # fmt: skip
    return added(unit.using, registration), candidate


def refuse_twice_listed(facts: Facts, unit: Unit) -> None:
    """Raise `InputError` where the candidate is on this list of this centre already."""
    person, organ = facts["candidate"], facts["organ"]
    others = [each.id for each in every(unit.using, Registration, candidate_id=person, waiting_list_id=organ)]
    for name, known in newest_versions(unit.using, others).items():
        if known.kind != REMOVED and known.centre_id == facts["centre"]:
            raise InputError(f"Candidate {person} is on the {organ} list of this centre already, as {name}.")


def _change(change: Change, unit: Unit) -> Happening:
    before = held_on_list(change.registration, unit)
    if change.seen not in {None, before.version.event_id}:
        raise StaleError("The registration was changed since you read it; read it again.")
    fixed = {"registration", "candidate", "organ"} & set(change.facts)
    if fixed:
        raise InputError(f"'{min(fixed)}' of a registration never changes; remove it and list the candidate anew.")
    _refuse_other_ways(change, organ=before.registration.waiting_list_id)
    facts = merged(facts_of(before.version), change.facts)
    if facts.get("status") == RegistrationStatus.REMOVED.value:
        raise InputError("A registration is removed with a reason, not by its status.")
    check_registration(facts, unit)
    return gone_on(unit, before, "listing.changed", facts, {})


def _refuse_other_ways(change: Change, *, organ: str) -> None:
    """Raise `GateRefusedError` for facts that are changed by steps of their own, because more people look at them."""
    results = sorted(RESULT_COLUMNS & set(change.facts))
    if results:
        raise GateRefusedError(
            f"'{results[0]}' is not changed by one person: enter the result, and have a colleague type it again.",
            rule=rules.LISTING, step="listing",
        )  # fmt: skip
    waiting = sorted(WAITING_COLUMNS & set(change.facts))
    if waiting:
        raise GateRefusedError(
            f"'{waiting[0]}' says since when the candidate waits; it changes by an appeal, which people outside the"
            " centre decide.",
            rule=rules.LISTING, step="listing",
        )  # fmt: skip
    for datum in data_of(organ):
        raised = [name for name in datum.columns if change.facts.get(name, BASE) not in {None, BASE, "none"}]
        if raised:
            raise GateRefusedError(
                f"'{raised[0]}' is not changed as other facts are: recertify it with a measurement, or ask for an"
                " exception. It can be taken away here.",
                rule=rules.URGENCY, step="urgency",
            )  # fmt: skip


def refuse_long_levels(facts: Facts, at: datetime, *, country: str) -> None:
    """Raise `GateRefusedError` for a listing with an exception, or with a level that would hold for too long."""
    organ = facts["organ"]
    for datum in data_of(organ):
        if datum.lower_until and datum.lower in facts:
            raise GateRefusedError(
                f"'{datum.lower}' is written by the decision on an exception; nobody is listed with it.",
                rule=rules.URGENCY, step="urgency",
            )  # fmt: skip
        now = standing(facts, datum, at)
        rule = None if now.level is None else validity_if_any(datum, now.level, country=country, organ=organ)
        if rule is not None and now.until is not None and now.until > at + days(rule.first_days):
            raise GateRefusedError(
                f"'{datum.until}' is {facts[datum.until]}, and this level holds for {rule.first_days} days"
                f" ({rule.cite}); give an earlier end, and recertify before it.",
                rule=rules.URGENCY, step="urgency",
            )  # fmt: skip


def _suspend(suspension: Suspension, unit: Unit) -> Happening:
    before = held_on_list(suspension.registration, unit)
    facts = merged(facts_of(before.version), {"status": RegistrationStatus.SUSPENDED.value})
    return gone_on(unit, before, "listing.suspended", facts, {"reason": suspension.reason})


def _remove(removal: Removal, unit: Unit) -> Happening:
    before = held_on_list(removal.registration, unit)
    return gone_on(unit, before, REMOVED, None, {"reason": removal.reason})

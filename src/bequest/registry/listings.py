"""Knows how a candidate is put on a waiting list, and how a registration is changed, suspended and removed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.facts import facts_digest
from bequest.model.column import Table
from bequest.model.enums import RegistrationStatus
from bequest.model.errors import InputError
from bequest.registry.facts_check import check_facts
from bequest.registry.models import Candidate, Centre, Registration, Version, WaitingList
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, every, found, leaf_of, locked, needed
from bequest.registry.secrecy import new_identifier, new_subject

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.commitment import Value
    from bequest.ledger.facts import Facts
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

REMOVED = "listing.removed"


@dataclass(frozen=True, slots=True)
class Listing:
    """Hold the facts of a new registration as ledger/facts.py writes them; `identity` goes sealed into the vault.

    Without an identity the candidate is one who has registrations already, or is identified elsewhere.
    """

    facts: Mapping[str, str]
    identity: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """Hold which facts of a registration are others from now on; None takes one away."""

    registration: str
    facts: Mapping[str, str | None]


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


def newest_version(using: str, registration: str) -> Version:
    """Return the facts of a registration as they are now."""
    versions = every(using, Version, registration_id=registration)
    return max(versions, key=lambda version: leaf_of(using, version.event_id))


def facts_of(version: Version) -> Facts:
    """Return the facts of a version; raise `InputError` where they are gone."""
    if version.facts is None:
        raise InputError(f"Registration {version.registration_id} has left its list.")
    return cast("Facts", json.loads(version.facts))


def _list(listing: Listing, unit: Unit) -> Happening:
    facts = dict(listing.facts)
    _check(facts, unit)
    name, person, organ = facts["registration"], facts["candidate"], facts["organ"]
    if facts["status"] == RegistrationStatus.REMOVED.value:
        raise InputError("A registration that was removed is put on no list.")
    _lock(organ, unit)
    if found(unit.using, Registration, id=name):
        raise InputError(f"Registration {name} is there already; give a new one an identifier of its own.")
    for other in every(unit.using, Registration, candidate_id=person, waiting_list_id=organ):
        known = newest_version(unit.using, other.id)
        if known.kind != REMOVED and facts_of(known)["centre"] == facts["centre"]:
            raise InputError(f"Candidate {person} is on the {organ} list of this centre already, as {other.id}.")
    candidate = found(unit.using, Candidate, id=person)
    if candidate is None:
        candidate = added(
            unit.using, Candidate(id=person, subject_id=new_subject(unit.office, listing.identity).id)
        )  # fmt: skip
    elif listing.identity is not None:
        raise InputError(f"Candidate {person} is known, with an identity in the vault; leave it out.")
    registration = added(
        unit.using,
        Registration(
            id=name, candidate_id=person, waiting_list_id=organ, pseudonym=new_identifier(unit.office)
        ),
    )  # fmt: skip
    _add_version(unit, name, "listing.created", facts)
    fields: dict[str, Value] = {"organ": organ, "facts": facts_digest(facts)}
    return _happening("listing.created", registration, candidate, fields)


def _change(change: Change, unit: Unit) -> Happening:
    registration, before = _locked(change.registration, unit)
    fixed = {"registration", "candidate", "organ"} & set(change.facts)
    if fixed:
        raise InputError(f"'{min(fixed)}' of a registration never changes; remove it and list the candidate anew.")
    merged: dict[str, str | None] = {**facts_of(before), **change.facts}
    facts = {name: text for name, text in merged.items() if text is not None}
    if facts.get("status") == RegistrationStatus.REMOVED.value:
        raise InputError("A registration is removed with a reason, not by its status.")
    _check(facts, unit)
    return _next(unit, registration, before, "listing.changed", facts, {})


def _suspend(suspension: Suspension, unit: Unit) -> Happening:
    registration, before = _locked(suspension.registration, unit)
    facts = {**facts_of(before), "status": RegistrationStatus.SUSPENDED.value}
    fields: dict[str, Value] = {"reason": suspension.reason}
    return _next(unit, registration, before, "listing.suspended", facts, fields)


def _remove(removal: Removal, unit: Unit) -> Happening:
    registration, before = _locked(removal.registration, unit)
    return _next(unit, registration, before, REMOVED, None, {"reason": removal.reason})


def _next(  # noqa: PLR0913, PLR0917  the parts of a change
    unit: Unit,
    registration: Registration,
    before: Version,
    kind: str,
    facts: Facts | None,
    fields: dict[str, Value],
) -> Happening:
    """Add the next version of a registration."""
    _add_version(unit, registration.id, kind, facts)
    candidate = needed(unit.using, Candidate, "A registration has a candidate.", id=registration.candidate_id)
    fields |= {"organ": registration.waiting_list_id, "previous": leaf_of(unit.using, before.event_id)}
    if facts is not None:
        fields["facts"] = facts_digest(facts)
    return _happening(kind, registration, candidate, fields)


def _happening(kind: str, registration: Registration, candidate: Candidate, fields: Mapping[str, Value]) -> Happening:
    whole: dict[str, Value] = {"registration": registration.pseudonym, **fields}
    return Happening(kind, whole, case=f"listing {registration.id}", subject_id=candidate.subject_id)


def _add_version(unit: Unit, registration: str, kind: str, facts: Facts | None) -> None:
    added(
        unit.using,
        Version(
            event_id=unit.event_id,
            registration_id=registration,
            kind=kind,
            facts=None if facts is None else canonical_bytes(facts).decode(),
            digest=None if facts is None else facts_digest(facts),
        ),
    )


def _locked(name: str, unit: Unit) -> tuple[Registration, Version]:
    """Return a registration and its newest facts, its list locked; raise `InputError` where it left the list."""
    sentence = f"There is no registration '{name[:40]}'; check the identifier."
    registration = needed(unit.using, Registration, sentence, id=name)
    _lock(registration.waiting_list_id, unit)
    before = newest_version(unit.using, name)
    facts_of(before)
    return registration, before


def _lock(organ: str, unit: Unit) -> None:
    """Have a list for this transaction alone: no run ranks it while it changes."""
    locked(unit.using, WaitingList, f"'{organ[:40]}' is no list.", organ=organ)


def _check(facts: Facts, unit: Unit) -> None:
    """Raise `InputError` for facts that no registration of this office has."""
    check_facts([facts], Table.REGISTRATION)
    if (facts["synthetic"] == "yes") != unit.office.synthetic:
        raise InputError("Invented people, and they alone, are on the lists of a registry with country ZZ.")
    if not found(unit.using, Centre, id=facts["centre"]):
        raise InputError(f"Centre '{facts['centre'][:40]}' is not in the table of places; add it first.")

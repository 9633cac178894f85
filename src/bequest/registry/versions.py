"""Knows the facts of a registration from one leaf to the next: how they are read, locked, checked and gone on from."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.facts import facts_digest
from bequest.model.column import Table
from bequest.model.errors import InputError
from bequest.registry.facts_check import check_facts
from bequest.registry.models import Candidate, Centre, Registration, Version, WaitingList
from bequest.registry.recording import Happening
from bequest.registry.rows import added, every, found, leaf_of, locked, needed, store_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.ledger.commitment import Value
    from bequest.ledger.facts import Facts
    from bequest.registry.recording import Unit

REMOVED = "listing.removed"


@dataclass(frozen=True, slots=True)
class Held:
    """Hold a registration whose list is locked, with its newest version; the facts are gone where it was removed."""

    registration: Registration
    version: Version


def newest_version(using: str, registration: str) -> Version:
    """Return the facts of a registration as they are now."""
    return versions_of(using, registration)[-1]


def newest_versions(using: str, registrations: Sequence[str]) -> dict[str, Version]:
    """Return the facts of registrations as they are now, by registration, in one question."""
    return {version.registration_id: version for version in _in_order(using, registrations)}


def versions_of(using: str, registration: str) -> list[Version]:
    """Return all versions of a registration, the oldest first."""
    return _in_order(using, [registration])


def centres_now(using: str, registrations: Sequence[str]) -> dict[str, str | None]:
    """Return the centre of registrations, also of those that left their list; None once a person was erased."""
    found_there: dict[str, str | None] = dict.fromkeys(registrations)
    marks = ", ".join("?" * len(registrations))
    rows = store_of(using).run(_CENTRES.format(marks=marks), registrations).fetchall() if registrations else []
    for name, centre in rows:
        found_there[str(name)] = found_there[str(name)] if centre is None else str(centre)
    return found_there


_CENTRES = (
    "SELECT v.registration_id, v.centre_id FROM registry_version v JOIN ledger_entry l ON l.event_id = v.event_id"
    " WHERE v.registration_id IN ({marks}) ORDER BY l.idx"
)


def _in_order(using: str, registrations: Sequence[str]) -> list[Version]:
    """Return all versions of registrations in the order of their leaves."""
    marks = ", ".join("?" * len(registrations))
    rows = store_of(using).run(VERSIONS.format(marks=marks), registrations).fetchall() if registrations else []
    return [Version(**dict(zip(_COLUMNS, row, strict=True))) for row in rows]


_COLUMNS = ("event_id", "registration_id", "kind", "centre_id", "facts", "digest")
VERSIONS = (
    f"SELECT {', '.join(f'v.{name}' for name in _COLUMNS)} FROM registry_version v"  # noqa: S608  our own names
    " JOIN ledger_entry l ON l.event_id = v.event_id WHERE v.registration_id IN ({marks}) ORDER BY l.idx"
)


def facts_of(version: Version) -> Facts:
    """Return the facts of a version; raise `InputError` where they are gone."""
    if version.facts is None:
        raise InputError(f"Registration {version.registration_id} has left its list.")
    return cast("Facts", json.loads(version.facts))


def last_facts(using: str, registration: str) -> Facts:
    """Return the facts of a registration, or those before it was removed; raise `InputError` where they are gone."""
    stood = [version for version in versions_of(using, registration) if version.kind != REMOVED]
    return facts_of(stood[-1])


def centres_of(using: str, candidate: str) -> frozenset[str]:
    """Return every centre at which a candidate is or was listed, for whatever organ."""
    versions = every(using, Version, registration__candidate_id=candidate)
    return frozenset(version.centre_id for version in versions if version.centre_id is not None)


def held(name: str, unit: Unit) -> Held:
    """Return a registration and its newest version, its list locked, whether it is on the list or has left it."""
    sentence = f"There is no registration '{name[:40]}'; check the identifier."
    registration = needed(unit.using, Registration, sentence, id=name)
    lock_list(registration.waiting_list_id, unit)
    return Held(registration, newest_version(unit.using, name))


def held_on_list(name: str, unit: Unit) -> Held:
    """Return a registration that is on its list, locked; raise `InputError` where it left the list."""
    found_there = held(name, unit)
    facts_of(found_there.version)
    return found_there


def lock_list(organ: str, unit: Unit) -> None:
    """Have a list for this transaction alone: no run ranks it while it changes."""
    locked(unit.using, WaitingList, f"'{organ[:40]}' is no list.", organ=organ)


def merged(before: Facts, changes: Mapping[str, str | None]) -> Facts:
    """Return facts with some of them changed, added, or (None) taken away."""
    whole: dict[str, str | None] = {**before, **changes}
    return {name: text for name, text in whole.items() if text is not None}


def check_registration(facts: Facts, unit: Unit) -> None:
    """Raise `InputError` for facts that no registration of this office has."""
    check_facts([facts], Table.REGISTRATION)
    if (facts["synthetic"] == "yes") != unit.office.synthetic:
        raise InputError("Invented people, and they alone, are on the lists of a registry with country ZZ.")
    if not found(unit.using, Centre, id=facts["centre"]):
        raise InputError(f"Centre '{facts['centre'][:40]}' is not in the table of places; add it first.")


def add_version(unit: Unit, registration: str, kind: str, facts: Facts | None) -> None:
    """Add the facts of a registration from this event on; None: it leaves the list."""
    added(unit.using, version_row(unit, registration, kind, facts))


def version_row(unit: Unit, registration: str, kind: str, facts: Facts | None) -> Version:
    """Return the facts of a registration from this event on, to be added."""
    return Version(
        event_id=unit.event_id,
        registration_id=registration,
        kind=kind,
        centre_id=None if facts is None else facts["centre"],
        facts=None if facts is None else canonical_bytes(facts).decode(),
        digest=None if facts is None else facts_digest(facts),
    )


def gone_on(unit: Unit, before: Held, kind: str, facts: Facts | None, fields: Mapping[str, Value]) -> Happening:
    """Add the next version of a registration, and return what its leaf says."""
    add_version(unit, before.registration.id, kind, facts)
    whole: dict[str, Value] = {
        **fields,
        "organ": before.registration.waiting_list_id,
        "previous": leaf_of(unit.using, before.version.event_id),
    }
    if facts is not None:
        whole["facts"] = facts_digest(facts)
    return about(unit, before.registration, kind, whole)


def about(unit: Unit, registration: Registration, kind: str, fields: Mapping[str, Value]) -> Happening:
    """Return what a leaf says of a registration, by the pseudonym that its own leaves share."""
    candidate = needed(unit.using, Candidate, "A registration has a candidate.", id=registration.candidate_id)
    whole: dict[str, Value] = {"registration": registration.pseudonym, **fields}
    return Happening(kind, whole, case=case_of_listing(registration.id), subject_id=candidate.subject_id)


def case_of_listing(registration: str) -> str:
    """Return the name of the case that all leaves of a registration belong to."""
    return f"listing {registration}"

"""Knows how a person is erased: their key is destroyed, and with it all that it closes; the log stays as it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.erasure import KIND
from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.closed_events import close_events
from bequest.registry.codes import check_code
from bequest.registry.donor_file import newest
from bequest.registry.donors import any_case
from bequest.registry.models import (
    Acceptance,
    Candidate,
    DeathDeclaration,
    DonorCase,
    Offer,
    Organ,
    Referral,
    Registration,
    Subject,
    Version,
)
from bequest.registry.recording import Entered, Happening, locked_head, record
from bequest.registry.rows import change, every, found, locked
from bequest.registry.shown_rows import keep_apart, keep_shown_rows, runs_for, runs_with
from bequest.registry.versions import newest_versions
from bequest.safeguards import step_gate
from bequest.safeguards.traceability import Deletion

if TYPE_CHECKING:
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class CandidateErased:
    """Hold which candidate is erased, on which legal basis: a code of the list `erasure_basis` of leaves."""

    candidate: str
    basis: str


@dataclass(frozen=True, slots=True)
class DonorErased:
    """Hold the donor of which donation is erased, on which legal basis."""

    donation: str
    basis: str


def erase_candidate(office: Office, request: Request, erased: CandidateErased) -> Entered:
    """Erase a candidate who is on no list; refused while the records of a transplant have to be kept (TRC-02).

    What bundles show of the runs that ranked them is kept first: nobody can rank these anew afterwards.
    """
    names = [each.id for each in every(office.using, Registration, "id", candidate_id=erased.candidate)]
    keep_apart(office, runs_with(office.using, names))
    return record(office, request, erased, partial(_candidate, erased))


def erase_donor(office: Office, request: Request, erased: DonorErased) -> Entered:
    """Erase who a donor was; refused while the records of the donation have to be kept (TRC-02).

    What bundles show of the runs for them is kept first: nobody can rank these anew afterwards.
    """
    keep_apart(office, runs_for(office.using, erased.donation))
    return record(office, request, erased, partial(_donor, erased))


def _candidate(erased: CandidateErased, unit: Unit) -> Happening:
    sentence = f"There is no candidate '{erased.candidate[:40]}'; check the identifier."
    candidate = locked(unit.using, Candidate, sentence, id=erased.candidate)
    registrations = every(unit.using, Registration, "id", candidate_id=candidate.id)
    names = [each.id for each in registrations]
    on_list = [name for name, version in newest_versions(unit.using, names).items() if version.facts is not None]
    if on_list:
        raise InputError(f"Registration {min(on_list)} is on a list; remove it with its reason first.")
    offers = every(unit.using, Offer, "offered_at", registration_id__in=names)
    accepted = [each for each in offers if found(unit.using, Acceptance, offer_id=each.event_id)]
    if accepted:
        _check_kept(date.fromisoformat(accepted[-1].offered_at[:10]), None, unit)
    keep_shown_rows(unit.office, runs_with(unit.using, names))
    happening = _destroyed(candidate.subject_id, erased.basis, unit)
    change(unit.using, Version, {"centre_id": None, "facts": None}, registration_id__in=names)
    unit.office.lists.forget(names)
    return happening


def _donor(erased: DonorErased, unit: Unit) -> Happening:
    case = any_case(unit, erased.donation)
    _check_kept(_donated_on(case, unit), case, unit)
    keep_shown_rows(unit.office, runs_for(unit.using, case.donation))
    happening = _destroyed(case.subject_id, erased.basis, unit)
    change(unit.using, Organ, {"facts": None}, case_id=case.donation)
    return happening


def _donated_on(case: DonorCase, unit: Unit) -> date | None:
    """Return the day from which the records of a donation are kept; None where nothing tells it."""
    death = newest(unit.using, DeathDeclaration, case.donation)
    if death is not None:
        return date.fromisoformat(death.declared_at[:10])
    referral = found(unit.using, Referral, case_id=case.donation)
    return None if referral is None else date.fromisoformat(referral.referred_at[:10])


def _check_kept(donated_on: date | None, case: DonorCase | None, unit: Unit) -> None:
    decision = step_gate(Deletion(donated_on), unit.at, rules.law_of(unit.office))
    rules.let_pass(decision, step="erasure", donation=None if case is None else case.donation)


def _destroyed(subject_id: str, basis: str, unit: Unit) -> Happening:
    check_code("erasure_basis", basis, called="The legal basis")
    # Whoever writes an event of this person has the head of the log first, and then asks for the key: so here too.
    locked_head(unit.using)
    subject = locked(unit.using, Subject, "That person is not in the vault.", id=subject_id)
    if subject.destroyed_at is not None:
        raise InputError("This person was erased already.")
    closed = close_events(unit, subject.id)
    gone = {"wrapped_key": None, "identity": None, "destroyed_at": instant_text(unit.at)}
    change(unit.using, Subject, gone, id=subject_id)
    # Under the key of the office, and of no case. What links the leaf to others is closed to the public.
    return Happening(KIND, {"basis": basis, "closed": closed})

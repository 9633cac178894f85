"""Knows how consent to donation is recorded, verified by somebody else, and withdrawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import Consent, ConsentRevocation, ConsentVerification
from bequest.registry.offer_rows import lapsed
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, leaf_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.consent import ConsentCondition
    from bequest.model.enums import ConsentBasis, Organ
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """Hold a consent as it was given; `organs` is its whole scope, `document` the SHA-256 of the paper, if any.

    `witness` saw it given; `tied_to` None means that nobody asked for conditions. Age, residence and capacity are for a
    consent that the law deems; None is not known.
    """

    donation: str
    basis: ConsentBasis
    organs: tuple[Organ, ...]
    recorded_at: datetime
    objection_found: bool
    document: str | None = None
    witness: str | None = None
    tied_to: ConsentCondition | None = None
    age_years: int | None = None
    resident_months: int | None = None
    lacked_capacity_long: bool | None = None


@dataclass(frozen=True, slots=True)
class ConsentConfirmed:
    """Hold that a second person looked the consent up: where, and what was found (codes of the leaf)."""

    donation: str
    register: str
    register_answer: str


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    """Hold that consent was withdrawn, and by whom: a code of the list `relation` of leaves."""

    donation: str
    by: str


def record_consent(office: Office, request: Request, given: ConsentGiven) -> Entered:
    """Write a consent down; it opens nothing before somebody else has verified it."""
    return record(office, request, given, partial(_record, given))


def verify_consent(office: Office, request: Request, confirmed: ConsentConfirmed) -> Entered:
    """Confirm the newest consent of a donation; refused to who wrote it down."""
    return record(office, request, confirmed, partial(_verify, confirmed))


def revoke_consent(office: Office, request: Request, withdrawn: ConsentWithdrawn) -> Entered:
    """Withdraw the newest consent of a donation: from now on nothing is opened, offered or accepted under it."""
    return record(office, request, withdrawn, partial(_revoke, withdrawn))


def standing_consent(using: str, donation: str) -> tuple[Consent, ConsentVerification] | None:
    """Return the newest verified consent of a donation; None where there is none, or any newer step withdrew it."""
    consent = _newest(using, donation)
    if consent is None or found(using, ConsentRevocation, consent_id=consent.event_id):
        return None
    verified = found(using, ConsentVerification, consent_id=consent.event_id)
    return None if verified is None else (consent, verified)


def _record(given: ConsentGiven, unit: Unit) -> Happening:
    case = open_case(unit, given.donation)
    if not given.organs:
        raise InputError("A consent covers at least one organ; name them.")
    names = sorted({organ.value for organ in given.organs})
    added(
        unit.using,
        Consent(
            event_id=unit.event_id,
            case_id=case.donation,
            basis=given.basis.value,
            organs=" ".join(names),
            recorded_at=past(given.recorded_at, unit.at, called="The time of the consent"),
            recorded_by=unit.request.actor,
            objection_found=given.objection_found,
            document=given.document,
            witness=given.witness,
            tied_to=None if given.tied_to is None else given.tied_to.value,
            age_years=given.age_years,
            resident_months=given.resident_months,
            lacked_capacity_long=given.lacked_capacity_long,
        ),
    )
    organs: list[Value] = [*names]
    fields: dict[str, Value] = {"donation": case.donation, "basis": given.basis.value, "organs": organs}
    if given.document is not None:
        fields["document"] = given.document
    if given.tied_to is not None:
        fields["tied_to"] = given.tied_to.value
    return Happening("consent.recorded", fields, case=case.donation, subject_id=case.subject_id)


def _verify(confirmed: ConsentConfirmed, unit: Unit) -> Happening:
    case = open_case(unit, confirmed.donation)
    consent = _needed(unit, case.donation)
    if found(unit.using, ConsentVerification, consent_id=consent.event_id):
        raise InputError("The newest consent of this donation is verified already.")
    if consent.recorded_by == unit.request.actor:
        raise GateRefusedError(
            "A consent is verified by somebody else than who wrote it down; ask a colleague.",
            rule=rules.CONSENT, step="donor_entry", donation=case.donation,
        )  # fmt: skip
    added(
        unit.using,
        ConsentVerification(
            event_id=unit.event_id,
            case_id=case.donation,
            consent_id=consent.event_id,
            recorded_by=consent.recorded_by,
            verified_by=unit.request.actor,
            register=confirmed.register,
            register_answer=confirmed.register_answer,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "consent": leaf_of(unit.using, consent.event_id),
        "register": confirmed.register,
        "register_answer": confirmed.register_answer,
    }
    return Happening("consent.verified", fields, case=case.donation, subject_id=case.subject_id)


def _revoke(withdrawn: ConsentWithdrawn, unit: Unit) -> Happening:
    case = open_case(unit, withdrawn.donation)
    consent = _needed(unit, case.donation)
    if found(unit.using, ConsentRevocation, consent_id=consent.event_id):
        raise InputError("The newest consent of this donation was withdrawn already.")
    added(
        unit.using, ConsentRevocation(event_id=unit.event_id, consent_id=consent.event_id, by=withdrawn.by)
    )  # fmt: skip
    fields: dict[str, Value] = {
        "donation": case.donation,
        "consent": leaf_of(unit.using, consent.event_id),
        "by": withdrawn.by,
    }
    taken_back = lapsed(unit, case)
    return Happening(
        "consent.revoked", fields, case=case.donation, subject_id=case.subject_id, after=taken_back
    )  # fmt: skip


def _newest(using: str, donation: str) -> Consent | None:
    consents = every(using, Consent, case_id=donation)
    return max(consents, key=lambda each: leaf_of(using, each.event_id), default=None)


def _needed(unit: Unit, donation: str) -> Consent:
    consent = _newest(unit.using, donation)
    if consent is None:
        raise InputError("No consent to this donation is written down; record it first.")
    return consent

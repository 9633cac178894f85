"""Knows the tables of a possible donation and what was found out about it, as Django sees them."""

from __future__ import annotations

from bequest.registry.fields import Row, number, of, one_of, text, text_or_nothing, truth
from bequest.registry.models.people import Centre, Event, Subject


class DonorCase(Row):
    """Keep one possible donation: deceased by law of the table; nothing here says anything of organs."""

    donation = text(key=True)
    donor = text(unique=True)
    kind = text()
    subject = one_of(Subject)
    subject_id: str
    event = one_of(Event)
    event_id: str


class Referral(Row):
    """Keep what a referral may say and no more; the identity is in the vault."""

    case = one_of(DonorCase, key=True)
    case_id: str
    hospital = of(Centre)
    hospital_id: str
    number = number()
    referred_at = text()
    referrer = text()
    ventilated = truth()
    cause_class = text()
    stage = text()


class Consent(Row):
    """Keep a consent as it was written down, with its whole scope."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    basis = text()
    organs = text()
    recorded_at = text()
    recorded_by = text()
    objection_found = truth()
    document = text_or_nothing()


class ConsentVerification(Row):
    """Keep that somebody else, or a register, confirmed a consent."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    consent = one_of(Consent)
    consent_id: str
    recorded_by = text()
    verified_by = text()
    register = text()
    register_answer = text()


class ConsentRevocation(Row):
    """Keep that a consent was withdrawn."""

    event = one_of(Event, key=True)
    event_id: str
    consent = one_of(Consent)
    consent_id: str
    by = text()


class IdentityCheck(Row):
    """Keep that the identity of a donor was established."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    method = text()


class CustodyCheck(Row):
    """Keep one custody check; the newest of a case counts."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    result = text()
    register = text()
    lookback_months = number()
    checked_at = text()


class DeathDeclaration(Row):
    """Keep that death was certified, by two people."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    criteria = text()
    declared_at = text()
    certifier_first = text()
    certifier_second = text()


class Organ(Row):
    """Keep one organ that was opened for allocation, by which leaves, and the donor's facts as of then."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    organ = text()
    donor_kind = text()
    facts = text()
    digest = text()
    allocation_open_at = text()
    consent_idx = number()
    consent_kind = text()
    custody_idx = number()
    custody_kind = text()
    death_idx = number()
    death_kind = text()


class Part(Row):
    """Keep the smallest piece of a donor that is accepted on its own."""

    id = text(key=True)
    case = of(DonorCase)
    case_id: str
    part = text()

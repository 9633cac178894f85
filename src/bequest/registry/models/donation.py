"""Knows the tables of a possible donation and what was found out about it, as Django sees them."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import (
    Row,
    number,
    number_or_nothing,
    of,
    one_of,
    text,
    text_or_nothing,
    truth,
    truth_or_nothing,
)
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
    witness = text_or_nothing()
    tied_to = text_or_nothing()
    age_years = number_or_nothing()
    resident_months = number_or_nothing()
    lacked_capacity_long = truth_or_nothing()


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
    register_run_by = text_or_nothing()
    signer = text_or_nothing()
    died_in_detention = truth_or_nothing()
    began_with_fatal_event = truth_or_nothing()


class Certifier(Row):
    """Keep one doctor who certified a death."""

    pk = models.CompositePrimaryKey("death_id", "person")
    death = of(Event)
    death_id: str
    person = text()
    case = of(DonorCase)
    case_id: str
    employer = text_or_nothing()
    function = text_or_nothing()
    registered_years = number_or_nothing()
    certified_at = text()
    declared_no_conflict = truth_or_nothing()


class Examination(Row):
    """Keep one examination by neurological criteria."""

    pk = models.CompositePrimaryKey("death_id", "number")
    death = of(Event)
    death_id: str
    number = number()
    case = of(DonorCase)
    case_id: str
    examined_at = text()
    examiner_first = text()
    examiner_second = text_or_nothing()
    confirms_death = truth_or_nothing()
    apnoea_or_ancillary_test = truth_or_nothing()
    confounders_excluded = truth_or_nothing()


class DeathDeclaration(Row):
    """Keep that death was certified, by whom, and by how many the law asked for then; the newest of a case counts."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    criteria = text()
    declared_at = text()
    manner = text_or_nothing()
    certifier_first = text()
    certifier_second = text_or_nothing()
    certifiers_needed = number()


class Organ(Row):
    """Keep one organ that was opened for allocation, by which leaves, and the donor's facts as of then.

    The facts are none once the donor was erased.
    """

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    organ = text()
    donor_kind = text()
    facts = text_or_nothing()
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

"""Knows the tables of what people and registers said of a donation, and of its end, as Django sees them."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import (
    Row,
    number,
    number_or_nothing,
    octets,
    octets_or_nothing,
    of,
    of_or_nothing,
    one_of,
    text,
    text_or_nothing,
    truth,
    truth_or_nothing,
)
from bequest.registry.models.donation import DonorCase
from bequest.registry.models.people import Centre, Event


class RegisterLookUp(Row):
    """Keep what a register of wishes answered."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    register = text()
    run_by = text()
    signer = text_or_nothing()
    looked_up_at = text()
    answer = text_or_nothing()


class RegisterKey(Row):
    """Keep the key with which a register signs its corrections."""

    register = text(key=True)
    run_by = text()
    public_key = octets()


class RegisterCorrection(Row):
    """Keep that a register took an answer back, in its own hand."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    lookup = one_of(RegisterLookUp)
    lookup_id: str
    register = of(RegisterKey)
    register_id: str
    answer = text()
    corrected_at = text()
    signature = octets()


class KinContact(Row):
    """Keep one attempt to reach the next of kin, and what they said."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    attempted_at = text()
    reached = truth_or_nothing()
    reported_objection = truth_or_nothing()
    statement = text_or_nothing()


class GainDeclaration(Row):
    """Keep what somebody declared about gain; the newest coordinator who declares is the coordinator of the case."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    role = text()
    person = text()
    declared_at = text()
    gain_offered = truth_or_nothing()
    intermediary_involved = truth_or_nothing()


class CoronerRelease(Row):
    """Keep which organs a coroner or prosecutor released."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    organs = text()
    released_at = text()
    signer = text()


class HoldRelease(Row):
    """Keep the signature by which one rule's hold or block was lifted."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    rule = text()
    role = text()
    person = text()
    organisation = text()
    service = text_or_nothing()
    signed_at = text()


class Closing(Row):
    """Keep that the file of a donor was closed."""

    event = one_of(Event, key=True)
    event_id: str
    case = one_of(DonorCase)
    case_id: str
    reason = text()
    organs_transplanted = number()


class StrippedReferral(Row):
    """Keep what is left of a referral that became no donor: it counts, and has a reason."""

    case = one_of(DonorCase, key=True)
    case_id: str
    hospital = of(Centre)
    hospital_id: str
    number = number()
    referred_on = text()
    reason = text()


class ClosedDay(Row):
    """Keep that a hospital's day was closed, nought included."""

    event = one_of(Event, key=True)
    event_id: str
    hospital = of(Centre)
    hospital_id: str
    day = text()
    referrals = number()
    last_number = number()


class Incident(Row):
    """Keep a report of what went wrong or must not happen; it is in no count, and never removed."""

    event = one_of(Event, key=True)
    event_id: str
    case = of_or_nothing(DonorCase)
    case_id: str | None
    severity = text()
    rule = text_or_nothing()
    about = number_or_nothing()
    happened_at = text()
    entered_at = text()
    reporter = text()
    report = octets_or_nothing()


class SealedReport(Row):
    """Keep a report that only the holder of an inquiry key can read; it is never removed."""

    event = one_of(Event, key=True)
    event_id: str
    inquiry_key = text()
    report = octets()


class RefusalReason(Row):
    """Keep one reason of a refused step, as it was told to who asked."""

    pk = models.CompositePrimaryKey("event_id", "number")
    event = of(Event)
    event_id: str
    number = number()
    rule = text()
    verdict = text()
    critical = truth()
    sentence = text()
    who = text()
    act_by = text_or_nothing()
    lifted_by = text()
    source = text()

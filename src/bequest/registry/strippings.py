"""Knows how a referral that became no donor is stripped to a count with its reason, once its time is over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.consent import RegisterAnswer
from bequest.model.enums import CustodyResult
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.closings import closing_of, is_donor
from bequest.registry.donor_file import referral_of
from bequest.registry.donors import open_case
from bequest.registry.models import (
    Consent,
    CustodyCheck,
    IdentityCheck,
    KinContact,
    Referral,
    RegisterLookUp,
    StrippedReferral,
    Subject,
)
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, change, every, found, remove
from bequest.safeguards.person import referral_strip_at

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


_FREE = frozenset({CustodyResult.CLEAR.value, CustodyResult.RELEASED_BY_MAGISTRATE.value})


@dataclass(frozen=True, slots=True)
class ReferralStripped:
    """Hold why a referral became no donor: a code of the list `close_reason` of leaves."""

    donation: str
    reason: str


def strip_referral(office: Office, request: Request, stripped: ReferralStripped) -> Entered:
    """Strip a referral to a count with its reason, and close its file: who the person was is forgotten.

    What is left is hospital, number, day and reason. It is not done before the law's time is over, and never to a
    donor.
    """
    return record(office, request, stripped, partial(_strip, stripped))


def referrals_to_strip(office: Office, now: datetime) -> list[str]:
    """Return the donations whose referral is to be stripped by now, and nothing else of them."""
    due: list[str] = []
    for row in every(office.using, Referral, "referred_at"):
        strip_at = referral_strip_at(referral_of(office.using, row), rules.law_of(office))
        if strip_at is not None and strip_at <= now and not is_donor(office.using, row.case_id):
            due.append(row.case_id)
    return sorted(due)


def reason_on_file(office: Office, donation: str) -> str:
    """Return why a referral became no donor, as far as its own records say; `not_told` where they do not."""
    using = office.using
    answers = {each.answer for each in every(using, RegisterLookUp, case_id=donation)}
    refused = any(each.reported_objection for each in every(using, KinContact, case_id=donation))
    if refused or RegisterAnswer.OBJECTION.value in answers:
        return "objection"
    checks = every(using, CustodyCheck, "checked_at", case_id=donation)
    if checks and checks[-1].result not in _FREE:
        return "custody"
    if not found(using, Consent, case_id=donation):
        return "no_consent"
    return "not_told" if found(using, IdentityCheck, case_id=donation) else "identity_unknown"


def _strip(stripped: ReferralStripped, unit: Unit) -> Happening:
    case = open_case(unit, stripped.donation)
    row = found(unit.using, Referral, case_id=case.donation)
    if row is None or is_donor(unit.using, case.donation):
        raise InputError("This is the file of a donor; it is closed with the donation, and not stripped.")
    strip_at = referral_strip_at(referral_of(unit.using, row), rules.law_of(unit.office))
    if strip_at is None or unit.at < strip_at:
        raise InputError("The time for which a referral is kept is not over; strip it afterwards.")
    happening = closing_of(unit, case, stripped.reason)
    added(
        unit.using,
        StrippedReferral(
            case_id=case.donation,
            hospital_id=row.hospital_id,
            number=row.number,
            referred_on=row.referred_at[:10],
            reason=stripped.reason,
        ),
    )
    remove(unit.using, Referral, case_id=case.donation)
    change(unit.using, Subject, {"identity": None}, id=case.subject_id)
    return happening

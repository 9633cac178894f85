"""Knows how a possible donor is reported: what a referral may say, its number at the hospital, no word of organs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.instants import past
from bequest.registry.models import Centre, Closing, DonorCase, RecoveryStop, Referral, StandDown, StrippedReferral
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, locked, needed
from bequest.registry.schema.donation import CAUSES, STAGES
from bequest.registry.secrecy import new_identifier, new_subject

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


SEALED = "DON-18"


@dataclass(frozen=True, slots=True)
class Reported:
    """Hold all that a referral may say; `identity` is for the look-up in registers, and goes sealed into the vault."""

    donor: str
    hospital: str
    referred_at: datetime
    referrer: str
    identity: str | None
    ventilated: bool
    cause_class: str
    stage: str


def report_donor(office: Office, request: Request, reported: Reported) -> Entered:
    """Open a case for a possible donor; `case_of` gives the pseudonym of the donation."""
    return record(office, request, reported, partial(_report, reported))


def case_of(office: Office, event_id: str) -> DonorCase:
    """Return the case that an event opened."""
    return needed(office.using, DonorCase, "That event opened no case; give the event of a report.", event_id=event_id)


def open_case(unit: Unit, donation: str) -> DonorCase:
    """Return a case for this transaction alone; raise `InputError` where there is none.

    Nothing is done with a sealed one: `GateRefusedError` is raised.
    """
    case = any_case(unit, donation)
    ends = {"stood down": StandDown, "stopped": RecoveryStop, "closed": Closing}
    word = next((word for word, table in ends.items() if found(unit.using, table, case_id=case.donation)), None)
    if word is None:
        return case
    raise GateRefusedError(
        f"This donation was {word}, and its file is sealed; what comes to light is reported as an incident.",
        rule=SEALED, step="donor_entry", donation=case.donation,
    )  # fmt: skip


def any_case(unit: Unit, donation: str) -> DonorCase:
    """Return a case, sealed or not, for this transaction alone; raise `InputError` where there is none."""
    sentence = f"There is no donation '{donation[:40]}'; check its pseudonym."
    return locked(unit.using, DonorCase, sentence, donation=donation)


def last_number(using: str, hospital: str) -> int:
    """Return the last number that a hospital's referrals had, stripped ones too; 0 before the first."""
    tables = (Referral, StrippedReferral)
    return max((row.number for table in tables for row in every(using, table, hospital_id=hospital)), default=0)


def _report(reported: Reported, unit: Unit) -> Happening:
    if reported.cause_class not in CAUSES or reported.stage not in STAGES:
        raise InputError(f"A referral has a cause of {', '.join(CAUSES)} and a stage of {', '.join(STAGES)}.")
    if found(unit.using, DonorCase, donor=reported.donor):
        raise InputError(f"Donor {reported.donor} was reported before; open that case.")
    sentence = f"Hospital '{reported.hospital[:40]}' is not in the table of places; add it first."
    locked(unit.using, Centre, sentence, id=reported.hospital)
    number = last_number(unit.using, reported.hospital) + 1
    subject = new_subject(unit.office, reported.identity)
    donation = new_identifier(unit.office)
    added(
        unit.using,
        DonorCase(
            donation=donation, donor=reported.donor, kind="deceased", subject_id=subject.id, event_id=unit.event_id
        ),
    )
    added(
        unit.using,
        Referral(
            case_id=donation,
            hospital_id=reported.hospital,
            number=number,
            referred_at=past(reported.referred_at, unit.at, called="The time of the referral"),
            referrer=reported.referrer,
            ventilated=reported.ventilated,
            cause_class=reported.cause_class,
            stage=reported.stage,
        ),
    )
    fields = {"donation": donation, "hospital": reported.hospital, "referral_number": number}
    return Happening("donor.referred", fields, case=donation, subject_id=subject.id)

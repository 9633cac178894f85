"""Knows what is asked of the list and of what became of a run: bypasses, departures, urgency, listings, transplants."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, blocked_critical, flagged, flagged_critical, known_by
from bequest.safeguards.jurisdiction import Parameter, number_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.identifiers import CentreId, PersonId, RegistrationId
    from bequest.safeguards.finding import Findings, Setting


@dataclass(frozen=True, slots=True)
class PassedOver:
    """Hold a registration above the accepted one, with the coded answer there was; None is not written down."""

    registration: RegistrationId
    rank: int
    code: str | None
    answered_at: datetime | None
    responsible: PersonId | None


@dataclass(frozen=True, slots=True)
class AcceptedOffer:
    """Hold an acceptance and everybody who stood above it, as computed from the run."""

    rank: int
    accepted_at: datetime
    above: tuple[PassedOver, ...]


@dataclass(frozen=True, slots=True)
class Departure:
    """Hold the use of an exception pathway, such as rescue, and the evidence that set it off."""

    evidence_hash: str | None


@dataclass(frozen=True, slots=True)
class ListingHistory:
    """Hold where a candidate is listed for one organ, and the last change of facts before a run."""

    centres: tuple[CentreId, ...]
    several_allowed: bool | None
    changed_at: datetime | None
    document_hash: str | None


@dataclass(frozen=True, slots=True)
class GrantedUrgency:
    """Hold an urgency above the base level; None of its evidence or end means that there is none."""

    evidence_hash: str | None
    valid_until: datetime | None
    open_ended: bool | None
    outside_agreement_at: datetime | None


@dataclass(frozen=True, slots=True)
class TransplantRecord:
    """Hold a transplant about to be recorded, and the registrations whose offer of its run was accepted."""

    recipient: RegistrationId
    match_run: str | None
    accepted: tuple[RegistrationId, ...]


def every_bypass_coded(accepted: AcceptedOffer, setting: Setting) -> Findings:
    """Find candidates above the accepted one without coded answer, time and responsible person (ALC-03)."""
    hours = number_of(setting.law, Parameter.BYPASS_ANSWER_HOURS)
    by = None if hours is None else accepted.accepted_at + timedelta(hours=hours)
    found: Findings = ALLOWED
    if {each.rank for each in accepted.above} != set(range(1, accepted.rank)):
        found = flagged_critical("Not everybody above the accepted rank is accounted for.", Role.ALLOCATOR, by=by)
    uncoded = [each for each in accepted.above if None in {each.code, each.answered_at, each.responsible}]
    return (
        *found,
        *(
            finding
            for each in sorted(uncoded, key=lambda one: (one.rank, one.registration))
            for finding in flagged_critical(
                f"Rank {each.rank} was passed over without a coded answer, its time and a responsible person.",
                Role.TRANSPLANT_CENTRE,
                by=by,
            )
        ),
    )


def departure_with_evidence(departure: Departure, _setting: Setting) -> Findings:
    """Find an exception pathway without what set it off (ALC-04)."""
    if departure.evidence_hash is None:
        return flagged("An exception pathway was used without evidence of what set it off.", Role.DUTY_OFFICER)
    return ALLOWED


def listed_as_allowed(history: ListingHistory, setting: Setting) -> Findings:
    """Find a listing at several centres against the rules, and a late change without its document (ALC-07)."""
    found: Findings = ALLOWED
    if len(set(history.centres)) > 1 and history.several_allowed is not True:
        found = flagged(
            "The candidate is listed at several centres, which is not known to be allowed.", Role.LISTING_CENTRE
        )
    hours = number_of(setting.law, Parameter.LISTING_CHANGE_HOURS)
    changed_at = history.changed_at
    late = changed_at is not None and (hours is None or changed_at > setting.at - timedelta(hours=hours))
    if late and history.document_hash is None:
        found = (
            *found,
            *flagged("Listing facts changed shortly before the run without a source document.", Role.LISTING_CENTRE),
        )
    return found


def urgency_in_force(urgency: GrantedUrgency, setting: Setting) -> Findings:
    """Find an urgency that has lapsed or lacks evidence: the candidate is ranked at the base level (ALC-08)."""
    outside = urgency.open_ended is False or known_by(urgency.outside_agreement_at, setting.at)
    in_force = urgency.valid_until is not None and urgency.valid_until >= setting.at
    if urgency.evidence_hash is not None and in_force and outside:
        return ALLOWED
    return flagged(
        "The urgency has lapsed, lacks evidence or outside agreement; the candidate is ranked at the base level.",
        Role.LISTING_CENTRE,
    )


def transplant_follows_offer(record: TransplantRecord, _setting: Setting) -> Findings:
    """Find a transplant that no accepted offer of a match run leads to: it is an incident (ALC-09)."""
    if record.match_run is not None and record.recipient in record.accepted:
        return ALLOWED
    return blocked_critical("No accepted offer of a match run names this recipient; report an incident instead.")

"""Knows that every organ can be followed both ways: closing, keeping, labels, provenance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

from bequest.model.enums import DonorKind
from bequest.model.team import Role
from bequest.safeguards.finding import ALLOWED, blocked, flagged, held, known_by
from bequest.safeguards.jurisdiction import Parameter, number_of
from bequest.safeguards.provenance import Provenance

if TYPE_CHECKING:
    from datetime import date, datetime

    from bequest.model.identifiers import PersonId
    from bequest.safeguards.finding import Findings, Setting

_FEBRUARY, _LEAP_DAY = 2, 29


class LabelItem(Enum):
    """Name what a transport label or the papers with it must show (EU 2010/53 article 8)."""

    PROCUREMENT_ORGANISATION = "procurement organisation and telephone"
    DESTINATION = "destination"
    ORGAN_AND_SIDE = "organ and side"
    HANDLING_MARKS = "handling marks"
    CONDITIONS = "conditions of transport"
    CHARACTERISATION_REPORT = "characterisation report"


@dataclass(frozen=True, slots=True)
class OrganClosing:
    """Hold the record of an organ about to be closed; `ended_at` is when its last step was."""

    donation: str | None
    product_code: str | None
    donor_pseudonym: str | None
    recipient_pseudonym: str | None
    disposal_witness: PersonId | None
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Deletion:
    """Hold a request to delete or expire records of one donation; `donated_on` None is not known."""

    donated_on: date | None


@dataclass(frozen=True, slots=True)
class TransportLabel:
    """Hold what a label and its papers show."""

    items: tuple[LabelItem, ...]


@dataclass(frozen=True, slots=True)
class OrganHandling:
    """Hold an organ about to be implanted, stored, carried, imported or exported."""

    provenance: Provenance | None


@dataclass(frozen=True, slots=True)
class ImportedOrgan:
    """Hold an organ that another country's organisation offers, and what that organisation attests of the donor.

    `certificate_hash` is the digest of its signed certificate of consent, custody and death.
    """

    donor_kind: DonorKind | None
    agreement: str | None
    agreement_published_at: datetime | None
    traceable_both_ways: bool | None
    equivalent_standard: bool | None
    certificate_hash: str | None


def closed_with_both_ends(closing: OrganClosing, setting: Setting) -> Findings:
    """Find an organ without donation, code, donor, or recipient or witnessed disposal (TRC-01)."""
    known = all((closing.donation, closing.product_code, closing.donor_pseudonym))
    if known and (closing.recipient_pseudonym or closing.disposal_witness):
        return ALLOWED
    found = blocked(
        "The organ cannot be followed both ways; name its donation, code, donor, and recipient or disposal."
    )
    hours = number_of(setting.law, Parameter.CLOSING_HOURS)
    if closing.ended_at is None or hours is None or setting.at > closing.ended_at + timedelta(hours=hours):
        found = (*found, *flagged("The organ has stayed open too long.", Role.TRANSPLANT_CENTRE))
    return found


def kept_long_enough(deletion: Deletion, setting: Setting) -> Findings:
    """Find a deletion before the years of keeping are over (TRC-02)."""
    years = number_of(setting.law, Parameter.RETENTION_YEARS)
    if deletion.donated_on is None or years is None:
        return blocked("When the records may be deleted is not known; they are kept.")
    until = _years_later(deletion.donated_on, years)
    if setting.at.date() < until:
        return blocked(f"The records are kept until {until.isoformat()}.")
    return ALLOWED


def label_complete(label: TransportLabel, _setting: Setting) -> Findings:
    """Find what a transport label or its papers lack (TRC-05)."""
    absent = [item.value for item in LabelItem if item not in label.items]
    if not absent:
        return ALLOWED
    return held(f"The transport label lacks: {', '.join(absent)}.", Role.RECOVERY_TEAM, Role.COURIER)


def provenance_verified(handling: OrganHandling, _setting: Setting) -> Findings:
    """Find an organ whose origin is illicit or not known (TRC-07)."""
    if handling.provenance is Provenance.VERIFIED:
        return ALLOWED
    return blocked("The origin of the organ is illicit or not known; preserve the evidence and report it.")


def import_attested(organ: ImportedOrgan, setting: Setting) -> Findings:
    """Find an organ from abroad without published agreement, attested donor or way back (TRC-09)."""
    if organ.donor_kind is not DonorKind.DECEASED:
        return blocked("The donor abroad is living, or it is not said that the donor is a deceased one.")
    if not organ.agreement or not known_by(organ.agreement_published_at, setting.at):
        return blocked("The organ comes from abroad without a published agreement.")
    if organ.traceable_both_ways is not True or organ.equivalent_standard is not True:
        return blocked("Traceability both ways and an equivalent standard are not attested.")
    if not organ.certificate_hash:
        return held("The certificate of consent, custody and death is not there.", Role.COMPETENT_AUTHORITY)
    return ALLOWED


def _years_later(day: date, years: int) -> date:
    if (day.month, day.day) == (_FEBRUARY, _LEAP_DAY):
        return day.replace(year=day.year + years, month=3, day=1)
    return day.replace(year=day.year + years)

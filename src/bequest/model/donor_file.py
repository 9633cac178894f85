"""Knows the file of a possible donor: every fact that the gates ask for, from the referral on.

A missing fact is None or an empty tuple, and means that it is not known. The file becomes a `Donor` behind the gates.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from bequest.model.consent import Consent, ConsentSigning, KinContact, RegisterLookUp
    from bequest.model.custody import CustodyCheck
    from bequest.model.death import (
        Certifier,
        CirculatoryPathway,
        CoronerRelease,
        DeathDeclaration,
        DeathManner,
        Examination,
        Observation,
        Pause,
    )
    from bequest.model.enums import BloodGroup, DonorKind, Organ
    from bequest.model.identifiers import CentreId, DonorId, PersonId, RegistrationId
    from bequest.model.referral import Referral
    from bequest.model.team import CareTeam, Release, Role, Roster


class IdentityMethod(Enum):
    """Name how the identity of a person was established."""

    DOCUMENTS_AND_KIN = "documents_and_kin"
    BIOMETRIC = "biometric"
    COURT = "court"


class LiveOfferKind(Enum):
    """Name what a live offer is: primary and backup offers make their candidate an intended recipient."""

    PRIMARY = "primary"
    BACKUP = "backup"
    PROVISIONAL = "provisional"


class EventKind(Enum):
    """Name what is done for a recipient, or looks like it; the first four name a recipient for this donor."""

    PHYSICAL_CROSSMATCH = "physical_crossmatch"
    ADMISSION_FOR_TRANSPLANT = "admission_for_transplant"
    THEATRE_SLOT = "theatre_slot"
    CALL_IN = "call_in"
    STORED_SERUM = "stored_serum"
    VIRTUAL_CROSSMATCH = "virtual_crossmatch"
    OTHER_STAY = "other_stay"
    STANDBY_SLOT = "standby_slot"
    TISSUE = "tissue"


@dataclass(frozen=True, slots=True)
class IdentityCheck:
    """Hold how the identity was established and who signed; `method` None means that it was not."""

    method: IdentityMethod | None
    verified_at: datetime
    verifier: PersonId | None


@dataclass(frozen=True, slots=True)
class BloodGroupResult:
    """Hold one blood group: from which sample, who drew it, what was read."""

    sample: str
    drawn_by: PersonId
    group: BloodGroup | None
    resulted_at: datetime


@dataclass(frozen=True, slots=True)
class GainDeclaration:
    """Hold what one person declared about gain: offered to anyone, or a broker in the case. None: they did not say."""

    declared_by: Role
    declared_at: datetime
    gain_offered: bool | None
    intermediary_involved: bool | None


@dataclass(frozen=True, slots=True)
class LiveOffer:
    """Hold an offer that stands: its candidate may receive the organ."""

    registration: RegistrationId
    kind: LiveOfferKind


@dataclass(frozen=True, slots=True)
class RecipientEvent:
    """Hold one event around a transplant; `made_at` is when it was booked or done, `begins_at` when it begins."""

    kind: EventKind
    recipient: RegistrationId | None
    made_at: datetime | None
    begins_at: datetime | None


@dataclass(frozen=True, slots=True, repr=False, kw_only=True)
class DonorFile:
    """Hold everything known of one possible donor; what is not given is not known, and opens no gate.

    `country` is where the person lies: its law holds. `characterised` names the fields of Annex A that have a value.
    `also_certified` had a part in an earlier declaration of the death, which no longer counts.
    `incision_at` is None until recovery began. `ranked` are the registrations of this donor's match runs,
    `intended_organs` the organs that the step at hand is about.
    """

    donor: DonorId
    hospital: CentreId
    country: str
    referral: Referral
    kind: DonorKind | None = None
    age_years: Decimal | None = None
    resident_months: int | None = None
    lacked_capacity_long: bool | None = None
    identity: IdentityCheck | None = None
    consent: Consent | None = None
    consent_signing: ConsentSigning | None = None
    look_ups: tuple[RegisterLookUp, ...] = ()
    kin_contacts: tuple[KinContact, ...] = ()
    custody: CustodyCheck | None = None
    death: DeathDeclaration | None = None
    certifiers: tuple[Certifier, ...] = ()
    also_certified: tuple[PersonId, ...] = ()
    examinations: tuple[Examination, ...] = ()
    observation: Observation | None = None
    pathway: CirculatoryPathway | None = None
    manner: DeathManner | None = None
    coroner_release: CoronerRelease | None = None
    pauses: tuple[Pause, ...] = ()
    coordinator: PersonId | None = None
    rosters: tuple[Roster, ...] = ()
    care_teams: tuple[CareTeam, ...] = ()
    ranked: tuple[RegistrationId, ...] = ()
    live_offers: tuple[LiveOffer, ...] = ()
    declarations: tuple[GainDeclaration, ...] = ()
    blood_groups: tuple[BloodGroupResult, ...] = ()
    characterised: tuple[str, ...] = ()
    events: tuple[RecipientEvent, ...] = ()
    intended_organs: tuple[Organ, ...] = ()
    incision_at: datetime | None = None
    releases: tuple[Release, ...] = ()

    def __repr__(self) -> str:
        """Return the identifier alone: what is known about a person belongs in no log."""
        return f"DonorFile({self.donor})"

"""Knows who does what around one donation: the teams, the roles that sign, and who may release what is held."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.identifiers import CentreId, OrganisationId, PersonId, RegistrationId


class Team(Enum):
    """Name a team that has a part in one donation."""

    CERTIFYING = "certifying"
    RECOVERY = "recovery"
    TRANSPLANT = "transplant"
    TREATING = "treating"
    COORDINATION = "coordination"


class Role(Enum):
    """Name a role that supplies a fact, signs, or must act; the value is how a sentence calls it."""

    ACCEPTING_SURGEON = "accepting surgeon"
    ALLOCATION_COMMITTEE = "allocation committee"
    ALLOCATOR = "allocator"
    CERTIFYING_DOCTOR = "certifying doctor"
    COMPETENT_AUTHORITY = "competent authority"
    COMPLIANCE_OFFICER = "compliance officer"
    CORONER = "coroner"
    COURIER = "courier"
    DATA_CONTROLLER = "data controller"
    DONOR_COORDINATOR = "donor coordinator"
    DUTY_OFFICER = "duty officer"
    FINANCE_AUDITOR = "finance auditor"
    INDEPENDENT_DOCTOR = "independent doctor"
    LABORATORY = "laboratory"
    LISTING_CENTRE = "listing centre"
    MAGISTRATE = "magistrate"
    MEDICAL_DIRECTOR = "medical director of the hospital"
    NEXT_OF_KIN = "next of kin"
    PROCUREMENT_DOCTOR = "procurement doctor"
    RECOVERY_TEAM = "recovery team"
    REGISTER_KEEPER = "keeper of the register"
    STATISTICIAN = "statistician"
    TRANSPLANT_CENTRE = "transplant centre"
    TREATING_DOCTOR = "treating doctor"
    VIGILANCE_OFFICER = "vigilance officer"


class Service(Enum):
    """Name the service of the state, or outside it, that a signer belongs to."""

    HEALTH = "health"
    JUSTICE = "justice"
    MILITARY = "military"
    POLICE = "police"
    PRISON = "prison"
    INDEPENDENT = "independent"


@dataclass(frozen=True, slots=True)
class Roster:
    """Hold who is on duty in a team; an end or a beginning that is not known counts as open."""

    team: Team
    centre: CentreId
    members: tuple[PersonId, ...]
    from_at: datetime | None
    until_at: datetime | None


@dataclass(frozen=True, slots=True)
class CareTeam:
    """Hold who treats one candidate or would transplant them; without one the care of that candidate is unknown."""

    registration: RegistrationId
    doctors: tuple[PersonId, ...]


@dataclass(frozen=True, slots=True)
class Release:
    """Hold the signature by which one rule's hold or block was lifted for one donation.

    It counts only for the rules, roles and services that data/safeguards/safeguard_rules.json names; for the others
    it changes nothing.
    """

    rule: str
    role: Role
    person: PersonId
    organisation: OrganisationId
    service: Service | None
    signed_at: datetime

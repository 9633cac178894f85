"""Knows the candidate and the registration as records; a pool holds the same facts as columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from bequest.model.enums import BloodGroup, Organ, RegistrationStatus
    from bequest.model.identifiers import CandidateId, CentreId, RegistrationId


@dataclass(frozen=True, slots=True)
class Candidate:
    """Hold the person: one candidate may hold several registrations."""

    candidate: CandidateId
    born_on: date
    blood_group: BloodGroup


@dataclass(frozen=True, slots=True)
class Registration:
    """Hold one candidate's entry on one organ's list."""

    registration: RegistrationId
    candidate: CandidateId
    organ: Organ
    centre: CentreId
    status: RegistrationStatus
    listed_on: date
    consent_to_listing_on: date

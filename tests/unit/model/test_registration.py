"""Candidates and registrations as records."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from datetime import date

import pytest

from bequest.model.enums import BloodGroup, Organ, RegistrationStatus
from bequest.model.identifiers import CandidateId, CentreId, RegistrationId
from bequest.model.registration import Candidate, Registration

CANDIDATE = Candidate(CandidateId("C-1"), date(1980, 2, 29), BloodGroup.A)
KIDNEY = Registration(
    registration=RegistrationId("R-1"),
    candidate=CandidateId("C-1"),
    organ=Organ.KIDNEY,
    centre=CentreId("Z-1"),
    status=RegistrationStatus.ACTIVE,
    listed_on=date(2020, 1, 1),
    consent_to_listing_on=date(2020, 1, 1),
)


def test_a_candidate_cannot_be_rewritten() -> None:
    with pytest.raises(FrozenInstanceError):
        CANDIDATE.blood_group = BloodGroup.O  # pyright: ignore[reportAttributeAccessIssue]


def test_a_registration_names_its_candidate() -> None:
    assert KIDNEY.candidate == CANDIDATE.candidate

"""Knows the identifier types: a `DonorId` is never a `RegistrationId`."""

from __future__ import annotations

from typing import NewType

DonorId = NewType("DonorId", str)
CandidateId = NewType("CandidateId", str)
RegistrationId = NewType("RegistrationId", str)
CentreId = NewType("CentreId", str)
OrganisationId = NewType("OrganisationId", str)
PersonId = NewType("PersonId", str)

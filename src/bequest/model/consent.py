"""Knows the consent to donate: its legal basis, its scope, whether anybody objected, and who was asked."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.enums import ConsentBasis, Organ
    from bequest.model.identifiers import OrganisationId, PersonId


class RegisterAnswer(Enum):
    """Name what the register of wishes answered."""

    YES = "yes"
    NO_OBJECTION = "no_objection"
    NO_ENTRY = "no_entry"
    OBJECTION = "objection"


class ConsentCondition(Enum):
    """Name what the donor or the family tied the donation to."""

    NONE = "none"
    TO_A_PERSON = "to_a_person"
    TO_A_GROUP = "to_a_group"


@dataclass(frozen=True, slots=True)
class Consent:
    """Hold the legal authority for one donor; `organs` is the whole scope, nothing beyond it may be offered."""

    basis: ConsentBasis
    recorded_at: datetime
    organs: tuple[Organ, ...]
    objection_found: bool


@dataclass(frozen=True, slots=True)
class ConsentSigning:
    """Hold who wrote the consent down and who saw it; `condition` None means nobody asked.

    `revoked_at` is when it was taken back, by whoever may; None where it stands.
    """

    recorder: PersonId | None
    witness: PersonId | None
    document_hash: str | None
    condition: ConsentCondition | None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RegisterLookUp:
    """Hold one look-up in the register of wishes; `answer` None means that no answer came."""

    register: str
    run_by: OrganisationId
    signer: PersonId | None
    looked_up_at: datetime
    answer: RegisterAnswer | None


@dataclass(frozen=True, slots=True)
class KinContact:
    """Hold one attempt to reach the next of kin and what they said; None means not known."""

    attempted_at: datetime
    reached: bool | None
    reported_objection: bool | None
    statement_hash: str | None

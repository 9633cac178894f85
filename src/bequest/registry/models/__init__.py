"""Knows the tables of the registry as Django sees them: every row is what one event made, and is named by it.

The room `schema` makes the tables; what they refuse is written there. Instants are text as leaves write them.
"""

from bequest.registry.models.allocation import (
    Acceptance,
    Answer,
    MatchRow,
    MatchRun,
    Offer,
    OfferPart,
    PassedOver,
    Policy,
    PolicyEnactment,
)
from bequest.registry.models.donation import (
    Consent,
    ConsentRevocation,
    ConsentVerification,
    CustodyCheck,
    DeathDeclaration,
    DonorCase,
    IdentityCheck,
    Organ,
    Part,
    Referral,
)
from bequest.registry.models.people import Candidate, Centre, Event, Registration, Subject, Version, WaitingList

__all__ = [
    "Acceptance",
    "Answer",
    "Candidate",
    "Centre",
    "Consent",
    "ConsentRevocation",
    "ConsentVerification",
    "CustodyCheck",
    "DeathDeclaration",
    "DonorCase",
    "Event",
    "IdentityCheck",
    "MatchRow",
    "MatchRun",
    "Offer",
    "OfferPart",
    "Organ",
    "Part",
    "PassedOver",
    "Policy",
    "PolicyEnactment",
    "Referral",
    "Registration",
    "Subject",
    "Version",
    "WaitingList",
]

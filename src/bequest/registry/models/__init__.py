"""Knows the tables of the registry as Django sees them: every row is what one event made, and is named by it.

The room `schema` makes the tables; what they refuse is written there. Instants are text as leaves write them.
"""

from bequest.registry.models.allocation import (
    Filter,
    FilterLifting,
    MatchRow,
    MatchRun,
    Override,
    OverrideDecision,
    PassedOver,
    Policy,
    PolicyEnactment,
    ProgrammePause,
    ProgrammeResumption,
    RunSignature,
    StageBeginning,
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
from bequest.registry.models.offers import Acceptance, Answer, Offer, OfferNote, OfferPart, Promotion, Return
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
    "Filter",
    "FilterLifting",
    "IdentityCheck",
    "MatchRow",
    "MatchRun",
    "Offer",
    "OfferNote",
    "OfferPart",
    "Organ",
    "Override",
    "OverrideDecision",
    "Part",
    "PassedOver",
    "Policy",
    "PolicyEnactment",
    "ProgrammePause",
    "ProgrammeResumption",
    "Promotion",
    "Referral",
    "Registration",
    "Return",
    "RunSignature",
    "StageBeginning",
    "Subject",
    "Version",
    "WaitingList",
]

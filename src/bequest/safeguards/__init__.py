"""Knows the gates around any policy: consent, death, custody, independence, order of events, traceability."""

from bequest.safeguards.gates import (
    Decision,
    Reason,
    allocation_gate,
    allocation_open_at,
    event_gate,
    export_gate,
    offer_gate,
    recovery_gate,
    step_gate,
)
from bequest.safeguards.jurisdiction import Jurisdiction, jurisdiction

__all__ = [
    "Decision",
    "Jurisdiction",
    "Reason",
    "allocation_gate",
    "allocation_open_at",
    "event_gate",
    "export_gate",
    "jurisdiction",
    "offer_gate",
    "recovery_gate",
    "step_gate",
]

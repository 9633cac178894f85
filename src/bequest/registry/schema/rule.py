"""Knows one trigger in words that both databases share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one trigger in words that both databases share: when it refuses a change of a table, and what it says."""

    name: str
    event: str  # INSERT, UPDATE or DELETE
    table: str
    when: str
    says: str


REVOKED = (
    "EXISTS (SELECT 1 FROM ledger_entry l JOIN registry_consentverification v ON v.event_id = l.event_id"
    " JOIN registry_consentrevocation r ON r.consent_id = v.consent_id WHERE l.idx = {idx})"
)
"""Of a leaf of a verified consent, `idx`: the consent was withdrawn."""
GONE = "a withdrawn consent opens nothing: nothing of this donor is opened, offered or accepted"

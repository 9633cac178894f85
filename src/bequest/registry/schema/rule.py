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

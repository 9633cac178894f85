"""Knows the consent to donate: its legal basis, its scope, and whether anybody objected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.enums import ConsentBasis, Organ


@dataclass(frozen=True, slots=True)
class Consent:
    """Hold the legal authority for one donor; `organs` is the whole scope, nothing beyond it may be offered."""

    basis: ConsentBasis
    recorded_at: datetime
    organs: tuple[Organ, ...]
    objection_found: bool

"""Knows the declaration of death, and the circulatory pathway before it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.enums import DeathCriteria


@dataclass(frozen=True, slots=True)
class DeathDeclaration:
    """Hold how and when death was certified.

    `declared_at` is None only while the circulatory pathway is open and the person lives; offers are then
    conditional. `pathway_opened_at` is None for death by neurological criteria.
    """

    criteria: DeathCriteria
    declared_at: datetime | None
    pathway_opened_at: datetime | None

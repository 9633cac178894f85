"""Knows the custody check: was the person detained, who was asked, and what may follow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.enums import CustodyResult

if TYPE_CHECKING:
    from datetime import datetime

OPENING_RESULTS = frozenset({CustodyResult.CLEAR, CustodyResult.RELEASED_BY_MAGISTRATE})
"""The only results after which organs may be offered (DESIGN.md section 1, prisoners)."""


@dataclass(frozen=True, slots=True)
class CustodyCheck:
    """Hold one custody check, look-back included; `register` names who was asked, None when not written down."""

    result: CustodyResult
    checked_at: datetime
    register: str | None

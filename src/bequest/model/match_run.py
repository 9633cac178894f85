"""Knows the entries of a match run as records: who is ranked and where, who is not and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.model.enums import OfferKind
    from bequest.model.identifiers import RegistrationId

NO_CLASS_REASON = "no-class"
"""Stands among the reasons of a candidate who passes every screen but fits no class."""


@dataclass(frozen=True, slots=True)
class RankedEntry:
    """Hold one place in the order: `points` and key values are decimal text, a missing key value is None.

    `points` is None where the policy counts none. `stage`: the stage before which nobody of this class is offered the
    organ; None where the run itself offers it.
    """

    rank: int
    registration: RegistrationId
    offer_kind: OfferKind
    class_id: str
    points: str | None
    keys: Mapping[str, str | None]
    stage: str | None = None


@dataclass(frozen=True, slots=True)
class NotRankedEntry:
    """Hold why a registration is not ranked: screens that failed, and screens that cannot be judged.

    `optimistic_rank` is the best rank possible if every unknown were resolved in the candidate's favour; None when a
    screen failed or no class would fit.
    """

    registration: RegistrationId
    failed: tuple[str, ...]
    unknown: tuple[str, ...]
    optimistic_rank: int | None

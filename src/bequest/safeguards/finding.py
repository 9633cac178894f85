"""Knows what a rule can find: nothing, something to flag, something to wait for, or something that bars the step."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, NewType, TypeAlias

from bequest.model.instant import instant_of

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.model.team import Role
    from bequest.safeguards.jurisdiction import Jurisdiction

RuleId = NewType("RuleId", str)


class Verdict(Enum):
    """Name what a rule says of a step; `held` and `blocked` keep a gate shut."""

    ALLOWED = "allowed"
    FLAGGED = "flagged"
    HELD = "held"
    BLOCKED = "blocked"


class Step(Enum):
    """Name the step that a gate guards."""

    ALLOCATION = "allocation"
    OFFER = "offer"
    RECOVERY = "recovery"
    EVENT = "event"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Setting:
    """Hold what every rule is asked with: the step, the instant at which it is asked, the law that holds there."""

    step: Step
    at: datetime
    law: Jurisdiction


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold one thing that a rule found, in a whole sentence.

    `who` must act, or must be told; `by` until when, None where no time is set. `critical` demands an answer even if
    the step was taken long ago.
    """

    verdict: Verdict
    sentence: str
    who: tuple[Role, ...] = ()
    by: datetime | None = None
    critical: bool = False


Findings: TypeAlias = tuple[Finding, ...]
ALLOWED: Findings = ()
"""What a rule returns that found nothing against the step."""


def blocked(sentence: str) -> Findings:
    """Return that the step is refused, and stays so until the fact itself changes."""
    return (Finding(Verdict.BLOCKED, sentence),)


def blocked_critical(sentence: str) -> Findings:
    """Return that the step is refused and, where it was taken already, demands an answer."""
    return (Finding(Verdict.BLOCKED, sentence, critical=True),)


def held(sentence: str, *who: Role, by: datetime | None = None) -> Findings:
    """Return that the step waits for somebody to supply a fact or to sign."""
    return (Finding(Verdict.HELD, sentence, who, by),)


def held_critical(sentence: str, *who: Role) -> Findings:
    """Return that the step waits for a signature, and that what was found demands an answer."""
    return (Finding(Verdict.HELD, sentence, who, critical=True),)


def flagged(sentence: str, *who: Role, by: datetime | None = None) -> Findings:
    """Return that the step may be taken, and that this is recorded and counted in public."""
    return (Finding(Verdict.FLAGGED, sentence, who, by),)


def flagged_critical(sentence: str, *who: Role, by: datetime | None = None) -> Findings:
    """Return that the step was or may be taken, and that what was found demands an answer."""
    return (Finding(Verdict.FLAGGED, sentence, who, by, critical=True),)


def known_by(instant: datetime | None, at: datetime) -> bool:
    """Tell whether something had happened at an instant; what carries no time, or a later one, had not."""
    return instant is not None and instant <= at


def written(instant: datetime) -> str:
    """Return an instant as sentences write it; the records of a file are held to the second."""
    return instant_of(instant.replace(microsecond=0)).strftime("%Y-%m-%dT%H:%M:%SZ")

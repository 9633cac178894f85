"""Knows the referral: word that somebody may die and could become a donor. It is no donor and no source.

Its field list is closed: there is no place for a blood group, a typing, a size or an organ (DESIGN.md section 1).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, TypeVar

from bequest.model.errors import InputError, RefusedError
from bequest.model.identifiers import CentreId, PersonId

if TYPE_CHECKING:
    from collections.abc import Mapping

_E = TypeVar("_E", bound=Enum)


class CauseClass(Enum):
    """Name the coarse class of what brought the person to the hospital; nothing finer belongs in a referral."""

    STROKE = "stroke"
    INJURY = "injury"
    ANOXIA = "anoxia"
    OTHER = "other"


class ReferralStage(Enum):
    """Name how far a referral has come."""

    REPORTED = "reported"
    LOOKED_UP = "looked_up"
    FAMILY_APPROACHED = "family_approached"
    GATES_OPEN = "gates_open"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True, repr=False)
class Referral:
    """Hold one referral: all that may be known of a person who is no donor.

    `identity_for_look_up` is what the register of wishes is asked with; a referral opens by `number` only.
    """

    number: str
    hospital: CentreId
    referred_at: datetime
    referrer: PersonId
    identity_for_look_up: str | None
    ventilated: bool | None
    cause: CauseClass | None
    stage: ReferralStage

    def __repr__(self) -> str:
        """Return the number alone: what is known about a person belongs in no log."""
        return f"Referral({self.number})"


REFERRAL_FIELDS = tuple(entry.name for entry in fields(Referral))
_NEEDED = ("number", "hospital", "referred_at", "referrer", "stage")


def referral_from_facts(facts: Mapping[str, object]) -> Referral:
    """Return the referral that facts describe; None is missing.

    Raises RefusedError for a fact that a referral may not hold, InputError for what is missing or no fact.
    """
    beyond = sorted(set(facts) - set(REFERRAL_FIELDS))
    if beyond:
        raise RefusedError(
            f"A referral holds no '{beyond[0][:40]}': nobody is searched for as a source. Leave it out; it may be "
            "written down once the allocation gate is open."
        )
    missing = [name for name in _NEEDED if facts.get(name) is None]
    if missing:
        raise InputError(*(f"The referral has no '{name}'; give it." for name in missing))
    referred_at = facts["referred_at"]
    if not isinstance(referred_at, datetime) or referred_at.tzinfo is None:
        raise InputError(
            "The referral's 'referred_at' is no instant with a time zone; write it as 2026-11-01T00:00:00Z."
        )
    ventilated, identity, cause = (facts.get(name) for name in ("ventilated", "identity_for_look_up", "cause"))
    return Referral(
        str(facts["number"]),
        CentreId(str(facts["hospital"])),
        referred_at,
        PersonId(str(facts["referrer"])),
        None if identity is None else str(identity),
        None if ventilated is None else bool(ventilated),
        None if cause is None else _code(CauseClass, "cause", cause),
        _code(ReferralStage, "stage", facts["stage"]),
    )


def _code(kind: type[_E], name: str, value: object) -> _E:
    try:
        return kind(str(value))
    except ValueError:
        codes = ", ".join(str(member.value) for member in kind)
        raise InputError(f"The referral's '{name}' is none of: {codes}.") from None

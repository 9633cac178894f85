"""Knows how the hold of a rule is lifted by the signature of those whom the rule names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import HoldRelease
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added
from bequest.safeguards.finding import RuleId
from bequest.safeguards.rule_text import rule_texts

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.team import Role, Service
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class HoldReleased:
    """Hold whose signature lifts the hold of which rule; `service` is that of the signer, None is not known."""

    donation: str
    rule: str
    role: Role
    person: str
    organisation: str
    service: Service | None
    signed_at: datetime


def release_hold(office: Office, request: Request, released: HoldReleased) -> Entered:
    """Record a signature that lifts a hold; refused for a rule that nobody, or nobody of that role, may lift."""
    return record(office, request, released, partial(_release, released))


def _release(released: HoldReleased, unit: Unit) -> Happening:
    case = open_case(unit, released.donation)
    _check_may(released)
    added(
        unit.using,
        HoldRelease(
            event_id=unit.event_id,
            case_id=case.donation,
            rule=released.rule,
            role=released.role.value,
            person=released.person,
            organisation=released.organisation,
            service=None if released.service is None else released.service.value,
            signed_at=past(released.signed_at, unit.at, called="The time of the signature"),
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "rule": released.rule,
        "role": released.role.value.replace(" ", "_"),
    }
    return Happening("hold.released", fields, case=case.donation, subject_id=case.subject_id)


def _check_may(released: HoldReleased) -> None:
    text = rule_texts().get(RuleId(released.rule))
    if text is None:
        raise InputError(f"'{released.rule[:10]}' is no rule; the rules stand in docs/reference/safeguards.md.")
    needs = text.released_by
    if needs is None:
        said = f"Rule {released.rule} is lifted by nobody; the fact itself must change."
    elif released.role not in needs.roles:
        said = f"Rule {released.rule} is lifted by: {', '.join(role.value for role in needs.roles)}; by nobody else."
    elif needs.not_of and (released.service is None or released.service in needs.not_of):
        outside = ", ".join(service.value for service in needs.not_of)
        said = f"Rule {released.rule} is lifted by somebody of another service than {outside}; say of which."
    else:
        return
    raise GateRefusedError(said, rule=released.rule, step="donor_entry", donation=released.donation)

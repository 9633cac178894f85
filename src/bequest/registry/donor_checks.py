"""Knows how identity, custody check and death of a donor are recorded: whatever they say, facts are never refused."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import CustodyCheck, DeathDeclaration, IdentityCheck
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, leaf_of
from bequest.registry.secrecy import staff_pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.enums import CustodyResult, DeathCriteria
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_TWO = 2


@dataclass(frozen=True, slots=True)
class IdentityEstablished:
    """Hold how the identity of a donor was established: a code of the list `identity_method` of leaves."""

    donation: str
    method: str


@dataclass(frozen=True, slots=True)
class CustodyChecked:
    """Hold what a register said about custody; `register` is a code of the list `register` of leaves."""

    donation: str
    result: CustodyResult
    register: str
    lookback_months: int
    checked_at: datetime


@dataclass(frozen=True, slots=True)
class DeathCertified:
    """Hold that death was certified, when, by which criteria, and by whom."""

    donation: str
    criteria: DeathCriteria
    declared_at: datetime
    certifiers: tuple[str, ...]


def establish_identity(office: Office, request: Request, established: IdentityEstablished) -> Entered:
    """Record that the identity of a donor was established."""
    return record(office, request, established, partial(_identity, established))


def record_custody_check(office: Office, request: Request, checked: CustodyChecked) -> Entered:
    """Record a custody check, whatever it found; the newest of a donation counts."""
    return record(office, request, checked, partial(_custody, checked))


def certify_death(office: Office, request: Request, certified: DeathCertified) -> Entered:
    """Record that two people certified death."""
    return record(office, request, certified, partial(_death, certified))


def newest_custody_check(using: str, donation: str) -> CustodyCheck | None:
    """Return the custody check of a donation that counts."""
    checks = every(using, CustodyCheck, case_id=donation)
    return max(checks, key=lambda check: leaf_of(using, check.event_id), default=None)


def _identity(established: IdentityEstablished, unit: Unit) -> Happening:
    case = open_case(unit, established.donation)
    if found(unit.using, IdentityCheck, case_id=case.donation):
        raise InputError("The identity of this donor is established already.")
    added(
        unit.using, IdentityCheck(event_id=unit.event_id, case_id=case.donation, method=established.method)
    )  # fmt: skip
    fields: dict[str, Value] = {"donation": case.donation, "method": established.method}
    return Happening("identity.verified", fields, case=case.donation, subject_id=case.subject_id)


def _custody(checked: CustodyChecked, unit: Unit) -> Happening:
    case = open_case(unit, checked.donation)
    added(
        unit.using,
        CustodyCheck(
            event_id=unit.event_id,
            case_id=case.donation,
            result=checked.result.value,
            register=checked.register,
            lookback_months=_lookback(checked.lookback_months),
            checked_at=past(checked.checked_at, unit.at, called="The time of the custody check"),
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "result": checked.result.value,
        "register": checked.register,
        "lookback_months": checked.lookback_months,
    }
    return Happening("custody.checked", fields, case=case.donation, subject_id=case.subject_id)


_SHORTEST_LOOKBACK = 12


def _lookback(months: int) -> int:
    if months < _SHORTEST_LOOKBACK:
        raise InputError(f"A custody check looks back {_SHORTEST_LOOKBACK} months at least; ask the register again.")
    return months


def _death(certified: DeathCertified, unit: Unit) -> Happening:
    case = open_case(unit, certified.donation)
    if found(unit.using, DeathDeclaration, case_id=case.donation):
        raise InputError("The death of this donor is certified already.")
    if len(certified.certifiers) != _TWO or len(set(certified.certifiers)) != _TWO:
        raise GateRefusedError(
            "Death is certified by two different people; name both.", rule=rules.TWO_CERTIFIERS, step="donor_entry",
            donation=case.donation,
        )  # fmt: skip
    first, second = certified.certifiers
    declared_at = past(certified.declared_at, unit.at, called="The time of death")
    added(
        unit.using,
        DeathDeclaration(
            event_id=unit.event_id,
            case_id=case.donation,
            criteria=certified.criteria.value,
            declared_at=declared_at,
            certifier_first=first,
            certifier_second=second,
        ),
    )
    certifiers: list[Value] = [staff_pseudonym(unit.office, name) for name in certified.certifiers]
    fields: dict[str, Value] = {
        "donation": case.donation,
        "criteria": certified.criteria.value,
        "declared_at": declared_at,
        "certifiers": certifiers,
    }
    return Happening("death.certified", fields, case=case.donation, subject_id=case.subject_id)

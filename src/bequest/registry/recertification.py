"""Knows how a centre measures a dated datum anew, so that its level goes on, and what falls due when."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.dated import (
    BASE,
    Validity,
    data_of,
    datum_named,
    days,
    ends,
    exception_holds,
    recertified,
    standing,
    validity_of,
)
from bequest.registry.instants import past
from bequest.registry.models import Recertification
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, store_of
from bequest.registry.versions import check_registration, facts_of, gone_on, held_on_list, merged

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.facts import Facts
    from bequest.registry.dated import Datum
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class Measured:
    """Hold that a datum was measured: its level, when, and the source document, of which its digest is kept."""

    registration: str
    datum: str
    level: str
    measured_at: datetime
    evidence: str


@dataclass(frozen=True, slots=True)
class Due:
    """Hold what falls, and when, unless it is measured anew; None: to the base level, or what the policy says."""

    registration: str
    datum: str
    level: str
    falls_at: datetime
    falls_to: str | None


def recertify(office: Office, request: Request, measured: Measured) -> Entered:
    """Measure a dated datum anew: it holds for as long as the rule says, counted from the measurement."""
    return record(office, request, measured, partial(_recertify, measured))


def due_recertifications(using: str, centre: str, *, at: datetime, until: datetime) -> tuple[Due, ...]:
    """Return what falls due at a centre from one instant to another, the soonest first."""
    found: list[Due] = []
    for (text,) in store_of(using).run(_NEWEST).fetchall():
        facts = cast("Facts", json.loads(str(text)))
        if facts["centre"] == centre:
            found.extend(each for each in _dues(facts) if at <= each.falls_at <= until)
    return tuple(sorted(found, key=lambda each: (each.falls_at, each.registration, each.datum)))


_NEWEST = (
    "SELECT v.facts FROM registry_version v JOIN ledger_entry l ON l.event_id = v.event_id WHERE v.facts IS NOT NULL"
    " AND l.idx = (SELECT max(m.idx) FROM registry_version w JOIN ledger_entry m ON m.event_id = w.event_id"
    " WHERE w.registration_id = v.registration_id) ORDER BY v.registration_id"
)


def _dues(facts: Facts) -> list[Due]:
    found: list[Due] = []
    for datum in data_of(facts["organ"]):
        for level, falls_at in ends(facts, datum):
            after = standing(facts, datum, falls_at + _A_SECOND)
            if standing(facts, datum, falls_at).level == level:
                found.append(Due(facts["registration"], datum.name, level, falls_at, after.level))
    return found


_A_SECOND = days(1) / 86_400


def _recertify(measured: Measured, unit: Unit) -> Happening:
    before = held_on_list(measured.registration, unit)
    facts = facts_of(before.version)
    organ = before.registration.waiting_list_id
    datum = datum_named(measured.datum, organ)
    if measured.level == BASE:
        raise InputError("The base level needs no recertification; take the level away as other facts are changed.")
    if not measured.evidence:
        raise InputError("A recertification names the document that it rests on; give its content or its text.")
    rule = validity_of(datum, measured.level, country=unit.office.jurisdiction, organ=organ)
    taken = past(measured.measured_at, unit.at, called="The time of the measurement")
    until = _until(measured, unit, datum, facts, rule)
    digest = hashlib.sha256(measured.evidence.encode()).hexdigest()
    changes = recertified(facts, datum, measured.level, at=unit.at, until=until)
    after = merged(facts, changes)
    check_registration(after, unit)
    added(
        unit.using,
        Recertification(
            event_id=unit.event_id,
            registration_id=before.registration.id,
            datum=datum.name,
            level=measured.level,
            measured_at=taken,
            valid_until=instant_text(until),
            evidence=digest,
        ),
    )
    return gone_on(unit, before, "listing.changed", after, {"evidence": digest})


def _until(measured: Measured, unit: Unit, datum: Datum, facts: Facts, rule: Validity) -> datetime:
    """Return until when a measurement holds; raise `GateRefusedError` where it is too old."""
    taken_at = measured.measured_at.replace(microsecond=0)
    now = standing(facts, datum, unit.at)
    own = facts.get(datum.lower) if exception_holds(facts, datum, unit.at) else now.level
    span = rule.renewed_days if own == measured.level else rule.first_days
    until = taken_at + days(span)
    if unit.at > taken_at + days(rule.evidence_days) or until <= unit.at:
        raise GateRefusedError(
            f"The measurement is too old: for this level it is at most {rule.evidence_days} days old when entered, and"
            f" holds for {span} days ({rule.cite}). Measure again.",
            rule=rules.URGENCY, step="urgency",
        )  # fmt: skip
    return until

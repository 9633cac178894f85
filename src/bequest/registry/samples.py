"""Knows how a donor is characterised, behind the allocation gate: blood groups by sample, and the minimum."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import BloodGroupResult, Characterisation
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, every, found
from bequest.safeguards.rule_text import annex_a

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.enums import BloodGroup
    from bequest.registry.models import DonorCase
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class BloodGroupRead:
    """Hold one blood group: from which sample, who drew it, what was read; None where nothing could be."""

    donation: str
    sample: str
    drawn_by: str
    blood_group: BloodGroup | None
    resulted_at: datetime


@dataclass(frozen=True, slots=True)
class Characterised:
    """Hold which fields of the minimum characterisation of a donor have a value; the newest statement counts."""

    donation: str
    fields: tuple[str, ...]


def record_blood_group(office: Office, request: Request, read: BloodGroupRead) -> Entered:
    """Record a blood group; refused while the allocation gate is closed: nobody is typed before they are a donor."""
    return record(office, request, read, partial(_blood_group, read))


def characterise_donor(office: Office, request: Request, characterised: Characterised) -> Entered:
    """Record which fields of the minimum are known of a donor; refused while the allocation gate is closed."""
    return record(office, request, characterised, partial(_characterise, characterised))


def _blood_group(read: BloodGroupRead, unit: Unit) -> Happening:
    case = _behind_the_gate(read.donation, unit)
    if found(unit.using, BloodGroupResult, case_id=case.donation, sample=read.sample):
        raise InputError(f"Sample '{read.sample[:40]}' was read already; another reading is of another sample.")
    which = "second" if every(unit.using, BloodGroupResult, case_id=case.donation) else "first"
    group = None if read.blood_group is None else read.blood_group.value
    added(
        unit.using,
        BloodGroupResult(
            event_id=unit.event_id,
            case_id=case.donation,
            sample=read.sample,
            drawn_by=read.drawn_by,
            blood_group=group,
            resulted_at=past(read.resulted_at, unit.at, called="The time of the result"),
        ),
    )
    return _attested(case, f"blood_group_{which}", {"sample": read.sample, "group": group or "not_read"})


def _characterise(characterised: Characterised, unit: Unit) -> Happening:
    case = _behind_the_gate(characterised.donation, unit)
    unknown = sorted(set(characterised.fields) - set(annex_a()))
    if unknown:
        raise InputError(f"'{unknown[0][:40]}' is no field of the minimum; the fields are: {', '.join(annex_a())}.")
    if not characterised.fields:
        raise InputError("Name at least one field of the minimum that is known.")
    names = " ".join(sorted(set(characterised.fields)))
    added(unit.using, Characterisation(event_id=unit.event_id, case_id=case.donation, fields=names))
    return _attested(case, "characterisation", {"fields": names})


def _behind_the_gate(donation: str, unit: Unit) -> DonorCase:
    """Return a case, locked, whose allocation gate is open; raise `GateRefusedError` where it is not."""
    case = open_case(unit, donation)
    rules.let_pass(rules.allocation(unit.office, case, (), unit.at), step="allocation", donation=case.donation)
    return case


def _attested(case: DonorCase, analysis: str, result: dict[str, str]) -> Happening:
    fields: dict[str, Value] = {
        "subject": case.donation,
        "analysis": analysis,
        # With the donation in it, so that equal results of two people have no equal digest.
        "result": hashlib.sha256(canonical_bytes({"donation": case.donation, **result})).hexdigest(),
    }
    return Happening("lab.attested", fields, case=case.donation, subject_id=case.subject_id)

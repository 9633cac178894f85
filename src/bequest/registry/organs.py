"""Knows how an organ is opened for allocation: by the leaves of consent, custody check and death, and not without."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.facts import facts_digest
from bequest.ledger.leaf import instant_text
from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.model.enums import DeathCriteria, DonorKind
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.registry import rules
from bequest.registry.consents import standing_consent
from bequest.registry.donor_file import newest
from bequest.registry.donors import open_case
from bequest.registry.facts_check import check_facts
from bequest.registry.instants import fact_instant
from bequest.registry.models import (
    Consent,
    ConsentVerification,
    CustodyCheck,
    DeathDeclaration,
    DonorCase,
    Event,
    Organ,
    Part,
    Pathway,
    Referral,
)
from bequest.registry.part_rows import part_name
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rosters import hold_rosters
from bequest.registry.rows import added, found, leaf_of, needed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.ledger.commitment import Value
    from bequest.ledger.facts import Facts
    from bequest.model.enums import Organ as OrganName
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

GATED = frozenset({
    "donor", "kind", "synthetic", "country", "hospital", "identity_established", "consented_organs", "consent_basis",
    "consent_recorded_at", "objection_found", "custody_result", "custody_register", "custody_checked_at",
    "death_criteria", "death_declared_at", "pathway_opened_at",
})  # fmt: skip
"""Columns of a donor that come from the records of the gates; nobody types them in."""


@dataclass(frozen=True, slots=True)
class OrganOffered:
    """Hold which organ is to be opened, and the medical facts of the donor as ledger/facts.py writes them."""

    donation: str
    organ: OrganName
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Opening:
    """Hold what opens an organ."""

    consent: Consent
    verified: ConsentVerification
    custody: CustodyCheck
    death: DeathDeclaration | Pathway

    @property
    def death_kind(self) -> str:
        """Return the kind of leaf that stands for the death: before it, that of the opened circulatory pathway."""
        return "dcd.opened" if isinstance(self.death, Pathway) else "death.certified"


def open_organ(office: Office, request: Request, offered: OrganOffered) -> Entered:
    """Open an organ for allocation; refused while a gate is closed.

    The facts of consent, custody and death are taken from their records; whoever gives one is told so.
    """
    return record(office, request, offered, partial(_open, offered))


def _open(offered: OrganOffered, unit: Unit) -> Happening:
    case = open_case(unit, offered.donation)
    _check_given(offered.facts)
    if found(unit.using, Organ, case_id=case.donation, organ=offered.organ.value):
        raise InputError(f"The {offered.organ.value} of this donation is open already.")
    opening = _opening(offered, case, unit)
    facts = {**offered.facts, **_gate_facts(case, opening, unit)}
    check_facts([facts], Table.DONOR)
    donor = rules.open_donor(facts, donation=case.donation)
    leaves = (opening.verified.event_id, opening.custody.event_id, opening.death.event_id)
    since = rules.open_since(unit.office, case, (offered.organ,), unit.at)
    recorded = [needed(unit.using, Event, "", id=event_id).at for event_id in leaves]
    consent, custody, death = (leaf_of(unit.using, event_id) for event_id in leaves)
    added(
        unit.using,
        Organ(
            event_id=unit.event_id,
            case_id=case.donation,
            organ=offered.organ.value,
            donor_kind=case.kind,
            facts=canonical_bytes(facts).decode(),
            digest=facts_digest(facts),
            # Open once every rule let it pass, and once what opened it was written down.
            allocation_open_at=max(instant_text(donor.allocation_open_at), instant_text(since), *recorded),
            consent_idx=consent,
            consent_kind="consent.verified",
            custody_idx=custody,
            custody_kind="custody.checked",
            death_idx=death,
            death_kind=opening.death_kind,
        ),
    )
    _add_parts(offered.organ, case, unit)
    fields: dict[str, Value] = {
        "donation": case.donation,
        "organ": offered.organ.value,
        "facts": facts_digest(facts),
        "consent": consent,
        "custody": custody,
        "death": death,
    }
    return Happening("organ.available", fields, case=case.donation, subject_id=case.subject_id)


def _check_given(facts: Mapping[str, str]) -> None:
    gated = sorted(GATED & set(facts))
    if gated:
        raise InputError(f"Column '{gated[0]}' is taken from what was recorded of the donation; leave it out.")
    missing = [
        column.name
        for column in columns_of(Table.DONOR)
        if column.required and column.name not in GATED and column.name not in facts
    ]
    if missing:
        raise InputError(*(f"Column '{name}' of the donor is missing; give its value." for name in missing))


def _opening(offered: OrganOffered, case: DonorCase, unit: Unit) -> _Opening:
    hold_rosters(unit.using)
    decision = rules.allocation(unit.office, case, (offered.organ,), unit.at)
    rules.let_pass(decision, step="allocation", donation=case.donation)
    standing = standing_consent(unit.using, case.donation)
    custody = newest(unit.using, CustodyCheck, case.donation)
    death = newest(unit.using, DeathDeclaration, case.donation)
    pathway = found(unit.using, Pathway, case_id=case.donation)
    opened_by = death or pathway
    assert standing is not None, "the gate lets no consent pass that nobody verified"
    assert custody is not None, "the gate lets no unknown custody pass"
    assert opened_by is not None, "the gate opens by a death or a pathway"
    return _Opening(*standing, custody, opened_by)


def _gate_facts(case: DonorCase, opening: _Opening, unit: Unit) -> Facts:
    """Return the facts of a donor that come from the records of the gates."""
    referral = needed(
        unit.using, Referral, "The referral of this donation was stripped; report the donor again.",
        case_id=case.donation,
    )  # fmt: skip
    consent, custody = opening.consent, opening.custody
    return {
        "donor": case.donor,
        "kind": DonorKind(case.kind).value,
        "synthetic": "yes" if unit.office.synthetic else "no",
        "country": unit.office.jurisdiction,
        "hospital": referral.hospital_id,
        "identity_established": "yes",
        "consented_organs": consent.organs,
        "consent_basis": consent.basis,
        "consent_recorded_at": fact_instant(consent.recorded_at),
        "objection_found": "yes" if consent.objection_found else "no",
        "custody_result": custody.result,
        "custody_register": custody.register,
        "custody_checked_at": fact_instant(custody.checked_at),
        **_death_facts(opening.death, case, unit),
    }


def _death_facts(death: DeathDeclaration | Pathway, case: DonorCase, unit: Unit) -> Facts:
    pathway = found(unit.using, Pathway, case_id=case.donation)
    opened = {} if pathway is None else {"pathway_opened_at": fact_instant(pathway.opened_at)}
    if isinstance(death, Pathway):
        return {"death_criteria": DeathCriteria.CIRCULATORY.value, **opened}
    return {"death_criteria": death.criteria, "death_declared_at": fact_instant(death.declared_at), **opened}


def _add_parts(organ: OrganName, case: DonorCase, unit: Unit) -> None:
    """Add the parts of an organ that another organ of the donor has not brought already."""
    for part in PARTS[organ]:
        name = part_name(case.donation, part)
        if not found(unit.using, Part, id=name):
            added(unit.using, Part(id=name, case_id=case.donation, part=part.value))

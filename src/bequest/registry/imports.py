"""Knows how an organ from abroad is taken in: under a published agreement, with its donor's certificate, or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.enums import DonorKind
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donors import open_case
from bequest.registry.models import Import
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, found
from bequest.safeguards import step_gate
from bequest.safeguards.traceability import ImportedOrgan

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class ImportAttested:
    """Hold what the other country's organisation attests of a donor; None is not said, and opens nothing.

    `agreement` and `certificate` are SHA-256 of the published agreement, and of the signed certificate of consent,
    custody and death.
    """

    donation: str
    from_country: str
    donor_kind: DonorKind | None
    agreement: str | None
    agreement_published_at: datetime | None
    traceable_both_ways: bool | None
    equivalent_standard: bool | None
    certificate: str | None


def attest_import(office: Office, request: Request, attested: ImportAttested) -> Entered:
    """Record under which agreement a donation comes from abroad; refused without one, or for a living donor (TRC-09).

    The gates of the donation stay what they are: its consent, custody check and death are recorded as any other's.
    """
    return record(office, request, attested, partial(_attest, attested))


def _attest(attested: ImportAttested, unit: Unit) -> Happening:
    case = open_case(unit, attested.donation)
    if attested.from_country == unit.office.jurisdiction and not unit.office.synthetic:
        raise InputError("The organ does not come from abroad; leave the import out.")
    if found(unit.using, Import, case_id=case.donation):
        raise InputError("The import of this donation is attested already.")
    about = ImportedOrgan(
        donor_kind=attested.donor_kind,
        agreement=attested.agreement,
        agreement_published_at=attested.agreement_published_at,
        traceable_both_ways=attested.traceable_both_ways,
        equivalent_standard=attested.equivalent_standard,
        certificate_hash=attested.certificate,
    )
    decision = step_gate(about, unit.at, rules.law_of(unit.office))
    rules.let_pass(decision, step="import", donation=case.donation)
    agreement, published_at, certificate = attested.agreement, attested.agreement_published_at, attested.certificate
    assert agreement is not None, "the rule of imports lets nothing pass without an agreement"
    assert published_at is not None, "nor without its publication"
    assert certificate is not None, "nor without a certificate"
    added(
        unit.using,
        Import(
            event_id=unit.event_id,
            case_id=case.donation,
            from_country=attested.from_country,
            donor_kind=DonorKind.DECEASED.value,
            agreement=agreement,
            agreement_published_at=instant_text(published_at),
            certificate=certificate,
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "from_country": attested.from_country,
        "agreement": agreement,
    }
    return Happening("import.attested", fields, case=case.donation, subject_id=case.subject_id)

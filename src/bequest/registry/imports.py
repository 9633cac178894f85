"""Knows how an organ from abroad is taken in: under an agreement in force, with its donor's certificate, or not."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.enums import DonorKind
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.donors import open_case
from bequest.registry.exchanges import not_named, standing
from bequest.registry.instants import instant_from
from bequest.registry.models import Import
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, found, leaf_of
from bequest.safeguards import step_gate
from bequest.safeguards.traceability import ImportedOrgan

if TYPE_CHECKING:
    from bequest.ledger.commitment import Value
    from bequest.registry.exchanges import Standing
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_STEP = "import"


@dataclass(frozen=True, slots=True)
class ImportAttested:
    """Hold what an organisation of the other country attests of a donor, and under which agreement it does.

    `document` is the digest of the agreement's document; what the agreement says is on record, and nobody says it here.
    `certificate` is the SHA-256 of the signed certificate of consent, custody and death. None is not said, and opens
    nothing.
    """

    donation: str
    from_country: str
    donor_kind: DonorKind | None
    document: str
    organisation: str
    certificate: str | None


def attest_import(office: Office, request: Request, attested: ImportAttested) -> Entered:
    """Record under which agreement a donation comes from abroad (TRC-09).

    Refused without one that two people put in force with that country, where it does not name who attests, and for a
    living donor. The gates of the donation stay what they are: its consent, custody check and death are recorded as any
    other's.
    """
    return record(office, request, attested, partial(_attest, attested))


def _attest(attested: ImportAttested, unit: Unit) -> Happening:
    case = open_case(unit, attested.donation)
    if attested.from_country == unit.office.jurisdiction:
        raise InputError("The organ does not come from abroad; leave the import out.")
    if found(unit.using, Import, case_id=case.donation):
        raise InputError("The import of this donation is attested already.")
    agreed = _agreed(attested, unit)
    agreement = agreed.agreement
    about = ImportedOrgan(
        donor_kind=attested.donor_kind,
        agreement=agreement.document,
        agreement_published_at=instant_from(agreement.published_at),
        traceable_both_ways=agreement.traceable_both_ways,
        equivalent_standard=agreement.equivalent_standard,
        certificate_hash=attested.certificate,
    )
    rules.let_pass(step_gate(about, unit.at, rules.law_of(unit.office)), step=_STEP, donation=case.donation)
    assert attested.certificate is not None, "the rule of imports lets nothing pass without a certificate"
    enacted = leaf_of(unit.using, agreed.enacted.event_id)
    added(
        unit.using,
        Import(
            event_id=unit.event_id,
            case_id=case.donation,
            from_country=attested.from_country,
            donor_kind=DonorKind.DECEASED.value,
            agreement_id=agreement.event_id,
            agreement_idx=enacted,
            agreement_kind="exchange.enacted",
            organisation=attested.organisation,
            certificate=attested.certificate,
            attested_at=instant_text(unit.at),
        ),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "from_country": attested.from_country,
        "organisation": attested.organisation,
        "agreement": enacted,
    }
    return Happening("import.attested", fields, case=case.donation, subject_id=case.subject_id)


def _agreed(attested: ImportAttested, unit: Unit) -> Standing:
    """Return the agreement under which the organ comes; raise `GateRefusedError` where none lets it."""
    agreed = standing(unit, attested.document)
    if agreed is None:
        raise _refusal(
            "No published agreement with this document is in force; nothing comes from abroad without one.", attested
        )
    country = agreed.agreement.country
    if country != attested.from_country:
        raise _refusal(
            f"This agreement is with {country} and not with {attested.from_country[:10]}; name the one that is.",
            attested,
        )
    sentence = not_named(unit.using, agreed.agreement, attested.organisation)
    if sentence is not None:
        raise _refusal(f"{sentence} Nobody else attests an organ.", attested)
    return agreed


def _refusal(sentence: str, attested: ImportAttested) -> GateRefusedError:
    return GateRefusedError(sentence, rule=rules.IMPORT, step=_STEP, donation=attested.donation)

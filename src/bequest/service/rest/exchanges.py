"""Knows the endpoints of agreements with other countries, and of organs that come and leave under them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from bequest.model.enums import DonorKind, Organ, OrganPart
from bequest.registry.exchanges import (
    ExchangeEnacted,
    ExchangeEnded,
    ExchangeProposal,
    Organisation,
    enact_exchange,
    end_exchange,
    propose_exchange,
)
from bequest.registry.export_ends import ExportEnded, end_export
from bequest.registry.exports import Exported, export_organ
from bequest.registry.imports import ImportAttested, attest_import
from bequest.registry.models import (
    ExchangeAgreement,
    ExchangeEnactment,
    ExchangeEnd,
    ExchangeOrganisation,
    Export,
    ExportedPart,
    ExportEnd,
    ExportEndPart,
)
from bequest.registry.models import Organ as OpenedOrgan
from bequest.registry.part_rows import part_of
from bequest.registry.rows import every, found
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Hex32,
    Hex64,
    In,
    Instant,
    Key,
    Problem,
    asking,
    looked_at,
    made,
    permitted,
    pointed,
)
from bequest.service.rest.subjects import about_donation, there
from bequest.service.roles import Action

router = Router(tags=["exchange"])
Abroad = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9./@+-]{0,79}$")]
"""The name of an organisation of another country."""
Country = Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")]


class OrganisationIn(In):
    """Name an organisation of the other country, and what it is; none that pays or is paid for organs has a kind."""

    name: Abroad
    kind: Literal["allocation_organisation", "competent_authority", "transplant_centre"]


class AgreementIn(In):
    """Propose a published agreement; `document` is the SHA-256 of what was published. Null is not known."""

    country: Country
    document: Hex64
    published_at: Instant
    organisations: Annotated[list[OrganisationIn], Field(min_length=1, max_length=64)]
    traceable_both_ways: bool | None
    equivalent_standard: bool | None
    joint_list: bool = False


class InForceIn(In):
    """Put an agreement in force from a day on."""

    effective_on: date


class AgreementOut(Schema):
    """Tell of an agreement; `effective_on` is null while nobody has put it in force, `ended` says it is no more."""

    country: str
    document: str
    published_at: str
    organisations: list[str]
    traceable_both_ways: bool | None
    equivalent_standard: bool | None
    joint_list: bool
    effective_on: str | None
    ended: bool


class ImportIn(In):
    """Say which organisation abroad attests a donor, under which agreement; null is not said, and opens nothing.

    `document` and `certificate` are SHA-256 of what was published of the agreement, and of the signed certificate.
    """

    from_country: Country
    donor_kind: DonorKind | None
    document: Hex64
    organisation: Abroad
    certificate: Hex64 | None


class ExportIn(In):
    """Say under which agreement an organ leaves, and who takes it over; no part named is all that nobody here holds."""

    document: Hex64
    organisation: Abroad
    parts: Annotated[tuple[OrganPart, ...], Field(max_length=20)] = ()


class ExportEndIn(In):
    """Say what became of an export, on which day; no part named is all whose end is not on record.

    `reason` (a code of the list `discard`) of what was discarded, `outcome` (of the list `outcome`) of a transplant.
    """

    ended_as: Literal["transplanted", "discarded", "returned"]
    ended_on: date
    parts: Annotated[tuple[OrganPart, ...], Field(max_length=20)] = ()
    reason: Code | None = None
    outcome: Code | None = None


class ExportEndOut(Schema):
    """Tell what became of parts that left."""

    parts: list[str]
    ended_as: str
    ended_on: str
    reason: str | None
    outcome: str | None


class ExportOut(Schema):
    """Tell what left the country, when, where to, after which run, and what became of it."""

    export: str
    organ: str
    parts: list[str]
    run: str
    country: str
    organisation: str
    exported_at: str
    ends: list[ExportEndOut]


@router.get("/exchange-agreements", response={200: list[AgreementOut], ERRORS: Problem})
def list_agreements(request: HttpRequest) -> list[dict[str, object]]:
    """List the agreements with other countries, and from when on each is in force."""
    permitted(request, Action.EXCHANGES_READ)
    return [_told(each) for each in every(office().using, ExchangeAgreement, "country", "document")]


@router.post("/exchange-agreements", response={201: Done, ERRORS: Problem})
def propose(request: HttpRequest, body: AgreementIn, idempotency_key: Key) -> object:
    """Propose an agreement; somebody else puts it in force."""
    permit = permitted(request, Action.EXCHANGES_PROPOSE)
    organisations = tuple(Organisation(each.name, each.kind) for each in body.organisations)
    proposal = ExchangeProposal(organisations=organisations, **body.model_dump(exclude={"organisations"}))
    return made(propose_exchange(office(), asking(permit, idempotency_key), proposal))


@router.post("/exchange-agreements/{document}/enactment", response={201: Done, ERRORS: Problem})
def enact(request: HttpRequest, document: Hex64, body: InForceIn, idempotency_key: Key) -> object:
    """Put an agreement in force from a day on: the second signature."""
    permit = permitted(request, Action.EXCHANGES_ENACT)
    enacted = ExchangeEnacted(document, body.effective_on)
    return made(enact_exchange(office(), asking(permit, idempotency_key), enacted))


@router.post("/exchange-agreements/{document}/end", response={201: Done, ERRORS: Problem})
def end(request: HttpRequest, document: Hex64, idempotency_key: Key) -> object:
    """End an agreement at once; nothing leaves under it any more."""
    permit = permitted(request, Action.EXCHANGES_END)
    return made(end_exchange(office(), asking(permit, idempotency_key), ExchangeEnded(document)))


@router.post("/donors/{donation}/imports", response={201: Done, ERRORS: Problem})
def take_in(request: HttpRequest, donation: Hex32, body: ImportIn, idempotency_key: Key) -> object:
    """Record under which agreement in force a donation comes from abroad; its gates stay what they are."""
    permit = permitted(request, Action.IMPORTS_ATTEST, lambda: about_donation(donation))
    attested = ImportAttested(donation, **body.model_dump())
    return made(attest_import(office(), asking(permit, idempotency_key), attested))


@router.post("/donors/{donation}/organs/{organ}/exports", response={201: Done, ERRORS: Problem})
def leave(  # noqa: PLR0913, PLR0917  what ninja gives an endpoint
    request: HttpRequest, response: HttpResponse, donation: Hex32, organ: Organ, body: ExportIn, idempotency_key: Key
) -> object:
    """Hand an organ over to another country; refused while anybody here can still be offered it."""
    permit = permitted(request, Action.EXPORTS_MAKE, lambda: about_donation(donation))
    exported = Exported(donation, organ, body.document, body.organisation, body.parts)
    entered = export_organ(office(), asking(permit, idempotency_key), exported)
    pointed(response, f"/donors/{donation}/exports")
    return made(entered)


@router.post("/donors/{donation}/exports/{export}/end", response={201: Done, ERRORS: Problem})
def tell_end(request: HttpRequest, donation: Hex32, export: Hex32, body: ExportEndIn, idempotency_key: Key) -> object:
    """Record what became of an organ that left, as the organisation abroad tells: its end, or that it came back."""
    permit = permitted(request, Action.EXPORTS_END, lambda: about_donation(donation))
    ended = ExportEnded(donation, export, **body.model_dump())
    return made(end_export(office(), asking(permit, idempotency_key), ended))


@router.get("/donors/{donation}/exports", response={200: list[ExportOut], ERRORS: Problem})
def list_exports(request: HttpRequest, donation: Hex32) -> list[dict[str, object]]:
    """List what of a donation left the country."""
    looked_at(request, Action.EXPORTS_READ, f"exports of {donation}", lambda: about_donation(donation))
    return [_export(each) for each in every(office().using, Export, "exported_at", "event_id", case_id=donation)]


def _export(row: Export) -> dict[str, object]:
    using = office().using
    organ = there(found(using, OpenedOrgan, event_id=row.organ_id), "organ")
    parts = [each.part_id for each in every(using, ExportedPart, "part_id", export_id=row.event_id)]
    return {
        "export": row.event_id,
        "organ": organ.organ,
        "parts": [part_of(name).value for name in parts],
        "run": row.run_id,
        "country": row.country,
        "organisation": row.organisation,
        "exported_at": row.exported_at,
        "ends": [_end(each) for each in every(using, ExportEnd, "ended_on", "event_id", export_id=row.event_id)],
    }


def _end(row: ExportEnd) -> dict[str, object]:
    parts = [each.part_id for each in every(office().using, ExportEndPart, "part_id", end_id=row.event_id)]
    return {
        "parts": [part_of(name).value for name in parts],
        "ended_as": row.ended_as,
        "ended_on": row.ended_on,
        "reason": row.reason,
        "outcome": row.outcome,
    }


def _told(agreement: ExchangeAgreement) -> dict[str, object]:
    using, name = office().using, agreement.event_id
    enacted = found(using, ExchangeEnactment, agreement_id=name)
    return {
        "country": agreement.country,
        "document": agreement.document,
        "published_at": agreement.published_at,
        "organisations": [each.name for each in every(using, ExchangeOrganisation, "name", agreement_id=name)],
        "traceable_both_ways": agreement.traceable_both_ways,
        "equivalent_standard": agreement.equivalent_standard,
        "joint_list": agreement.joint_list,
        "effective_on": None if enacted is None else enacted.effective_on,
        "ended": found(using, ExchangeEnd, agreement_id=name) is not None,
    }

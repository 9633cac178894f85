"""Knows the endpoints of an organ under way: it leaves, changes hands, and is read by two people where it arrives."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from bequest.model.enums import BloodGroup, OrganPart
from bequest.model.errors import InputError
from bequest.registry.models import Offer, Scan, Shipment, ShipmentAlarm
from bequest.registry.rows import every, found, needed
from bequest.registry.shipments import (
    ArrivalChecked,
    LabelScanned,
    OrganShipped,
    arrived_as_labelled,
    check_arrival,
    cold_clock,
    scan_label,
    ship_organ,
)
from bequest.safeguards.traceability import LabelItem
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Done,
    Hex32,
    Hex64,
    In,
    Instant,
    Key,
    Problem,
    Words,
    asking,
    looked_at,
    made,
    permitted,
)
from bequest.service.rest.subjects import about_donation
from bequest.service.roles import Action

router = Router(tags=["transplants"])
_AT = "/donors/{donation}/offers/{offer}/shipment"


class ShipmentIn(In):
    """Say what the label shows (`label`: its SHA-256), since when it is cold, when it is expected, and whose hands."""

    label: Hex64
    items: Annotated[list[LabelItem], Field(max_length=20)]
    cold_since_at: Instant
    eta_at: Instant
    handed_by: Words
    taken_by: Words
    din: Words | None = None


class ScanIn(In):
    """Say which label was scanned (its SHA-256), when, who gave the organ and who took it."""

    label: Hex64
    scanned_at: Instant
    given_by: Words
    taken_by: Words


class ArrivalIn(In):
    """Say what two people read on the organ that arrived."""

    label: Hex64
    blood_group: BloodGroup
    parts: Annotated[list[OrganPart], Field(min_length=1, max_length=10)]
    arrived_at: Instant
    read_by: Words
    confirmed_by: Words


class ShipmentOut(Schema):
    """Tell where an organ is on its way: `hours_cold` of `limit_hours`, and whether it may be implanted."""

    shipment: str
    centre: str
    eta_at: str
    overdue: bool
    scans: int
    arrived: bool
    hours_cold: str
    limit_hours: str


@router.post(_AT, response={201: Done, ERRORS: Problem})
def ship(request: HttpRequest, donation: Hex32, offer: Hex32, body: ShipmentIn, idempotency_key: Key) -> object:
    """Hand an accepted organ over to be carried; held while its label lacks something."""
    permit = permitted(request, Action.SHIPMENTS_SEND, lambda: about_donation(donation))
    told = body.model_dump(exclude={"items"})
    shipped = OrganShipped(_own(donation, offer), items=tuple(body.items), **told)
    return made(ship_organ(office(), asking(permit, idempotency_key), shipped))


@router.post(f"{_AT}/scans", response={201: Done, ERRORS: Problem})
def scan(request: HttpRequest, donation: Hex32, offer: Hex32, body: ScanIn, idempotency_key: Key) -> object:
    """Record that an organ changed hands, whatever its label says."""
    permit = permitted(request, Action.SHIPMENTS_SCAN, lambda: about_donation(donation))
    scanned = LabelScanned(_shipment(donation, offer).event_id, **body.model_dump())
    return made(scan_label(office(), asking(permit, idempotency_key), scanned))


@router.post(f"{_AT}/arrival", response={201: Done, ERRORS: Problem})
def arrive(request: HttpRequest, donation: Hex32, offer: Hex32, body: ArrivalIn, idempotency_key: Key) -> object:
    """Record what two people read on arrival; what differs is taken, and bars the transplant."""
    permit = permitted(request, Action.SHIPMENTS_CHECK, lambda: about_donation(donation))
    told = body.model_dump(exclude={"parts"})
    checked = ArrivalChecked(_shipment(donation, offer).event_id, parts=tuple(body.parts), **told)
    return made(check_arrival(office(), asking(permit, idempotency_key), checked))


@router.get(_AT, response={200: ShipmentOut, ERRORS: Problem})
def read_shipment(request: HttpRequest, donation: Hex32, offer: Hex32) -> dict[str, object]:
    """Read where an organ is on its way, and how long it has been cold."""
    looked_at(request, Action.SHIPMENTS_READ, f"shipment of offer {offer}", lambda: about_donation(donation))
    row, using = _shipment(donation, offer), office().using
    clock = cold_clock(office(), row, office().clock())
    return {
        "shipment": row.event_id,
        "centre": row.centre_id,
        "eta_at": row.eta_at,
        "overdue": found(using, ShipmentAlarm, shipment_id=row.event_id) is not None,
        "scans": len(every(using, Scan, shipment_id=row.event_id)),
        "arrived": arrived_as_labelled(using, offer),
        "hours_cold": f"{clock.hours:f}",
        "limit_hours": f"{clock.limit_hours:f}",
    }


def _own(donation: str, offer: str) -> str:
    """Return an offer of this very donation; raise `InputError` for any other."""
    row = found(office().using, Offer, event_id=offer)
    if row is None or row.case_id != donation:
        raise InputError("This donation has no such offer; check both.")
    return row.event_id


def _shipment(donation: str, offer: str) -> Shipment:
    sentence = "Nothing of this offer was handed over yet; ship the organ first."
    return needed(office().using, Shipment, sentence, offer_id=_own(donation, offer))

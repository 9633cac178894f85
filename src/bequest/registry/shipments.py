"""Knows the custody of an organ after recovery: label, hands, arrival, time in the cold, and the alarm when overdue.

What is seen of an organ under way is a fact and is always taken; a label that does not agree lets nothing be implanted.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.model.isbt128 import donation_number
from bequest.registry import models, rules
from bequest.registry.instants import instant_from, past
from bequest.registry.offer_facts import limit_hours, ranked_group
from bequest.registry.offer_rows import of_run
from bequest.registry.offer_state import locked_state
from bequest.registry.recording import Entered, Happening, known, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, leaf_of, needed
from bequest.registry.run_orders import place_of
from bequest.registry.secrecy import staff_pseudonym
from bequest.safeguards import step_gate
from bequest.safeguards.provenance import Provenance
from bequest.safeguards.traceability import LabelItem, OrganHandling, TransportLabel

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.enums import BloodGroup, OrganPart
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_SECONDS_AN_HOUR, _HUNDREDTH = 3600, Decimal("0.01")
_STEP = "hand_over"


@dataclass(frozen=True, slots=True)
class OrganShipped:
    """Hold that an accepted organ leaves the hospital: what its label shows, who hands it over, who takes it.

    `label` is the SHA-256 of the label as it is printed; `din` the donation number of a cornea (ISBT 128), with its
    check character; `cold_since_at` when cold flush began.
    """

    offer: str
    label: str
    items: tuple[LabelItem, ...]
    cold_since_at: datetime
    eta_at: datetime
    handed_by: str
    taken_by: str
    din: str | None = None


@dataclass(frozen=True, slots=True)
class LabelScanned:
    """Hold that an organ under way changed hands, and the SHA-256 of the label that was scanned."""

    shipment: str
    label: str
    scanned_at: datetime
    given_by: str
    taken_by: str


@dataclass(frozen=True, slots=True)
class ArrivalChecked:
    """Hold what two people read on an organ that has arrived: its label, the donor's blood group, which part it is."""

    shipment: str
    label: str
    blood_group: BloodGroup
    parts: tuple[OrganPart, ...]
    arrived_at: datetime
    read_by: str
    confirmed_by: str


@dataclass(frozen=True, slots=True)
class Overdue:
    """Hold which shipment has not been scanned in at its destination by the time that was told."""

    shipment: str


@dataclass(frozen=True, slots=True)
class ColdClock:
    """Hold how long an organ has been cold, to the hundredth of an hour, and the most that its kind bears."""

    hours: Decimal
    limit_hours: Decimal


def ship_organ(office: Office, request: Request, shipped: OrganShipped) -> Entered:
    """Hand an accepted organ over to be carried; held while its label lacks something, refused of unknown origin."""
    return record(office, request, shipped, partial(_ship, shipped))


def scan_label(office: Office, request: Request, scanned: LabelScanned) -> Entered:
    """Record that an organ changed hands, whatever the label says."""
    return record(office, request, scanned, partial(_scan, scanned))


def check_arrival(office: Office, request: Request, checked: ArrivalChecked) -> Entered:
    """Record what two people read at the arrival; the newest check counts, and one that differs bars the transplant."""
    return record(office, request, checked, partial(_arrive, checked))


def raise_alarm(office: Office, request: Request, overdue: Overdue) -> Entered:
    """Record that an organ is overdue: nobody has scanned it in by the time that was told; once a shipment."""
    return record(office, request, overdue, partial(_alarm, overdue))


def overdue_shipments(office: Office, at: datetime) -> tuple[str, ...]:
    """Return the shipments that are past their time, have not arrived, and have raised no alarm yet."""
    late = every(office.using, models.Shipment, "eta_at", "event_id", eta_at__lt=instant_text(at))
    return tuple(
        row.event_id
        for row in late
        if not any(
            found(office.using, table, shipment_id=row.event_id) for table in (models.Arrival, models.ShipmentAlarm)
        )
    )


def next_overdue(office: Office, after: datetime) -> datetime | None:
    """Return when the next shipment that is under way is due; None where none is."""
    rows = every(office.using, models.Shipment, "eta_at", eta_at__gte=instant_text(after))
    waiting = [row for row in rows if not found(office.using, models.Arrival, shipment_id=row.event_id)]
    return instant_from(waiting[0].eta_at) if waiting else None


def cold_clock(office: Office, shipment: models.Shipment, at: datetime) -> ColdClock:
    """Return how long an organ has been cold: until its transplant, or until an instant while there is none."""
    done = found(office.using, models.Transplant, offer_id=shipment.offer_id)
    until = at if done is None else instant_from(done.transplanted_at)
    offer = needed(office.using, models.Offer, "A shipment has its offer.", event_id=shipment.offer_id)
    organ = needed(office.using, models.Organ, "An offer has its organ.", event_id=offer.organ_id)
    limit = limit_hours(Organ(organ.organ))
    seconds = int((until - instant_from(shipment.cold_since_at)).total_seconds())
    return ColdClock((Decimal(seconds) / _SECONDS_AN_HOUR).quantize(_HUNDREDTH), limit)


def arrived_as_labelled(using: str, offer: str) -> bool:
    """Tell whether an organ may be implanted: none was shipped, or the newest check of its arrival agrees."""
    shipment = found(using, models.Shipment, offer_id=offer)
    if shipment is None:
        return True
    checks = every(using, models.Arrival, shipment_id=shipment.event_id)
    return bool(checks) and max(checks, key=lambda row: leaf_of(using, row.event_id)).agrees


def _ship(shipped: OrganShipped, unit: Unit) -> Happening:
    offer = needed(unit.using, models.Offer, "There is no such offer; check its event.", event_id=shipped.offer)
    case_known = locked_state(unit, offer.case_id)
    state = case_known.state.offers[case_known.number(offer.event_id)]
    if not state.holds:
        raise GateRefusedError(
            "Nobody holds this organ by a live acceptance; it is carried to nobody.",
            rule=rules.TRACEABLE, step=_STEP, donation=offer.case_id,
        )  # fmt: skip
    if found(unit.using, models.Shipment, offer_id=offer.event_id):
        raise InputError("This organ was handed over already; each further hand is a scan of its label.")
    recovery = found(unit.using, models.Recovery, case_id=offer.case_id)
    _let_carry(shipped, offer.case_id, recovery, unit)
    assert recovery is not None, "the rule of origin lets nothing pass without a recovery"
    _check_din(shipped, state.seats[0].organ)
    row = _shipment(shipped, offer, recovery, unit)
    row.centre_id = _centre(case_known, state.seats[0].run, state.seats[0].rank, unit)
    added(unit.using, row)
    accepted = needed(unit.using, models.Answer, "What is held was accepted.", offer_id=offer.event_id)
    parts: list[Value] = [part.value for part in state.parts]
    fields: dict[str, Value] = {
        "donation": offer.case_id,
        "run": offer.run_idx,
        "accepted": leaf_of(unit.using, accepted.event_id),
        "part": parts,
        "centre": row.centre_id,
        "label": shipped.label,
        "eta_at": row.eta_at,
        "hands": _hands(unit, shipped.handed_by, shipped.taken_by),
    }
    return of_run("organ.shipped", unit, case_known, offer.run_id, fields)


def _let_carry(shipped: OrganShipped, donation: str, recovery: models.Recovery | None, unit: Unit) -> None:
    """Return if label and origin let an organ be carried; raise `GateRefusedError` where they do not."""
    law = rules.law_of(unit.office)
    origin = Provenance.UNKNOWN if recovery is None else Provenance.VERIFIED
    for about in (OrganHandling(origin), TransportLabel(shipped.items)):
        rules.let_pass(step_gate(about, unit.at, law), step=_STEP, donation=donation)


def _check_din(shipped: OrganShipped, organ: Organ) -> None:
    if organ is not Organ.CORNEA:
        if shipped.din is not None:
            raise InputError("A donation number of ISBT 128 is that of a cornea; leave it out.")
        return
    if shipped.din is None:
        raise InputError("A cornea is labelled with its donation number (ISBT 128); read it from the label.")
    donation_number(shipped.din)


def _shipment(shipped: OrganShipped, offer: models.Offer, recovery: models.Recovery, unit: Unit) -> models.Shipment:
    referral = needed(unit.using, models.Referral, "The referral of a donor is kept.", case_id=offer.case_id)
    _check_hands(shipped.handed_by, shipped.taken_by)
    cold_since = past(shipped.cold_since_at, unit.at, called="The beginning of the cold time")
    eta_at = instant_text(shipped.eta_at)
    if eta_at <= instant_text(unit.at):
        raise InputError("The organ is expected later than now; give the instant at which it should arrive.")
    return models.Shipment(
        event_id=unit.event_id,
        offer_id=offer.event_id,
        answer_kind="offer.accepted",
        case_id=offer.case_id,
        recovery_id=recovery.event_id,
        origin_id=referral.hospital_id,
        label=shipped.label,
        cold_since_at=cold_since,
        eta_at=eta_at,
        handed_by=shipped.handed_by,
        taken_by=shipped.taken_by,
        din=shipped.din,
    )


def _scan(scanned: LabelScanned, unit: Unit) -> Happening:
    shipment, case_known, offer = _under_way(scanned.shipment, unit)
    _check_hands(scanned.given_by, scanned.taken_by)
    added(
        unit.using,
        models.Scan(
            event_id=unit.event_id,
            shipment_id=shipment.event_id,
            label=scanned.label,
            scanned_at=past(scanned.scanned_at, unit.at, called="The time of the scan"),
            given_by=scanned.given_by,
            taken_by=scanned.taken_by,
        ),
    )
    fields: dict[str, Value] = {
        "shipped": leaf_of(unit.using, shipment.event_id),
        "agrees": known(scanned.label == shipment.label),
        "hands": _hands(unit, scanned.given_by, scanned.taken_by),
    }
    return of_run("organ.scanned", unit, case_known, offer.run_id, fields)


def _arrive(checked: ArrivalChecked, unit: Unit) -> Happening:
    shipment, case_known, offer = _under_way(checked.shipment, unit)
    state = case_known.state.offers[case_known.number(offer.event_id)]
    if "" in {checked.read_by, checked.confirmed_by} or checked.read_by == checked.confirmed_by:
        raise InputError("Two people read the label of an organ that arrives; name both.")
    group = ranked_group(unit.using, state.seats[0])
    agrees = (checked.label, checked.blood_group, frozenset(checked.parts)) == (
        shipment.label, group, frozenset(state.parts),
    )  # fmt: skip
    added(
        unit.using,
        models.Arrival(
            event_id=unit.event_id,
            shipment_id=shipment.event_id,
            label=checked.label,
            blood_group=checked.blood_group.value,
            parts=" ".join(sorted(part.value for part in checked.parts)),
            arrived_at=past(checked.arrived_at, unit.at, called="The time of the arrival"),
            read_by=checked.read_by,
            confirmed_by=checked.confirmed_by,
            agrees=agrees,
        ),
    )
    fields: dict[str, Value] = {
        "shipped": leaf_of(unit.using, shipment.event_id),
        "agrees": known(agrees),
        "hands": _hands(unit, checked.read_by, checked.confirmed_by),
    }
    return of_run("organ.arrived", unit, case_known, offer.run_id, fields)


def _alarm(overdue: Overdue, unit: Unit) -> Happening:
    shipment, case_known, offer = _under_way(overdue.shipment, unit)
    if overdue.shipment not in overdue_shipments(unit.office, unit.at):
        raise InputError("This organ is not overdue: its time is not over, it has arrived, or the alarm was raised.")
    row = models.ShipmentAlarm(
        event_id=unit.event_id,
        shipment_id=shipment.event_id,
        eta_at=shipment.eta_at,
        raised_at=instant_text(unit.at),
    )
    added(unit.using, row)
    fields: dict[str, Value] = {"shipped": leaf_of(unit.using, shipment.event_id), "eta_at": shipment.eta_at}
    return of_run("organ.overdue", unit, case_known, offer.run_id, fields)


def _under_way(name: str, unit: Unit) -> tuple[models.Shipment, Known, models.Offer]:
    shipment = needed(unit.using, models.Shipment, "There is no such shipment; check its event.", event_id=name)
    offer = needed(unit.using, models.Offer, "A shipment has its offer.", event_id=shipment.offer_id)
    return shipment, locked_state(unit, shipment.case_id), offer


def _check_hands(given_by: str, taken_by: str) -> None:
    if not given_by or not taken_by or given_by == taken_by:
        raise InputError("An organ goes from one person to another; name both.")


def _hands(unit: Unit, *names: str) -> list[Value]:
    return [staff_pseudonym(unit.office, name) for name in names]


def _centre(case_known: Known, run: str, rank: int, unit: Unit) -> str:
    assert run in case_known.runs, "an offer has a place in a run of its donation"
    return place_of(unit.using, run, rank).centre

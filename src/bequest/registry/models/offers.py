"""Knows the tables of offers, answers and acceptances, as Django sees them."""

from __future__ import annotations

from django.db import models

from bequest.registry.fields import (
    Row,
    number,
    octets_or_nothing,
    of,
    of_or_nothing,
    one_of,
    one_of_or_nothing,
    text,
    text_or_nothing,
    truth,
)
from bequest.registry.models.allocation import MatchRun, Override
from bequest.registry.models.bedside import Recovery
from bequest.registry.models.donation import DonorCase, Organ, Part
from bequest.registry.models.people import Centre, Event, Registration


class Offer(Row):
    """Keep one offer, tied to the place of the run and to the leaves that opened the organ."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    place_in_case = number()
    kind = text()
    parts = text()
    override = one_of_or_nothing(Override)
    override_id: str | None
    organ = of(Organ)
    organ_id: str
    run = of(MatchRun)
    run_id: str
    run_idx = number()
    run_kind = text()
    rank = number()
    row = number()
    registration = of(Registration)
    registration_id: str
    donor_kind = text()
    allocation_open_at = text()
    offered_at = text()
    expires_at = text()
    consent_idx = number()
    consent_kind = text()
    custody_idx = number()
    custody_kind = text()
    death_idx = number()
    death_kind = text()


class OfferSeat(Row):
    """Keep the place of a combined candidate's further organ in an offer, tied to what opened that organ."""

    pk = models.CompositePrimaryKey("offer_id", "place")
    offer = of(Offer)
    offer_id: str
    place = number()
    case = of(DonorCase)
    case_id: str
    organ = of(Organ)
    organ_id: str
    run = of(MatchRun)
    run_id: str
    run_idx = number()
    run_kind = text()
    rank = number()
    row = number()
    registration = of(Registration)
    registration_id: str
    parts = text()
    allocation_open_at = text()
    offered_at = text()
    consent_idx = number()
    consent_kind = text()
    custody_idx = number()
    custody_kind = text()
    death_idx = number()
    death_kind = text()


class OfferPart(Row):
    """Keep one part that an offer hands over."""

    pk = models.CompositePrimaryKey("offer_id", "part_id")
    offer = of(Offer)
    offer_id: str
    part = of(Part)
    part_id: str
    case = of(DonorCase)
    case_id: str


class OfferNote(Row):
    """Keep that the message of an offer went out, that it was seen, or that a reminder went out for a mark."""

    event = one_of(Event, key=True)
    event_id: str
    offer = of(Offer)
    offer_id: str
    kind = text()
    minutes = number()
    noted_at = text()


class Answer(Row):
    """Keep the answer to an offer, or how it ended without one: there is one and never another."""

    offer = one_of(Offer, key=True)
    offer_id: str
    event = one_of(Event)
    event_id: str
    kind = text()
    reason = text_or_nothing()
    answered_by = text()
    answered_at = text()
    expires_at = text()
    words = octets_or_nothing()
    words_digest = text_or_nothing()
    second_person = text_or_nothing()


class Return(Row):
    """Keep that an accepted offer was given back by the programme, or taken back from it, before the transplant."""

    offer = one_of(Offer, key=True)
    offer_id: str
    event = one_of(Event)
    event_id: str
    answer_kind = text()
    kind = text()
    reason = text()
    answered_by = text()
    answered_at = text()
    words = octets_or_nothing()
    words_digest = text_or_nothing()
    second_person = text_or_nothing()


class Promotion(Row):
    """Keep that a backup offer became the first in line, at its place in the newest run, with the parts it has now."""

    event = one_of(Event, key=True)
    event_id: str
    offer = one_of(Offer)
    offer_id: str
    run = of(MatchRun)
    run_id: str
    rank = number()
    row = number()
    registration = of(Registration)
    registration_id: str
    kind = text()
    parts = text()


class PromotionSeat(Row):
    """Keep the place that a combined candidate's further organ has in the newest run once the offer is promoted."""

    pk = models.CompositePrimaryKey("offer_id", "place")
    offer = of(Offer)
    offer_id: str
    place = number()
    run = of(MatchRun)
    run_id: str
    rank = number()
    row = number()
    registration = of(Registration)
    registration_id: str
    parts = text()


class Acceptance(Row):
    """Keep that a part was accepted; it lives until an event ends it, and a part has one that lives."""

    pk = models.CompositePrimaryKey("offer_id", "part_id")
    offer = of(Offer)
    offer_id: str
    part = of(Part)
    part_id: str
    kind = text()
    ended_by = of_or_nothing(Event)
    ended_by_id: str | None


class RecipientEvent(Row):
    """Keep a crossmatch, an admission or a theatre slot for an offer's candidate; never before allocation opened."""

    event = one_of(Event, key=True)
    event_id: str
    offer = of(Offer)
    offer_id: str
    case = of(DonorCase)
    case_id: str
    kind = text()
    centre = of(Centre)
    centre_id: str
    result = text_or_nothing()
    made_at = text()
    begins_at = text()
    allocation_open_at = text()


class Shipment(Row):
    """Keep that an accepted organ left the hospital of its donor, with its label, and when it is expected."""

    event = one_of(Event, key=True)
    event_id: str
    offer = one_of(Offer)
    offer_id: str
    answer_kind = text()
    case = of(DonorCase)
    case_id: str
    recovery = of(Recovery)
    recovery_id: str
    origin = of(Centre)
    origin_id: str
    centre = of(Centre)
    centre_id: str
    label = text()
    cold_since_at = text()
    eta_at = text()
    handed_by = text()
    taken_by = text()
    din = text_or_nothing()


class Scan(Row):
    """Keep that an organ under way changed hands, and which label was scanned."""

    event = one_of(Event, key=True)
    event_id: str
    shipment = of(Shipment)
    shipment_id: str
    label = text()
    scanned_at = text()
    given_by = text()
    taken_by = text()


class Arrival(Row):
    """Keep what two people read on an organ that arrived, and whether it is what was sent."""

    event = one_of(Event, key=True)
    event_id: str
    shipment = of(Shipment)
    shipment_id: str
    label = text()
    blood_group = text()
    parts = text()
    arrived_at = text()
    read_by = text()
    confirmed_by = text()
    agrees = truth()


class ShipmentAlarm(Row):
    """Keep that an organ was overdue."""

    event = one_of(Event, key=True)
    event_id: str
    shipment = one_of(Shipment)
    shipment_id: str
    eta_at = text()
    raised_at = text()


class Transplant(Row):
    """Keep that an accepted organ was transplanted, after two people read its label."""

    event = one_of(Event, key=True)
    event_id: str
    offer = one_of(Offer)
    offer_id: str
    answer_kind = text()
    centre = of(Centre)
    centre_id: str
    transplanted_at = text()
    label_read_by = text()
    label_confirmed_by = text()
    entered_by = text()


class Discard(Row):
    """Keep that parts which were recovered and reached nobody were disposed of: why, by whom, and who saw it."""

    event = one_of(Event, key=True)
    event_id: str
    case = of(DonorCase)
    case_id: str
    recovery = of(Recovery)
    recovery_id: str
    reason = text()
    discarded_at = text()
    discarded_by = text()
    witness = text()


class DiscardedPart(Row):
    """Keep a part that was disposed of; nobody is offered it any more."""

    part = one_of(Part, key=True)
    part_id: str
    discard = of(Discard)
    discard_id: str
    case = of(DonorCase)
    case_id: str


class Outcome(Row):
    """Keep how graft and person are some months after a transplant."""

    event = one_of(Event, key=True)
    event_id: str
    transplant = of(Transplant)
    transplant_id: str
    months = number()
    state = text()

"""Knows what happens around a transplant: events that name a recipient, the transplant itself, and its outcome."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.donor_file import EventKind, RecipientEvent
from bequest.model.errors import InputError
from bequest.model.identifiers import RegistrationId
from bequest.offers.skip import Act
from bequest.registry import models, rules
from bequest.registry.donor_file import donor_file
from bequest.registry.instants import past
from bequest.registry.offer_rows import of_run
from bequest.registry.offer_state import locked_state
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, found, leaf_of, needed
from bequest.registry.run_orders import place_of
from bequest.registry.schema.offers import OUTCOMES
from bequest.registry.shipments import arrived_as_labelled
from bequest.registry.skips import fallen
from bequest.safeguards import event_gate

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_KINDS = {
    "crossmatch.done": EventKind.PHYSICAL_CROSSMATCH,
    "candidate.admitted": EventKind.ADMISSION_FOR_TRANSPLANT,
    "theatre.booked": EventKind.THEATRE_SLOT,
}


@dataclass(frozen=True, slots=True)
class Crossmatched:
    """Hold a physical crossmatch for a live offer; `result` is a code of the list `crossmatch` of leaves."""

    offer: str
    result: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """Hold that the candidate of a live offer is admitted for this transplant, from an instant on."""

    offer: str
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Booked:
    """Hold that a theatre is booked for the candidate of a live offer, from an instant on."""

    offer: str
    begins_at: datetime


@dataclass(frozen=True, slots=True)
class Transplanted:
    """Hold that an accepted organ was transplanted, and the two who read its label.

    `label_read_by` None: who records it is one of them. What is entered later from paper names both.
    """

    offer: str
    transplanted_at: datetime
    label_confirmed_by: str
    label_read_by: str | None = None


@dataclass(frozen=True, slots=True)
class OutcomeKnown:
    """Hold how graft and person are, some months after a transplant; `state` is a code of the list `outcome`."""

    transplant: str
    months: int
    state: str


def record_crossmatch(office: Office, request: Request, done: Crossmatched) -> Entered:
    """Record a physical crossmatch with the candidate of a live offer; refused before the donor's allocation opened."""
    return record(office, request, done, partial(_happen, "crossmatch.done", done.offer, None, done.result))


def admit_candidate(office: Office, request: Request, admitted: Admitted) -> Entered:
    """Record that the candidate of a live offer is admitted for this transplant; refused before allocation opened."""
    return record(
        office, request, admitted, partial(_happen, "candidate.admitted", admitted.offer, admitted.begins_at, None)
    )


def book_theatre(office: Office, request: Request, booked: Booked) -> Entered:
    """Record that a theatre is booked for the candidate of a live offer; refused before allocation opened."""
    return record(office, request, booked, partial(_happen, "theatre.booked", booked.offer, booked.begins_at, None))


def record_transplant(office: Office, request: Request, transplanted: Transplanted) -> Entered:
    """Record a transplant, after two people read the label; refused without a live acceptance of the organ."""
    return record(office, request, transplanted, partial(_transplant, transplanted))


def record_outcome(office: Office, request: Request, outcome: OutcomeKnown) -> Entered:
    """Record how graft and person are, some months after a transplant."""
    return record(office, request, outcome, partial(_outcome, outcome))


def _happen(kind: str, name: str, begins_at: datetime | None, result: str | None, unit: Unit) -> Happening:
    offer, known = _offered(name, unit)
    at = known.moment(unit.at)
    begins = at if begins_at is None else begins_at
    if begins.tzinfo is None:
        raise InputError("The instant at which it begins has no time zone; give it with its zone.")
    state = known.state.offers[known.number(name)]
    if not state.live:
        raise GateRefusedError(
            "The offer has ended; nothing is arranged for its candidate.", rule=rules.BOOKING, step="booking",
            donation=known.case.donation,
        )  # fmt: skip
    event = RecipientEvent(_KINDS[kind], RegistrationId(offer.registration_id), at, begins)
    file = donor_file(unit.office, known.case, organs=(state.seats[0].organ,))
    rules.let_pass(
        event_gate(event, file, at, rules.law_of(unit.office)), step="booking", donation=known.case.donation
    )  # fmt: skip
    centre = _centre(known, name, unit)
    added(
        unit.using,
        models.RecipientEvent(
            event_id=unit.event_id,
            offer_id=name,
            case_id=offer.case_id,
            kind=kind,
            centre_id=centre,
            result=result,
            made_at=instant_text(at),
            begins_at=instant_text(begins),
            allocation_open_at=offer.allocation_open_at,
        ),
    )
    fields: dict[str, Value] = {"donation": offer.case_id, "run": offer.run_idx}
    fields |= {"result": result} if result is not None else {"centre": centre}
    if kind == "theatre.booked":
        fields["slot_at"] = instant_text(begins)
    return of_run(kind, unit, known, offer.run_id, fields)


def _transplant(transplanted: Transplanted, unit: Unit) -> Happening:
    offer, known = _offered(transplanted.offer, unit)
    state = known.state.offers[known.number(offer.event_id)]
    if found(unit.using, models.Transplant, offer_id=offer.event_id):
        raise InputError("The transplant of this offer is recorded already.")
    if not state.holds:
        raise GateRefusedError(
            "Nobody holds this organ by a live acceptance; a transplant without one is reported as an incident.",
            rule=rules.TRACEABLE, step="recovery", donation=known.case.donation,
        )  # fmt: skip
    reader = _reader(transplanted, unit)
    if not arrived_as_labelled(unit.using, offer.event_id):
        raise GateRefusedError(
            "Two people have not read on arrival that label, blood group and part are what was sent; check it again.",
            rule=rules.LABEL, step="hand_over", donation=known.case.donation,
        )  # fmt: skip
    accepted = needed(unit.using, models.Answer, "What is held was accepted.", offer_id=offer.event_id)
    centre = _centre(known, offer.event_id, unit)
    added(
        unit.using,
        models.Transplant(
            event_id=unit.event_id,
            offer_id=offer.event_id,
            answer_kind="offer.accepted",
            centre_id=centre,
            transplanted_at=past(transplanted.transplanted_at, unit.at, called="The time of the transplant"),
            label_read_by=reader,
            label_confirmed_by=transplanted.label_confirmed_by,
            entered_by=unit.request.actor,
        ),
    )
    parts: list[Value] = [part.value for part in state.parts]
    fields: dict[str, Value] = {
        "donation": offer.case_id,
        "run": offer.run_idx,
        "accepted": leaf_of(unit.using, accepted.event_id),
        "part": parts,
        "centre": centre,
    }
    before = fallen(unit, known, state.seats, Act.TRANSPLANTED)
    return of_run("organ.transplanted", unit, known, offer.run_id, fields, before=before)


def _reader(transplanted: Transplanted, unit: Unit) -> str:
    """Return who read the label first; who enters a paper of others was not there, and is no reader by default."""
    reader = transplanted.label_read_by
    if reader is None and unit.written_at is not None:
        raise InputError("Name both who read the label on paper; who enters it later is another person.")
    reader = unit.request.actor if reader is None else reader
    if not reader or transplanted.label_confirmed_by in {"", reader}:
        raise InputError("Two people read the label of an organ; name the other one.")
    return reader


def _outcome(outcome: OutcomeKnown, unit: Unit) -> Happening:
    if outcome.state not in OUTCOMES or outcome.months < 0:
        raise InputError(f"An outcome is one of {', '.join(OUTCOMES)}, after 0 months or more.")
    transplant = needed(
        unit.using, models.Transplant, "There is no such transplant; check its event.", event_id=outcome.transplant
    )  # fmt: skip
    _, known = _offered(transplant.offer_id, unit)
    if found(unit.using, models.Outcome, transplant_id=transplant.event_id, months=outcome.months):
        raise InputError("The outcome after these months is recorded already.")
    added(
        unit.using,
        models.Outcome(
            event_id=unit.event_id, transplant_id=transplant.event_id, months=outcome.months, state=outcome.state
        ),
    )
    fields: dict[str, Value] = {
        "transplanted": leaf_of(unit.using, transplant.event_id), "months": outcome.months, "state": outcome.state
    }  # fmt: skip
    return Happening("outcome", fields, case=known.case.donation, subject_id=known.case.subject_id)


def _offered(name: str, unit: Unit) -> tuple[models.Offer, Known]:
    offer = needed(unit.using, models.Offer, "There is no such offer; check its event.", event_id=name)
    return offer, locked_state(unit, offer.case_id)


def _centre(known: Known, name: str, unit: Unit) -> str:
    """Return the centre of the place that an offer has now."""
    seat = known.state.offers[known.number(name)].seats[0]
    return place_of(unit.using, seat.run, seat.rank).centre

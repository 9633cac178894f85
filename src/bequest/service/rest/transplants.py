"""Knows the endpoints around a transplant: crossmatch, admission, theatre, the transplant itself and its outcome.

Whatever names a candidate for a donor waits for an offer that lives, and for the donor's open allocation gate.
"""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from bequest.registry.transplants import (
    Admitted,
    Booked,
    Crossmatched,
    OutcomeKnown,
    Transplanted,
    admit_candidate,
    book_theatre,
    record_crossmatch,
    record_outcome,
    record_transplant,
)
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Hex32,
    In,
    Instant,
    Key,
    Problem,
    Words,
    asking,
    made,
    permitted,
)
from bequest.service.rest.subjects import about_offer, about_transplant
from bequest.service.roles import Action

router = Router(tags=["transplants"])
_MOST_MONTHS = 1200


class CrossmatchIn(In):
    """Say what a physical crossmatch found, as a code."""

    result: Code


class BeginningIn(In):
    """Say from when on."""

    begins_at: Instant


class TransplantIn(In):
    """Say when the organ was transplanted, and who read its label: with you, or both where you enter a paper."""

    transplanted_at: Instant
    label_confirmed_by: Words
    label_read_by: Words | None = None


class OutcomeIn(In):
    """Say how graft and person are, as a code, and after how many months."""

    months: Annotated[int, Field(ge=0, le=_MOST_MONTHS)]
    state: Code


@router.post("/offers/{offer}/crossmatch", response={201: Done, ERRORS: Problem})
def crossmatch(request: HttpRequest, offer: Hex32, body: CrossmatchIn, idempotency_key: Key) -> object:
    """Record a physical crossmatch with the candidate of a live offer."""
    permit = permitted(request, Action.CROSSMATCHES_RECORD, lambda: about_offer(offer))
    return made(record_crossmatch(office(), asking(permit, idempotency_key), Crossmatched(offer, body.result)))


@router.post("/offers/{offer}/admission", response={201: Done, ERRORS: Problem})
def admit(request: HttpRequest, offer: Hex32, body: BeginningIn, idempotency_key: Key) -> object:
    """Record that the candidate of a live offer is admitted for this transplant."""
    permit = permitted(request, Action.CANDIDATES_ADMIT, lambda: about_offer(offer))
    return made(admit_candidate(office(), asking(permit, idempotency_key), Admitted(offer, body.begins_at)))


@router.post("/offers/{offer}/theatre", response={201: Done, ERRORS: Problem})
def book(request: HttpRequest, offer: Hex32, body: BeginningIn, idempotency_key: Key) -> object:
    """Record that a theatre is booked for the candidate of a live offer."""
    permit = permitted(request, Action.THEATRES_BOOK, lambda: about_offer(offer))
    return made(book_theatre(office(), asking(permit, idempotency_key), Booked(offer, body.begins_at)))


@router.post("/offers/{offer}/transplant", response={201: Done, ERRORS: Problem})
def transplant(request: HttpRequest, offer: Hex32, body: TransplantIn, idempotency_key: Key) -> object:
    """Record a transplant after two people read the label; refused without a live acceptance of the organ."""
    permit = permitted(request, Action.TRANSPLANTS_RECORD, lambda: about_offer(offer))
    transplanted = Transplanted(offer, **body.model_dump())
    return made(record_transplant(office(), asking(permit, idempotency_key), transplanted))


@router.post("/transplants/{transplant}/outcome", response={201: Done, ERRORS: Problem})
def follow_up(request: HttpRequest, transplant: Hex32, body: OutcomeIn, idempotency_key: Key) -> object:
    """Record how graft and person are, some months after a transplant; it is named by the event that recorded it."""
    permit = permitted(request, Action.OUTCOMES_RECORD, lambda: about_transplant(transplant))
    outcome = OutcomeKnown(transplant, **body.model_dump())
    return made(record_outcome(office(), asking(permit, idempotency_key), outcome))

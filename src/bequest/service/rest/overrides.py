"""Knows the endpoints of a departure from the order: one person asks for it, and another one decides."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router

from bequest.registry.overrides import Departure, DepartureDecided, decide_override, request_override
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Hex32,
    In,
    Key,
    Problem,
    Rank,
    Words,
    asking,
    made,
    permitted,
)
from bequest.service.rest.subjects import about_override, about_run
from bequest.service.roles import Action

router = Router(tags=["offers"])


class OverrideIn(In):
    """Say which place of the run is to be offered out of turn, why as a code, and why in words, which are sealed."""

    rank: Rank
    reason: Code
    words: Words


class DecisionIn(In):
    """Say whether it is approved."""

    approved: bool


@router.post("/runs/{run}/overrides", response={201: Done, ERRORS: Problem})
def ask(request: HttpRequest, run: Hex32, body: OverrideIn, idempotency_key: Key) -> object:
    """Ask for an offer out of turn; nothing is offered before somebody else approves it, and it is a leaf for good."""
    permit = permitted(request, Action.OVERRIDES_REQUEST, lambda: about_run(run))
    departure = Departure(run, **body.model_dump())
    return made(request_override(office(), asking(permit, idempotency_key), departure))


@router.post("/overrides/{override}/decision", response={201: Done, ERRORS: Problem})
def decide(request: HttpRequest, override: Hex32, body: DecisionIn, idempotency_key: Key) -> object:
    """Approve or refuse a departure from the order; refused to who asked for it."""
    permit = permitted(request, Action.OVERRIDES_DECIDE, lambda: about_override(override))
    decided = DepartureDecided(override, body.approved)
    return made(decide_override(office(), asking(permit, idempotency_key), decided))

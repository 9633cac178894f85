"""Knows the endpoints of organs that were recovered and reached nobody: how they were disposed of."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from bequest.model.enums import OrganPart
from bequest.registry.discards import Discarded, discard_parts
from bequest.registry.models import Discard, DiscardedPart
from bequest.registry.part_rows import part_of
from bequest.registry.rows import every
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
    looked_at,
    made,
    permitted,
    pointed,
)
from bequest.service.rest.subjects import about_donation
from bequest.service.roles import Action

router = Router(tags=["discards"])


class DiscardIn(In):
    """Say which parts were disposed of, why (a code of the list `discard`), when and by whom, and who saw it."""

    parts: Annotated[tuple[OrganPart, ...], Field(min_length=1, max_length=20)]
    reason: Code
    discarded_at: Instant
    discarded_by: Words
    witness: Words


class DiscardOut(Schema):
    """Tell which parts were disposed of, why and when."""

    parts: list[str]
    reason: str
    discarded_at: str


@router.post("/donors/{donation}/discards", response={201: Done, ERRORS: Problem})
def dispose(
    request: HttpRequest, response: HttpResponse, donation: Hex32, body: DiscardIn, idempotency_key: Key
) -> object:
    """Record that recovered parts were disposed of; refused while anybody has them or can still be given them."""
    permit = permitted(request, Action.DISCARDS_RECORD, lambda: about_donation(donation))
    entered = discard_parts(office(), asking(permit, idempotency_key), Discarded(donation, **body.model_dump()))
    pointed(response, f"/donors/{donation}/discards")
    return made(entered)


@router.get("/donors/{donation}/discards", response={200: list[DiscardOut], ERRORS: Problem})
def list_discards(request: HttpRequest, donation: Hex32) -> list[dict[str, object]]:
    """List what of a donation was disposed of."""
    looked_at(request, Action.DISCARDS_READ, f"discards of {donation}", lambda: about_donation(donation))
    return [_told(each) for each in every(office().using, Discard, "discarded_at", "event_id", case_id=donation)]


def _told(row: Discard) -> dict[str, object]:
    parts = [each.part_id for each in every(office().using, DiscardedPart, "part_id", discard_id=row.event_id)]
    return {
        "parts": [part_of(name).value for name in parts],
        "reason": row.reason,
        "discarded_at": row.discarded_at,
    }

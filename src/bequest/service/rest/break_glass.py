"""Knows the endpoints about break-glass: opening files in an emergency, and who sees that somebody did."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Annotated, Literal

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from bequest.ledger.commitment import Value
from bequest.ledger.leaf import instant_text
from bequest.registry.recording import Happening, Unit, record
from bequest.service.models import Account, BreakGlass, Read
from bequest.service.office import office
from bequest.service.permission import wrote_down
from bequest.service.rest.common import (
    ERRORS,
    Cursor,
    Done,
    In,
    Key,
    Limit,
    Name,
    Problem,
    Words,
    asking,
    cursor_of,
    looked_at,
    made,
    permitted,
    place_of,
)
from bequest.service.rest.subjects import about_registration
from bequest.service.roles import Action, Role
from bequest.service.security_log import write_event

router = Router(tags=["desk"])
_LONGEST_MINUTES = 60


class GlassIn(In):
    """Open files in an emergency: why as a code, why in words, and for how long."""

    reason: Literal["life_threatening", "traceability_alert", "legal_order"]
    words: Words
    minutes: Annotated[int, Field(ge=1, le=_LONGEST_MINUTES)]


class GlassOut(Done):
    """Tell until when files are open."""

    expires_at: str


class OpeningOut(Schema):
    """Tell that somebody opened files in an emergency: who, why, until when, and what they looked at by it."""

    event: str
    account: str
    role: str
    reason: str
    words: str
    opened_at: str
    expires_at: str
    looked_at: list[str]


class OpeningPage(Schema):
    """Hold a page of such openings, the newest first."""

    openings: list[OpeningOut]
    next: str | None


class OwnOpening(Schema):
    """Tell a person that their file was opened in an emergency: in which role, why, and when it was first looked at."""

    event: str
    role: str
    reason: str
    at: str


class OwnOpenings(Schema):
    """Hold each time that a file was opened in an emergency, the newest first."""

    openings: list[OwnOpening]


@dataclass(frozen=True, slots=True)
class _Opened:
    reason: str
    words: str
    minutes: int


@router.post("/break-glass", response={201: GlassOut, ERRORS: Problem})
def open_glass(request: HttpRequest, body: GlassIn, idempotency_key: Key) -> object:
    """Open files outside your own centre or hospital in an emergency, for an hour at most; it is a leaf of the log."""
    permit = permitted(request, Action.BREAK_GLASS_OPEN)
    opened = _Opened(body.reason, body.words, body.minutes)
    entered = record(office(), asking(permit, idempotency_key), opened, partial(_open, permit.account, opened))
    # Whoever watches the security log is told at once.
    write_event("break_glass_opened", permit.account.user_id, reason=opened.reason, opened=entered.event_id)
    row = BreakGlass.objects.get(event_id=entered.event_id)
    return made(entered, expires_at=row.expires_at)


def _open(account: Account, opened: _Opened, unit: Unit) -> Happening:
    BreakGlass.objects.create(
        event_id=unit.event_id,
        account=account,
        reason=opened.reason,
        words=opened.words,
        opened_at=instant_text(unit.at),
        expires_at=instant_text(unit.at + timedelta(minutes=opened.minutes)),
    )
    fields: dict[str, Value] = {"reason": opened.reason, "minutes": opened.minutes}
    return Happening("access.breakglass", fields)


@router.get("/break-glass", response={200: OpeningPage, ERRORS: Problem})
def list_openings(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, object]:
    """List who opened files in an emergency, why, and what they looked at, the newest first; it is written down."""
    permit = permitted(request, Action.BREAK_GLASS_BROWSE)
    rows, before = BreakGlass.objects.select_related("account__user"), place_of(cursor)
    if before is not None:
        at, _, event = before.partition(" ")
        rows = rows.filter(Q(opened_at__lt=at) | Q(opened_at=at, event_id__lt=event))
    page = list(rows.order_by("-opened_at", "-event_id")[: limit + 1])
    wrote_down(permit, "openings in an emergency")
    last = page[limit - 1] if len(page) > limit else None
    return {
        "openings": [_opening(each) for each in page[:limit]],
        "next": None if last is None else cursor_of(f"{last.opened_at} {last.event_id}"),
    }


def _opening(row: BreakGlass) -> dict[str, object]:
    subjects = Read.objects.filter(break_glass=row).order_by("id").values_list("subject", flat=True)
    return {
        "event": row.event_id,
        "account": row.account.user.get_username(),
        "role": Role(row.account.role).value,
        "reason": row.reason,
        "words": row.words,
        "opened_at": row.opened_at,
        "expires_at": row.expires_at,
        "looked_at": list(dict.fromkeys(subjects)),
    }


@router.get("/registrations/{registration}/openings", response={200: OwnOpenings, ERRORS: Problem})
def list_own_openings(request: HttpRequest, registration: Name) -> dict[str, object]:
    """List when the file of a registration was opened in an emergency, in which role and why, the newest first."""
    subject = f"registration {registration}"
    looked_at(request, Action.BREAK_GLASS_READ_OWN, subject, lambda: about_registration(registration))
    # A row of a run is about a registration as well, and is named behind the run.
    own = Q(subject=subject) | Q(subject__endswith=f" {subject}")
    reads = Read.objects.select_related("break_glass__account").filter(own, break_glass__isnull=False).order_by("id")
    first: dict[str, dict[str, object]] = {}
    for read in reads:
        assert read.break_glass is not None, "only reads by break-glass were asked for"
        told = {"role": Role(read.break_glass.account.role).value, "reason": read.break_glass.reason, "at": read.at}
        first.setdefault(read.break_glass.event_id, {"event": read.break_glass.event_id, **told})
    return {"openings": list(reversed(first.values()))}

"""Knows the endpoints about accounts: who one is, who looked at what, and which accounts there are."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django.http import HttpRequest
from ninja import Router, Schema

from bequest.registry.read_days import close_reads
from bequest.service.daily import counted_reads
from bequest.service.models import Account, Read
from bequest.service.office import office
from bequest.service.permission import belonging, wrote_down
from bequest.service.rest.common import (
    ERRORS,
    Cursor,
    Done,
    Key,
    Limit,
    Problem,
    asking,
    cursor_of,
    made,
    number_of,
    permitted,
    place_of,
)
from bequest.service.roles import Action, Role, Verdict, cell_of

router = Router(tags=["desk"])


class MeOut(Schema):
    """Tell who is signed in, and what the role may do."""

    name: str
    role: str
    centre: str | None
    may: dict[str, str]


class ReadOut(Schema):
    """Tell who looked at what, when, and whether by break-glass."""

    id: int
    at: str
    account: str
    role: str
    action: str
    subject: str
    break_glass: str | None


class ReadPage(Schema):
    """Hold a page of reads, the newest first."""

    reads: list[ReadOut]
    next: str | None


class AccountOut(Schema):
    """Tell of an account; nothing of its password or its second factor."""

    name: str
    role: str
    centre: str | None
    active: bool


class AccountPage(Schema):
    """Hold a page of accounts by their names."""

    accounts: list[AccountOut]
    next: str | None


@router.get("/me", response={200: MeOut, ERRORS: Problem})
def me(request: HttpRequest) -> dict[str, object]:
    """Read who you are here, and what your role may do."""
    account = cast("Account", cast("Any", request).auth)
    own = belonging(account)
    cells = {action: cell_of(action, own.role).verdict for action in Action}
    return {
        "name": account.user.get_username(),
        "role": own.role.value,
        "centre": own.centre,
        "may": {action.value: verdict.value for action, verdict in cells.items() if verdict is not Verdict.DENY},
    }


@router.get("/reads", response={200: ReadPage, ERRORS: Problem})
def list_reads(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, object]:
    """List who looked at what, the newest first; this is written down as well."""
    permit = permitted(request, Action.READS_BROWSE)
    before = number_of(cursor)
    rows = Read.objects.select_related("account__user", "break_glass").order_by("-id")
    page = list((rows if before is None else rows.filter(id__lt=before))[: limit + 1])
    wrote_down(permit, "reads")
    return {
        "reads": [_read(each) for each in page[:limit]],
        "next": cursor_of(str(page[limit - 1].id)) if len(page) > limit else None,
    }


@router.post("/reads/days/{day}/closing", response={201: Done, ERRORS: Problem})
def close_day_of_reads(request: HttpRequest, day: date, idempotency_key: Key) -> object:
    """Commit to the reads of a day that is over, nought included; days are closed one by one."""
    permit = permitted(request, Action.READS_CLOSE)
    return made(close_reads(office(), asking(permit, idempotency_key), counted_reads(office(), day)))


def _read(row: Read) -> dict[str, object]:
    return {
        "id": row.id,
        "at": row.at,
        "account": row.account.user.get_username(),
        "role": Role(row.account.role).value,
        "action": row.action,
        "subject": row.subject,
        "break_glass": None if row.break_glass is None else row.break_glass.reason,
    }


@router.get("/accounts", response={200: AccountPage, ERRORS: Problem})
def list_accounts(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> dict[str, object]:
    """List the accounts; they are made and closed on the machine itself, by `bequest user`."""
    permitted(request, Action.ACCOUNTS_BROWSE)
    rows = Account.objects.select_related("user").filter(user__username__gt=place_of(cursor) or "")
    page = list(rows.order_by("user__username")[: limit + 1])
    return {
        "accounts": [
            {
                "name": each.user.get_username(),
                "role": each.role,
                "centre": each.centre,
                "active": each.user.is_active,
            }
            for each in page[:limit]
        ],
        "next": cursor_of(page[limit - 1].user.get_username()) if len(page) > limit else None,
    }

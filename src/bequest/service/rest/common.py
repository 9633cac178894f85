"""Knows what all endpoints share: who asks, the key of a request, bounded texts, pages, and the shape of answers."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Annotated, Any, cast

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.params.functions import Header, Query
from ninja.responses import Status
from ninja.security import HttpBearer
from ninja.security.base import AuthBase
from ninja.utils import check_csrf
from pydantic import AwareDatetime, ConfigDict, Field, StringConstraints

from bequest.model.instant import instant_of
from bequest.registry.office import Request
from bequest.registry.recording import Entered
from bequest.service.models import Account
from bequest.service.permission import Permit, may, may_enter, wrote_down
from bequest.service.problem import ProblemError
from bequest.service.protection import is_reading
from bequest.service.roles import About, Action
from bequest.service.sign_in import account_of, account_of_token

if TYPE_CHECKING:
    from collections.abc import Callable

_PLAIN = r"^[^\u0000-\u001f\u007f-\u009f]+$"
Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9._@:+-]*$")]
"""An identifier: of a registration, a hospital, a policy."""
Code = Annotated[str, StringConstraints(min_length=1, max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
"""A code of a list of the ledger's leaves (docs/reference/ledger-leaves.md)."""
Hex32 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{32}$")]
"""A pseudonym or an event: 32 hexadecimal digits."""
Hex64 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
"""A SHA-256 in hexadecimal digits."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=_PLAIN)]
"""A line of text without control characters."""
Fact = Annotated[str, StringConstraints(min_length=1, max_length=4000, pattern=_PLAIN)]
RuleName = Annotated[str, StringConstraints(min_length=1, max_length=10, pattern=r"^[A-Z]{3}-[0-9]{2}$")]
"""A rule of docs/reference/safeguards.md."""
Rank = Annotated[int, Field(ge=1, le=10_000_000)]
"""A place of a match run, counted from 1."""
Instant = Annotated[AwareDatetime, Field(description="An instant with its zone.")]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=8,
        max_length=100,
        pattern=r"^[A-Za-z0-9._-]+$",
        description="A key of your own for this request: the same key with the same content is done once.",
    ),
]
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]

_HAPPENED_AT = "Happened-At"
ERRORS = frozenset({401, 403, 404, 409, 422, 429, 503})


class In(Schema):
    """Be what a request may hold, and nothing else."""

    model_config = ConfigDict(extra="forbid")


class Problem(Schema):
    """Tell an error (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str


class Done(Schema):
    """Tell that something was recorded: the number of its leaf in the log, and its event."""

    leaf: int
    event: str


class TokenSignIn(HttpBearer):
    """Let a program in that brings a token of an account."""

    def authenticate(self, request: HttpRequest, token: str) -> Account | None:
        """Return the account, None for a token that does not hold."""
        del request
        return account_of_token(token)


class SessionSignIn(AuthBase):
    """Let somebody in who signed in to the pages; whatever changes something also needs the token against forgery."""

    openapi_type = "apiKey"
    openapi_in = "cookie"
    openapi_name = "bequest-session"

    def __call__(self, request: HttpRequest) -> Account | None:
        """Return the account, None for nobody."""
        account = account_of(request.user)
        if account is None:
            return None
        if not is_reading(request) and check_csrf(request) is not None:
            raise ProblemError(403, "forged", "The request lacks the token against forgery; send it as X-CSRFToken.")
        return account


def permitted(request: HttpRequest, action: Action, about: Callable[[], About] = About) -> Permit:
    """Return the permit of who asks; raise `ProblemError` where the decision table denies it.

    With the header `Happened-At` a step is entered that was done on paper while the service was down.
    """
    # The API lets nobody in without an account.
    account, late = cast("Account", cast("Any", request).auth), request.headers.get(_HAPPENED_AT)
    if late is None:
        return may(account, action, about)
    return may_enter(account, action, about, instant_of(late, called=_HAPPENED_AT))


def looked_at(request: HttpRequest, action: Action, subject: str, about: Callable[[], About]) -> Permit:
    """Return the permit of who asks to see a row about a person, and write down that they did."""
    permit = permitted(request, action, about)
    wrote_down(permit, subject)
    return permit


def asking(permit: Permit, key: str) -> Request:
    """Return the request as the registry keeps it; the keys of two accounts never meet."""
    user = permit.account.user
    return Request(f"{user.pk}:{key}", user.get_username(), permit.happened_at)


def done(entered: Entered, **more: object) -> dict[str, object]:
    """Return the answer to what was recorded."""
    return {"leaf": entered.index, "event": entered.event_id, **more}


def made(entered: Entered, **more: object) -> Status[dict[str, object]]:
    """Return the answer to what was recorded and has made something: 201."""
    return Status(201, done(entered, **more))


def pointed(response: HttpResponse, address: str) -> None:
    """Put the address of what was made on the answer."""
    response["Location"] = f"/api/v1{address}"


def cursor_of(place: str) -> str:
    """Return the cursor of the page behind a place."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(cursor: str | None) -> str | None:
    """Return the place that a cursor stands for; raise `ProblemError` for what is no cursor."""
    if cursor is None:
        return None
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (ValueError, binascii.Error):
        place = ""
    if not place or not place.isprintable():
        raise ProblemError(422, "input", "The cursor is none of ours; begin at the first page.")
    return place


def number_of(cursor: str | None) -> int | None:
    """Return the number that a cursor stands for."""
    place = place_of(cursor)
    if place is None:
        return None
    if not place.isascii() or not place.isdigit() or len(place) > len(str(1 << 62)):
        raise ProblemError(422, "input", "The cursor is none of ours; begin at the first page.")
    return int(place)

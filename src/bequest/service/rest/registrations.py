"""Knows the endpoints of registrations: list, read, create, change, suspend, remove."""

from __future__ import annotations

import json
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Header, Query
from pydantic import Field

from bequest.model.enums import Organ
from bequest.registry.listings import (
    Change,
    Listing,
    Removal,
    Suspension,
    change_registration,
    list_candidate,
    remove_registration,
    suspend_registration,
)
from bequest.registry.models import Registration, Version
from bequest.registry.rows import first
from bequest.registry.versions import centres_now, newest_version, newest_versions
from bequest.service.office import office
from bequest.service.permission import belonging
from bequest.service.problem import ProblemError
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Cursor,
    Done,
    Fact,
    Hex64,
    In,
    Key,
    Limit,
    Name,
    Problem,
    Words,
    asking,
    cursor_of,
    done,
    looked_at,
    made,
    permitted,
    place_of,
    pointed,
)
from bequest.service.rest.subjects import about_registration, registration_row
from bequest.service.roles import About, Action, Verdict

router = Router(tags=["registrations"])
_CHANGED = frozenset({412, 428})
_MOST_FACTS = 200


class RegistrationIn(In):
    """Put a candidate on a list; the facts are columns of the data dictionary, written as it says.

    `resident` null is not known, and holds every offer; `agreement` is the SHA-256 of the one that lists a guest.
    """

    facts: Annotated[dict[Name, Fact], Field(max_length=_MOST_FACTS)]
    identity: Words | None = None
    resident: bool | None = None
    agreement: Hex64 | None = None


class ChangeIn(In):
    """Say which facts are others from now on; null takes one away."""

    facts: Annotated[dict[Name, Fact | None], Field(min_length=1, max_length=_MOST_FACTS)]


class ReasonIn(In):
    """Say why, as a code of the leaf's own list."""

    reason: Code


class RegistrationOut(Schema):
    """Tell of a registration; `facts` is null once it left its list."""

    registration: str
    organ: str
    candidate: str
    version: str
    facts: dict[str, str] | None


class RegistrationPage(Schema):
    """Hold a page of registrations; `next` is null on the last one."""

    registrations: list[RegistrationOut]
    next: str | None


IfMatch = Annotated[
    str | None, Header(alias="If-Match", max_length=100, description="The ETag of the registration as you saw it.")
]


@router.get("/registrations", response={200: RegistrationPage, ERRORS: Problem})
def list_registrations(
    request: HttpRequest,
    organ: Annotated[Organ, Query(description="Of which list.")],
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, object]:
    """List the registrations of one organ's list that you may see, by their identifiers."""
    # The relation is asked of each row: a centre lists its own.
    permit = permitted(request, Action.REGISTRATIONS_BROWSE, lambda: _own(request))
    using, after = office().using, place_of(cursor)
    own = None if permit.verdict is Verdict.ALLOW else permit.account.centre
    page: list[Registration] = []
    versions: dict[str, Version] = {}
    more = True
    while more and len(page) <= limit:
        rows = first(
            using, Registration, limit + 1, "id", waiting_list_id=organ.value, id__gt=after or "", **_ever_at(own)
        )
        names = [row.id for row in rows]
        centres = centres_now(using, names)
        page.extend(row for row in rows if own is None or centres[row.id] == own)
        versions |= newest_versions(using, names)
        more, after = len(rows) > limit, names[-1] if names else None
    looked_at(request, Action.REGISTRATIONS_BROWSE, f"list {organ.value}", lambda: _own(request))
    return {
        "registrations": [_out(row, versions[row.id]) for row in page[:limit]],
        "next": cursor_of(page[limit - 1].id) if len(page) > limit else None,
    }


def _ever_at(centre: str | None) -> dict[str, object]:
    """Return the condition that a registration was ever at a centre; which one it is at now, its newest facts say."""
    if centre is None:
        return {}
    return {"id__in": Version.objects.using(office().using).filter(centre_id=centre).values("registration_id")}


def _own(request: HttpRequest) -> About:
    own = belonging(request.auth)  # pyright: ignore[reportAttributeAccessIssue]  ninja puts the account there
    return About(centres=frozenset() if own.centre is None else frozenset({own.centre}))


@router.get("/registrations/{registration}", response={200: RegistrationOut, ERRORS: Problem})
def read_registration(request: HttpRequest, response: HttpResponse, registration: Name) -> dict[str, object]:
    """Read one registration as it is now."""
    looked_at(
        request, Action.REGISTRATIONS_READ, f"registration {registration}", lambda: about_registration(registration)
    )
    version = newest_version(office().using, registration)
    response["ETag"] = _etag(version)
    return _out(registration_row(registration), version)


def _out(row: Registration, version: Version) -> dict[str, object]:
    return {
        "registration": row.id,
        "organ": row.waiting_list_id,
        "candidate": row.candidate_id,
        "version": version.event_id,
        "facts": None if version.facts is None else json.loads(version.facts),
    }


def _etag(version: Version) -> str:
    return f'"{version.event_id}"'


@router.post("/registrations", response={201: Done, ERRORS: Problem})
def create_registration(
    request: HttpRequest, response: HttpResponse, body: RegistrationIn, idempotency_key: Key
) -> object:
    """Put a candidate on the list of an organ, at your own centre."""
    centre = body.facts.get("centre", "")
    permit = permitted(request, Action.REGISTRATIONS_CREATE, lambda: About(centres=frozenset({centre})))
    _check_named(body.facts)
    entered = list_candidate(office(), asking(permit, idempotency_key), _listing(body))
    pointed(response, f"/registrations/{body.facts['registration']}")
    return made(entered)


def _listing(body: RegistrationIn) -> Listing:
    return Listing(dict(body.facts), body.identity, body.resident, body.agreement)


def _check_named(facts: dict[str, str]) -> None:
    missing = [name for name in ("registration", "candidate", "organ", "centre") if name not in facts]
    if missing:
        raise ProblemError(422, "input", f"The facts lack {', '.join(missing)}; a registration has each of them.")


@router.patch("/registrations/{registration}", response={200: Done, ERRORS | _CHANGED: Problem})
def change(
    request: HttpRequest, registration: Name, body: ChangeIn, idempotency_key: Key, if_match: IfMatch = None
) -> object:
    """Change facts of a registration as you saw it; this also ends a suspension."""
    permit = permitted(request, Action.REGISTRATIONS_CHANGE, lambda: about_registration(registration))
    _check_centre(permit.account.centre, body)
    if if_match is None:
        raise ProblemError(428, "unseen", "Send If-Match with the ETag of the registration that you are changing.")
    # What was seen is compared under the lock of the list, by the use case itself.
    changed = Change(registration, dict(body.facts), if_match.removeprefix("W/").strip('"'))
    return done(change_registration(office(), asking(permit, idempotency_key), changed))


def _check_centre(own: str | None, body: ChangeIn) -> None:
    if body.facts.get("centre", own) != own:
        raise ProblemError(
            403, "denied", "A registration is moved to another centre by that centre: remove it, and let them list it."
        )


@router.post("/registrations/{registration}/suspension", response={201: Done, ERRORS: Problem})
def suspend(request: HttpRequest, registration: Name, body: ReasonIn, idempotency_key: Key) -> object:
    """Suspend a registration: it stays on the list and takes no part in match runs."""
    permit = permitted(request, Action.REGISTRATIONS_SUSPEND, lambda: about_registration(registration))
    suspension = Suspension(registration, body.reason)
    return made(suspend_registration(office(), asking(permit, idempotency_key), suspension))


@router.post("/registrations/{registration}/removal", response={201: Done, ERRORS: Problem})
def remove(request: HttpRequest, registration: Name, body: ReasonIn, idempotency_key: Key) -> object:
    """Take a registration off its list for good."""
    permit = permitted(request, Action.REGISTRATIONS_REMOVE, lambda: about_registration(registration))
    return made(remove_registration(office(), asking(permit, idempotency_key), Removal(registration, body.reason)))

"""Knows the endpoints of what is reported: what went wrong, by anybody, and how many referrals a hospital's day had."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field, StringConstraints

from bequest.registry.closed_days import DayClosed, close_day
from bequest.registry.incidents import IncidentReported, report_incident
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Hex32,
    In,
    Instant,
    Key,
    Name,
    Problem,
    RuleName,
    asking,
    made,
    permitted,
)
from bequest.service.roles import About, Action

router = Router(tags=["reports"])
_LONGEST = 20_000
_MOST_LEAVES = 1 << 53


class IncidentIn(In):
    """Report what went wrong or must never happen: when, how grave, who reports (as codes), and in your words.

    `rule` is the rule that was broken, `about` the leaf and `donation` the donation that the report is about, as far
    as they are known. The words are kept sealed, and are in no leaf.
    """

    happened_at: Instant
    severity: Code
    reporter: Code
    report: Annotated[str | None, StringConstraints(min_length=1, max_length=_LONGEST, pattern=r"^[^\u0000]+$")] = None
    donation: Hex32 | None = None
    rule: RuleName | None = None
    about: Annotated[int | None, Field(ge=0, le=_MOST_LEAVES)] = None
    run: Hex32 | None = None
    registration: Name | None = None


@router.post("/incidents", response={201: Done, ERRORS: Problem})
def report(request: HttpRequest, body: IncidentIn, idempotency_key: Key) -> object:
    """Report an incident, however late: it is never refused, never removed, and enters no other table or count."""
    permit = permitted(request, Action.INCIDENTS_REPORT)
    reported = IncidentReported(**body.model_dump())
    return made(report_incident(office(), asking(permit, idempotency_key), reported))


@router.post("/hospitals/{hospital}/days/{day}/closing", response={201: Done, ERRORS: Problem})
def close(request: HttpRequest, hospital: Name, day: date, idempotency_key: Key) -> object:
    """Close the next day of a hospital with the number of its referrals, nought included."""
    permit = permitted(request, Action.DAYS_CLOSE, lambda: About(hospital=hospital))
    return made(close_day(office(), asking(permit, idempotency_key), DayClosed(hospital, day)))

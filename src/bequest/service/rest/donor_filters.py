"""Knows the endpoints of a programme's filters for donors: set, list with what they leave possible, lift."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import StringConstraints

from bequest.model.enums import Organ
from bequest.registry.donor_filters import (
    DonorFilterAsked,
    DonorFilterNamed,
    effective_offers,
    lift_donor_filter,
    set_donor_filter,
    standing_filters,
)
from bequest.registry.rows import leaf_of
from bequest.service.office import office
from bequest.service.rest.centres import FilterName
from bequest.service.rest.common import ERRORS, Done, In, Key, Name, Problem, asking, looked_at, made, permitted
from bequest.service.roles import About, Action

router = Router(tags=["programmes"])
Condition = Annotated[str, StringConstraints(min_length=1, max_length=1000, pattern=r"^[^\u0000]+$")]


class DonorFilterIn(In):
    """Name a filter, and describe the donors of whom no organ is wanted, as policies have conditions.

    Such as `donor.age_years > 70 or distance_km > 500`; what is unknown of a donor filters nobody out.
    """

    name: FilterName
    refuses: Condition


class PossibleOut(Done):
    """Tell how many of the last donors the filters of the programme let through; `alarm` where they let none."""

    donors: int
    possible: int
    alarm: bool


class DonorFilterRow(Schema):
    """Tell of a filter that stands."""

    leaf: int
    name: str
    refuses: str


class DonorFiltersOut(Schema):
    """Hold the filters of a programme, and how many of the last donors all of them let through as of now."""

    filters: list[DonorFilterRow]
    donors: int
    possible: int
    alarm: bool


def _of(centre: str) -> About:
    return About(centres=frozenset({centre}))


@router.post("/programmes/{centre}/{organ}/filters", response={201: PossibleOut, ERRORS: Problem})
def set_one(request: HttpRequest, centre: Name, organ: Organ, body: DonorFilterIn, idempotency_key: Key) -> object:
    """Have your own programme passed over for the donors that a condition describes; it is a leaf of the log."""
    permit = permitted(request, Action.FILTERS_SET, lambda: _of(centre))
    asked = DonorFilterAsked(centre, organ, body.name, body.refuses)
    entered = set_donor_filter(office(), asking(permit, idempotency_key), asked)
    counted = effective_offers(office().using, centre, organ)
    return made(entered, donors=counted.donors, possible=counted.possible, alarm=counted.alarm)


@router.get("/programmes/{centre}/{organ}/filters", response={200: DonorFiltersOut, ERRORS: Problem})
def list_own(request: HttpRequest, centre: Name, organ: Organ) -> dict[str, object]:
    """List the filters of your own programme, with how many of the last donors they leave it."""
    looked_at(request, Action.FILTERS_SET, f"filters of {centre} {organ.value}", lambda: _of(centre))
    using = office().using
    counted = effective_offers(using, centre, organ)
    return {
        "filters": [
            {"leaf": leaf_of(using, row.event_id), "name": row.name, "refuses": row.refuses}
            for row in standing_filters(using, organ, centre)
        ],
        "donors": counted.donors,
        "possible": counted.possible,
        "alarm": counted.alarm,
    }


@router.post("/programmes/{centre}/{organ}/filters/{path:rule}/lifting", response={201: Done, ERRORS: Problem})
def lift(request: HttpRequest, centre: Name, organ: Organ, rule: FilterName, idempotency_key: Key) -> object:
    """Take a filter of your own programme back."""
    permit = permitted(request, Action.FILTERS_LIFT, lambda: _of(centre))
    return made(lift_donor_filter(office(), asking(permit, idempotency_key), DonorFilterNamed(centre, organ, rule)))

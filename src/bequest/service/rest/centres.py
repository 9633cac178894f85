"""Knows the endpoints of places and programmes: care teams, filters, authorisations, and pauses of a programme."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router
from pydantic import Field, StringConstraints

from bequest.model.enums import Organ
from bequest.registry.care_teams import Authorised, Treated, authorise_place, declare_care_team
from bequest.registry.erasures import CandidateErased, erase_candidate
from bequest.registry.programmes import (
    FilterAsked,
    ProgrammeAsked,
    lift_filter,
    pause_programme,
    resume_programme,
    set_filter,
)
from bequest.registry.residences import ResidenceDeclared, declare_residence
from bequest.safeguards.offer_rules import Activity
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Hex64,
    In,
    Instant,
    Key,
    Name,
    Problem,
    Words,
    asking,
    made,
    permitted,
)
from bequest.service.rest.subjects import about_candidate, about_registration
from bequest.service.roles import About, Action

router = Router(tags=["programmes"])
FilterName = Annotated[str, StringConstraints(min_length=1, max_length=80, pattern=r"^[a-z0-9][a-z0-9./@+-]*$")]
"""What a programme calls a filter of its own."""


class CareTeamIn(In):
    """Name everybody who treats a candidate or would transplant them, in place of what was declared before."""

    doctors: Annotated[list[Words], Field(min_length=1, max_length=100)]


class FilterIn(In):
    """Name the filter by which a registration is passed over."""

    name: FilterName


class AuthorisationIn(In):
    """Say what a place may do, with which organ (null: with all), from when, and until when."""

    activity: Activity
    organ: Organ | None = None
    from_at: Instant
    until_at: Instant


class ResidenceIn(In):
    """Say whether a candidate is resident; `agreement` is the SHA-256 of the one under which a guest is listed."""

    resident: bool
    agreement: Hex64 | None = None


class ErasureIn(In):
    """Say on which legal basis, as a code."""

    basis: Code


@router.post("/registrations/{registration}/care-team", response={201: Done, ERRORS: Problem})
def treat(request: HttpRequest, registration: Name, body: CareTeamIn, idempotency_key: Key) -> object:
    """Declare who treats a candidate: nobody of them may have certified the death of a donor whose organ they get."""
    permit = permitted(request, Action.CARE_TEAMS_DECLARE, lambda: about_registration(registration))
    treated = Treated(registration, tuple(body.doctors))
    return made(declare_care_team(office(), asking(permit, idempotency_key), treated))


@router.post("/registrations/{registration}/residence", response={201: Done, ERRORS: Problem})
def say_resident(request: HttpRequest, registration: Name, body: ResidenceIn, idempotency_key: Key) -> object:
    """Declare whether a candidate is resident: no policy reads it, and an offer to a guest asks for more."""
    permit = permitted(request, Action.RESIDENCES_DECLARE, lambda: about_registration(registration))
    declared = ResidenceDeclared(registration, body.resident, body.agreement)
    return made(declare_residence(office(), asking(permit, idempotency_key), declared))


@router.post("/registrations/{registration}/filters", response={201: Done, ERRORS: Problem})
def pass_over_by(request: HttpRequest, registration: Name, body: FilterIn, idempotency_key: Key) -> object:
    """Have a registration passed over by a filter of its own programme; it is a leaf of the log."""
    permit = permitted(request, Action.FILTERS_SET, lambda: about_registration(registration))
    asked = FilterAsked(registration, body.name)
    return made(set_filter(office(), asking(permit, idempotency_key), asked))


@router.post("/registrations/{registration}/filters/{path:rule}/lifting", response={201: Done, ERRORS: Problem})
def offer_again(request: HttpRequest, registration: Name, rule: FilterName, idempotency_key: Key) -> object:
    """Take a filter back: the registration is offered again, at its own place."""
    permit = permitted(request, Action.FILTERS_LIFT, lambda: about_registration(registration))
    return made(lift_filter(office(), asking(permit, idempotency_key), FilterAsked(registration, rule)))


@router.post("/places/{centre}/authorisations", response={201: Done, ERRORS: Problem})
def authorise(request: HttpRequest, centre: Name, body: AuthorisationIn, idempotency_key: Key) -> object:
    """Record what the authority has authorised a hospital or centre for; without it nothing is offered there."""
    permit = permitted(request, Action.PLACES_AUTHORISE)
    authorised = Authorised(centre, **body.model_dump())
    return made(authorise_place(office(), asking(permit, idempotency_key), authorised))


@router.post("/programmes/{centre}/{organ}/pause", response={201: Done, ERRORS: Problem})
def pause(request: HttpRequest, centre: Name, organ: Organ, idempotency_key: Key) -> object:
    """Have all registrations of your own centre for an organ passed over, until its programme takes offers again."""
    permit = permitted(request, Action.PROGRAMMES_PAUSE, lambda: About(centres=frozenset({centre})))
    return made(pause_programme(office(), asking(permit, idempotency_key), ProgrammeAsked(centre, organ)))


@router.post("/programmes/{centre}/{organ}/resumption", response={201: Done, ERRORS: Problem})
def resume(request: HttpRequest, centre: Name, organ: Organ, idempotency_key: Key) -> object:
    """Let the paused programme of your own centre be offered organs again."""
    permit = permitted(request, Action.PROGRAMMES_RESUME, lambda: About(centres=frozenset({centre})))
    return made(resume_programme(office(), asking(permit, idempotency_key), ProgrammeAsked(centre, organ)))


@router.post("/candidates/{candidate}/erasure", response={201: Done, ERRORS: Problem})
def erase(request: HttpRequest, candidate: Name, body: ErasureIn, idempotency_key: Key) -> object:
    """Erase a candidate who is on no list; refused while the records of a transplant have to be kept."""
    permit = permitted(request, Action.CANDIDATES_ERASE, lambda: about_candidate(candidate))
    return made(erase_candidate(office(), asking(permit, idempotency_key), CandidateErased(candidate, body.basis)))

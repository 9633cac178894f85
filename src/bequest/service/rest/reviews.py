"""Knows the endpoints of exceptions, appeals and withdrawals: what a candidate and reviewers from outside ask for."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field, StringConstraints

from bequest.registry.appeals import AppealDecision, Contested, decide_appeal, open_appeal
from bequest.registry.exceptions import (
    ExceptionAsked,
    ExceptionDecision,
    decide_exception,
    evidence_of,
    request_exception,
)
from bequest.registry.recertification import Measured, recertify
from bequest.registry.reviews import Appointed, Verdict, appoint_reviewers, review_case
from bequest.registry.withdrawals import ConsentToListingWithdrawn, ListedAgain, list_again, withdraw_from_list
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Fact,
    Hex32,
    In,
    Instant,
    Key,
    Name,
    Problem,
    Words,
    asking,
    looked_at,
    made,
    permitted,
    pointed,
)
from bequest.service.rest.subjects import about_case, about_registration
from bequest.service.roles import Action

router = Router(tags=["exceptions and appeals"])
_MOST_LEAVES = 1 << 53
_MOST_FACTS = 200
Evidence = Annotated[str, StringConstraints(min_length=1, max_length=20_000, pattern=r"^[^\u0000]+$")]
"""The text of a document; it is sealed, or its digest alone is kept."""
Facts = Annotated[dict[Name, Fact | None], Field(max_length=_MOST_FACTS, default_factory=dict)]


class ExceptionIn(In):
    """Ask for a level of a datum by exception; `renews` is the decision that it goes on from."""

    datum: Code
    level: Words
    evidence: Evidence
    renews: Hex32 | None = None


class ExceptionDecisionIn(In):
    """Enter what the reviewers agree on: why, as a code, and where they grant it, until when."""

    reason: Code
    expires_at: Instant | None = None


class VerdictIn(In):
    """Give your verdict on a case, and why, as a code."""

    verdict: Code
    reason: Code


class ReviewersIn(In):
    """Appoint people of a centre as reviewers of cases of other centres, until an instant."""

    members: Annotated[list[Words], Field(min_length=1, max_length=100)]
    until: Instant


class AppealIn(In):
    """Contest a step of a registration: the number of its leaf, who contests it, and on what ground, as codes."""

    registration: Name
    about: Annotated[int, Field(ge=0, le=_MOST_LEAVES)]
    by: Code
    ground: Code


class AppealDecisionIn(In):
    """Enter what the reviewers agree on; `correction` holds the facts that are put right, null takes one away."""

    reason: Code
    correction: Facts
    expires_at: Instant | None = None


class MeasurementIn(In):
    """Say which level of a datum was measured, when, and give the text of the document."""

    datum: Code
    level: Words
    measured_at: Instant
    evidence: Evidence


class AgainIn(In):
    """List a candidate again under a new number, with the day of the new consent, and what has changed since."""

    registration: Name
    consented_on: date
    changes: Facts


class EvidenceOut(Schema):
    """Tell the evidence of a request to its reviewers."""

    evidence: str


@router.post("/registrations/{registration}/recertifications", response={201: Done, ERRORS: Problem})
def measure(request: HttpRequest, registration: Name, body: MeasurementIn, idempotency_key: Key) -> object:
    """Measure a dated datum anew: its level holds for as long as the rule says, counted from the measurement."""
    permit = permitted(request, Action.REGISTRATIONS_RECERTIFY, lambda: about_registration(registration))
    measured = Measured(registration, **body.model_dump())
    return made(recertify(office(), asking(permit, idempotency_key), measured))


@router.post("/registrations/{registration}/consent-withdrawal", response={201: Done, ERRORS: Problem})
def withdraw(request: HttpRequest, registration: Name, idempotency_key: Key) -> object:
    """Withdraw the consent to be listed: the candidate leaves the list at once, and nobody asks why."""
    permit = permitted(request, Action.REGISTRATIONS_WITHDRAW, lambda: about_registration(registration))
    withdrawn = ConsentToListingWithdrawn(registration)
    return made(withdraw_from_list(office(), asking(permit, idempotency_key), withdrawn))


@router.post("/registrations/{registration}/relisting", response={201: Done, ERRORS: Problem})
def relist(
    request: HttpRequest, response: HttpResponse, registration: Name, body: AgainIn, idempotency_key: Key
) -> object:
    """List a candidate again who had withdrawn, with the waiting of before as the country's rules give it back."""
    permit = permitted(request, Action.REGISTRATIONS_LIST_AGAIN, lambda: about_registration(registration))
    again = ListedAgain(registration, body.registration, body.consented_on, dict(body.changes))
    entered = list_again(office(), asking(permit, idempotency_key), again)
    pointed(response, f"/registrations/{body.registration}")
    return made(entered)


@router.post("/places/{centre}/reviewers", response={201: Done, ERRORS: Problem})
def appoint(request: HttpRequest, centre: Name, body: ReviewersIn, idempotency_key: Key) -> object:
    """Appoint people of a centre as reviewers; nobody appoints themselves, or reviews a case of their own centre."""
    permit = permitted(request, Action.REVIEWERS_APPOINT)
    appointed = Appointed(centre, tuple(body.members), body.until)
    return made(appoint_reviewers(office(), asking(permit, idempotency_key), appointed))


@router.post("/registrations/{registration}/exceptions", response={201: Done, ERRORS: Problem})
def ask(request: HttpRequest, registration: Name, body: ExceptionIn, idempotency_key: Key) -> object:
    """Ask for an urgency exception; nothing changes before reviewers from outside have decided."""
    permit = permitted(request, Action.EXCEPTIONS_REQUEST, lambda: about_registration(registration))
    asked = ExceptionAsked(registration, **body.model_dump())
    return made(request_exception(office(), asking(permit, idempotency_key), asked))


@router.get("/exceptions/{exception}/evidence", response={200: EvidenceOut, ERRORS: Problem})
def read_evidence(request: HttpRequest, exception: Hex32) -> dict[str, object]:
    """Read the evidence of a request, as one who may review it."""
    looked_at(request, Action.EVIDENCE_READ, f"exception {exception}", lambda: about_case(exception))
    return {"evidence": evidence_of(office(), exception)}


@router.post("/exceptions/{exception}/reviews", response={201: Done, ERRORS: Problem})
def review_exception(request: HttpRequest, exception: Hex32, body: VerdictIn, idempotency_key: Key) -> object:
    """Give your verdict on a request; refused to everybody of a centre where the candidate is or was listed."""
    permit = permitted(request, Action.CASES_REVIEW)
    verdict = Verdict(exception, body.verdict, body.reason)
    return made(review_case(office(), asking(permit, idempotency_key), verdict))


@router.post("/exceptions/{exception}/decision", response={201: Done, ERRORS: Problem})
def decide(request: HttpRequest, exception: Hex32, body: ExceptionDecisionIn, idempotency_key: Key) -> object:
    """Decide a request as its reviewers agree, as one of them; a granted level holds until its end."""
    permit = permitted(request, Action.EXCEPTIONS_DECIDE)
    decision = ExceptionDecision(exception, body.reason, body.expires_at)
    return made(decide_exception(office(), asking(permit, idempotency_key), decision))


@router.post("/appeals", response={201: Done, ERRORS: Problem})
def contest(request: HttpRequest, body: AppealIn, idempotency_key: Key) -> object:
    """Contest a fact, a delisting, a suspension or a refusal, as the candidate or for them."""
    permit = permitted(request, Action.APPEALS_OPEN, lambda: about_registration(body.registration))
    contested = Contested(**body.model_dump())
    return made(open_appeal(office(), asking(permit, idempotency_key), contested))


@router.post("/appeals/{appeal}/reviews", response={201: Done, ERRORS: Problem})
def review_appeal(request: HttpRequest, appeal: Hex32, body: VerdictIn, idempotency_key: Key) -> object:
    """Give your verdict on an appeal; refused to everybody who is not from outside."""
    permit = permitted(request, Action.CASES_REVIEW)
    verdict = Verdict(appeal, body.verdict, body.reason)
    return made(review_case(office(), asking(permit, idempotency_key), verdict))


@router.post("/appeals/{appeal}/decision", response={201: Done, ERRORS: Problem})
def put_right(request: HttpRequest, appeal: Hex32, body: AppealDecisionIn, idempotency_key: Key) -> object:
    """Decide an appeal as its reviewers agree: what was wrong is put right from now on, and nothing is deleted."""
    permit = permitted(request, Action.APPEALS_DECIDE)
    decision = AppealDecision(appeal, body.reason, dict(body.correction), body.expires_at)
    return made(decide_appeal(office(), asking(permit, idempotency_key), decision))

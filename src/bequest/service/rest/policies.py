"""Knows the endpoints of policies, and of the table of places."""

from __future__ import annotations

import json
from datetime import date
from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import StringConstraints

from bequest.registry.models import Centre, Policy, PolicyEnactment
from bequest.registry.policies import Enactment, Proposal, enact_policy, propose_policy
from bequest.registry.rows import every, found
from bequest.service.office import office
from bequest.service.rest.common import ERRORS, Done, Hex64, In, Key, Problem, asking, made, permitted, pointed
from bequest.service.rest.subjects import there
from bequest.service.roles import Action

router = Router(tags=["policies"])
_LONGEST = 500_000


class PolicyIn(In):
    """Propose a policy or a donor plan: the text of its file."""

    written: Annotated[str, StringConstraints(min_length=1, max_length=_LONGEST, pattern=r"^[^\u0000]+$")]


class EnactmentIn(In):
    """Put a policy in force from a day on."""

    effective_on: date


class PolicyOut(Schema):
    """Tell of a policy, or a donor plan, that was proposed.

    `organ` is null of a donor plan; `effective_on` while nobody has put it in force.
    """

    hash: str
    name: str
    edition: str
    organ: str | None
    effective_on: str | None


class PolicyText(PolicyOut):
    """Tell of a policy, with the text of its file."""

    written: str


class PlaceOut(Schema):
    """Tell of a transplant centre or hospital."""

    id: str
    facts: dict[str, str]


def policies_out() -> list[dict[str, object]]:
    """Return every policy that was proposed, as answers tell it."""
    using = office().using
    enacted = {each.policy_id: each for each in every(using, PolicyEnactment)}
    return [_out(each, enacted.get(each.event_id)) for each in every(using, Policy, "organ", "name", "edition")]


def policy_text(policy_hash: str) -> dict[str, object]:
    """Return one policy with its text."""
    using = office().using
    row = there(found(using, Policy, hash=policy_hash), "policy")
    return {**_out(row, found(using, PolicyEnactment, policy_id=row.event_id)), "written": row.written}


def _out(policy: Policy, enactment: PolicyEnactment | None) -> dict[str, object]:
    return {
        "hash": policy.hash,
        "name": policy.name,
        "edition": policy.edition,
        "organ": policy.organ,
        "effective_on": None if enactment is None else enactment.effective_on,
    }


@router.get("/policies", response={200: list[PolicyOut], ERRORS: Problem})
def list_policies(request: HttpRequest) -> list[dict[str, object]]:
    """List the policies that were proposed, and from when on each is in force."""
    permitted(request, Action.POLICIES_READ)
    return policies_out()


@router.get("/policies/{policy_hash}", response={200: PolicyText, ERRORS: Problem})
def read_policy(request: HttpRequest, policy_hash: Hex64) -> dict[str, object]:
    """Read one policy, whole."""
    permitted(request, Action.POLICIES_READ)
    return policy_text(policy_hash)


@router.post("/policies", response={201: Done, ERRORS: Problem})
def propose(request: HttpRequest, response: HttpResponse, body: PolicyIn, idempotency_key: Key) -> object:
    """Propose a policy; somebody else puts it in force."""
    permit = permitted(request, Action.POLICIES_PROPOSE)
    entered = propose_policy(office(), asking(permit, idempotency_key), Proposal(body.written))
    row = there(found(office().using, Policy, event_id=entered.event_id), "policy")
    pointed(response, f"/policies/{row.hash}")
    return made(entered)


@router.post("/policies/{policy_hash}/enactment", response={201: Done, ERRORS: Problem})
def enact(request: HttpRequest, policy_hash: Hex64, body: EnactmentIn, idempotency_key: Key) -> object:
    """Put a policy in force from a day on: the second signature."""
    permit = permitted(request, Action.POLICIES_ENACT)
    entered = enact_policy(office(), asking(permit, idempotency_key), Enactment(policy_hash, body.effective_on))
    return made(entered)


@router.get("/places", response={200: list[PlaceOut], ERRORS: Problem})
def list_places(request: HttpRequest) -> list[dict[str, object]]:
    """List the transplant centres and hospitals."""
    permitted(request, Action.PLACES_READ)
    return [{"id": each.id, "facts": json.loads(each.facts)} for each in every(office().using, Centre, "id")]

"""Knows the endpoints of the papers of a donation: family, signatures, rosters, and how its file ends."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest
from ninja import Router, Schema
from ninja.responses import Status
from pydantic import Field, StringConstraints

from bequest.model.consent import RegisterAnswer
from bequest.model.enums import Organ
from bequest.model.team import Role as Signer
from bequest.model.team import Service, Team
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.coroners import CoronerReleased, release_by_coroner
from bequest.registry.erasures import DonorErased, erase_donor
from bequest.registry.families import FamilyContacted, contact_family
from bequest.registry.hold_releases import HoldReleased, release_hold
from bequest.registry.register_corrections import RegisterCorrected, add_register_key, correct_register
from bequest.registry.rosters import OnDuty, declare_roster
from bequest.registry.strippings import ReferralStripped, strip_referral
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Hex32,
    Hex64,
    In,
    Instant,
    Key,
    Name,
    Problem,
    RuleName,
    Words,
    asking,
    made,
    permitted,
)
from bequest.service.rest.subjects import about_donation, about_look_up, about_roster
from bequest.service.roles import Action

router = Router(tags=["donations"])
_SIGNATURE = r"^[0-9a-f]{128}$"


class FamilyIn(In):
    """Tell of an attempt to reach the next of kin (null: not known); `statement` is the SHA-256 of what they signed."""

    attempted_at: Instant
    reached: bool | None
    reported_objection: bool | None
    statement: Hex64 | None = None


class CoronerIn(In):
    """Say which organs a coroner or prosecutor released, and who signed."""

    organs: Annotated[list[Organ], Field(min_length=1, max_length=20)]
    released_at: Instant
    signer: Words


class HoldReleaseIn(In):
    """Say whose signature lifts the hold of which rule; `service` is that of the signer, null is not known."""

    rule: RuleName
    role: Signer
    person: Words
    organisation: Words
    service: Service | None
    signed_at: Instant


class RosterIn(In):
    """Say who is on duty in a team of a place, from when, and until when."""

    centre: Name
    team: Team
    members: Annotated[list[Words], Field(min_length=1, max_length=100)]
    from_at: Instant
    until_at: Instant


class ClosingIn(In):
    """Say why, as a code."""

    reason: Code


class ErasureIn(In):
    """Say on which legal basis, as a code."""

    basis: Code


class CorrectionIn(In):
    """Give the answer that the register puts in place of its first one, with its Ed25519 signature in hexadecimal."""

    answer: RegisterAnswer
    corrected_at: Instant
    signature: Annotated[str, StringConstraints(pattern=_SIGNATURE)]


class RegisterKeyOut(Schema):
    """Tell of which register a key was added, and who runs it."""

    name: str
    run_by: str


class RegisterKeyIn(In):
    """Give who runs a register, and the Ed25519 key with which it signs, in hexadecimal digits."""

    run_by: Words
    public_key: Hex64


@router.post("/registers/{name}/key", response={201: RegisterKeyOut, ERRORS: Problem})
def add_key(request: HttpRequest, name: Code, body: RegisterKeyIn, idempotency_key: Key) -> object:
    """Add the key with which a register signs that it takes an answer back; it is added once, and never replaced."""
    del idempotency_key
    permitted(request, Action.REGISTER_KEYS_ADD)
    key = bytes.fromhex(body.public_key)
    add_register_key(office(), register=name, run_by=body.run_by, public_key=key)
    return Status(201, {"name": name, "run_by": body.run_by})


@router.post("/donors/{donation}/family", response={201: Done, ERRORS: Problem})
def contact(request: HttpRequest, donation: Hex32, body: FamilyIn, idempotency_key: Key) -> object:
    """Record an attempt to reach the next of kin, and what they said of an objection."""
    permit = permitted(request, Action.FAMILIES_CONTACT, lambda: about_donation(donation))
    contacted = FamilyContacted(donation, **body.model_dump())
    return made(contact_family(office(), asking(permit, idempotency_key), contacted))


@router.post("/donors/{donation}/coroner", response={201: Done, ERRORS: Problem})
def release_organs(request: HttpRequest, donation: Hex32, body: CoronerIn, idempotency_key: Key) -> object:
    """Record that a coroner or prosecutor released organs; the newest release counts."""
    permit = permitted(request, Action.CORONERS_RECORD, lambda: about_donation(donation))
    released = CoronerReleased(donation, tuple(body.organs), body.released_at, body.signer)
    return made(release_by_coroner(office(), asking(permit, idempotency_key), released))


@router.post("/donors/{donation}/hold-releases", response={201: Done, ERRORS: Problem})
def lift_hold(request: HttpRequest, donation: Hex32, body: HoldReleaseIn, idempotency_key: Key) -> object:
    """Record a signature that lifts the hold of a rule; refused where the rule names nobody of that role."""
    permit = permitted(request, Action.HOLDS_RELEASE, lambda: about_donation(donation))
    released = HoldReleased(donation, **body.model_dump())
    return made(release_hold(office(), asking(permit, idempotency_key), released))


@router.post("/donors/{donation}/rosters", response={201: Done, ERRORS: Problem})
def declare_duty(request: HttpRequest, donation: Hex32, body: RosterIn, idempotency_key: Key) -> object:
    """Declare who is on duty in a team that has a part in this donation; a roster is never altered."""
    permit = permitted(request, Action.ROSTERS_DECLARE, lambda: about_roster(donation, body.centre))
    on_duty = OnDuty(members=tuple(body.members), **body.model_dump(exclude={"members"}))
    return made(declare_roster(office(), asking(permit, idempotency_key), on_duty))


@router.post("/donors/{donation}/closing", response={201: Done, ERRORS: Problem})
def close(request: HttpRequest, donation: Hex32, body: ClosingIn, idempotency_key: Key) -> object:
    """Close the file of a donor, with the number of organs that were transplanted."""
    permit = permitted(request, Action.DONORS_CLOSE, lambda: about_donation(donation))
    return made(close_donor(office(), asking(permit, idempotency_key), DonorClosed(donation, body.reason)))


@router.post("/donors/{donation}/stripping", response={201: Done, ERRORS: Problem})
def strip(request: HttpRequest, donation: Hex32, body: ClosingIn, idempotency_key: Key) -> object:
    """Strip a referral that became no donor to a count with its reason, once the law's time is over."""
    permit = permitted(request, Action.REFERRALS_STRIP, lambda: about_donation(donation))
    return made(strip_referral(office(), asking(permit, idempotency_key), ReferralStripped(donation, body.reason)))


@router.post("/donors/{donation}/erasure", response={201: Done, ERRORS: Problem})
def erase(request: HttpRequest, donation: Hex32, body: ErasureIn, idempotency_key: Key) -> object:
    """Erase who a donor was; refused while the records of the donation have to be kept."""
    permit = permitted(request, Action.DONORS_ERASE, lambda: about_donation(donation))
    return made(erase_donor(office(), asking(permit, idempotency_key), DonorErased(donation, body.basis)))


@router.post("/look-ups/{look_up}/correction", response={201: Done, ERRORS: Problem})
def correct(request: HttpRequest, look_up: Hex32, body: CorrectionIn, idempotency_key: Key) -> object:
    """Record that a register took an answer back; refused where the register itself did not sign."""
    permit = permitted(request, Action.REGISTERS_CORRECT, lambda: about_look_up(look_up))
    corrected = RegisterCorrected(look_up, **body.model_dump())
    return made(correct_register(office(), asking(permit, idempotency_key), corrected))

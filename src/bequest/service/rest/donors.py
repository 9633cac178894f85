"""Knows the endpoints of a donation, from the report to the opened organ; a referral opens by its own number only.

There is no list of donations, no filter and no export, and nothing looks for a donor on behalf of a candidate.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from bequest.ledger.leaf import instant_text
from bequest.model.consent import ConsentCondition, RegisterAnswer
from bequest.model.death import Certifier, DeathManner, Examination
from bequest.model.enums import ConsentBasis, CustodyResult, DeathCriteria, Organ
from bequest.model.identifiers import PersonId
from bequest.registry import rules
from bequest.registry.consents import (
    ConsentConfirmed,
    ConsentGiven,
    ConsentWithdrawn,
    record_consent,
    revoke_consent,
    standing_consent,
    verify_consent,
)
from bequest.registry.declarations import Declarant, GainDeclared, declare_gain
from bequest.registry.donor_checks import (
    CustodyChecked,
    DeathCertified,
    IdentityEstablished,
    certify_death,
    establish_identity,
    newest_custody_check,
    record_custody_check,
)
from bequest.registry.donor_file import newest
from bequest.registry.donors import Reported, case_of, report_donor
from bequest.registry.look_ups import LookedUp, look_up_register
from bequest.registry.models import (
    Closing,
    Consent,
    DeathDeclaration,
    DonorCase,
    IdentityCheck,
    MatchRun,
    Pathway,
    Pause,
    Recovery,
    RecoveryStop,
    Referral,
    Resumption,
    StandDown,
)
from bequest.registry.models import Organ as OrganRow
from bequest.registry.organs import OrganOffered, open_organ
from bequest.registry.rows import every, found, leaf_of
from bequest.safeguards import Decision
from bequest.service.office import office
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Done,
    Fact,
    Hex32,
    Hex64,
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
from bequest.service.rest.subjects import about_donation, case_row
from bequest.service.roles import About, Action, Verdict

router = Router(tags=["donations"])


class ReportIn(In):
    """Report a possible donor: all that a referral may say."""

    donor: Name
    hospital: Name
    referred_at: Instant
    referrer: Words
    identity: Words | None = None
    ventilated: bool
    cause_class: Literal["cerebrovascular", "anoxia", "trauma", "other"]
    stage: Literal["possible", "potential", "eligible"]


class ConsentIn(In):
    """Write a consent down, with its whole scope; `document` is the SHA-256 of the paper."""

    basis: ConsentBasis
    organs: Annotated[list[Organ], Field(min_length=1, max_length=20)]
    recorded_at: Instant
    objection_found: bool
    document: Hex64 | None = None
    witness: Words | None = None
    tied_to: ConsentCondition | None = None
    age_years: Annotated[int | None, Field(ge=0, le=130)] = None
    resident_months: Annotated[int | None, Field(ge=0, le=2000)] = None
    lacked_capacity_long: bool | None = None


class LookUpIn(In):
    """Say what a register of wishes answered; `answer` null means that no answer came."""

    register_: Annotated[Code, Field(alias="register")]
    run_by: Words
    looked_up_at: Instant
    answer: RegisterAnswer | None
    signer: Words | None = None


class GainIn(In):
    """Say what one person declared of payment: null where they did not say."""

    role: Declarant
    person: Words
    declared_at: Instant
    gain_offered: bool | None
    intermediary_involved: bool | None


class VerificationIn(In):
    """Confirm the newest consent: which register was asked, and what it answered."""

    register_: Annotated[Code, Field(alias="register")]
    register_answer: Code


class RevocationIn(In):
    """Withdraw the newest consent: who did."""

    by: Code


class IdentityIn(In):
    """Say how the identity was established."""

    method: Code


class CustodyIn(In):
    """Say what a register told of custody."""

    result: CustodyResult
    register_: Annotated[Code, Field(alias="register")]
    lookback_months: Annotated[int, Field(ge=0, le=1200)]
    checked_at: Instant
    register_run_by: Words | None = None
    signer: Words | None = None
    died_in_detention: bool | None = None
    began_with_fatal_event: bool | None = None


class CertifierIn(In):
    """Name one doctor who certified the death."""

    person: Words
    employer: Words | None
    role: Code | None
    registered_years: Annotated[int | None, Field(ge=0, le=100)]
    certified_at: Instant
    declared_no_conflict: bool | None


class ExaminationIn(In):
    """Tell of one examination by neurological criteria; null is not known and counts as not done."""

    examined_at: Instant
    examiners: Annotated[list[Words], Field(min_length=1, max_length=10)]
    confirms_death: bool | None
    apnoea_or_ancillary_test: bool | None
    confounders_excluded: bool | None


class DeathIn(In):
    """Say that death was certified, by which criteria, by which two people, after which examinations."""

    criteria: DeathCriteria
    declared_at: Instant
    certifiers: Annotated[list[CertifierIn], Field(min_length=1, max_length=10)]
    examinations: Annotated[list[ExaminationIn], Field(max_length=10, default_factory=list)]
    manner: DeathManner | None = None


class OrganIn(In):
    """Open an organ: the medical facts of the donor, as columns of the data dictionary."""

    facts: Annotated[dict[Name, Fact], Field(max_length=200)]


class ReportedOut(Done):
    """Tell under which pseudonym the donation is known from now on."""

    donation: str


class OrganOut(Schema):
    """Tell of an opened organ."""

    organ: str
    event: str
    allocation_open_at: str
    facts: dict[str, str]
    runs: list[str]


class FindingOut(Schema):
    """Tell what a gate found: whether it blocks, holds or flags, in a sentence, and who must act by when."""

    rule: str
    verdict: str
    critical: bool
    sentence: str
    who: list[str]
    act_by: str | None
    lifted_by: str
    source: str


class GateOut(Schema):
    """Tell whether a gate is open at this instant, and all that it finds, the gravest first."""

    opens: bool
    findings: list[FindingOut]


class PauseOut(Schema):
    """Tell of a pause; it is open until an independent doctor has resumed."""

    pause: str
    reason: str
    paused_at: str
    open: bool


class DonationOut(Schema):
    """Tell how far a donation is; who the donor is, is told nowhere.

    A centre that was offered an organ sees the organs alone. The gates are null once the file is sealed.
    """

    donation: str
    hospital: str | None
    referral_number: int | None
    stage: str | None
    consent: str
    identity_established: bool
    custody: str | None
    death: str | None
    pathway_expires_at: str | None
    recovery_began_at: str | None
    ended: str | None
    pauses: list[PauseOut]
    allocation_gate: GateOut | None
    recovery_gate: GateOut | None
    organs: list[OrganOut]


@router.post("/donors", response={201: ReportedOut, ERRORS: Problem})
def report(request: HttpRequest, response: HttpResponse, body: ReportIn, idempotency_key: Key) -> object:
    """Report a possible donor of your own hospital."""
    permit = permitted(request, Action.DONORS_REPORT, lambda: About(hospital=body.hospital))
    entered = report_donor(office(), asking(permit, idempotency_key), Reported(**body.model_dump()))
    donation = case_of(office(), entered.event_id).donation
    pointed(response, f"/donors/{donation}")
    return made(entered, donation=donation)


@router.get("/donors/{donation}", response={200: DonationOut, ERRORS: Problem})
def read_donation(request: HttpRequest, donation: Hex32) -> dict[str, object]:
    """Read how far one donation is."""
    permit = looked_at(request, Action.DONORS_READ, f"donation {donation}", lambda: about_donation(donation))
    using = office().using
    case = case_row(donation)
    referral = found(using, Referral, case_id=donation)
    custody = newest_custody_check(using, donation)
    death = newest(using, DeathDeclaration, donation)
    ours = permit.verdict is not Verdict.OWN_OFFER
    shown = referral if ours else None
    return {
        "donation": case.donation,
        "hospital": None if shown is None else shown.hospital_id,
        "referral_number": None if shown is None else shown.number,
        "stage": None if shown is None else shown.stage,
        "consent": _consent(donation),
        "identity_established": found(using, IdentityCheck, case_id=donation) is not None,
        "custody": None if custody is None else custody.result,
        "death": None if death is None else death.criteria,
        **(_bedside(donation) if ours else _NOT_SHOWN),
        **(_gates(case) if ours and referral is not None else _NO_GATES),
        "organs": [_organ(each, ours=ours) for each in every(using, OrganRow, "organ", case_id=donation)],
    }


_NOT_SHOWN: dict[str, object] = {"pathway_expires_at": None, "recovery_began_at": None, "ended": None, "pauses": []}
_NO_GATES: dict[str, object] = {"allocation_gate": None, "recovery_gate": None}


def _bedside(donation: str) -> dict[str, object]:
    using = office().using
    pathway, recovery = found(using, Pathway, case_id=donation), found(using, Recovery, case_id=donation)
    pauses = sorted(every(using, Pause, case_id=donation), key=lambda each: leaf_of(using, each.event_id))
    return {
        "pathway_expires_at": None if pathway is None else pathway.expires_at,
        "recovery_began_at": None if recovery is None else recovery.begins_at,
        "ended": _end(donation),
        "pauses": [
            {
                "pause": each.event_id,
                "reason": each.reason,
                "paused_at": each.paused_at,
                "open": found(using, Resumption, pause_id=each.event_id) is None,
            }
            for each in pauses
        ],
    }


def _end(donation: str) -> str | None:
    """Return why the file of a donation is sealed, as a code; None while it is not."""
    using = office().using
    rows = (found(using, table, case_id=donation) for table in (StandDown, RecoveryStop, Closing))
    return next((row.reason for row in rows if row is not None), None)


def _gates(case: DonorCase) -> dict[str, object]:
    """Return what each gate says now, of the organs that are open, so that everybody sees who must act."""
    if _end(case.donation) is not None:
        return _NO_GATES
    kept = office()
    at = kept.clock()
    organs = tuple(Organ(each.organ) for each in every(kept.using, OrganRow, "organ", case_id=case.donation))
    return {
        "allocation_gate": _gate(rules.allocation(kept, case, organs, at)),
        "recovery_gate": _gate(rules.recovery(kept, case, organs, at)),
    }


def _gate(decision: Decision) -> dict[str, object]:
    return {
        "opens": decision.opens,
        "findings": [
            {
                "rule": each.rule,
                "verdict": each.finding.verdict.value,
                "critical": each.finding.critical,
                "sentence": each.finding.sentence,
                "who": [role.value for role in each.finding.who],
                "act_by": None if each.finding.by is None else instant_text(each.finding.by),
                "lifted_by": each.lifted_by,
                "source": each.text.cited,
            }
            for each in decision.reasons
        ],
    }


def _consent(donation: str) -> str:
    using = office().using
    if standing_consent(using, donation) is not None:
        return "verified"
    return "not verified, or withdrawn" if every(using, Consent, case_id=donation) else "none"


def _organ(row: OrganRow, *, ours: bool) -> dict[str, object]:
    using = office().using
    # None are left of a donor who was erased.
    facts = {} if row.facts is None else json.loads(row.facts)
    runs = sorted(every(using, MatchRun, organ_id=row.event_id), key=lambda each: leaf_of(using, each.event_id))
    return {
        "organ": row.organ,
        "event": row.event_id,
        "allocation_open_at": row.allocation_open_at,
        # What leads back to the donor stays with who coordinates the donation.
        "facts": facts if ours else {name: text for name, text in facts.items() if name not in _LEADS_BACK},
        "runs": [each.event_id for each in runs],
    }


_LEADS_BACK = frozenset({"donor", "hospital", "consent_recorded_at", "custody_checked_at"})


@router.post("/donors/{donation}/consents", response={201: Done, ERRORS: Problem})
def give_consent(request: HttpRequest, donation: Hex32, body: ConsentIn, idempotency_key: Key) -> object:
    """Write a consent down; it opens nothing before somebody else has verified it."""
    permit = permitted(request, Action.CONSENTS_RECORD, lambda: about_donation(donation))
    given = ConsentGiven(donation, organs=tuple(body.organs), **body.model_dump(exclude={"organs"}))
    return made(record_consent(office(), asking(permit, idempotency_key), given))


@router.post("/donors/{donation}/consents/verification", response={201: Done, ERRORS: Problem})
def confirm_consent(request: HttpRequest, donation: Hex32, body: VerificationIn, idempotency_key: Key) -> object:
    """Verify the newest consent; not who wrote it down."""
    permit = permitted(request, Action.CONSENTS_VERIFY, lambda: about_donation(donation))
    confirmed = ConsentConfirmed(donation, body.register_, body.register_answer)
    return made(verify_consent(office(), asking(permit, idempotency_key), confirmed))


@router.post("/donors/{donation}/consents/revocation", response={201: Done, ERRORS: Problem})
def withdraw_consent(request: HttpRequest, donation: Hex32, body: RevocationIn, idempotency_key: Key) -> object:
    """Record that the newest consent was withdrawn: from now on nothing of this donor is offered."""
    permit = permitted(request, Action.CONSENTS_REVOKE, lambda: about_donation(donation))
    withdrawn = ConsentWithdrawn(donation, body.by)
    return made(revoke_consent(office(), asking(permit, idempotency_key), withdrawn))


@router.post("/donors/{donation}/look-ups", response={201: Done, ERRORS: Problem})
def look_up(request: HttpRequest, donation: Hex32, body: LookUpIn, idempotency_key: Key) -> object:
    """Record what a register of wishes answered."""
    permit = permitted(request, Action.REGISTERS_LOOK_UP, lambda: about_donation(donation))
    told = LookedUp(donation, body.register_, **body.model_dump(exclude={"register_"}))
    return made(look_up_register(office(), asking(permit, idempotency_key), told))


@router.post("/donors/{donation}/gain-declarations", response={201: Done, ERRORS: Problem})
def declare_payment(request: HttpRequest, donation: Hex32, body: GainIn, idempotency_key: Key) -> object:
    """Record a declaration that nothing was paid or promised, or that something was."""
    permit = permitted(request, Action.GAIN_DECLARE, lambda: about_donation(donation))
    said = GainDeclared(donation, **body.model_dump())
    return made(declare_gain(office(), asking(permit, idempotency_key), said))


@router.post("/donors/{donation}/identity", response={201: Done, ERRORS: Problem})
def identify(request: HttpRequest, donation: Hex32, body: IdentityIn, idempotency_key: Key) -> object:
    """Record how the donor was identified."""
    permit = permitted(request, Action.IDENTITY_ESTABLISH, lambda: about_donation(donation))
    established = IdentityEstablished(donation, body.method)
    return made(establish_identity(office(), asking(permit, idempotency_key), established))


@router.post("/donors/{donation}/custody-checks", response={201: Done, ERRORS: Problem})
def check_custody(request: HttpRequest, donation: Hex32, body: CustodyIn, idempotency_key: Key) -> object:
    """Record a custody check, whatever it found."""
    permit = permitted(request, Action.CUSTODY_RECORD, lambda: about_donation(donation))
    told = body.model_dump(exclude={"register_"})
    checked = CustodyChecked(donation, register=body.register_, **told)
    return made(record_custody_check(office(), asking(permit, idempotency_key), checked))


@router.post("/donors/{donation}/declarations", response={201: Done, ERRORS: Problem})
def declare_death(request: HttpRequest, donation: Hex32, body: DeathIn, idempotency_key: Key) -> object:
    """Record that death was certified: by too few, it opens nothing before another declaration names everybody."""
    permit = permitted(request, Action.DEATH_CERTIFY, lambda: about_donation(donation))
    certified = DeathCertified(
        donation,
        body.criteria,
        body.declared_at,
        tuple(Certifier(**each.model_dump()) for each in body.certifiers),
        tuple(_examination(each) for each in body.examinations),
        body.manner,
    )
    return made(certify_death(office(), asking(permit, idempotency_key), certified))


def _examination(told: ExaminationIn) -> Examination:
    examiners = tuple(PersonId(name) for name in told.examiners)
    return Examination(examiners=examiners, **told.model_dump(exclude={"examiners"}))


@router.post("/donors/{donation}/organs/{organ}", response={201: Done, ERRORS: Problem})
def open_for_allocation(
    request: HttpRequest, donation: Hex32, organ: Organ, body: OrganIn, idempotency_key: Key
) -> object:
    """Open an organ for allocation; refused while a gate is closed."""
    permit = permitted(request, Action.ORGANS_OPEN, lambda: about_donation(donation))
    offered = OrganOffered(donation, organ, dict(body.facts))
    return made(open_organ(office(), asking(permit, idempotency_key), offered))

"""Knows the reviewers from outside: who is appointed, which centres a case bars, and the verdicts on it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.models import BarredCentre, Centre, Decision, Registration, Review, ReviewCase, Reviewer
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import add_all, added, every, found, leaf_of, needed
from bequest.registry.secrecy import staff_pseudonym
from bequest.registry.versions import about, centres_of, facts_of, held, lock_list, versions_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

GRANTED, REFUSED = "granted", "refused"
REVIEW_STEP = "review"


@dataclass(frozen=True, slots=True)
class Appointed:
    """Hold who of a centre may review cases of other centres, until an instant."""

    centre: str
    members: tuple[str, ...]
    until: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """Hold a reviewer's verdict on a case: `granted` or `refused`, and why (a code of `review_reason`)."""

    case: str
    verdict: str
    reason: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """Hold a case that is ripe: its row, the agreed outcome, and the first two reviewers who agree on it."""

    case: ReviewCase
    outcome: str
    reviewers: tuple[str, ...]


def appoint_reviewers(office: Office, request: Request, appointed: Appointed) -> Entered:
    """Appoint people of a centre as reviewers; nobody appoints themselves."""
    return record(office, request, appointed, partial(_appoint, appointed))


def review_case(office: Office, request: Request, verdict: Verdict) -> Entered:
    """Give a verdict on a case; refused to everybody who works, or has worked, where the candidate is listed."""
    return record(office, request, verdict, partial(_review, verdict))


def reviewers_still_needed(using: str, case: str, *, wanted: int) -> int:
    """Return how many more reviewers must agree before a case can be decided."""
    verdicts = [review.verdict for review in every(using, Review, case_id=case)]
    return max(0, wanted - max((verdicts.count(each) for each in (GRANTED, REFUSED)), default=0))


def open_review_case(unit: Unit, registration: Registration, kind: str, *, also_barred: Collection[str]) -> ReviewCase:
    """Open a case about a registration: every centre of its candidate is barred, and the others named."""
    last = [version for version in versions_of(unit.using, registration.id) if version.facts is not None]
    if not last:
        raise InputError(f"The facts of registration {registration.id} are erased; nothing about it can be decided.")
    own = facts_of(last[-1])["centre"]
    case = added(
        unit.using,
        ReviewCase(event_id=unit.event_id, kind=kind, registration_id=registration.id, centre_id=own),
    )
    barred = sorted({own, *centres_of(unit.using, registration.candidate_id), *also_barred})
    add_all(unit.using, BarredCentre, [BarredCentre(case_id=case.event_id, centre_id=centre) for centre in barred])
    return case


def agreed_case(unit: Unit, name: str, kind: str, *, wanted: int) -> Agreed:
    """Return a case on which enough reviewers agree; raise where it is decided already, or they do not agree yet."""
    case = _open_case(unit, name)
    if case.kind != kind:
        raise InputError("This case is of the other kind; decide it there.")
    reviews = sorted(every(unit.using, Review, case_id=name), key=lambda each: leaf_of(unit.using, each.event_id))
    for outcome in (GRANTED, REFUSED):
        people = tuple(review.reviewer for review in reviews if review.verdict == outcome)
        if len(people) >= wanted:
            _may_enter(unit, reviews)
            return Agreed(case, outcome, people)
    raise GateRefusedError(
        f"This case is decided once {wanted} reviewers from outside the candidate's centres agree;"
        f" {wanted - max(_counts(reviews))} more must.",
        rule=rules.URGENCY, step=REVIEW_STEP,
    )  # fmt: skip


def pseudonyms(unit: Unit, people: Sequence[str]) -> list[Value]:
    """Return who people on duty are in leaves."""
    return [staff_pseudonym(unit.office, person) for person in people]


def decided(unit: Unit, agreed: Agreed, *, reason: str, expires_at: datetime | None) -> Decision:
    """Add the decision that follows from the agreeing verdicts."""
    first, second, *_ = agreed.reviewers
    return added(
        unit.using,
        Decision(
            event_id=unit.event_id,
            case_id=agreed.case.event_id,
            case_kind=agreed.case.kind,
            outcome=agreed.outcome,
            reason=reason,
            expires_at=None if expires_at is None else instant_text(expires_at),
            first_reviewer=first,
            second_reviewer=second,
        ),
    )


def _counts(reviews: Sequence[Review]) -> tuple[int, int]:
    verdicts = [review.verdict for review in reviews]
    return verdicts.count(GRANTED), verdicts.count(REFUSED)


def _may_enter(unit: Unit, reviews: Sequence[Review]) -> None:
    if unit.request.actor not in {review.reviewer for review in reviews}:
        raise GateRefusedError(
            "A decision is entered by one of its reviewers, and by nobody else.", rule=rules.URGENCY, step=REVIEW_STEP
        )  # fmt: skip


def _appoint(appointed: Appointed, unit: Unit) -> Happening:
    centre = needed(
        unit.using, Centre, f"Centre '{appointed.centre[:40]}' is not in the table of places; add it first.",
        id=appointed.centre,
    )  # fmt: skip
    members = sorted(set(appointed.members))
    if not members:
        raise InputError("Name at least one person to appoint.")
    if appointed.until <= unit.at:
        raise InputError("The appointment would have ended already; give an instant to come.")
    if unit.request.actor in members:
        raise GateRefusedError(
            "Nobody appoints themselves as a reviewer; ask a colleague.", rule=rules.URGENCY, step=REVIEW_STEP
        )  # fmt: skip
    add_all(
        unit.using,
        Reviewer,
        [
            Reviewer(
                event_id=unit.event_id,
                person=person,
                centre_id=centre.id,
                until=instant_text(appointed.until),
                appointed_by=unit.request.actor,
            )
            for person in members
        ],
    )
    fields: dict[str, Value] = {
        "centre": centre.id, "members": pseudonyms(unit, members), "until": instant_text(appointed.until)
    }  # fmt: skip
    return Happening("reviewers.appointed", fields)


def _review(verdict: Verdict, unit: Unit) -> Happening:
    case = _open_case(unit, verdict.case)
    registration = held(case.registration_id, unit).registration
    if verdict.verdict not in {GRANTED, REFUSED}:
        raise InputError(f"A verdict is '{GRANTED}' or '{REFUSED}'.")
    appointment = _appointment(case, registration, unit)
    if found(unit.using, Review, case_id=case.event_id, reviewer=unit.request.actor):
        raise GateRefusedError(
            "You have given a verdict on this case already; it counts once, and is not changed.",
            rule=rules.URGENCY, step=REVIEW_STEP,
        )  # fmt: skip
    added(
        unit.using,
        Review(
            event_id=unit.event_id,
            case_id=case.event_id,
            case_centre_id=case.centre_id,
            appointment_id=appointment.event_id,
            reviewer=unit.request.actor,
            centre_id=appointment.centre_id,
            verdict=verdict.verdict,
            reason=verdict.reason,
        ),
    )
    fields: dict[str, Value] = {
        "case": leaf_of(unit.using, case.event_id), "verdict": verdict.verdict, "reason": verdict.reason
    }  # fmt: skip
    return about(unit, registration, "review.given", fields)


def _appointment(case: ReviewCase, registration: Registration, unit: Unit) -> Reviewer:
    """Return the reviewer's appointment; raise `GateRefusedError` for who has none, or is not from outside."""
    appointments = every(unit.using, Reviewer, "until", "event_id", person=unit.request.actor)
    in_force = [each for each in appointments if each.until >= instant_text(unit.at)]
    if not in_force:
        raise GateRefusedError(
            "You are not appointed as a reviewer now; the office appoints reviewers centre by centre.",
            rule=rules.URGENCY, step=REVIEW_STEP,
        )  # fmt: skip
    barred = {each.centre_id for each in every(unit.using, BarredCentre, case_id=case.event_id)}
    # A candidate may have been listed elsewhere since the case was opened.
    barred |= centres_of(unit.using, registration.candidate_id)
    own = sorted({each.centre_id for each in appointments} & barred)
    if own:
        raise GateRefusedError(
            f"You belong, or belonged, to centre {own[0]}, which takes part in this candidate's care or decided before;"
            " somebody from outside must review the case.",
            rule=rules.URGENCY, step=REVIEW_STEP,
        )  # fmt: skip
    return in_force[-1]


def _open_case(unit: Unit, name: str) -> ReviewCase:
    """Return a case that is not decided yet, its list locked so that no decision comes in between."""
    case = needed(unit.using, ReviewCase, "There is no such case; check its identifier.", event_id=name)
    registration = needed(unit.using, Registration, "A case has a registration.", id=case.registration_id)
    lock_list(registration.waiting_list_id, unit)
    if found(unit.using, Decision, case_id=name):
        raise InputError("This case is decided; a new request, or an appeal, opens a new one.")
    return case

"""Knows how a candidate contests a step, and how it is put right: by a dated correction, never by a deletion.

Runs before the correction stay as they were, and replay as they were; runs after it see the corrected facts.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.enums import RegistrationStatus
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.dated import data_of, day_of
from bequest.registry.exceptions import DECIDED, checked_expiry, exception_facts, rule_of
from bequest.registry.instants import instant_from
from bequest.registry.listings import RESULT_COLUMNS, refuse_twice_listed
from bequest.registry.models import (
    Appeal,
    Decision,
    Event,
    ExceptionRequest,
    Registration,
    Review,
    ReviewCase,
    Version,
    Withdrawal,
)
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.reviews import GRANTED, REFUSED, REVIEW_STEP, agreed_case, decided, open_review_case, pseudonyms
from bequest.registry.rows import added, every, found, leaf_of, needed, store_of
from bequest.registry.schema.reviews import CONTESTED
from bequest.registry.versions import (
    REMOVED,
    about,
    case_of_listing,
    check_registration,
    gone_on,
    held,
    last_facts,
    merged,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.ledger.facts import Facts
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit
    from bequest.registry.versions import Held

OPENED, APPEAL_DECIDED = "appeal.opened", "appeal.decided"
REVIEWERS = 2
"""How many from outside agree on an appeal; the tables ask for as many."""
_FIXED = frozenset({"registration", "candidate", "organ", "status"})


@dataclass(frozen=True, slots=True)
class Contested:
    """Hold what is contested: the leaf of a step of this registration, by whom, and on what ground.

    `by` is a code of `appellant`, `ground` one of `appeal_ground` (data/ledger/leaf_codes.csv).
    """

    registration: str
    about: int
    by: str
    ground: str


@dataclass(frozen=True, slots=True)
class AppealDecision:
    """Hold that an appeal is decided as its reviewers agree.

    `correction`: the facts that are put right, None taking one away. `expires_at` is needed where a refused exception
    is granted after all.
    """

    case: str
    reason: str
    correction: Mapping[str, str | None] = field(default_factory=dict[str, "str | None"])
    expires_at: datetime | None = None


def open_appeal(office: Office, request: Request, contested: Contested) -> Entered:
    """Contest a fact, a delisting, a suspension or a refusal, as the candidate or for them."""
    return record(office, request, contested, partial(_open, contested))


def decide_appeal(office: Office, request: Request, decision: AppealDecision) -> Entered:
    """Decide an appeal as its reviewers agree.

    Where granted: a removed candidate is back on the list with the original waiting start, a suspended one is active,
    a fact is corrected, a refused exception holds from now on.
    """
    return record(office, request, decision, partial(_decide, decision))


def _open(contested: Contested, unit: Unit) -> Happening:
    before = held(contested.registration, unit)
    kind, event = _contested_step(unit, contested)
    if any(
        found(unit.using, Decision, case_id=appeal.case_id) is None
        for appeal in every(unit.using, Appeal, registration_id=before.registration.id, about_idx=contested.about)
    ):
        raise InputError("An appeal against this step waits for its reviewers already.")
    barred = _deciders(unit, event) if kind in {DECIDED, APPEAL_DECIDED} else frozenset[str]()
    case = open_review_case(unit, before.registration, OPENED, also_barred=barred)
    added(
        unit.using,
        Appeal(
            case_id=case.event_id,
            case_kind=OPENED,
            registration_id=before.registration.id,
            about_idx=contested.about,
            about_kind=kind,
            opened_by=contested.by,
            ground=contested.ground,
        ),
    )
    fields: dict[str, Value] = {"about": contested.about, "by": contested.by, "ground": contested.ground}
    return about(unit, before.registration, OPENED, fields)


def _contested_step(unit: Unit, contested: Contested) -> tuple[str, str]:
    """Return the kind and the event of the contested leaf; raise `InputError` where it is no step of this listing."""
    row = store_of(unit.using).run("SELECT kind, event_id FROM ledger_entry WHERE idx = ?", (contested.about,))
    leaf = row.fetchone()
    event = None if leaf is None else found(unit.using, Event, id=str(leaf[1]))
    if event is None or event.case_name != case_of_listing(contested.registration) or event.kind not in CONTESTED:
        raise InputError(
            f"Leaf {contested.about} is no step of registration {contested.registration[:40]} that can be contested;"
            " name its listing, a change, suspension or removal, or a decision on it."
        )
    return event.kind, event.id


def _deciders(unit: Unit, event: str) -> frozenset[str]:
    """Return the centres whose reviewers made a decision."""
    decision = needed(unit.using, Decision, "A decision has its row.", event_id=event)
    return frozenset(review.centre_id for review in every(unit.using, Review, case_id=decision.case_id))


def _decide(decision: AppealDecision, unit: Unit) -> Happening:
    agreed = agreed_case(unit, decision.case, OPENED, wanted=REVIEWERS)
    appeal = needed(unit.using, Appeal, "An appeal has its row.", case_id=decision.case)
    registration = needed(unit.using, Registration, "A case has a registration.", id=appeal.registration_id)
    fields: dict[str, Value] = {
        "opened": leaf_of(unit.using, decision.case),
        "decision": agreed.outcome,
        "reason": decision.reason,
        "reviewers": pseudonyms(unit, agreed.reviewers),
    }
    if agreed.outcome != GRANTED:
        if decision.correction or decision.expires_at is not None:
            raise InputError("An appeal that is refused corrects nothing; leave the correction out.")
        decided(unit, agreed, reason=decision.reason, expires_at=None)
        return about(unit, registration, APPEAL_DECIDED, fields)
    before = held(registration.id, unit)
    known = last_facts(unit.using, registration.id)
    if before.version.kind == REMOVED:
        _refuse_no_return(before, appeal, known, unit)
    facts, until = _put_right(decision, appeal, unit, known)
    check_registration(facts, unit)
    decided(unit, agreed, reason=decision.reason, expires_at=until)
    fields["restored_days"] = _restored_days(before, known, facts, unit)
    return gone_on(unit, before, APPEAL_DECIDED, facts, fields)


def _put_right(decision: AppealDecision, appeal: Appeal, unit: Unit, known: Facts) -> tuple[Facts, datetime | None]:
    """Return the corrected facts, and the end of an exception that is granted after all."""
    _refuse_other_facts(decision, known["organ"])
    facts = merged(known, decision.correction)
    lifted = appeal.about_kind == REMOVED or _suspends_now(unit, appeal)
    if lifted:
        facts = merged(facts, {"status": RegistrationStatus.ACTIVE.value})
    asked = _refused_request(unit, appeal)
    if asked is None:
        if decision.expires_at is not None:
            raise InputError("Only an exception that was refused has an end; leave it out.")
        if facts == known and not lifted:
            raise InputError("An appeal that is granted puts something right; give the correction.")
        return facts, None
    until = checked_expiry(decision.expires_at, rule_of(unit, asked.datum, known["organ"]), unit.at)
    return exception_facts(facts, asked, at=unit.at, until=until), until


def _refuse_no_return(before: Held, appeal: Appeal, known: Facts, unit: Unit) -> None:
    """Raise `InputError` where a removed candidate is not put back: by another appeal, or against their own wish."""
    if appeal.about_idx != leaf_of(unit.using, before.version.event_id):
        raise InputError(
            f"Registration {before.registration.id} has left its list since; only an appeal against that removal puts"
            " it back."
        )
    if found(unit.using, Withdrawal, event_id=before.version.event_id):
        raise InputError("The candidate left the list at their own wish; list them again with their new consent.")
    refuse_twice_listed(known, unit)


def _suspends_now(unit: Unit, appeal: Appeal) -> bool:
    """Tell whether the contested step is the suspension that holds now."""
    versions = every(unit.using, Version, registration_id=appeal.registration_id, kind="listing.suspended")
    leaves = [leaf_of(unit.using, version.event_id) for version in versions]
    return appeal.about_kind == "listing.suspended" and appeal.about_idx == max(leaves)


def _refused_request(unit: Unit, appeal: Appeal) -> ExceptionRequest | None:
    """Return the request whose refusal is contested; None for other appeals."""
    event = store_of(unit.using).run("SELECT event_id FROM ledger_entry WHERE idx = ?", (appeal.about_idx,)).fetchone()
    contested = None if event is None else found(unit.using, Decision, event_id=str(event[0]), outcome=REFUSED)
    return None if contested is None else found(unit.using, ExceptionRequest, case_id=contested.case_id)


def _refuse_other_facts(decision: AppealDecision, organ: str) -> None:
    """Raise for facts that no appeal writes: results are typed twice, urgency is granted with its evidence and end."""
    fixed = sorted(_FIXED & set(decision.correction))
    if fixed:
        raise InputError(f"'{fixed[0]}' is not corrected by an appeal.")
    dated = {name for datum in data_of(organ) for name in datum.columns}
    other = sorted((RESULT_COLUMNS | dated) & set(decision.correction))
    if other:
        raise GateRefusedError(
            f"'{other[0]}' is not written by an appeal: enter results twice, and ask for urgency with its evidence.",
            rule=rules.URGENCY, step=REVIEW_STEP,
        )  # fmt: skip


def _restored_days(before: Held, known: Facts, facts: Facts, unit: Unit) -> int:
    """Return the days of waiting given back: those off the list, and those by which the waiting begins earlier."""
    earlier = (date.fromisoformat(known["listed_on"]) - date.fromisoformat(facts["listed_on"])).days
    if before.version.kind != REMOVED:
        return max(0, earlier)
    removed = needed(unit.using, Event, "A version has an event.", id=before.version.event_id)
    off = date.fromisoformat(day_of(unit.at)) - date.fromisoformat(day_of(instant_from(removed.at)))
    return max(0, earlier) + off.days


def appeals_open(using: str, registration: str) -> tuple[str, ...]:
    """Return the appeals of a registration that nobody has decided yet, in the order of their leaves."""
    cases = every(using, ReviewCase, registration_id=registration, kind=OPENED)
    waiting = [case.event_id for case in cases if found(using, Decision, case_id=case.event_id) is None]
    return tuple(sorted(waiting, key=lambda event: leaf_of(using, event)))

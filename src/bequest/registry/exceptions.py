"""Knows how an urgency exception is asked for, with its evidence, and decided by reviewers outside the centre."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.ledger.vault import NONCE_BYTES, seal, unseal
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.dated import datum_named, days, exception_rule, granted, is_above, standing
from bequest.registry.models import Candidate, Decision, ExceptionRequest, Registration, ReviewCase
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.reviews import GRANTED, REVIEW_STEP, agreed_case, decided, open_review_case, pseudonyms
from bequest.registry.rows import added, every, found, leaf_of, needed
from bequest.registry.secrecy import subject_key
from bequest.registry.versions import about, check_registration, facts_of, gone_on, held_on_list, merged

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.ledger.facts import Facts
    from bequest.registry.dated import Datum, ExceptionRule
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit
    from bequest.registry.versions import Held

REQUESTED, DECIDED = "exception.requested", "exception.decided"


@dataclass(frozen=True, slots=True)
class ExceptionAsked:
    """Hold what is asked for: a datum of data/upkeep/exceptions.csv, its level, and the evidence, which is sealed.

    `renews` is the decision that it goes on from, for which the evidence must be new.
    """

    registration: str
    datum: str
    level: str
    evidence: str
    renews: str | None = None


@dataclass(frozen=True, slots=True)
class ExceptionDecision:
    """Hold that a request is decided as its reviewers agree; `expires_at` is needed where they grant it."""

    case: str
    reason: str
    expires_at: datetime | None = None


def request_exception(office: Office, request: Request, asked: ExceptionAsked) -> Entered:
    """Ask for an urgency exception; nothing changes before reviewers from outside have decided."""
    return record(office, request, asked, partial(_request, asked))


def decide_exception(office: Office, request: Request, decision: ExceptionDecision) -> Entered:
    """Decide a request as its reviewers agree: where granted, the level holds from now on, and expires by itself."""
    return record(office, request, decision, partial(_decide, decision))


def evidence_of(office: Office, case: str) -> str:
    """Return the evidence of a request, for its reviewers; raise `InputError` once the person's key is destroyed."""
    asked = needed(office.using, ExceptionRequest, "There is no such request.", case_id=case)
    of_case = needed(office.using, ReviewCase, "A request is a case.", event_id=case)
    registration = needed(office.using, Registration, "A case has a registration.", id=of_case.registration_id)
    candidate = needed(office.using, Candidate, "A registration has a candidate.", id=registration.candidate_id)
    key = subject_key(office, candidate.subject_id)
    return unseal(key, bytes(asked.evidence), about=_about(case)).decode()


def exception_facts(facts: Facts, asked: ExceptionRequest, *, at: datetime, until: datetime) -> Facts:
    """Return a registration's facts with what was asked for granted from one instant until another."""
    datum = datum_named(asked.datum, facts["organ"])
    if not is_above(datum, asked.level, standing(facts, datum, at).level) and not _goes_on(facts, datum, asked, at):
        raise InputError(
            f"The registration holds a level as urgent as {asked.level} already; an exception would change nothing."
        )
    return merged(facts, granted(facts, datum, asked.level, at=at, until=until))


def checked_expiry(expires_at: datetime | None, rule: ExceptionRule, at: datetime) -> datetime:
    """Return when an exception ends, in whole seconds; raise where it has no end, or holds too long."""
    if expires_at is None or expires_at.tzinfo is None:
        raise InputError("An exception that is granted has an end; give its instant, with a time zone.")
    if not at < expires_at <= at + days(rule.longest_days):
        raise GateRefusedError(
            f"An exception ends within {rule.longest_days} days ({rule.cite}); it can be renewed with new evidence.",
            rule=rules.URGENCY, step=REVIEW_STEP,
        )  # fmt: skip
    return expires_at.replace(microsecond=0)


def rule_of(unit: Unit, datum: str, organ: str) -> ExceptionRule:
    """Return the rule of an exception in this office's country."""
    return exception_rule(datum, country=unit.office.jurisdiction, organ=organ)


def _request(asked: ExceptionAsked, unit: Unit) -> Happening:
    before = held_on_list(asked.registration, unit)
    organ = before.registration.waiting_list_id
    datum = datum_named(asked.datum, organ)
    rule_of(unit, asked.datum, organ)
    if not asked.evidence.strip():
        raise GateRefusedError(
            "A request for an exception comes with its evidence; give it.", rule=rules.URGENCY, step="urgency"
        )  # fmt: skip
    if _undecided(unit, before.registration.id, datum):
        raise InputError("Such a request of this registration waits for its reviewers already.")
    digest = hashlib.sha256(asked.evidence.encode()).hexdigest()
    renews = _renewed(asked, unit, before, digest)
    now = standing(facts_of(before.version), datum, unit.at)
    if renews is None and not is_above(datum, asked.level, now.level):
        raise InputError(f"The registration holds level {now.level} now, which {asked.level} would not raise.")
    # What is no level of the datum is told before anybody reviews it.
    check_registration(merged(facts_of(before.version), {datum.level: asked.level}), unit)
    case = open_review_case(unit, before.registration, REQUESTED, also_barred=())
    added(
        unit.using,
        ExceptionRequest(
            case_id=case.event_id,
            case_kind=REQUESTED,
            datum=asked.datum,
            level=asked.level,
            evidence=_sealed(unit, before.registration, asked.evidence),
            evidence_digest=digest,
            renews_id=None if renews is None else renews.event_id,
        ),
    )
    fields: dict[str, Value] = {"evidence": digest, "exception": asked.datum}
    if renews is not None:
        fields["renews"] = leaf_of(unit.using, renews.event_id)
    return about(unit, before.registration, REQUESTED, fields)


def _decide(decision: ExceptionDecision, unit: Unit) -> Happening:
    asked = needed(unit.using, ExceptionRequest, "There is no such request.", case_id=decision.case)
    of_case = needed(unit.using, ReviewCase, "A request is a case.", event_id=decision.case)
    registration = needed(unit.using, Registration, "A case has a registration.", id=of_case.registration_id)
    rule = rule_of(unit, asked.datum, registration.waiting_list_id)
    agreed = agreed_case(unit, decision.case, REQUESTED, wanted=rule.reviewers)
    fields: dict[str, Value] = {
        "requested": leaf_of(unit.using, decision.case),
        "decision": agreed.outcome,
        "reviewers": pseudonyms(unit, agreed.reviewers),
        "reason": decision.reason,
    }
    if agreed.outcome != GRANTED:
        if decision.expires_at is not None:
            raise InputError("A request that is refused has no end; leave it out.")
        decided(unit, agreed, reason=decision.reason, expires_at=None)
        return about(unit, registration, DECIDED, fields)
    until = checked_expiry(decision.expires_at, rule, unit.at)
    before = held_on_list(registration.id, unit)
    facts = exception_facts(facts_of(before.version), asked, at=unit.at, until=until)
    check_registration(facts, unit)
    decided(unit, agreed, reason=decision.reason, expires_at=until)
    fields["expires_at"] = instant_text(until)
    return gone_on(unit, before, DECIDED, facts, fields)


def _renewed(asked: ExceptionAsked, unit: Unit, before: Held, digest: str) -> Decision | None:
    """Return the decision that a request goes on from; raise where it is of another datum, or brings nothing new."""
    if asked.renews is None:
        return None
    sentence = "There is no such decision; check its identifier."
    decision = needed(unit.using, Decision, sentence, event_id=asked.renews, outcome=GRANTED)
    earlier = needed(unit.using, ExceptionRequest, sentence, case_id=decision.case_id)
    of_case = needed(unit.using, ReviewCase, sentence, event_id=decision.case_id)
    if (of_case.registration_id, earlier.datum) != (before.registration.id, asked.datum):
        raise InputError("The decision to be renewed is of another registration, or about something else.")
    if earlier.evidence_digest == digest:
        raise GateRefusedError(
            "An exception is renewed with new evidence; this is the evidence of the decision before.",
            rule=rules.URGENCY, step="urgency",
        )  # fmt: skip
    return decision


def _goes_on(facts: Facts, datum: Datum, asked: ExceptionRequest, at: datetime) -> bool:
    now = standing(facts, datum, at)
    return asked.renews_id is not None and now.level == asked.level and (now.by_exception or not datum.lower_until)


def _undecided(unit: Unit, registration: str, datum: Datum) -> bool:
    cases = [each.event_id for each in every(unit.using, ReviewCase, registration_id=registration, kind=REQUESTED)]
    return any(
        needed(unit.using, ExceptionRequest, "", case_id=case).datum == datum.name
        and found(unit.using, Decision, case_id=case) is None
        for case in cases
    )


def _sealed(unit: Unit, registration: Registration, evidence: str) -> bytes:
    candidate = needed(unit.using, Candidate, "A registration has a candidate.", id=registration.candidate_id)
    key = subject_key(unit.office, candidate.subject_id)
    return seal(key, evidence.encode(), nonce=unit.office.entropy(NONCE_BYTES), about=_about(unit.event_id))


def _about(case: str) -> str:
    return f"evidence of case {case}"

"""Knows the calls into the rules: which step is refused, by which rule, in which words.

Use cases ask here, and for the steps of an offer in `offer_refusals`, where the state machine judges. Beside them stand
the constraints of the tables, which hold whatever is asked or forgotten here.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bequest.ledger.facts import donor_facts
from bequest.model.death import DeathDeclaration
from bequest.model.donor import donor_from_facts
from bequest.model.enums import DeathCriteria, PolicyStatus
from bequest.model.errors import RefusedError
from bequest.model.team import Role
from bequest.registry.donor_file import donor_file, newest, pathway_of, pause_of
from bequest.registry.models import Consent, ConsentVerification, Pause
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import found, needed
from bequest.safeguards import allocation_gate, allocation_open_at, jurisdiction, recovery_gate
from bequest.safeguards.finding import RuleId, Verdict, held
from bequest.safeguards.gates import also_found, some_rules

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.facts import Facts
    from bequest.model.donor import Donor
    from bequest.model.enums import Organ
    from bequest.policy.policy import Policy
    from bequest.registry.models import DonorCase, Pathway, Resumption
    from bequest.registry.office import Office
    from bequest.safeguards import Decision, Jurisdiction

CONSENT, CERTIFIERS, LIVING, DEATH, PAUSED = "DON-01", "DON-06", "DON-17", "DON-18", "DON-19"
POLICY, ORDER, TRACEABLE, BOOKING = "ALC-01", "ALC-03", "ALC-09", "DON-20"
EXPORT, EXCHANGE, IMPORT, DIRECTED = "ALC-12", "TRC-06", "TRC-09", "ALC-11"
LISTING, URGENCY, LABEL, FOLLOWED = "ALC-07", "ALC-08", "TRC-05", "TRC-01"


def law_of(office: Office) -> Jurisdiction:
    """Return the law of an office's country; raise `InputError` where nobody has written it down."""
    return jurisdiction(office.jurisdiction)


def allocation(office: Office, case: DonorCase, organs: tuple[Organ, ...], at: datetime) -> Decision:
    """Return what the allocation gate says of some organs of a case; its rows are locked by whoever asks."""
    decision = allocation_gate(donor_file(office, case, organs=organs), at, law_of(office))
    return _verified(office, case, decision)


def open_since(office: Office, case: DonorCase, organs: tuple[Organ, ...], at: datetime) -> datetime:
    """Return since when the allocation gate of an open case has been open, `at` where it opens only now."""
    return allocation_open_at(donor_file(office, case, organs=organs), at, law_of(office)) or at


def recovery(office: Office, case: DonorCase, organs: tuple[Organ, ...], at: datetime) -> Decision:
    """Return what the recovery gate says of some organs of a case."""
    return _verified(office, case, recovery_gate(donor_file(office, case, organs=organs), at, law_of(office)))


def death(office: Office, case: DonorCase, at: datetime) -> Decision:
    """Return what the rules of certifying a death say of the newest declaration of a case."""
    return some_rules(donor_file(office, case), (RuleId(CERTIFIERS), RuleId("DON-08")), at, law_of(office))


def pathway(office: Office, case: DonorCase, opened: Pathway, at: datetime) -> Decision:
    """Return what the rules of the circulatory pathway say of one that is about to be opened."""
    known = pathway_of(opened)
    death = DeathDeclaration(DeathCriteria.CIRCULATORY, None, known.opened_at)
    file = replace(donor_file(office, case), pathway=known, death=death)
    return some_rules(file, (RuleId("DON-09"), RuleId(DEATH)), at, law_of(office))


def resumption(office: Office, case: DonorCase, resumed: Resumption, at: datetime) -> Decision:
    """Return what the rule of pauses says of the end of one that is about to be recorded."""
    pause = needed(office.using, Pause, "A resumption has its pause.", event_id=resumed.pause_id)
    file = replace(donor_file(office, case), pauses=(pause_of(pause, resumed),))
    return some_rules(file, (RuleId(PAUSED),), at, law_of(office))


def let_pass(decision: Decision, *, step: str, donation: str | None) -> None:
    """Return if a gate is open; raise `GateRefusedError` with all its findings where it is not.

    The error names the gravest one as the rule that refuses.
    """
    if decision.opens:
        return
    shut = [each for each in decision.reasons if each.finding.verdict in {Verdict.BLOCKED, Verdict.HELD}]
    raise GateRefusedError(
        *dict.fromkeys(each.finding.sentence for each in shut), rule=shut[0].rule, step=step, donation=donation,
        reasons=decision.reasons,
    )  # fmt: skip


def _verified(office: Office, case: DonorCase, decision: Decision) -> Decision:
    """Return a decision that also waits for the second person who confirms the newest consent."""
    consent = newest(office.using, Consent, case.donation)
    if consent is None or found(office.using, ConsentVerification, consent_id=consent.event_id):
        return decision
    sentence = "Nobody has verified the consent; a second person looks it up and confirms it."
    return also_found(decision, RuleId(CONSENT), *held(sentence, Role.DONOR_COORDINATOR))


def open_donor(facts: Facts, *, donation: str) -> Donor:
    """Return the donor that the records describe, if the model's own gates let it be one."""
    try:
        return donor_from_facts(donor_facts(facts), place=f"donation {donation}")
    except RefusedError as refused:
        rule = LIVING if facts.get("kind") != "deceased" else CONSENT
        raise GateRefusedError(str(refused), rule=rule, step="allocation", donation=donation) from None


def may_rank(policy: Policy, *, donation: str) -> None:
    """Return if a live run may use a policy."""
    if policy.status is PolicyStatus.UNVERIFIED:
        raise GateRefusedError(
            f"Policy {policy.name} is unverified; no live run uses it.", rule=POLICY, step="allocation",
            donation=donation,
        )  # fmt: skip

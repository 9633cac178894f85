"""Knows the calls into the rules: which step is refused, by which rule, in which words.

Use cases ask here and nowhere else, so that the gates of the safeguards and the state machine of offers are plugged in
at one place. Beside them stand the constraints of the tables, which hold whatever is asked or forgotten here.
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
from bequest.safeguards import allocation_gate, jurisdiction, recovery_gate
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
POLICY, ORDER, TRACEABLE = "ALC-01", "ALC-03", "ALC-09"


def law_of(office: Office) -> Jurisdiction:
    """Return the law of an office's country; raise `InputError` where nobody has written it down."""
    return jurisdiction(office.jurisdiction)


def allocation(office: Office, case: DonorCase, organs: tuple[Organ, ...], at: datetime) -> Decision:
    """Return what the allocation gate says of some organs of a case; its rows are locked by whoever asks."""
    decision = allocation_gate(donor_file(office, case, organs=organs), at, law_of(office))
    return _verified(office, case, decision)


def recovery(office: Office, case: DonorCase, organs: tuple[Organ, ...], at: datetime) -> Decision:
    """Return what the recovery gate says of some organs of a case."""
    return _verified(office, case, recovery_gate(donor_file(office, case, organs=organs), at, law_of(office)))


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


def may_offer(*, donation: str, at: datetime, open_at: datetime, rank: int, next_rank: int | None) -> None:
    """Return if an offer may go to a place of a run now: not before the organ is open, and to nobody out of turn."""
    if at < open_at:
        raise GateRefusedError(
            "The organ is not open for allocation yet; no offer may go out before.", rule=DEATH, step="offer",
            donation=donation,
        )  # fmt: skip
    if rank != next_rank:
        turn = "nobody is left" if next_rank is None else f"it is the turn of place {next_rank}"
        raise GateRefusedError(
            f"Place {rank} of this run cannot be offered to: {turn}. Offer down the order; pass a place over with a"
            " reason.",
            rule=ORDER, step="offer", donation=donation,
        )  # fmt: skip


def free_to_offer(*, donation: str, taken: tuple[str, ...], offered: tuple[str, ...]) -> None:
    """Return if parts are neither accepted nor out in another offer."""
    if taken:
        raise GateRefusedError(
            f"{', '.join(taken)} was accepted already; a part goes to one person.", rule=TRACEABLE, step="offer",
            donation=donation,
        )  # fmt: skip
    if offered:
        raise GateRefusedError(
            f"{', '.join(offered)} is out in another offer; wait for its answer, or withdraw it.", rule=ORDER,
            step="offer", donation=donation,
        )  # fmt: skip


def may_accept(*, donation: str, at: datetime, expires_at: datetime, taken: tuple[str, ...], revoked: bool) -> None:
    """Return if an open offer may be accepted now."""

    def refused(rule: str, sentence: str) -> GateRefusedError:
        return GateRefusedError(sentence, rule=rule, step="acceptance", donation=donation)

    if revoked:
        raise refused(CONSENT, "The consent was withdrawn; nothing of this donor is accepted.")
    if at > expires_at:
        raise refused(ORDER, "The offer has expired; it cannot be accepted any more.")
    if taken:
        raise refused(TRACEABLE, f"{', '.join(taken)} was accepted by somebody else; a part goes to one person.")

"""Knows the calls into the rules: which step is refused, by which rule, in which words.

Use cases ask here and nowhere else, so that the gates of the safeguards and the state machine of offers are plugged in
at one place. Beside them stand the constraints of the tables, which hold whatever is asked or forgotten here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.ledger.facts import donor_facts
from bequest.model.custody import OPENING_RESULTS
from bequest.model.donor import donor_from_facts
from bequest.model.enums import CustodyResult, PolicyStatus
from bequest.model.errors import RefusedError
from bequest.registry.refusal import GateRefusedError

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.facts import Facts
    from bequest.model.donor import Donor
    from bequest.model.enums import Organ
    from bequest.policy.policy import Policy
    from bequest.registry.models import Consent, CustodyCheck, DeathDeclaration, IdentityCheck

CONSENT, OBJECTION, CUSTODY, CUSTODY_UNKNOWN, IDENTITY, LIVING, DEATH = (
    "DON-01", "DON-02", "DON-11", "DON-12", "DON-14", "DON-17", "DON-18",
)  # fmt: skip
LISTING, URGENCY = "ALC-07", "ALC-08"
TWO_CERTIFIERS, POLICY, ORDER, TRACEABLE = "DON-06", "ALC-01", "ALC-03", "ALC-09"


def gates(  # noqa: PLR0913  each gate is one of them
    *,
    donation: str,
    organ: Organ,
    consent: Consent | None,
    identity: IdentityCheck | None,
    custody: CustodyCheck | None,
    death: DeathDeclaration | None,
) -> tuple[Consent, CustodyCheck, DeathDeclaration]:
    """Return the consent, custody check and death that open an organ; raise `GateRefusedError` where one is not there.

    `consent` is a verified one that was not withdrawn.
    """

    def refused(rule: str, sentence: str) -> GateRefusedError:
        return GateRefusedError(sentence, rule=rule, step="allocation", donation=donation)

    if consent is None:
        raise refused(CONSENT, "There is no verified consent to this donation; record it and have it verified.")
    if organ.value not in consent.organs.split():
        raise refused(CONSENT, f"The consent does not cover the {organ.value}; nothing beyond it may be offered.")
    if consent.objection_found:
        raise refused(OBJECTION, "An objection to donation was found; nobody can override it.")
    if identity is None:
        raise refused(IDENTITY, "The identity of the person is not established; refer the case to the coroner.")
    if custody is None:
        raise refused(CUSTODY_UNKNOWN, "It was not checked whether the person was in custody; record the check.")
    if CustodyResult(custody.result) not in OPENING_RESULTS:
        rule = CUSTODY_UNKNOWN if custody.result == CustodyResult.UNKNOWN.value else CUSTODY
        raise refused(rule, f"The custody check says '{custody.result}'; organs of this person are never offered.")
    if death is None:
        raise refused(DEATH, "Death was not certified; nothing may be offered before.")
    return consent, custody, death


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

"""Knows which policy may decide: adopted in public, without forbidden inputs, and in nobody else's name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.columns import FORBIDDEN_WORDS
from bequest.policy.cite import claims_who
from bequest.policy.names import forbidden_word
from bequest.safeguards.finding import ALLOWED, blocked, known_by

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.safeguards.finding import Findings, Setting


@dataclass(frozen=True, slots=True)
class PolicyApproval:
    """Hold by whom and how a policy was adopted; what is missing of it is None, and then it is not adopted."""

    policy_hash: str
    committee: str | None
    minutes_hash: str | None
    justification_uri: str | None
    published_at: datetime | None


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Hold the order of a match run that offers will follow, and the approvals there are."""

    policy_hash: str
    approvals: tuple[PolicyApproval, ...]


@dataclass(frozen=True, slots=True)
class PolicyDeclaration:
    """Hold what a policy says of itself: its title, who adopted it, its citations, every input it reads."""

    title: str
    adopted_by: str | None
    cites: tuple[str, ...]
    inputs: tuple[str, ...]


def approved_policy(order: RunOrder, setting: Setting) -> Findings:
    """Find a match run under a policy that no committee adopted and published in time (ALC-01)."""
    if any(_complete(each, setting) for each in order.approvals if each.policy_hash == order.policy_hash):
        return ALLOWED
    return blocked("No committee has adopted this policy, with minutes, public reasons and a date before the run.")


def no_forbidden_input(policy: PolicyDeclaration, _setting: Setting) -> Findings:
    """Find inputs that no policy may read: ability to pay, ethnicity, religion and the like (ALC-02)."""
    if not policy.inputs:
        return blocked("The policy does not declare its inputs.")
    words = ((name, forbidden_word(name)) for name in sorted(set(policy.inputs)))
    return tuple(
        finding
        for name, word in words
        if word is not None
        for finding in blocked(f"The policy reads '{name}', which stands for {FORBIDDEN_WORDS[word]}.")
    )


def own_name(policy: PolicyDeclaration, _setting: Setting) -> Findings:
    """Find a policy that names the World Health Organization as author of its ranking (ALC-10)."""
    if any(claims_who(words) for words in (policy.title, policy.adopted_by or "", *policy.cites)):
        return blocked("The policy claims the World Health Organization, which prescribes no ranking.")
    return ALLOWED


def _complete(approval: PolicyApproval, setting: Setting) -> bool:
    named = (approval.committee, approval.minutes_hash, approval.justification_uri)
    return all(named) and known_by(approval.published_at, setting.at)

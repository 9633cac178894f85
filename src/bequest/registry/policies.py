"""Knows how a policy, or a donor plan, is proposed and put in force, by two people, and which is in force on a day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING

from bequest.model.enums import Organ, PolicyStatus
from bequest.model.errors import InputError
from bequest.policy.library import is_plan
from bequest.policy.load import load_policy
from bequest.policy.plan import DonorPlan
from bequest.policy.sources import packaged_sources
from bequest.registry import rules
from bequest.registry.models import Policy, PolicyEnactment
from bequest.registry.plan_texts import read_plan
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, leaf_of, locked, needed
from bequest.registry.secrecy import staff_pseudonym

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from bequest.ledger.commitment import Value
    from bequest.policy.policy import Policy as LoadedPolicy
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class Proposal:
    """Hold the text of a policy file."""

    written: str


@dataclass(frozen=True, slots=True)
class Enactment:
    """Hold which policy is to be in force, by its hash, and from which day on."""

    policy_hash: str
    effective_on: date


@dataclass(frozen=True, slots=True, eq=False)
class InForce:
    """Hold the policy in force: its rows and the policy itself."""

    enactment: PolicyEnactment
    policy: Policy
    loaded: LoadedPolicy


def propose_policy(office: Office, request: Request, proposal: Proposal) -> Entered:
    """Propose a policy; a file that does not load raises its own error."""
    return record(office, request, proposal, partial(_propose, proposal))


def enact_policy(office: Office, request: Request, enactment: Enactment) -> Entered:
    """Put a proposed policy in force from a day on; the second signature, refused to who proposed it."""
    return record(office, request, enactment, partial(_enact, enactment))


def policy_in_force(using: str, organ: Organ, day: date) -> InForce:
    """Return the policy of an organ that is in force on a day; raise `InputError` where there is none."""
    in_force = policies_in_force(using, day, organs=[organ]).get(organ)
    if in_force is None:
        raise InputError(f"No policy for the {organ.value} is in force on {day}; propose one and put it in force.")
    return in_force


def policies_in_force(using: str, day: date, *, organs: Iterable[Organ] = tuple(Organ)) -> Mapping[Organ, InForce]:
    """Return the policy of each organ that has one in force on a day."""
    newest = {organ: newest_enactment(using, organ, day) for organ in organs}
    return {organ: policy_of(using, enactment) for organ, enactment in newest.items() if enactment is not None}


def newest_enactment(using: str, organ: Organ | None, day: date) -> PolicyEnactment | None:
    """Return what put the policy of an organ in force that is so on a day; of no organ, the donor plan."""
    of_organ = every(using, Policy, organ__isnull=True) if organ is None else every(using, Policy, organ=organ.value)
    proposed = {policy.event_id: policy for policy in of_organ}
    enacted = [
        each
        for each in every(using, PolicyEnactment, policy_id__in=list(proposed))
        if each.effective_on <= day.isoformat()
    ]
    return max(enacted, key=lambda each: (each.effective_on, leaf_of(using, each.event_id)), default=None)


def policy_of(using: str, enactment: PolicyEnactment) -> InForce:
    """Return the policy that an enactment put in force."""
    row = needed(using, Policy, "An enactment has a policy.", event_id=enactment.policy_id)
    return InForce(enactment, row, _loaded(row.written, row.hash))


@cache
def _loaded(written: str, policy_hash: str) -> LoadedPolicy:
    policy = load_policy(written, label="policy in force", sources=packaged_sources())
    if policy.hash != policy_hash:
        raise InputError(
            f"Policy {policy.name} has another hash than when it was proposed: the tables that it names have changed."
            " Install the version that it was proposed with."
        )
    return policy


def _propose(proposal: Proposal, unit: Unit) -> Happening:
    policy = (
        _proposed_plan(proposal, unit)
        if is_plan(proposal.written)
        else load_policy(proposal.written, label="proposed policy", sources=packaged_sources())
    )
    if found(unit.using, Policy, hash=policy.hash):
        raise InputError(f"Policy {policy.name} {policy.edition} was proposed already, as {policy.hash}.")
    added(
        unit.using,
        Policy(
            event_id=unit.event_id,
            hash=policy.hash,
            name=policy.name,
            edition=policy.edition,
            organ=None if isinstance(policy, DonorPlan) else policy.organ.value,
            written=proposal.written,
            proposed_by=unit.request.actor,
        ),
    )
    return Happening("policy.proposed", _named(policy.name, policy.edition, policy.hash), policy_hash=policy.hash)


def _proposed_plan(proposal: Proposal, unit: Unit) -> DonorPlan:
    plan = read_plan(unit.using, proposal.written)
    if plan.status is PolicyStatus.UNVERIFIED:
        raise InputError(f"Donor plan {plan.name} is unverified; no live run follows it.")
    return plan


def _enact(enactment: Enactment, unit: Unit) -> Happening:
    sentence = f"No policy with hash {enactment.policy_hash[:64]} was proposed; propose it first."
    policy = locked(unit.using, Policy, sentence, hash=enactment.policy_hash)
    if found(unit.using, PolicyEnactment, policy_id=policy.event_id):
        raise InputError(f"Policy {policy.name} {policy.edition} was put in force already.")
    if policy.proposed_by == unit.request.actor:
        raise GateRefusedError(
            "A policy is put in force by somebody else than who proposed it.", rule=rules.POLICY,
            step="policy_enactment",
        )  # fmt: skip
    today = unit.at.date()
    if enactment.effective_on < today:
        raise GateRefusedError(
            f"A policy is never put in force for days that are past; today is {today}.", rule=rules.POLICY,
            step="policy_enactment",
        )  # fmt: skip
    added(
        unit.using,
        PolicyEnactment(
            event_id=unit.event_id,
            policy_id=policy.event_id,
            enacted_on=today.isoformat(),
            effective_on=enactment.effective_on.isoformat(),
            signer_first=policy.proposed_by,
            signer_second=unit.request.actor,
        ),
    )
    signers: list[Value] = [
        staff_pseudonym(unit.office, name) for name in (policy.proposed_by, unit.request.actor)
    ]  # fmt: skip
    fields: dict[str, Value] = {
        **_named(policy.name, policy.edition, policy.hash),
        "effective_on": enactment.effective_on.isoformat(),
        "proposed": leaf_of(unit.using, policy.event_id),
        "signers": signers,
    }
    return Happening("policy.enacted", fields, policy_hash=policy.hash)


def _named(name: str, edition: str, policy_hash: str) -> dict[str, Value]:
    return {"policy_name": name, "edition": edition, "policy_hash": policy_hash}

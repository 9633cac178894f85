"""Knows the result of a donor plan: every offer of every step in its order, each with the second organs it pulls."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from bequest.model.enums import PolicyStatus
from bequest.model.errors import InputError
from bequest.model.pickled import reduced

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.matching.match_run import MatchRun
    from bequest.model.donor import Donor
    from bequest.model.enums import OfferKind, Organ
    from bequest.model.identifiers import CandidateId, RegistrationId
    from bequest.policy.plan import DividedOrgan, DonorPlan, PlanOrder, SecondOrgan, Step


class Verdict(Enum):
    """Name what the plan says of a second organ for one person."""

    OFFERED = "offered"
    UNCLEAR = "cannot be judged"
    RULED_OUT = "ruled out"


class Division(Enum):
    """Name what the plan says of dividing an organ of this donor."""

    POSSIBLE = "may be divided"
    UNCLEAR = "cannot be judged"
    NO = "stays whole"


@dataclass(frozen=True, slots=True)
class DividedOffer:
    """Hold whether an organ of this donor may be divided by a rule of the plan."""

    rule: DividedOrgan
    verdict: Division


@dataclass(frozen=True, slots=True)
class SecondOffer:
    """Hold a second organ that goes with an offer; `reasons` are what is missing, or the screens that failed."""

    rule: SecondOrgan
    organ: Organ
    registration: RegistrationId
    verdict: Verdict
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedOffer:
    """Hold one place in the order of the plan: a registration of one run, and the second organs offered with it.

    `class_id` is the class of the run, or of its stage where the step is one; `rank_in_run` is the rank in either.
    """

    place: int
    step: Step
    run: str
    registration: RegistrationId
    candidate: CandidateId
    offer_kind: OfferKind
    class_id: str
    rank_in_run: int
    second: tuple[SecondOffer, ...]


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class PlannedOffers:
    """Hold the result of `plan_offers`: plan, donor, finished runs, and the offers in their order.

    `not_made`: the runs of the plan that were not given, whose steps offer nothing.
    """

    plan: DonorPlan
    donor: Donor
    order: PlanOrder
    runs: Mapping[str, MatchRun]
    not_made: tuple[str, ...]
    offers: tuple[PlannedOffer, ...]
    divided: tuple[DividedOffer, ...]

    __reduce__ = reduced

    def __repr__(self) -> str:
        """Return one line that names plan and donor and nobody on a list."""
        return (
            f"PlannedOffers({self.plan.name} {self.plan.edition}, donor {self.donor.donor}, {len(self.offers)} offers)"
        )

    def __len__(self) -> int:
        """Return the number of places in the order of the plan."""
        return len(self.offers)

    @property
    def synthetic(self) -> bool:
        """Tell whether donor or candidates are invented."""
        return self.donor.synthetic or any(run.pool.synthetic for run in self.runs.values())

    @property
    def digest(self) -> str:
        """Return the SHA-256 of the plan, every run and every offer; the same on any machine."""
        head = [self.plan.hash, self.order.id, {name: run.digest for name, run in sorted(self.runs.items())}]
        whole = [head, [_offer_data(offer) for offer in self.offers], self._divided_data()]
        return hashlib.sha256(json.dumps(whole, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    def explain(self, registration: str) -> str:
        """Return at which places of the plan a registration stands and why; raise InputError where it is in no run."""
        own = [offer for offer in self.offers if offer.registration == registration]
        if own:
            return "\n".join(line for offer in own for line in _told(offer))
        run = next((each for each in self.runs.values() if registration in each.pool.registrations), None)
        if run is None:
            raise InputError(f"registration '{registration}' is in no run of this plan; check the identifier.")
        if run.rank_of(registration):
            return f"{registration}: ranked by {run.policy.name}, and no step of the plan offers that part of the list."
        return f"{registration}: not ranked by {run.policy.name}.\n{run.explain(registration)}"

    def to_dict(self) -> dict[str, object]:
        """Return the plan of the donor as plain data: the content of `bequest plan --json`."""
        return {
            "plan": self.plan.name,
            "edition": self.plan.edition,
            "plan_hash": self.plan.hash,
            "status": self.plan.status.value,
            "synthetic": self.synthetic,
            "conditional": self.donor.conditional,
            "donor": self.donor.donor,
            "order": self.order.id,
            "runs": {
                name: {"policy": run.policy.name, "edition": run.policy.edition, "digest": run.digest}
                for name, run in sorted(self.runs.items())
            },
            "not_made": list(self.not_made),
            "digest": self.digest,
            "offers": [_offer_data(offer) for offer in self.offers],
            "divided_organs": self._divided_data(),
        }

    def _divided_data(self) -> list[dict[str, str]]:
        return [
            {"rule": each.rule.id, "run": each.rule.run, "verdict": each.verdict.value, "say": each.rule.say}
            for each in self.divided
        ]


def refuse_unverified(plan: DonorPlan) -> None:
    """Refuse a plan whose facts were never compared with their source."""
    if plan.status is PolicyStatus.UNVERIFIED:
        raise InputError(
            f"donor plan {plan.name} ({plan.edition}) is unverified: some of its facts were never compared with their "
            "source. Use --allow-unverified (allow_unverified=True) to run it all the same, never for a live offer."
        )


def _offer_data(offer: PlannedOffer) -> dict[str, object]:
    return {
        "place": offer.place,
        "step": offer.step.id,
        "run": offer.run,
        "registration": offer.registration,
        "offer_kind": offer.offer_kind.value,
        "class": offer.class_id,
        "rank_in_run": offer.rank_in_run,
        "second_organs": [
            {
                "rule": second.rule.id,
                "organ": second.organ.value,
                "registration": second.registration,
                "verdict": second.verdict.value,
                "reasons": list(second.reasons),
            }
            for second in offer.second
        ],
    }


def _told(offer: PlannedOffer) -> list[str]:
    cite = "; ".join(f"{each.key} {each.locator}".strip() for each in offer.step.cite)
    lines = [
        f"{offer.registration}: place {offer.place} of the plan, step {offer.step.id}: {offer.step.say}. [{cite}]",
        f"  Class {offer.class_id}, rank {offer.rank_in_run} of run {offer.run}.",
    ]
    for second in offer.second:
        rule = second.rule
        reasons = f" ({', '.join(second.reasons)})" if second.reasons else ""
        source = "; ".join(f"{each.key} {each.locator}".strip() for each in rule.cite)
        lines.append(
            f"  With {second.organ.value} ({second.registration}) {second.verdict.value}{reasons}, "
            f"{rule.id}: {rule.say}. [{source}]"
        )
    return lines

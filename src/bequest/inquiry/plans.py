"""Knows how the order of organs that a run states is derived again, from the bundled donor plan and the donor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.inquiry.verify.chains import chain_starts
from bequest.inquiry.verify.donor_plans import donor_of
from bequest.inquiry.verify.finding import BrokenError
from bequest.matching.donor_plan import organs_in_order
from bequest.model.errors import BequestError, InputError
from bequest.policy import library
from bequest.policy.plan_load import load_plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.model.donor import Donor
    from bequest.policy.plan import DonorPlan
    from bequest.policy.policy import Policy
    from bequest.policy.sources import Source


def bundled_plans(
    written: Mapping[str, str],
    leaves: Sequence[Leaf],
    *,
    policies: Mapping[str, Policy],
    sources: Mapping[str, Source],
) -> Mapping[str, DonorPlan]:
    """Return the bundled donor plans by hash; `written` holds their texts by the hash that their files are named by.

    Of the policies that a plan names, those count that were proposed before it, else the library's. Raises BrokenError
    for a file of another hash, BequestError for one that is no plan.
    """
    proposed = [leaf for leaf in leaves if leaf.kind == "policy.proposed"]
    plans: dict[str, DonorPlan] = {}
    for named, text in written.items():
        before = next((leaf.number for leaf in proposed if leaf.fields.get("policy_hash") == named), len(leaves))
        earlier = (policies.get(str(leaf.fields.get("policy_hash"))) for leaf in proposed if leaf.number < before)
        newest = {policy.name: policy for policy in earlier if policy is not None}
        plan = load_plan(
            text,
            label=f"policies/{named}.yaml",
            sources=sources,
            find=lambda name, newest=newest: newest.get(name) or library.policy(name),
        )
        if plan.hash != named:
            raise BrokenError(f"policies/{named}.yaml holds a donor plan of another hash")
        plans[named] = plan
    return plans


def deciding_runs(leaves: Sequence[Leaf]) -> frozenset[int]:
    """Return the runs whose donor decides the order: those that name a plan before a run of the donor states it."""
    known: set[object] = set()
    found: set[int] = set()
    first = chain_starts(leaves)
    for leaf in leaves:
        if leaf.kind == "match.run" and "plan_hash" in leaf.fields:
            donor = donor_of(leaf, leaves, first)
            if donor not in known and "follows" not in leaf.fields:
                found.add(leaf.number)
            if "plan_organs" in leaf.fields:
                known.add(donor)
    return frozenset(found)


def order_differs(plans: Mapping[str, DonorPlan], run: Leaf, donor: Donor) -> Iterator[str]:
    """Yield in a sentence where a run states another order of the donor's organs than its donor plan gives."""
    plan = plans.get(run.text("plan_hash"))
    if plan is None:
        raise BrokenError(f"the bundle lacks the donor plan of the run of leaf {run.number}")
    if _order(plan, donor) != run.fields.get("plan_organs"):
        yield f"the run of leaf {run.number} states the organs of its donor in another order than its donor plan"


def _order(plan: DonorPlan, donor: Donor) -> list[str] | None:
    try:
        return [organ.value for organ in organs_in_order(plan, donor)]
    except InputError:
        return None
    except BequestError as error:
        raise BrokenError(f"the order of {plan.name} cannot be derived: {error}") from None

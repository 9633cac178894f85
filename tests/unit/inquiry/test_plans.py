"""A replay derives the order of a donor's organs again, from the bundled donor plan."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.plans import bundled_plans, deciding_runs, order_differs
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.leaves import Leaf
from bequest.ledger.facts import donor_facts
from bequest.model.donor import donor_from_facts
from bequest.policy import plans
from bequest.policy.sources import packaged_sources
from registry_offices import people

CORE = plans.plan_versions("core/donor-plan")[-1]
HASH = plans.loaded_plan(CORE).hash
ORGANS = ["heart", "lung", "liver", "intestine", "pancreas", "kidney"]


def leaf(number, kind="match.run", **fields):
    return Leaf(number, kind, datetime(2026, 1, 1, tzinfo=UTC), "ZZ", None, bytes(32), None, fields)


def bundled(named=HASH):
    return bundled_plans({named: CORE.written}, [], policies={}, sources=packaged_sources())


def donor():
    facts = people().donors[0]
    return donor_from_facts(donor_facts(facts), place="a test")


def test_the_order_that_the_plan_gives_is_accepted_and_another_one_is_told():
    assert list(order_differs(bundled(), leaf(3, plan_hash=HASH, plan_organs=ORGANS), donor())) == []
    for stated in ({"plan_organs": ORGANS[::-1]}, {}):
        (sentence,) = order_differs(bundled(), leaf(3, plan_hash=HASH, **stated), donor())
        assert sentence == "the run of leaf 3 states the organs of its donor in another order than its donor plan"


def test_a_plan_of_another_hash_or_one_that_is_lacking_breaks_the_evidence():
    with pytest.raises(BrokenError, match="holds a donor plan of another hash"):
        bundled("0" * 64)
    with pytest.raises(BrokenError, match="lacks the donor plan of the run of leaf 3"):
        list(order_differs({}, leaf(3, plan_hash=HASH), donor()))


def test_the_first_run_of_a_donor_that_states_the_order_decides_it():
    released = [leaf(0, "organ.available", death=7), leaf(1, "organ.available", death=8)]
    runs = [
        leaf(2, available=0), leaf(3, available=0, plan_hash=HASH),
        leaf(4, available=0, plan_hash=HASH, plan_organs=[]),
        leaf(5, available=0, plan_hash=HASH, plan_organs=[]), leaf(6, available=1, plan_hash=HASH, plan_organs=[]),
        leaf(7, available=1, plan_hash=HASH, plan_organs=[], follows=6),
    ]  # fmt: skip
    assert deciding_runs([*released, *runs]) == {3, 4, 6}

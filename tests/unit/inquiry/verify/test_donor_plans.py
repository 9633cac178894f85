"""One donor plan is followed by all runs of a donation, and says which organ leads where several go together."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.offers import check_offers
from bequest.inquiry.verify.order import check_policies

POLICY, PLAN, OTHER = "ab" * 32, "cd" * 32, "ef" * 32
RUN = {"available": 0, "organ": "heart", "policy_hash": POLICY, "rows_root": "0" * 64, "registrations": 9, "ranked": 9}
FOLLOWING = {"plan_hash": PLAN, "plan_organs": ["heart", "kidney"]}


def enacted(name, used, day="2026-01-01"):
    return "policy.enacted", {"policy_name": name, "policy_hash": used, "effective_on": day}


def leaves_of(*happened):
    """Return leaves of two released donors, of a policy and a plan in force, and of what happened, a day apart."""
    told = [
        ("organ.available", {"death": 7}), ("organ.available", {"death": 8}),
        enacted("core/heart", POLICY), enacted("core/donor-plan", PLAN), *happened,
    ]  # fmt: skip
    return [
        Leaf(number, kind, datetime(2026, 1, 1 + number // 5, tzinfo=UTC), "ZZ", POLICY, bytes(32), None, fields)
        for number, (kind, fields) in enumerate(told)
    ]


def said(*happened):
    found = []
    check_policies(leaves_of(*happened), found.append)
    return found


def run(**fields):
    return "match.run", {**RUN, **fields}


def test_runs_of_a_donation_that_follow_one_plan_are_accepted():
    assert said(run(**FOLLOWING), run(**FOLLOWING), run(available=1, **FOLLOWING)) == []
    assert said(run(), run(**FOLLOWING)) == []


def test_a_plan_that_is_not_in_force_is_found():
    assert "names a donor plan that was not in force on 2026-01-01" in said(run(**{**FOLLOWING, "plan_hash": OTHER}))[0]


def test_a_donation_goes_on_by_its_plan_when_another_is_in_force():
    newer = enacted("core/donor-plan", OTHER, "2026-01-02")
    assert said(run(**FOLLOWING), newer, run(**FOLLOWING)) == []
    assert said(run(**FOLLOWING), newer, run(available=1, **{**FOLLOWING, "plan_hash": OTHER})) == []


@pytest.mark.parametrize("other", [{"plan_hash": OTHER}, {"plan_organs": ["kidney", "heart"]}])
def test_another_plan_or_order_in_one_donation_is_found(other):
    (name,) = other
    assert f"has another '{name}' than the runs of its donor before it" in said(
        run(**FOLLOWING), run(**{**FOLLOWING, **other})
    )[0]  # fmt: skip


@pytest.mark.parametrize("donor", [0, 1])
def test_a_run_that_hides_the_plan_in_force_is_found(donor):
    assert "names no donor plan, though one was in force" in said(run(**FOLLOWING), run(available=donor))[0]


def test_an_order_without_its_plan_is_found():
    assert "names no donor plan" in said(run(plan_organs=["heart"]))[0]


def offered(order, *, lead="heart"):
    """Return what is said of the lead of an offer of heart and kidney, under an order of organs."""
    plan = {} if order is None else {"plan_hash": PLAN, "plan_organs": order}
    second = "kidney" if lead == "heart" else "heart"
    made = {
        "run": 4, "rank": 1, "row": 1, "part": ["heart", "kidney-left"], "kind": "primary", "second_runs": [5],
        "second_ranks": [1], "second_rows": [1],
    }  # fmt: skip
    leaves = leaves_of(run(organ=lead, **plan), run(organ=second, **plan), ("offer.made", made))
    found = []
    check_offers(leaves, {}, found.append)
    return [sentence for sentence in found if "plan" in sentence]


def test_the_organ_that_the_plan_has_first_leads():
    assert offered(["heart", "lung", "kidney"]) == []
    assert offered(["kidney", "heart"], lead="kidney") == []
    assert "is led by the kidney, and the donor plan has these organs in another order" in offered(
        ["heart", "kidney"], lead="kidney"
    )[0]  # fmt: skip


@pytest.mark.parametrize("order", [None, ["heart"]])
def test_organs_that_go_together_without_a_plan_for_them_are_found(order):
    assert "is of organs that no donor plan of its runs puts in order" in offered(order)[0]

"""The order of a stage is by the policy, the list and the donor of the run that it follows."""

from datetime import UTC, datetime

import pytest

from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.order import check_pointers, check_policies

POLICY = "ab" * 32
NEWER = "cd" * 32
RUN = {
    "available": 0, "organ": "heart", "policy_hash": POLICY, "places": "0" * 64, "inputs": "0" * 64,
    "registrations": 3,
}  # fmt: skip
STAGE = {**RUN, "stage": "rescue", "follows": 2}


def said(stage, kind="match.run", run=RUN, newer=NEWER):
    """Return what is said of the order of a stage that is ranked a day later, when another policy is in force."""
    told = [
        ("policy.enacted", 1, {"policy_name": "core/heart", "policy_hash": POLICY, "effective_on": "2026-01-01"}),
        ("policy.enacted", 1, {"policy_name": "core/heart", "policy_hash": newer, "effective_on": "2026-01-02"}),
        ("match.run", 1, run),
        (kind, 2, stage),
    ]
    leaves = [
        Leaf(number, name, datetime(2026, 1, day, tzinfo=UTC), "ZZ", POLICY, bytes(32), None, fields)
        for number, (name, day, fields) in enumerate(told)
    ]
    found = []
    check_policies(leaves, found.append)
    check_pointers(leaves, found.append)
    return [sentence for sentence in found if "'available'" not in sentence or "the stage" in sentence]


def test_a_stage_is_judged_by_the_day_of_its_run():
    assert said(STAGE) == []
    assert "was not in force" in said({**RUN})[0]


@pytest.mark.parametrize("name", ["organ", "places", "registrations"])
def test_a_stage_of_another_organ_or_list_is_found(name):
    other = {"organ": "lung", "places": "1" * 64, "registrations": 4}
    assert any(f"another '{name}' than the run of leaf 2" in each for each in said({**STAGE, name: other[name]}))


def test_a_stage_of_a_stage_is_found():
    told = said(STAGE, run={**RUN, "stage": "rescue", "follows": 1})
    assert any("which is the order of a stage as well" in each for each in told)


@pytest.mark.parametrize("number", [1, 9])
def test_a_stage_that_follows_no_run_is_found(number):
    assert any("as its 'follows', which it is not" in each for each in said({**STAGE, "follows": number}))

"""Which policy may decide."""

from dataclasses import replace

import pytest

from bequest.safeguards.policy_rules import (
    PolicyApproval,
    PolicyDeclaration,
    RunOrder,
    approved_policy,
    no_forbidden_input,
    own_name,
)
from donor_files import ELSEWHERE, hours, said

APPROVAL = PolicyApproval("aa", "National committee", "bb", "https://example.org/reasons", hours(-100))
POLICY = PolicyDeclaration("Most urgent within reach", "National committee", ("core 1",), ("urgency", "waiting_days"))


def test_an_adopted_policy_may_decide():
    assert approved_policy(RunOrder("aa", (APPROVAL,)), ELSEWHERE) == ()


@pytest.mark.parametrize(
    "approvals",
    [
        (),
        (replace(APPROVAL, policy_hash="cc"),),
        (replace(APPROVAL, committee=None),),
        (replace(APPROVAL, minutes_hash=""),),
        (replace(APPROVAL, justification_uri=None),),
        (replace(APPROVAL, published_at=None),),
        (replace(APPROVAL, published_at=hours(13)),),
    ],
)
def test_a_policy_that_nobody_adopted_in_public_may_not(approvals):
    assert [verdict for verdict, _ in said(approved_policy(RunOrder("aa", approvals), ELSEWHERE))] == ["blocked"]


@pytest.mark.parametrize(
    "name", ["ability_to_pay", "payer", "candidate_religion", "race", "custody_result", "vip", "income_band"]
)
def test_a_forbidden_input_is_refused(name):
    (found,) = said(no_forbidden_input(replace(POLICY, inputs=(*POLICY.inputs, name)), ELSEWHERE))
    assert (found[0], f"'{name}'" in found[1]) == ("blocked", True)


def test_inputs_that_are_allowed_pass_and_undeclared_ones_do_not():
    assert no_forbidden_input(POLICY, ELSEWHERE) == ()
    assert [verdict for verdict, _ in said(no_forbidden_input(replace(POLICY, inputs=()), ELSEWHERE))] == ["blocked"]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "The WHO heart policy"},
        {"adopted_by": "World Health Assembly"},
        {"cites": ("WHO Guiding Principle 9",)},
    ],
)
def test_a_policy_in_the_name_of_the_world_health_organization_is_refused(changes):
    assert [verdict for verdict, _ in said(own_name(replace(POLICY, **changes), ELSEWHERE))] == ["blocked"]


@pytest.mark.parametrize("adopted_by", ["National committee", None])
def test_a_policy_in_its_own_name_passes(adopted_by):
    assert own_name(replace(POLICY, adopted_by=adopted_by), ELSEWHERE) == ()

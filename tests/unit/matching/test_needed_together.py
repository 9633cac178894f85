"""Whoever needs two organs together is offered both at those places of a list where the donor plan gives them both."""

from dataclasses import replace

import pytest

from bequest.matching.second_organs import needed_together
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.policy.plan_load import load_plan
from small_runs import SOURCES, points, small_policy, small_run

HEART = small_policy(policy="my/heart", organ="heart", points=points("of: waiting_days, weight: 1, missing: 0"))
POLICIES = {
    "my/heart": HEART,
    **{f"my/{organ}": small_policy(policy=f"my/{organ}", organ=organ) for organ in ("kidney", "lung")},
}
PEOPLE = {
    "Anna": {"urgency": 1, "needed_with": "kidney", "waiting_days": 300, "weight_kg": 40},
    "Ben": {"needed_with": "kidney", "waiting_days": 200, "weight_kg": 60},
    "Cleo": {"needed_with": "several", "waiting_days": 150, "weight_kg": None},
    "Dan": {"needed_with": "none", "waiting_days": 100, "weight_kg": 60},
    "Eva": {"needed_with": None, "waiting_days": 50, "weight_kg": 60},
}


def plan(**rule):
    """Return a plan for three organs with one rule about hearts and kidneys; without `when` it has none."""
    written = {"id": "both", "beside": "heart", "pulls": "kidney", "say": "both", "cite": "core 4", **rule}
    rules = "[{" + ", ".join(f"{name}: {value}" for name, value in written.items()) + "}]" if "when" in rule else "[]"
    steps = ", ".join(
        f"{{id: {organ}, lists: [{{run: {organ}}}], say: so, cite: core 3}}" for organ in ("heart", "lung", "kidney")
    )
    runs = ", ".join(f"{{id: {organ}, policy: my/{organ}}}" for organ in ("heart", "lung", "kidney"))
    text = f"""plan: my/plan
title: A small plan
edition: my-1
effective: 2026-01-01
status: own
parameters: {{least: {{value: 180, why: so, cite: core 1}}}}
runs: [{runs}]
orders: [{{id: all, when: always, say: all, cite: core 2, steps: [{steps}]}}]
second_organs: {rules}
"""
    return load_plan(text, label="plan.yaml", sources=SOURCES, find=POLICIES.__getitem__)


def found(given, people=PEOPLE, policy=HEART):
    """Return by name the organs that go with the place of each person; with a star those of one centre only."""
    made = small_run(people, policy=policy)
    return {
        made.ranked()[place].registration.removeprefix("R-"): [
            each.organ.value + "*" * each.one_centre for each in organs
        ]
        for place, organs in needed_together(made, given).items()
    }  # fmt: skip


SEVERAL = ["lung", "liver", "kidney", "pancreas", "intestine"]


def needs(several):
    """Return every other organ of the dictionary but those that a plan rules out."""
    others = [each.value for each in Organ if each is not Organ.HEART]
    return [each for each in others if each in several or each not in SEVERAL]


def test_without_a_plan_or_a_rule_the_need_decides():
    expected = {"Anna": ["kidney"], "Ben": ["kidney"], "Cleo": needs(SEVERAL)}
    assert found(None) == expected
    assert found(plan()) == expected


@pytest.mark.parametrize(
    ("rule", "both"),
    [
        ({"when": "always"}, {"Anna", "Ben", "Cleo"}),
        ({"when": "weight_kg >= 50"}, {"Ben"}),
        ({"when": "always", "last": "urgent"}, {"Anna"}),
        ({"when": "always", "first": "others"}, {"Ben", "Cleo"}),
        ({"when": "always", "points_at_least": "least"}, {"Anna", "Ben"}),
        ({"when": "weight_kg >= 50", "last": "urgent"}, set()),
    ],
)
def test_a_rule_of_the_plan_limits_who_is_given_both(rule, both):
    organs = found(plan(**rule))
    assert {name for name, with_it in organs.items() if "kidney" in with_it} == both
    # Of other organs the plan says nothing.
    assert "lung" in organs["Cleo"]


def test_a_need_that_only_the_other_list_tells_is_ruled_by_the_plan_as_well():
    people = {"Anna": {"needed_with": "heart"}}
    kidney = POLICIES["my/kidney"]
    assert found(plan(), people, kidney) == {"Anna": ["heart"]}
    assert found(plan(when="always"), people, kidney) == {}


def test_what_a_rule_gives_at_one_centre_is_marked_so_unless_another_rule_gives_it_anywhere():
    assert found(plan(when="always", one_centre="true"))["Anna"] == ["kidney*"]
    assert found(plan(when="always"))["Anna"] == ["kidney"]


def test_a_list_that_says_nothing_of_needs_has_nobody_who_needs_two():
    people = {name: {"waiting_days": facts["waiting_days"]} for name, facts in PEOPLE.items()}
    assert found(plan(when="always"), people) == {}


def test_a_rule_about_a_column_that_the_list_lacks_is_refused():
    made = small_run(PEOPLE, policy=HEART)
    lacking = replace(made, pool=replace(made.pool, present=made.pool.present - {"weight_kg"}))
    with pytest.raises(InputError, match="donor plan my/plan needs columns this population does not have: weight_kg"):
        needed_together(lacking, plan(when="weight_kg >= 50"))

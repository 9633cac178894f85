"""What a change of policy does to one list."""

from __future__ import annotations

import pytest

from bequest.matching.impact import Move, impact
from bequest.model.errors import InputError
from small_runs import points, small_policy, small_run

PEOPLE = {
    "Anna": {"waiting_days": 10, "height_cm": 150},
    "Ben": {"waiting_days": 20, "height_cm": 160},
    "Cleo": {"waiting_days": 30, "height_cm": 170},
}


def moves(people=None, before=None, after=None):
    runs = [small_run(people or PEOPLE, policy=small_policy(**(blocks or {}))) for blocks in (before, after)]
    return {move.registration.removeprefix("R-"): (move.before, move.after, move.why) for move in impact(*runs)}


def test_nobody_moves_under_the_same_policy():
    assert moves() == {}


def test_another_order_is_named():
    assert moves(after={"order": "[height_cm]"}) == {
        "Anna": (3, 1, "the order is by height_cm; it was by waiting_days desc"),
        "Cleo": (1, 3, "the order is by height_cm; it was by waiting_days desc"),
    }
    turned = "the order is by waiting_days; it was by waiting_days desc"
    assert moves(after={"order": "[waiting_days]"}) == {"Anna": (3, 1, turned), "Cleo": (1, 3, turned)}


def test_a_person_who_changes_class_is_told_which():
    classes = """
- {id: short, when: height_cm < 155, say: so, cite: core}
- {id: others, when: always, say: so, cite: core}"""
    assert moves(after={"classes": classes}) == {
        "Anna": (3, 1, "class others becomes short"),
        "Ben": (2, 3, "others move"),
        "Cleo": (1, 2, "others move"),
    }


def test_points_that_differ_are_named():
    old = {"points": points("value: 1, when: height_cm > 165"), "order": "[points desc, waiting_days desc]"}
    new = {**old, "points": points("value: 1, when: height_cm < 155")}
    assert moves(before=old, after=new) == {
        "Anna": (3, 1, "points 0.00 become 1.00"),
        "Ben": (2, 3, "others move"),
        "Cleo": (1, 2, "points 1.00 become 0.00"),
    }


def test_points_that_only_one_of_the_policies_counts_are_none_in_the_other():
    new = {"points": points("value: 1, when: height_cm < 155"), "order": "[points desc, waiting_days desc]"}
    assert moves(after=new)["Anna"] == (3, 1, "points none become 1.00")


def test_whoever_loses_or_gains_a_place_is_told_why():
    screens = "[{id: tall, when: height_cm >= 155, say: so, cite: core}]"
    unknown = {**PEOPLE, "Dora": {"waiting_days": 40, "height_cm": None}}
    assert moves(unknown, after={"screens": screens})["Anna"] == (3, None, "fails tall")
    assert moves(unknown, before={"screens": screens})["Anna"] == (None, 3, "before: fails tall")
    assert "Dora" not in moves(unknown, after={"screens": screens})
    free = {"screens": None}
    assert moves(unknown, before=free)["Dora"] == (1, None, "size cannot be judged")


def test_a_key_with_another_value_is_named():
    declared = "{balance: {by: centre, decimals: 0, low: 0, high: 9, why: so, cite: core}}"
    policy = small_policy(inputs=declared, order="[input.balance, waiting_days]")
    people = {"Anna": {"waiting_days": 10}, "Ben": {"waiting_days": 20, "centre": "HOSPITAL"}}
    before, after = (
        small_run(people, policy=policy, inputs={"balance": {"CENTRE": first, "HOSPITAL": 3}}) for first in (1, 5)
    )
    assert impact(before, after)[1] == Move("R-Anna", 1, 2, "input.balance differ")


def test_the_order_of_the_moves_is_that_of_the_new_ranks_and_losses_come_last():
    runs = [small_run(PEOPLE), small_run(PEOPLE, policy=small_policy(order="[height_cm]"))]
    assert [move.after for move in impact(*runs)] == [1, 3]


def test_two_different_lists_are_not_compared():
    with pytest.raises(InputError, match="the two runs rank different lists"):
        impact(small_run(PEOPLE), small_run({"Anna": {}}))

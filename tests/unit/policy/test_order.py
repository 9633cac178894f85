from __future__ import annotations

import pytest

from bequest.policy.policy import KeyKind
from unit.policy.policy_text import load, problems, terms


def order(written, **changes):
    return problems(order=written, **changes)[0]


def test_an_order_has_names_directions_and_a_rule_for_missing_values():
    policy = load(
        order="""
- urgency
- points desc
- {key: waiting_days, desc: true, missing: first, classes: [others]}
- lottery""",
        points=terms("{id: t, value: 1, cite: core}"),
    )
    assert [(key.name, key.kind, key.descending, key.missing_first) for key in policy.order] == [
        ("urgency", KeyKind.COLUMN, False, False),
        ("points", KeyKind.POINTS, True, False),
        ("waiting_days", KeyKind.COLUMN, True, True),
        ("lottery", KeyKind.LOTTERY, False, False),
    ]
    assert [key.classes for key in policy.order] == [None, None, frozenset({"others"}), None]
    assert [key.of is None for key in policy.order] == [False, True, False, True]


def test_a_key_may_hold_in_one_class_after_the_other():
    policy = load(order="[{key: urgency, classes: [urgent]}, {key: urgency, desc: true, classes: [others]}, lottery]")
    assert len(policy.order) == 3


def test_missing_values_may_be_said_to_come_last():
    assert load(order="[{key: urgency, missing: last}]").order[0].missing_first is False


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("[urgency down]", "the key cannot be read; write a key such as `waiting_days desc`, or {key: waiting_days, d"),
        ("[3]", "the key cannot be read; write a key such as `waiting_days desc`, or {key: waiting_days, desc: true"),
        ("['']", "the key cannot be read; write a key such as `waiting_days desc`, or {key: waiting_days, desc: true"),
        ("[{desc: true}]", "'key' is missing; write a key such as `waiting_days desc`"),
        ("[{key: urgency, dsc: true}]", "'dsc' is no key of this place; did you mean desc?"),
        ("[{key: urgency, desc: 1}]", "'desc' must be true or false, and is a number; write one of the two"),
        ("[{key: urgency, missing: middle}]", "'missing' cannot be 'middle'; write first or last"),
        ("[{key: points, missing: last}]", "points are never missing; leave `missing` out"),
        ("[lottery desc]", "a lottery has no direction; leave `desc` out"),
        ("[registration]", "the registration number is always the last key by itself; remove it"),
        ("[urgncy]", "'urgncy' is no column, parameter or condition; did you mean urgency?"),
        ("[insurer desc]", "'insurer' stands for ability to pay, which no policy may read; remove it"),
        ("[donor.age_years]", "'donor.age_years' is the same for every candidate and orders nobody; remove it"),
        ("[input.turn]", "'input.turn' is the same for every candidate and orders nobody; remove it"),
        ("[blood_group]", "'blood_group' holds codes, which have no order; write classes instead"),
        ("[{key: urgency, classes: [urgnt]}]", "'urgnt' is no class of this policy; did you mean urgent?"),
        ("[{key: urgency, classes: [3]}]", "'3' is no class of this policy; write the id of a class"),
        ("[{key: urgency, classes: []}]", "'classes' names no class; name one, or leave it out to mean all"),
    ],
)
def test_a_wrong_key_is_refused(written, sentence):
    inputs = "{turn: {decimals: 0, low: 0, high: 9, why: x, cite: core}}"
    assert f"order key 1: {sentence}" in order(written, inputs=inputs)


def test_a_key_that_decides_nothing_is_refused():
    assert "order key 2: 'urgency' decides nothing a second time; remove it" in order("[urgency, urgency desc]")
    assert "order key 2: 'urgency' decides nothing a second time; remove it" in order(
        "[{key: urgency, classes: [urgent]}, {key: urgency, classes: [urgent]}]"
    )


def test_a_key_after_the_lottery_is_refused():
    assert "order key 2: a key after the lottery decides nothing; write the lottery last" in order("[lottery, urgency]")


def test_a_lottery_in_some_classes_only_may_be_followed():
    assert len(load(order="[{key: lottery, classes: [others]}, urgency]").order) == 2


def test_an_order_must_be_a_list():
    assert "'order' must be a list, and is text; write it as a list" in order("urgency")


def test_an_order_inside_a_class_holds_in_that_class_only():
    wrong = problems(
        classes="[{id: a, when: always, say: x, cite: core, order: [{key: urgency, classes: [a]}]}]",
    )
    assert wrong == (
        "heart.yaml:10, class 'a', order key 1: an order inside a class holds in that class only; leave `classes` out",
    )


def test_points_in_the_order_need_a_block_of_points():
    sentence = "heart.yaml:1: the order reads points, but there is no block `points`; write it or remove the key"
    assert problems(order="[points desc]") == (sentence,)
    assert problems(classes="[{id: a, when: always, say: x, cite: core, order: [points]}]") == (sentence,)

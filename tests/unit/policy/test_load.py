from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bequest.model.enums import Organ, PolicyStatus
from bequest.model.errors import PolicyError
from bequest.policy.load import load_policy
from unit.policy.policy_text import SOURCES, load, policy_text, problems, screen, terms


def test_a_sound_file_becomes_a_policy():
    policy = load(tables="[]")
    assert (policy.name, policy.organ, policy.edition) == ("core/heart", Organ.HEART, "core-2026-1")
    assert (policy.title, policy.effective) == ("Most urgent within reach", date(2026, 1, 1))
    assert (policy.status, policy.adopted, policy.points, policy.offers) == (PolicyStatus.OWN, None, None, None)
    assert policy.parameters["limit_hours"].value == Decimal(4)
    assert policy.conditions == {"reachable": "preservation_hours <= limit_hours"}
    assert policy.place == "heart.yaml"
    assert policy.content["organ"] == "heart"
    assert len(policy.hash) == 64


def test_a_policy_names_the_columns_that_its_rules_read():
    policy = load(
        order=None,
        sequences="""
- id: A
  when: donor.age_years < 50
  classes: [{id: a, when: same_region, say: x, cite: core, order: [urgency_days desc]}]
  otherwise: not ranked""",
        classes=None,
        conditions=None,
        points=terms("{id: w, of: waiting_days, times: donor.weight_kg, when: same_centre, missing: 0, cite: core}"),
    )
    assert sorted(column.name for column in policy.reads) == [
        "abo_compatible",
        "age_years",
        "same_centre",
        "same_region",
        "urgency_days",
        "waiting_days",
        "weight_kg",
    ]


def test_what_an_input_holds_is_no_column_of_the_dictionary():
    policy = load(
        inputs="{balance: {by: centre, decimals: 0, low: 0, high: 9, why: shared fairly, cite: core}}",
        order="[input.balance]",
    )
    assert "balance" not in {column.name for column in policy.reads}
    assert policy.order[0].of.column.high == Decimal(9)


def test_all_mistakes_of_a_file_are_told_at_once_in_the_order_of_the_lines():
    wrong = problems(
        edition="core 2026",
        screens="[{id: size, when: abo_compatibel, say: fits}]",
        ordr="[]",
        order="[urgncy]",
    )
    assert wrong == (
        "heart.yaml:4: 'edition' cannot be 'core 2026'; write a label such as core-2026-1",
        (
            "heart.yaml:9, screen 'size': 'abo_compatibel' is no column, parameter or condition; "
            "did you mean abo_compatible?"
        ),
        "heart.yaml:9, screen 'size': there is no citation; add `cite: KEY PLACE` with a key of sources.yaml",
        "heart.yaml:13, order key 1: 'urgncy' is no column, parameter or condition; did you mean urgency?",
        "heart.yaml:14: 'ordr' is no key of this place; did you mean order?",
    )


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"policy": None}, "heart.yaml:1: 'policy' is missing; write it as `policy: core/heart`"),
        ({"policy": "heart"}, "heart.yaml:1: 'policy' cannot be 'heart'; write it as `policy: core/heart`"),
        ({"title": None}, "heart.yaml:1: 'title' is missing; write one line that says what the policy does"),
        (
            {"edition": "2026"},
            "heart.yaml:4: 'edition' must be text, and is a number; write a label such as core-2026-1",
        ),
        ({"effective": None}, "heart.yaml:1: 'effective' is missing; write it as 2026-01-31"),
        ({"effective": "soon"}, "heart.yaml:5: 'effective' must be a date, and is text; write it as 2026-01-31"),
        ({"status": None}, "heart.yaml:1: 'status' is missing; write one of published, reference, own, unverified"),
        ({"status": "owned"}, "heart.yaml:6: 'status' cannot be 'owned'; did you mean own?"),
        (
            {"status": "xyz"},
            "heart.yaml:6: 'status' cannot be 'xyz'; write one of published, reference, own, unverified",
        ),
        ({"order": None}, "heart.yaml:1: 'order' is missing; write the keys that rank candidates inside a class"),
        (
            {"zzz": "1"},
            "heart.yaml:14: 'zzz' is no key of this place; allowed here: policy, organ, title, edition, effec",
        ),
        (
            {"conditions": "[a]"},
            "heart.yaml:8: 'conditions' must hold keys with values, and is a list; write it as a bl",
        ),
    ],
)
def test_a_wrong_head_is_refused(changes, sentence):
    assert problems(**changes)[0].startswith(sentence)


def test_a_wrong_organ_is_told_once_and_columns_are_not_judged_by_it():
    assert problems(organ="hart", screens=screen("meld > 20")) == (
        "heart.yaml:2: 'organ' cannot be 'hart'; did you mean heart?",
    )


def test_a_file_that_is_no_yaml_is_refused_with_its_line():
    with pytest.raises(PolicyError, match=r"heart\.yaml:2: the key 'policy' is a duplicate of line 1"):
        load_policy("policy: a/b\n" + policy_text(), label="heart.yaml", sources=SOURCES)


def test_an_order_in_each_class_needs_no_order_at_the_top():
    policy = load(order=None, classes="[{id: a, when: always, say: all, cite: core, order: [urgency]}]")
    assert policy.order == ()


def test_a_condition_may_be_true_in_yaml():
    policy = load(conditions="{all: true}", classes="[{id: a, when: true, say: all, cite: core}]")
    assert policy.conditions == {"all": "always"}
    assert policy.sequences[0].listings[0].classes[0].text == "always"

from __future__ import annotations

import pytest

from bequest.model.enums import PolicyStatus
from unit.policy.policy_text import classes, load, problems, terms

NEVER = "can never be reached"


def test_a_class_that_can_never_be_reached_is_refused():
    assert problems(classes=classes("urgency <= 2", "urgency == 1", "always")) == (
        (
            "heart.yaml:12, class 'b': can never be reached: whoever fits it fits an earlier class or fails a screen; "
            "correct the condition, or, if the source has it so, add `shadowed_in_source: KEY PLACE`"
        ),
    )


def test_a_class_that_the_source_shadows_may_stay():
    load(
        classes="""
- {id: a, when: always, say: x, cite: core}
- {id: b, when: urgency == 1, say: x, cite: core, shadowed_in_source: core table 1}""",
        otherwise="not ranked",
    )


def test_the_mark_on_a_class_that_can_be_reached_is_refused():
    wrong = problems(
        classes="""
- {id: a, when: urgency == 1, say: x, cite: core, shadowed_in_source: core table 1}
- {id: b, when: always, say: x, cite: core}""",
    )
    assert wrong == ("heart.yaml:11, class 'a': is marked as shadowed and can be reached; remove the mark",)


def test_screens_that_exclude_each_other_are_told_once():
    wrong = problems(
        screens="""
- {id: near, when: same_region, say: x, cite: core}
- {id: far, when: not same_region, say: x, cite: core}"""
    )
    assert wrong == ("heart.yaml:9: no candidate can ever pass all screens together; correct the conditions",)


def test_a_sequence_that_can_never_be_chosen_is_told_once():
    wrong = problems(
        classes=None,
        conditions=None,
        sequences="""
- id: A
  when: donor.age_years < 50
  classes: [{id: a, when: always, say: x, cite: core}]
- id: B
  when: donor.age_years < 18
  classes: [{id: b, when: always, say: x, cite: core}]
- id: C
  when: always
  classes: [{id: c, when: always, say: x, cite: core}]""",
    )
    assert wrong == (
        "heart.yaml:15, sequence 'B': can never be chosen: earlier ones take each of its donors; correct `when`",
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"parameters": "{limit_hours: {value: 4, unit: h, why: x, cite: memory}}"},
        {"screens": "[{id: s, when: same_region, say: x, cite: [core, memory]}]"},
        {"classes": "[{id: a, when: always, say: x, cite: memory}]"},
        {"points": terms("{id: t, value: 1, cite: memory}")},
        {"offers": "{reply_minutes: 60, at_once: 1, cite: memory}"},
        {"inputs": "{turn: {decimals: 0, low: 0, high: 9, why: x, cite: memory}}"},
        {
            "classes": """
- {id: a, when: always, say: x, cite: core}
- {id: b, when: always, say: x, cite: core, shadowed_in_source: memory}"""
        },
    ],
)
def test_what_rests_on_an_unverified_source_must_say_so(changes):
    assert problems(**changes) == (
        "heart.yaml:6: rests on unverified sources (memory); write `status: unverified` or cite others",
    )
    assert load(**changes, status="unverified").status is PolicyStatus.UNVERIFIED


def test_reach_is_judged_only_where_nothing_else_is_wrong():
    wrong = problems(title="WHO rule", classes=classes("always", "always"))
    assert [NEVER in sentence for sentence in wrong] == [False]

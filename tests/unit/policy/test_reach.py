from __future__ import annotations

import pytest

from bequest.model.enums import Organ
from bequest.policy.boxes import Verdict
from bequest.policy.load import load_policy
from bequest.policy.reach import reach
from unit.policy.policy_text import SOURCES, classes, load, policy_text, problems


def reached(*conditions, **changes):
    """Return the verdict on each class; all but the last one marked as shadowed where they are."""
    policy = load(classes=classes(*conditions), otherwise="not ranked", **changes)
    return [verdict.value for verdict in reach(policy).classes.values()]


def unreachable(*conditions, **changes):
    """Return the ids of the classes that can never be reached."""
    wrong = problems(classes=classes(*conditions), otherwise="not ranked", **changes)
    return [sentence.split("'")[1] for sentence in wrong]


@pytest.mark.parametrize(
    "conditions",
    [
        ("urgency == 1", "urgency <= 2"),
        ("urgency < 5", "urgency >= 5"),
        ("urgency == 9", "urgency < 9"),
        ("urgency < 5", "urgency >= 5", "same_region"),
        ("travel_hours <= 2.005", "travel_hours > 2.005"),
        ("same_region", "not same_region", "urgency == 1"),
        ("abo_compatible", "urgency == 1"),
        ("waiting_days < urgency_days", "waiting_days == urgency_days", "urgency_days < waiting_days"),
        ("blood_group in ['O', 'A']", "blood_group not in ['O', 'A', 'B']"),
        ("blood_group == donor.blood_group", "blood_group != donor.blood_group"),
        ("same_region and urgency == 1", "same_region", "urgency == 1"),
        ("donor.age_years < 18", "age_years < 18"),
        ("distance_km <= 100", "distance_km <= 200", "distance_km <= 300"),
    ],
)
def test_a_class_that_somebody_can_reach_is_left_alone(conditions):
    assert set(reached(*conditions, screens=None)) == {"reached"}


@pytest.mark.parametrize(
    ("conditions", "never"),
    [
        (("urgency <= 2", "urgency == 1"), ["b"]),
        (("urgency <= 2", "urgency in [1, 2]"), ["b"]),
        (("urgency in [1, 2, 3]", "urgency in [4, 5, 6]", "urgency < 7"), ["c"]),
        (("always", "urgency == 1"), ["b"]),
        (("urgency == 9", "urgency < 9", "urgency >= 1"), ["c"]),
        (("never",), ["a"]),
        (("urgency == 1 and urgency == 2",), ["a"]),
        (("same_region and not same_region",), ["a"]),
        (("travel_hours <= 2", "travel_hours < 2.005"), ["b"]),
        (("travel_hours <= 2", "travel_hours <= 2.004 and same_region"), ["b"]),
        (("age_years >= 0", "age_years < 18"), ["b"]),
        (("same_region", "not same_region", "same_region or urgency == 1 and not same_region"), ["c"]),
        (("same_region and urgency == 1", "same_region and urgency != 1", "same_region and urgency >= 1"), ["c"]),
        (("donor.age_years < 18", "donor.age_years >= 18", "urgency == 1"), ["c"]),
        (("donor.blood_group == 'O'", "donor.blood_group != 'O'", "urgency == 1"), ["c"]),
        (("blood_group in ['O', 'A', 'A1', 'A2', 'B']", "blood_group in ['AB', 'A1B', 'A2B']", "urgency == 1"), ["c"]),
        (("waiting_days < urgency_days", "waiting_days >= urgency_days", "urgency_days == waiting_days"), ["c"]),
        (("waiting_days <= urgency_days", "urgency_days >= waiting_days"), ["b"]),
        (("same_region == true", "same_region != false"), ["b"]),
        (("not active",), ["a"]),
    ],
)
def test_a_class_that_nobody_can_reach_is_found(conditions, never):
    assert unreachable(*conditions, screens=None) == never


def test_a_missing_value_keeps_a_last_class_reachable():
    assert reached("urgency < 5", "urgency >= 5", "not never or same_region", screens=None) == ["reached"] * 3


def test_a_screen_takes_away_whom_it_excludes():
    never = "[{id: near, when: distance_km <= 100, say: x, cite: core}]"
    assert unreachable("urgency == 1", "distance_km > 100", screens=never) == ["b"]


def test_a_screen_excludes_those_whose_value_is_missing():
    near = "[{id: near, when: distance_km <= 100, say: x, cite: core}]"
    assert unreachable("distance_km <= 50", "distance_km > 50", "urgency == 1", screens=near) == ["c"]


def test_classes_of_a_later_sequence_are_not_shadowed_by_an_earlier_one():
    written = """
- id: A
  when: donor.age_years < 18
  classes: [{id: a, when: always, say: x, cite: core}]
- id: B
  when: always
  classes: [{id: b, when: donor.age_years >= 18, say: x, cite: core}, {id: c, when: urgency == 1, say: x, cite: core}]
  otherwise: not ranked"""
    wrong = problems(classes=None, conditions=None, sequences=written)
    assert [sentence.split("'")[1] for sentence in wrong] == ["c"]


def test_a_second_listing_is_judged_by_itself():
    policy = load(
        organ=Organ.KIDNEY.value,
        conditions=None,
        classes=classes("urgency == 1", "always"),
        second_listings="[{offer_kind: both_kidneys, classes: [{id: d, when: urgency == 1, say: x, cite: core}]}]",
        otherwise="not ranked",
    )
    assert reach(policy).classes["d"] is Verdict.REACHED


def test_an_input_may_be_missing():
    inputs = "{share: {by: centre, decimals: 1, low: 0, high: 9, why: x, cite: core}}"
    assert reached("input.share < 5", "input.share >= 5", "urgency == 1", inputs=inputs) == ["reached"] * 3


def test_without_enough_steps_nothing_is_decided():
    policy = load(classes=classes("urgency == 1", "urgency == 2"), otherwise="not ranked")
    assert reach(policy, max_steps=0).classes == {"a": Verdict.UNDECIDED, "b": Verdict.UNDECIDED}


@pytest.mark.parametrize(
    "condition",
    [
        "waiting_days >= {fewer}",
        "waiting_days >= {fewer} and distance_km <= {more}",
        "waiting_days <= {more} and distance_km <= {fewer} or urgency == 1 and waiting_days <= {more}",
        "waiting_days >= {fewer} and (same_region or urgency == 1)",
    ],
)
def test_hundreds_of_classes_are_judged_in_a_few_looks_at_each_pair_of_them(condition):
    count = 300
    listed = "".join(
        f'\n- {{id: c{place}, when: "{condition.format(fewer=count - place, more=1 + place)}", say: so, cite: core}}'
        for place in range(count)
    )
    verdicts = reach(load(classes=listed, otherwise="not ranked"), max_steps=5 * count**2).classes
    assert set(verdicts.values()) == {Verdict.REACHED}


def test_what_is_undecided_is_no_mistake(monkeypatch):
    monkeypatch.setattr(reach, "__kwdefaults__", {"max_steps": 0})
    written = policy_text(classes=classes("always", "always"))
    assert load_policy(written, label="heart.yaml", sources=SOURCES).name == "core/heart"


def test_the_last_step_may_be_the_one_that_decides():
    policy = load(classes=classes("urgency == 1"), otherwise="not ranked", screens=None)
    assert reach(policy, max_steps=1).sequences == (Verdict.REACHED,)

from __future__ import annotations

import numpy as np
import pytest

from small_runs import given_points, names, points, reasons, small_policy, small_run

KNOWN_HEIGHTS = {"Anna": {"height_cm": 99.9}, "Ben": {"height_cm": 100}, "Cleo": {"height_cm": 100.1}}


def passing(condition, people=KNOWN_HEIGHTS, **arguments):
    """Return who passes a policy with this one screen."""
    policy = small_policy(screens=f"[{{id: one, when: '{condition}', say: so, cite: core}}]", order="[]")
    return names(small_run(people, policy=policy, **arguments))


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("height_cm < 100", ["Anna"]),
        ("height_cm <= 100", ["Anna", "Ben"]),
        ("height_cm > 100", ["Cleo"]),
        ("height_cm >= 100", ["Ben", "Cleo"]),
        ("height_cm == 100", ["Ben"]),
        ("height_cm != 100", ["Anna", "Cleo"]),
        ("height_cm < 100.04", ["Anna", "Ben"]),
        ("height_cm <= 100.0000000000000000001", ["Anna", "Ben"]),
        ("height_cm > 100.04", ["Cleo"]),
        ("height_cm >= 100.0000001", ["Cleo"]),
        ("100 < height_cm", ["Cleo"]),
        ("height_cm in [99.9, 100.1]", ["Anna", "Cleo"]),
        ("height_cm not in [99.9, 100.1]", ["Ben"]),
        ("height_cm > 100 or height_cm < 100", ["Anna", "Cleo"]),
        ("not (height_cm > 100 or height_cm < 100)", ["Ben"]),
        ("always", ["Anna", "Ben", "Cleo"]),
    ],
)
def test_a_number_is_compared_exactly(condition, expected):
    assert passing(condition) == expected


def test_a_bound_finer_than_the_column_near_zero_is_exact():
    people = {"Anna": {"cpra_percent": 0}, "Ben": {"cpra_percent": 0.0001}}
    assert passing("cpra_percent < 0.0000001", people) == ["Anna"]


def test_a_code_is_compared_with_codes():
    people = {"Anna": {"blood_group": "A"}, "Ben": {"blood_group": "B"}, "Cleo": {"blood_group": "O"}}
    assert passing('blood_group in ["A", "O"]', people) == ["Anna", "Cleo"]
    assert passing('blood_group != "B"', people) == ["Anna", "Cleo"]


def test_a_yes_or_no_stands_for_itself():
    people = {"Anna": {"prior_living_donor": True}, "Ben": {"prior_living_donor": False}, "Cleo": {}}
    assert passing("prior_living_donor", people) == ["Anna"]
    assert passing("prior_living_donor != true", people) == ["Ben"]


def test_a_candidate_is_compared_with_the_donor():
    people = {"Anna": {"weight_kg": 79.9}, "Ben": {"weight_kg": 80}, "Cleo": {"weight_kg": None}}
    assert passing("weight_kg >= donor.weight_kg", people, donor={"weight_kg": 80}) == ["Ben"]


def test_nobody_passes_a_comparison_with_what_the_donor_lacks():
    people = {"Anna": {"weight_kg": 79.9}}
    assert passing("weight_kg >= donor.weight_kg", people) == []


@pytest.mark.parametrize(("age", "expected"), [(40, ["Anna"]), (60, [])])
def test_a_condition_on_the_donor_alone_holds_for_everyone_or_nobody(age, expected):
    assert passing("donor.age_years < 50", {"Anna": {}}, donor={"age_years": age}) == expected


@pytest.mark.parametrize("condition", ["not (height_cm < 150)", "height_cm < 150", "height_cm != 150"])
def test_whatever_reads_a_missing_value_is_unknown(condition):
    policy = small_policy(screens=f"[{{id: one, when: '{condition}', say: so, cite: core}}]")
    assert reasons(small_run({"Anna": {"height_cm": None}}, policy=policy)) == {"Anna": ((), ("one",), 1)}


def test_an_or_with_a_true_part_does_not_care_what_is_missing():
    assert passing("height_cm < 150 or urgency == 9", {"Anna": {"height_cm": None}}) == ["Anna"]


def test_every_failed_and_every_unknown_screen_is_told():
    screens = """
- {id: tall, when: height_cm > 200, say: so, cite: core}
- {id: heavy, when: weight_kg > 50, say: so, cite: core}
- {id: level, when: urgency <= 9, say: so, cite: core}"""
    people = {"Anna": {"height_cm": 170}}
    assert reasons(small_run(people, policy=small_policy(screens=screens))) == {"Anna": (("tall",), ("heavy",), None)}


def test_the_first_class_that_holds_is_taken():
    people = {"Anna": {"urgency": 1}, "Ben": {}}
    entries = small_run(people).ranked()
    assert [(entry.registration, entry.class_id) for entry in entries] == [("R-Anna", "urgent"), ("R-Ben", "others")]


def test_a_class_that_cannot_be_judged_is_passed_over_and_remembered():
    result = small_run({"Anna": {"urgency": None}})
    assert [entry.class_id for entry in result.ranked()] == ["others"]
    assert result.evaluation.class_unknown.tolist() == [[True]]


def test_whoever_has_a_class_is_not_judged_for_later_ones():
    classes = """
- {id: others, when: urgency == 9, say: so, cite: core}
- {id: urgent, when: cpra_percent > 5, say: so, cite: core}
- {id: rest, when: always, say: so, cite: core}"""
    assert small_run({"Anna": {}}, policy=small_policy(classes=classes)).evaluation.class_unknown.tolist() == [[False]]


def test_whoever_a_screen_keeps_out_is_judged_for_no_class():
    result = small_run({"Anna": {"height_cm": 50, "urgency": None}})
    assert result.evaluation.class_unknown.tolist() == [[False]]


def test_whoever_fits_no_class_is_not_ranked():
    policy = small_policy(classes="[{id: urgent, when: urgency == 1, say: so, cite: core}]", otherwise="not ranked")
    assert reasons(small_run({"Anna": {}}, policy=policy)) == {"Anna": (("no-class",), (), None)}


def test_whoever_might_fit_a_class_cannot_be_judged():
    policy = small_policy(classes="[{id: urgent, when: urgency == 1, say: so, cite: core}]", otherwise="not ranked")
    assert reasons(small_run({"Anna": {"urgency": None}}, policy=policy)) == {"Anna": ((), ("no-class",), 1)}


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("[waiting_days]", ["Ben", "Anna", "Cleo", "Dora"]),
        ("[waiting_days desc]", ["Cleo", "Anna", "Ben", "Dora"]),
        ("[{key: waiting_days, missing: first}]", ["Dora", "Ben", "Anna", "Cleo"]),
        ("[{key: waiting_days, desc: true, missing: first}]", ["Dora", "Cleo", "Anna", "Ben"]),
        ("[urgency, waiting_days]", ["Ben", "Anna", "Cleo", "Dora"]),
        ("[]", ["Anna", "Ben", "Cleo", "Dora"]),
    ],
)
def test_keys_have_a_direction_and_a_place_for_missing_values(order, expected):
    waits = {"Anna": 20, "Ben": 10, "Cleo": 30, "Dora": None}
    people = {name: {"waiting_days": days, "listed_on": None} for name, days in waits.items()}
    people = {name: {**facts, "active": True} for name, facts in people.items()}
    assert names(small_run(people, policy=small_policy(order=order))) == expected


def test_points_order_like_any_key():
    policy = small_policy(points=points("of: waiting_days, missing: 0"), order="[points]")
    people = {"Anna": {"waiting_days": 20}, "Ben": {"waiting_days": 10}}
    assert names(small_run(people, policy=policy)) == ["Ben", "Anna"]


def test_those_who_are_not_ranked_have_no_points():
    policy = small_policy(points=points("value: 3"))
    result = small_run({"Anna": {}, "Ben": {"height_cm": 50}}, policy=policy)
    assert result.evaluation.points.tolist() == [[300, 0]]
    assert given_points(result) == {"Anna": "3.00"}


def test_a_second_listing_stands_where_it_says():
    second = """
- offer_kind: both_kidneys
  classes:
    - {id: urgent-both, when: willing_both_kidneys, say: so, cite: core, after: urgent}"""
    people = {"Anna": {"willing_both_kidneys": True}, "Ben": {"urgency": 1}}
    policy = small_policy(
        classes="""
- {id: urgent, when: urgency == 1, say: so, cite: core}
- {id: base, when: urgency == 9, say: so, cite: core}""",
        second_listings=second,
        otherwise="not ranked",
    )
    ranked = small_run(people, policy=policy).ranked()
    entries = [(entry.registration, entry.offer_kind.value, entry.class_id) for entry in ranked]
    assert entries == [
        ("R-Ben", "single", "urgent"),
        ("R-Anna", "both_kidneys", "urgent-both"),
        ("R-Anna", "single", "base"),
    ]


def test_an_empty_list_has_an_empty_result():
    result = small_run({}).evaluation
    assert [array.shape for array in (result.failed, result.class_, result.order_row)] == [(0,), (1, 0), (0,)]
    assert result.failed.dtype == np.uint64

from __future__ import annotations

from small_runs import points, reasons, small_policy, small_run

ALL = "[{id: all, when: always, say: so, cite: core}]"
RANKED = {"Ben": {"waiting_days": 300}, "Cleo": {"waiting_days": 200}}


def optimistic(anna, people=RANKED, **blocks):
    """Return the optimistic rank of Anna, who stands last by name among these people."""
    result = small_run({**people, "Zoe": anna}, policy=small_policy(**blocks))
    return reasons(result)["Zoe"][2]


def test_known_keys_count_as_they_are():
    assert optimistic({"height_cm": None, "waiting_days": 250}) == 2


def test_among_equals_the_registration_decides():
    assert optimistic({"height_cm": None, "waiting_days": 300}) == 2


def test_a_missing_key_counts_as_the_best():
    assert optimistic({"height_cm": None, "cpra_percent": None}, order="[cpra_percent desc, waiting_days]") == 1


def test_a_missing_key_ties_with_those_whom_missing_puts_first():
    order = "[{key: cpra_percent, desc: true, missing: first}, waiting_days desc]"
    assert optimistic({"height_cm": None, "waiting_days": 250}, order=order) == 2


def test_a_class_that_cannot_be_judged_is_taken():
    people = {"Ben": {"urgency": 1, "waiting_days": 10}, "Cleo": {"waiting_days": 900}}
    assert optimistic({"height_cm": None, "urgency": None, "waiting_days": 5}, people) == 2


def test_a_class_that_is_ruled_out_is_not_taken():
    people = {"Ben": {"urgency": 1, "waiting_days": 10}, "Cleo": {"waiting_days": 900}}
    assert optimistic({"height_cm": None, "waiting_days": 5}, people) == 3


def test_whoever_fails_a_screen_has_no_optimistic_rank():
    result = small_run({"Anna": {"height_cm": None, "active": False}})
    assert reasons(result) == {"Anna": (("active",), ("size",), None)}


def test_whoever_could_fit_no_class_has_no_optimistic_rank():
    classes = "[{id: urgent, when: urgency == 1, say: so, cite: core}]"
    assert optimistic({"height_cm": None}, {}, classes=classes, otherwise="not ranked") is None


def test_points_that_are_known_count_as_they_are():
    terms = points("of: waiting_days, missing: 0")
    assert optimistic({"height_cm": None, "waiting_days": 250}, points=terms, order="[points desc]") == 2


def test_a_missing_value_gives_as_many_points_as_it_could():
    terms = points("of: waiting_days, missing: 0", "of: cpra_percent, weight: 2, missing: 0")
    assert optimistic({"height_cm": None, "waiting_days": 150}, points=terms, order="[points desc]") == 1


def test_a_missing_value_gives_as_few_points_as_it_could_where_few_come_first():
    terms = points("of: waiting_days, missing: 0", "of: cpra_percent, weight: -2, missing: 0")
    assert optimistic({"height_cm": None, "waiting_days": 350}, points=terms, order="[points]") == 1


def test_a_missing_factor_counts_in_favour_too():
    terms = points("of: waiting_days, times: [cpra_percent], missing: 0")
    people = {"Ben": {"cpra_percent": 90, "waiting_days": 300}, "Cleo": {"cpra_percent": 90, "waiting_days": 200}}
    assert optimistic({"height_cm": None, "waiting_days": 290}, people, points=terms, order="[points desc]") == 1


def test_a_condition_of_a_term_counts_in_favour():
    terms = points("value: 5, when: cpra_percent > 50", "value: -5, when: cpra_percent > 20")
    people = {"Ben": {"cpra_percent": 0}, "Cleo": {"cpra_percent": 60}}
    assert optimistic({"height_cm": None}, people, points=terms, order="[points desc]") == 1


def test_a_condition_of_a_term_that_is_known_counts_as_it_is():
    terms = points("value: 5, when: cpra_percent > 50", "of: waiting_days, when: urgency == 9, missing: 0")
    anna = {"height_cm": None, "cpra_percent": 10, "waiting_days": 301}
    people = {"Ben": {"cpra_percent": 60, "waiting_days": 300}}
    assert optimistic(anna, people, points=terms, order="[points desc]") == 2


def test_rounding_each_term_is_kept_to():
    terms = points("of: cpra_percent, weight: 0.0001, missing: 0", "value: 0.004", rounding="per term")
    people = {"Ben": {"cpra_percent": 100}}
    assert optimistic({"height_cm": None}, people, points=terms, order="[points desc]") == 2


def test_a_larger_value_would_lower_the_shares_of_the_others():
    terms = points("of: waiting_days, relative_to: class, weight: 10, missing: 0", "value: 5, when: urgency < 9")
    people = {"Ben": {"waiting_days": 100, "urgency": 8}, "Cleo": {"waiting_days": 90, "urgency": 8}}
    anna = {"height_cm": None, "waiting_days": 1000, "urgency": 9}
    assert optimistic(anna, people, points=terms, order="[points desc]", classes=ALL) == 1


def test_a_smaller_value_leaves_the_shares_of_the_others_alone():
    terms = points("of: waiting_days, relative_to: class, weight: 10, missing: 0", "value: 5, when: urgency < 9")
    people = {"Ben": {"waiting_days": 100, "urgency": 8}, "Cleo": {"waiting_days": 10, "urgency": 9}}
    anna = {"height_cm": None, "waiting_days": 50, "urgency": 9}
    assert optimistic(anna, people, points=terms, order="[points desc]", classes=ALL) == 2


def test_a_share_with_a_condition_is_pressed_only_where_the_condition_holds():
    terms = points("of: waiting_days, relative_to: class, weight: 10, when: urgency < 9, missing: 0", "value: 1")
    people = {"Ben": {"waiting_days": 100, "urgency": 8}, "Cleo": {"waiting_days": 90, "urgency": 9}}
    anna = {"height_cm": None, "waiting_days": 1000, "urgency": 9}
    assert optimistic(anna, people, points=terms, order="[points desc]", classes=ALL) == 3


def test_the_best_of_several_places_counts():
    second = """
- offer_kind: both_kidneys
  classes:
    - {id: both, when: willing_both_kidneys, say: so, cite: core, after: urgent}"""
    classes = """
- {id: urgent, when: urgency == 1, say: so, cite: core}
- {id: base, when: urgency == 9, say: so, cite: core}"""
    anna = {"height_cm": None, "willing_both_kidneys": None}
    assert optimistic(anna, classes=classes, second_listings=second, otherwise="not ranked") == 1

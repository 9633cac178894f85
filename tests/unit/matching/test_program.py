from __future__ import annotations

from bequest.matching.program import POINTS_KEY, difference_of, is_candidate, program_of, screens_of
from bequest.policy.expression import Space
from small_runs import points, small_policy

BY_CENTRE = "{balance: {by: centre, decimals: 0, low: 0, high: 9, why: so, cite: core}}"


def program(policy=None, **blocks):
    policy = small_policy(**blocks) if policy is None else policy
    return program_of(policy, policy.sequences[0])


def columns(**blocks):
    return [(reference.space.value, reference.name) for reference in program(**blocks).columns]


def test_the_screen_active_stands_before_all_others():
    assert [screen.id for screen in screens_of(small_policy())] == ["active", "size"]


def test_columns_come_in_the_order_of_first_use_screens_first():
    assert columns() == [
        ("candidate", "active"),
        ("candidate", "height_cm"),
        ("candidate", "urgency"),
        ("candidate", "waiting_days"),
    ]


def test_the_donors_value_in_a_condition_needs_no_row():
    assert ("donor", "age_years") not in columns(screens="[{id: age, when: donor.age_years < 60, say: so, cite: core}]")


def test_the_donors_value_in_a_term_fills_a_row():
    assert ("donor", "age_years") in columns(points=points("of: donor.age_years, missing: 0"))


def test_what_a_term_multiplies_by_fills_a_row():
    assert ("candidate", "cpra_percent") in columns(points=points("value: 1, times: [cpra_percent], missing: 0"))


def test_an_input_by_centre_is_a_candidates_own():
    policy = small_policy(inputs=BY_CENTRE, order="[input.balance]")
    references = {reference.name: reference for reference in program(policy).columns}
    assert is_candidate(policy, references["balance"])


def test_two_columns_are_compared_in_the_finer_of_their_resolutions():
    screens = "[{id: size, when: weight_kg <= donor.weight_kg, say: so, cite: core}]"
    (difference,) = program(screens=screens).differences
    assert (difference.left.space, difference.right.space) == (Space.CANDIDATE, Space.DONOR)
    assert (difference.left_scale, difference.right_scale) == (1, 1)


def test_the_coarser_column_is_scaled_up():
    declared = "{limit: {by: centre, unit: kg, decimals: 3, low: 0, high: 9, why: so, cite: core}}"
    screens = "[{id: size, when: weight_kg <= input.limit, say: so, cite: core}]"
    (difference,) = program(inputs=declared, screens=screens).differences
    assert (difference.left_scale, difference.right_scale) == (100, 1)


def test_two_values_of_the_donor_make_no_row():
    declared = "{limit: {unit: kg, decimals: 1, low: 0, high: 9, why: so, cite: core}}"
    screens = "[{id: size, when: donor.weight_kg <= input.limit, say: so, cite: core}]"
    assert program(inputs=declared, screens=screens).differences == ()


def test_a_comparison_with_a_literal_makes_no_row():
    policy = small_policy()
    assert difference_of(policy, policy.screens[0].when) is None


def test_one_comparison_inside_others_is_found_once():
    condition = "not (weight_kg < donor.weight_kg or height_cm < 150 and weight_kg < donor.weight_kg)"
    assert len(program(screens=f"[{{id: size, when: {condition}, say: so, cite: core}}]").differences) == 1


def test_each_class_has_the_keys_that_hold_in_it():
    classes = """
- {id: urgent, when: urgency == 1, say: so, cite: core, order: [height_cm]}
- {id: child, when: age_years < 18, say: so, cite: core}
- {id: others, when: always, say: so, cite: core}"""
    found = program(classes=classes, order="[{key: waiting_days, classes: [others]}, age_years]")
    named = [[found.keys[key].name for key in keys] for keys in found.class_keys[0]]
    assert named == [["height_cm"], ["age_years"], ["waiting_days", "age_years"]]


def test_points_and_lottery_have_places_of_their_own():
    found = program(points=points("value: 1"), order="[points desc, lottery]")
    assert [key.column for key in found.keys] == [POINTS_KEY, len(found.columns)]
    assert (found.lottery, found.rows) == (True, len(found.columns) + 1)


def test_every_column_is_found_by_its_reference():
    found = program()
    assert [found.row_of(reference) for reference in found.columns] == list(range(len(found.columns)))

from __future__ import annotations

import pytest

from bequest.matching.program import program_of
from small_runs import given_points, points, small_policy, small_run


def points_of(*terms, anna=None, decimals=2, **more):
    """Return Anna's points under a policy with these terms; people besides her by keyword `ben`."""
    policy = small_policy(points=points(*terms, decimals=decimals), **more.pop("blocks", {}))
    people = {"Anna": anna or {}, **({"Ben": more.pop("ben")} if "ben" in more else {})}
    return given_points(small_run(people, policy=policy, **more))["Anna"]


def plan_of(term, **blocks):
    """Return the one term of a policy in integers."""
    policy = small_policy(points=points(term), **blocks)
    return program_of(policy, policy.sequences[0]).terms[0]


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("value: 2.5", "2.50"),
        ("of: waiting_days, missing: 0", "100.00"),
        ("of: waiting_days, weight: 0.125, missing: 0", "12.50"),
        ("of: height_cm, weight: -1, missing: 0", "-170.00"),
    ],
)
def test_a_term_gives_its_weight_for_each_unit(term, expected):
    assert points_of(term) == expected


@pytest.mark.parametrize(
    ("waited", "expected"),
    [(0, "1.00"), (10, "1.00"), (15, "1.50"), (20, "2.00"), (30, "0.00"), (31, "0.00"), (4000, "0.00")],
)
def test_a_curve_is_linear_between_its_corners_and_flat_outside(waited, expected):
    term = "of: waiting_days, curve: [[10, 1], [20, 2], [30, 0]], missing: 0"
    assert points_of(term, anna={"waiting_days": waited}) == expected


@pytest.mark.parametrize(("waited", "expected"), [(9, "0.00"), (10, "3.00"), (19, "3.00"), (20, "7.00")])
def test_a_band_gives_its_value_from_its_lower_edge_on_and_nothing_lies_below_the_first(waited, expected):
    assert (
        points_of("of: waiting_days, steps: [[10, 3], [20, 7]], missing: 0", anna={"waiting_days": waited}) == expected
    )


def test_an_edge_between_two_steps_of_a_column_is_reached_by_the_next_one():
    term = "of: height_cm, steps: [[170.05, 1]], missing: 0"
    assert (points_of(term, anna={"height_cm": 170}), points_of(term, anna={"height_cm": 170.1})) == ("0.00", "1.00")


def test_an_edge_beyond_all_numbers_is_never_reached():
    assert points_of("of: waiting_days, steps: [[0, 1], [99999999999999999999, 5]], missing: 0") == "1.00"


def test_a_factor_multiplies_in_its_own_unit():
    assert points_of("of: waiting_days, times: [height_cm], weight: 0.01, missing: 0") == "170.00"


def test_a_term_may_multiply_by_the_donors_value():
    term = "of: waiting_days, times: [donor.age_years], weight: 0.01, missing: 0"
    assert points_of(term, donor={"age_years": 40.5}) == "40.50"


def test_a_term_may_be_of_the_donors_value():
    assert points_of("of: donor.age_years, missing: 0", donor={"age_years": 33}) == "33.00"


def test_a_missing_value_gives_what_the_term_says():
    assert points_of("of: cpra_percent, missing: -1.5") == "-1.50"


def test_a_missing_factor_gives_what_the_term_says():
    assert points_of("of: waiting_days, times: [cpra_percent], missing: 4") == "4.00"


def test_what_missing_gives_is_rounded_half_up_like_every_term():
    assert plan_of("of: cpra_percent, missing: 0.0000000015").missing == 2


def test_points_below_zero_are_rounded_to_the_upper_one_of_two_equally_near():
    assert points_of("value: -0.125") == "-0.12"


def test_rounding_each_term_differs_from_rounding_the_total():
    terms = ("value: 0.004", "value: 0.004")
    policies = [small_policy(points=points(*terms, rounding=rounding)) for rounding in ("total half up", "per term")]
    assert [given_points(small_run({"Anna": {}}, policy=policy))["Anna"] for policy in policies] == ["0.01", "0.00"]


def test_a_term_whose_condition_fails_gives_nothing():
    assert points_of("value: 5, when: urgency == 1") == "0.00"


def test_a_term_whose_condition_cannot_be_judged_gives_nothing():
    assert points_of("value: 5, when: cpra_percent > 5") == "0.00"


def test_a_share_is_of_the_largest_value_in_the_class():
    term = "of: waiting_days, relative_to: class, weight: 10, missing: 0"
    assert points_of(term, anna={"waiting_days": 50}, ben={"waiting_days": 200}) == "2.50"


def test_a_share_looks_at_nobody_in_another_class():
    term = "of: waiting_days, relative_to: class, weight: 10, missing: 0"
    assert points_of(term, anna={"waiting_days": 50}, ben={"waiting_days": 200, "urgency": 1}) == "10.00"


def test_a_share_of_nothing_is_nothing():
    assert points_of("of: waiting_days, relative_to: class, missing: 0", anna={"waiting_days": 0}) == "0.00"


def test_a_negative_value_has_no_share():
    term = "of: height_difference_cm, relative_to: class, weight: 10, missing: 0"
    assert points_of(term, anna={"height_difference_cm": -5}, ben={"height_difference_cm": 5}) == "0.00"


def test_a_share_goes_through_its_bands():
    term = "of: waiting_days, relative_to: class, steps: [[0.25, 7]], missing: 0"
    assert points_of(term, anna={"waiting_days": 50}, ben={"waiting_days": 200}) == "7.00"


@pytest.mark.parametrize(
    ("term", "worst", "best"),
    [
        ("value: 2", 2, 2),
        ("of: cpra_percent, missing: -1", -1, 100),
        ("of: cpra_percent, weight: -1, missing: 5", -100, 5),
        ("of: waiting_days, curve: [[0, 1], [10, 9], [20, -3]], missing: 0", -3, 9),
        ("of: cpra_percent, times: [height_difference_cm], missing: 0", -25000, 25000),
        ("of: waiting_days, relative_to: class, missing: 0", 0, 1),
    ],
)
def test_the_ends_of_a_term_are_known_from_the_dictionary(term, worst, best):
    plan = plan_of(term)
    assert (plan.worst, plan.best) == (worst * 10**9, best * 10**9)

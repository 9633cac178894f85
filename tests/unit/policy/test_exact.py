from __future__ import annotations

import pytest

from bequest.policy.exact import Segments, bounds, extremes, missing_units, segments
from unit.policy.policy_text import load, problems, screen, terms

INPUTS = """{fund: {by: centre, decimals: 9, low: 0, high: 4000000000, why: so, cite: core},
 debt: {by: centre, decimals: 1, low: 0, high: 400000000000000000, why: so, cite: core}}"""


def points(written):
    """Return the points block of a policy with such a term."""
    return load(points=terms(f"{{id: t, cite: core, {written}}}"), inputs=INPUTS).points


def term(written):
    """Return a term of a policy."""
    return points(written).terms[0]


def wrong(written):
    """Return what is wrong with a policy of such terms, each with its own id."""
    numbered = ", ".join(f"{{id: t{place}, cite: core, {each}}}" for place, each in enumerate(written))
    return problems(points=terms(numbered), inputs=INPUTS)


@pytest.mark.parametrize(
    "written",
    [
        "of: waiting_days, weight: 33.333333333333333333, missing: 0",
        "of: distance_km, times: [distance_km, distance_km], missing: 0",
        "of: waiting_days, curve: [[0, 0], [0.00000000000007, 1]], missing: 0",
        "value: 9999999999999",
    ],
)
def test_a_term_that_does_not_stay_exact_is_refused_before_any_run(written):
    (sentence,) = wrong([written])
    assert sentence == (
        "heart.yaml:14, term 't0': weight, curve or factors are too fine or too large for exact 64-bit points; give it "
        "fewer decimals or smaller numbers"
    )


def test_a_column_too_large_for_an_exact_share_is_refused():
    (sentence,) = wrong(["of: input.debt, weight: 0.0001, relative_to: class, missing: 0"])
    assert sentence == (
        "heart.yaml:14, term 't0': the column is too large for an exact share of the largest value in a class; give "
        "the input fewer decimals or a smaller 'high'"
    )


def test_more_conditional_terms_than_bits_are_refused():
    assert wrong(["value: 1, when: urgency == 1"] * 65) == (
        "heart.yaml:14, points: more than 64 terms have a condition; join some of them",
    )
    assert load(points=terms(", ".join(f"{{id: t{n}, value: 1, when: urgency == 1, cite: core}}" for n in range(64))))


def test_terms_that_together_pass_64_bits_are_refused():
    sentence = (
        "heart.yaml:14, points: the terms together are too large for exact 64-bit points; give them smaller numbers"
    )
    assert wrong(["value: 2000000000"] * 2) == (sentence,)
    assert wrong(["of: urgency, missing: 2000000000"] * 2) == (sentence,)


def test_a_term_with_a_mistake_is_not_judged_again():
    assert len(wrong(["of: waiting_days, weight: 33.333333333333333333, curve: [[0]], missing: 0"])) == 1


def test_columns_too_wide_to_compare_are_refused():
    (sentence,) = problems(screens=screen("input.fund < input.debt"), inputs=INPUTS)
    assert sentence == (
        "heart.yaml:9, screen 'size': 'input.fund' and 'input.debt' are compared and are too large for exact 64-bit "
        "numbers; give the input fewer decimals or smaller bounds"
    )


@pytest.mark.parametrize(
    ("written", "worst", "best"),
    [
        ("value: 2", 2, 2),
        ("of: cpra_percent, missing: -1", -1, 100),
        ("of: cpra_percent, weight: -1, missing: 5", -100, 5),
        ("of: waiting_days, curve: [[0, 1], [10, 9], [20, -3]], missing: 0", -3, 9),
        ("of: cpra_percent, steps: [[20, 2], [90, 7]], missing: 0", 0, 7),
        ("of: cpra_percent, times: [height_difference_cm], missing: 0", -25000, 25000),
        ("of: waiting_days, relative_to: class, missing: 0", 0, 1),
    ],
)
def test_the_ends_of_a_term_are_known_from_the_dictionary(written, worst, best):
    assert extremes(term(written)) == (worst * 10**9, best * 10**9)


def test_a_curve_is_a_line_in_whole_numbers_between_its_corners():
    found = segments(term("of: waiting_days, curve: [[0, 0], [3, 1]], missing: 0"))
    assert found == Segments((0, 3), a=(0, 0, 10**9), b=(0, 10**9, 0), q=(1, 3, 1))


def test_the_resolution_of_factors_is_taken_out():
    found = segments(term("of: urgency, times: [travel_hours], missing: 0"))
    assert (found.a, found.b, found.q) == ((0,), (10**7,), (1,))


def test_missing_points_are_rounded_half_up():
    assert missing_units(term("of: urgency, missing: -0.0000000015")) == -1


def test_a_column_without_bounds_of_its_own_is_yes_or_no_or_codes():
    (gate,) = load().screens
    assert bounds(gate.when.of) == (0, 1)

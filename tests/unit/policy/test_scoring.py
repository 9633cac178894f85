from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.policy.policy import Rounding
from unit.policy.policy_text import load, problems, terms


def term(written):
    return load(points=terms(f"{{id: t, cite: core, {written}}}")).points.terms[0]


def wrong(written):
    return problems(points=terms(f"{{id: t, cite: core, {written}}}"))[0]


def test_points_say_decimals_and_where_they_are_rounded():
    points = load(points="{decimals: 4, rounding: per term, terms: [{id: t, value: 1, cite: core}]}").points
    assert (points.decimals, points.rounding) == (4, Rounding.PER_TERM_HALF_UP)


def test_a_term_with_a_curve():
    found = term("of: waiting_days, weight: 0.5, curve: [[0, 0], [365, 1.25]], missing: 0")
    assert (found.of.name, found.weight) == ("waiting_days", Decimal("0.5"))
    assert found.curve == ((Decimal(0), Decimal(0)), (Decimal(365), Decimal("1.25")))
    assert (found.steps, found.times, found.when, found.text, found.say) == (None, (), None, "", "")


def test_a_term_with_bands_needs_one_at_least():
    assert term("of: cpra_percent, steps: [[20, 0.08]], missing: -1").steps == ((Decimal(20), Decimal("0.08")),)


def test_a_term_counts_the_value_itself_with_weight_one_when_nothing_else_is_said():
    found = term("of: waiting_days, missing: 2, say: every day counts")
    assert (found.weight, found.missing, found.say) == (Decimal(1), Decimal(2), "every day counts")


def test_a_fixed_bonus_has_no_column():
    found = term("value: 4, when: same_region")
    assert (found.of, found.weight, found.missing, found.text) == (None, Decimal(4), Decimal(0), "same_region")


def test_a_bonus_may_be_multiplied_by_factors():
    found = term("value: 4, times: [donor.age_years, waiting_days], missing: 0")
    assert [reference.name for reference in found.times] == ["age_years", "waiting_days"]


def test_a_term_may_look_at_its_whole_class():
    assert term("of: waiting_days, relative_to: class, missing: 0").relative_to_class


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("missing: 0", "a term gives points either `of` a column or as a fixed `value`; write one of the two"),
        ("of: urgency, value: 1, missing: 0", "a term gives points either `of` a column or as a fixed `value`; write "),
        ("of: urgency", "'missing' is missing; write the points that a missing value gives"),
        ("value: 1, times: urgency", "'missing' is missing; write the points that a missing value gives"),
        ("value: 1, missing: 0", "nothing of this term can be missing; remove `missing`"),
        ("value: x", "'value' must be a number, and is text; write the points as a number"),
        ("value: 1, weight: 2", "'weight' goes with `of`, not with a fixed `value`; remove it"),
        ("value: 1, steps: [[1, 1]]", "'steps' goes with `of`, not with a fixed `value`; remove it"),
        ("of: urgency, weight: x, missing: 0", "'weight' must be a number, and is text; write the weight as a number"),
        ("of: urgency, missing: x", "'missing' must be a number, and is text; write the points that a missing value"),
        ("of: urgncy, missing: 0", "'urgncy' is no column, parameter or condition; did you mean urgency?"),
        ("of: 3, missing: 0", "'of' must be the name of a column, and is a number; write one name"),
        ("of: race, missing: 0", "'race' stands for race or ethnicity, which no policy may read; remove it"),
        ("of: same_region, missing: 0", "'same_region' is no number; write a fixed `value` with `when: same_region` f"),
        ("of: blood_group, missing: 0", "'blood_group' is no number; write a fixed `value` with `when: blood_group` f"),
        ("value: 1, times: [], missing: 0", "'times' names no column; name one, or leave it out"),
        ("value: 1, times: ['', urgency], missing: 0", "'times' must be the name of a column, and is empty; write one"),
        ("of: urgency, missing: 0, relative_to: list", "'relative_to' cannot be 'list'; write `relative_to: class`"),
        ("of: urgency, missing: 0, curve: [[0, 1]]", "'curve' needs at least 2 pairs; add some"),
        ("of: urgency, missing: 0, steps: []", "'steps' needs at least 1 pairs; add some"),
        ("of: urgency, missing: 0, curve: [[0, 1], [0, 2]]", "the first numbers of 'curve' must rise from pair to pai"),
        ("of: urgency, missing: 0, steps: [[2, 1], [1, 2]]", "the first numbers of 'steps' must rise from pair to pai"),
        ("of: urgency, missing: 0, steps: [[2, 1, 3]]", "'steps' must hold pairs of numbers, as in [365, 1]; correct "),
        ("of: urgency, missing: 0, steps: [2]", "'steps' must hold pairs of numbers, as in [365, 1]; correct it"),
        ("of: urgency, missing: 0, steps: [[2, true]]", "'steps' must hold pairs of numbers, as in [365, 1]; correct "),
        ("of: urgency, missing: 0, steps: [[1, 1]], curve: [[1, 1], [2, 2]]", "a term has a curve or steps, not both"),
        ("value: 1, when: oops", "'oops' is no column, parameter or condition"),
        ("value: 1, wen: same_region", "'wen' is no key of this place; did you mean when?"),
    ],
)
def test_a_wrong_term_is_refused(written, sentence):
    assert wrong(written).startswith(f"heart.yaml:14, term 't': {sentence}")


@pytest.mark.parametrize(
    ("points", "sentence"),
    [
        ("{rounding: per term, terms: [{id: t, value: 1, cite: core}]}", "points: 'decimals' is missing; write a whol"),
        ("{decimals: 7, rounding: per term, terms: []}", "points: 'decimals' must be a whole number from 0 to 6; corr"),
        ("{decimals: 2, rounding: up, terms: [{id: t, value: 1, cite: core}]}", "points: 'rounding' cannot be 'up'; w"),
        ("{decimals: 2, rounding: per term}", "points: there are no terms; write at least one, or remove `points`"),
        ("{decimals: 2, rounding: per term, terms: [{id: t, value: 1}]}", "term 't': there is no citation; add `cite:"),
        ("{decimals: 2, rounding: per term, trms: []}", "points: 'trms' is no key of this place; did you mean terms?"),
        ("[]", "'points' must hold keys with values, and is a list; write it as a block"),
    ],
)
def test_a_wrong_block_of_points_is_refused(points, sentence):
    assert any(sentence in problem for problem in problems(points=points))


def test_two_terms_of_one_id_are_refused():
    one = "{id: t, value: 1, cite: core}"
    assert "term 't': the id 't' stands at two places; give each its own" in problems(points=terms(f"{one}, {one}"))[0]

from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.model.column import Kind
from unit.policy.policy_text import load, problems, screen, terms

FREE = {"classes": "[{id: a, when: always, say: all, cite: core}]", "conditions": None}


def parameter(written, name="limit"):
    return problems(parameters=f"{{{name}: {written}}}", **FREE)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            "{value: 4, why: x}",
            "heart.yaml:7, parameter 'limit': there is no citation; add `cite: KEY PLACE` with a key",
        ),
        (
            "{value: 4, cite: core}",
            "heart.yaml:7, parameter 'limit': 'why' is missing; say why the value is what it is",
        ),
        (
            "{why: x, cite: core}",
            "heart.yaml:7, parameter 'limit': 'value' is missing; write a number, true, false, a text",
        ),
        (
            "{value: [], why: x, cite: core}",
            "heart.yaml:7, parameter 'limit': the list 'value' is empty; write at least",
        ),
        (
            "{value: 2026-01-01, why: x, cite: core}",
            "heart.yaml:7, parameter 'limit': 'value' holds a date; write a num",
        ),
        (
            "{value: '', why: x, cite: core}",
            "heart.yaml:7, parameter 'limit': 'value' holds empty; write a number, true",
        ),
        ("{value: [[1]], why: x, cite: core}", "heart.yaml:7, parameter 'limit': 'value' holds a list; write a number"),
        (
            "{value: 1, unti: h, why: x, cite: core}",
            "heart.yaml:7, parameter 'limit': 'unti' is no key of this place; d",
        ),
        (
            "{value: 1, unit: 3, why: x, cite: core}",
            "heart.yaml:7, parameter 'limit': 'unit' must be text, and is a num",
        ),
        ("4", "heart.yaml:7: 'limit' must hold keys with values, and is a number; write it as a block"),
    ],
)
def test_a_wrong_parameter_is_refused(written, sentence):
    assert parameter(written)[0].startswith(sentence)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("Limit", "'Limit' cannot be a name; use small letters, digits and _, and no word of the language"),
        ("always", "'always' cannot be a name; use small letters, digits and _, and no word of the language"),
        ("class", "'class' cannot be a name; use small letters, digits and _, and no word of the language"),
        ("urgency", "'urgency' is a column of the data dictionary already; rename it"),
        ("payer_limit", "'payer_limit' stands for ability to pay, which no policy may read; remove it"),
    ],
)
def test_a_wrong_name_is_refused(name, sentence):
    assert parameter("{value: 1, why: x, cite: core}", name) == (f"heart.yaml:7, parameter '{name}': {sentence}",)


def test_parameters_may_be_numbers_truths_texts_and_lists():
    policy = load(
        parameters="""
  number: {value: 1.5, why: x, cite: core}
  truth: {value: true, why: x, cite: core}
  word: {value: A, why: x, cite: core}
  words: {value: [A, B], why: x, cite: [core 1, core 2]}""",
        **FREE,
    )
    assert [entry.value for entry in policy.parameters.values()] == [Decimal("1.5"), True, "A", ("A", "B")]
    assert [cite.locator for cite in policy.parameters["words"].cite] == ["1", "2"]


def test_a_rule_that_reads_a_wrong_parameter_is_not_judged_again():
    assert len(problems(parameters="{limit_hours: {value: 4, why: x, cite: core}}", inputs="{}")) == 1
    assert problems(parameters="{limit_hours: {value: 4, unit: h, why: x}}") == (
        "heart.yaml:7, parameter 'limit_hours': there is no citation; add `cite: KEY PLACE` with a key of sources.yaml",
    )


@pytest.mark.parametrize(
    ("conditions", "sentence"),
    [
        (
            "{near: distance_km <}",
            "heart.yaml:8, condition 'near': the condition cannot be read at its end; write names",
        ),
        (
            "{near: 3}",
            "heart.yaml:8, condition 'near': 'near' must be text, and is a number; write a condition, or `always`",
        ),
        (
            "{urgency: same_region}",
            "heart.yaml:8, condition 'urgency': 'urgency' is a column of the data dictionary alr",
        ),
        (
            "{limit_hours: same_region}",
            "heart.yaml:8, condition 'limit_hours': 'limit_hours' is a parameter as well; re",
        ),
        (
            "{a: b, b: a}",
            "heart.yaml:8: the conditions name each other in a circle: a -> b -> a; write one of them out",
        ),
        ("{a: a}", "heart.yaml:8: the conditions name each other in a circle: a -> a; write one of them out"),
        (
            "{race_known: same_region}",
            "heart.yaml:8, condition 'race_known': 'race_known' stands for race or ethnicity",
        ),
    ],
)
def test_a_wrong_condition_is_refused(conditions, sentence):
    assert problems(conditions=conditions, classes=FREE["classes"])[0].startswith(sentence)


def test_conditions_may_use_each_other_in_any_order():
    policy = load(
        conditions="{b: not a, a: same_region and c, c: same_country}", screens=screen("b"), classes=FREE["classes"]
    )
    assert sorted(column.name for column in policy.reads) == ["same_country", "same_region", "urgency", "waiting_days"]


def test_what_uses_a_wrong_condition_is_not_judged_again():
    assert problems(conditions="{a: oops, b: not a}", screens=screen("b or a"), classes=FREE["classes"]) == (
        (
            "heart.yaml:8, condition 'a': 'oops' is no column, parameter or condition; "
            "the data dictionary lists every name"
        ),
    )


def test_what_uses_conditions_in_a_circle_is_not_judged_again():
    assert len(problems(conditions="{a: b, b: a}", screens=screen("b or a"), classes=FREE["classes"])) == 1


def test_a_condition_that_unfolds_too_far_is_refused():
    pairs = " and ".join(f"(donor.age_years == {n} or age_years == {n})" for n in range(10))
    assert "unfolds into more than 512 alternatives" in problems(screens=screen(pairs))[0]


def test_an_input_is_declared_with_unit_bounds_and_resolution():
    declared = load(
        inputs="{balance: {by: country, unit: days, decimals: 1, low: -5, high: 5, why: fair, cite: core}}"
    ).inputs
    column = declared["balance"].column
    assert (declared["balance"].by.value, column.kind, column.unit, column.decimals) == (
        "country",
        Kind.DECIMAL,
        "days",
        1,
    )
    assert (column.low, column.high, column.meaning) == (Decimal(-5), Decimal(5), "fair")


def test_an_input_without_decimals_is_a_whole_number_and_may_be_the_same_for_everyone():
    declared = load(inputs="{turn: {decimals: 0, low: 0, high: 5, why: fair, cite: core}}").inputs["turn"]
    assert (declared.by, declared.column.kind) == (None, Kind.WHOLE)


def test_an_input_may_differ_by_a_fact_of_the_donor_and_say_what_holds_elsewhere():
    declared = load(
        inputs="{debt: {by: country, per: donor.blood_group, otherwise: 1.5, decimals: 1, low: 0, high: 5, why: fair, "
        "cite: core}}"
    ).inputs["debt"]
    assert (declared.per.name, declared.otherwise_units) == ("blood_group", 15)


TABLE = "zone: {by: region, decimals: 1, low: 1, high: 6, otherwise: 2, why: fair, cite: core}"


def test_an_input_may_read_the_table_of_another_one_from_the_donor_s_side():
    declared = load(inputs=f"{{{TABLE}, here: {{same_table: zone, by: donor.region, why: there, cite: core}}}}").inputs
    here = declared["here"]
    assert (here.by.value, here.given_as, here.varies, here.otherwise_units) == ("donor.region", "zone", False, 20)
    assert (here.column.decimals, here.column.low, here.column.high) == (1, Decimal(1), Decimal(6))


def test_an_input_may_be_of_the_donor_s_place_with_a_table_of_its_own():
    declared = load(inputs="{x: {by: donor.country, decimals: 0, low: 0, high: 5, why: fair, cite: core}}").inputs["x"]
    assert (declared.given_as, declared.varies) == ("x", False)


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        (
            "same_table: zones, by: donor.region",
            "'zones' has no table that another input could read; write one declared",
        ),
        ("same_table: turn, by: donor.region", "'turn' has no table that another input could read; write one declared"),
        ("same_table: here, by: donor.region", "'here' has no table that another input could read; write one declared"),
        (
            "same_table: zone, by: region",
            "the table of 'zone' is by region, and this is its other side; write by: donor.",
        ),
        ("same_table: zone, by: donor.country", "the table of 'zone' is by region, and this is its other side; write"),
        ("same_table: zone", "the table of 'zone' is by region, and this is its other side; write by: donor.region"),
        (
            "same_table: zone, by: donor.region, low: 1",
            "'low' is no key of this place; allowed here: by, same_table, why, cite",
        ),
    ],
)
def test_a_wrong_reading_of_another_table_is_refused(written, sentence):
    turn = "turn: {decimals: 0, low: 0, high: 5, why: fair, cite: core}"
    found = problems(inputs=f"{{{TABLE}, {turn}, here: {{why: there, cite: core, {written}}}}}")[0]
    assert found.startswith(f"heart.yaml:14, input 'here': {sentence}")


def input_(written, name="balance"):
    return problems(inputs=f"{{{name}: {{decimals: 0, low: 0, high: 5, why: fair, cite: core, {written}}}}}")[0]


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("by: candidate", "an input by 'candidate' would rank single persons by hand; give it by centre or by country"),
        (
            "by: registration",
            "an input by 'registration' would rank single persons by hand; give it by centre or by cou",
        ),
        ("by: center", "'center' names no group of candidates and no place of the donor; did you mean centre?"),
        (
            "by: urgency",
            "'urgency' names no group of candidates and no place of the donor; write one of centre, region",
        ),
        ("by: [a]", "'by' must be text, and is a list; write centre, country or region"),
        ("per: centre", "'centre' is no code of the donor; write one such as donor.blood_group"),
        ("by: centre, per: donor.age_years", "'donor.age_years' is no code of the donor; write one such as donor."),
        ("by: donor.region, per: donor.blood_group", "'per' is for an input by the candidate's place; remove it"),
        ("per: donor.blood_group", "'per' and 'otherwise' are for an input that is given by place; write `by` as well"),
        ("otherwise: 1", "'per' and 'otherwise' are for an input that is given by place; write `by` as well"),
        ("by: centre, otherwise: 6", "'otherwise' must lie between 'low' and 'high' and fit the decimals; correct it"),
        ("by: centre, otherwise: 1.5", "'otherwise' must lie between 'low' and 'high' and fit the decimals; correct"),
    ],
)
def test_a_wrong_input_is_refused(written, sentence):
    assert input_(written).startswith(f"heart.yaml:14, input 'balance': {sentence}")


def test_an_input_of_a_forbidden_name_is_refused():
    assert "'income' stands for ability to pay" in input_("unit: h", "income")


def test_the_bounds_of_an_input_must_fit():
    sentence = "'low' must not lie above 'high', and both must fit 18 digits; correct them"
    assert sentence in problems(inputs="{b: {decimals: 0, low: 6, high: 5, why: x, cite: core}}")[0]
    assert sentence in problems(inputs="{b: {decimals: 9, low: 0, high: 9999999999, why: x, cite: core}}")[0]


def test_a_rule_that_reads_a_wrong_input_is_not_judged_again():
    wrong = problems(
        inputs="{b: {decimals: 0, low: 6, high: 5, why: x, cite: core}}",
        screens=screen("input.b < 9"),
        order="[input.b]",
        points=terms("{id: t, of: input.b, missing: 0, cite: core}"),
    )
    assert len(wrong) == 1

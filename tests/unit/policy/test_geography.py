"""Geography tables as a policy declares them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.policy.policy import PlaceOf
from bequest.policy.show import as_text, show
from unit.policy.policy_text import load, problems


def wrong(table, **changes):
    return problems(geography=f"{{zone: {table}}}", **changes)[0]


def test_a_table_says_whose_place_picks_which_number():
    table = load(geography="{zone: {by: region, values: {HI: 1, PR: 2.25}, unit: h, why: x, cite: core 9}}").geography[
        "zone"
    ]
    assert (table.by, dict(table.values)) == (PlaceOf.REGION, {"HI": Decimal(1), "PR": Decimal("2.25")})
    assert (table.column.decimals, table.column.low, table.column.high) == (2, 1, Decimal("2.25"))
    assert (table.otherwise, table.cite[0].locator) == (None, "9")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("{by: regoin, values: {HI: 1}, why: x, cite: core}", "'by' cannot be 'regoin'; did you mean region?"),
        ("{by: region, why: x, cite: core}", "'values' is missing; write a number for each place"),
        ("{by: region, values: {}, why: x, cite: core}", "'values' is missing; write a number for each place"),
        ("{by: region, values: {HI: a}, why: x, cite: core}", "'HI' must be a number, and is text; write a number"),
        ("{by: region, values: {HI: 0.0000000001}, why: x, cite: core}", "a number has more than 9 decimals; round it"),
        ("{by: region, values: {HI: 4611686018427387905}, why: x, cite: core}", "a number does not fit 18 digits"),
        ("{by: region, values: {HI: 1}, cite: core}", "'why' is missing; say what the numbers mean"),
        ("{by: region, values: {HI: 1}, why: x}", "there is no citation"),
        ("{by: region, values: {HI: 1}, why: x, cite: core, low: 1}", "'low' is no key of this place"),
    ],
)
def test_a_wrong_table_is_refused(table, sentence):
    assert sentence in wrong(table)
    assert "geography table 'zone'" in wrong(table)


def test_a_rule_that_reads_a_wrong_table_is_not_judged_again():
    screens = "[{id: a, when: geography.zone == 1, say: x, cite: core}]"
    found = problems(geography="{zone: {by: region, values: {HI: 1}, why: x}}", screens=screens)
    assert len(found) == 1


def test_a_table_of_the_donor_orders_nobody():
    table = "{zone: {by: donor.country, values: {AA: 1}, why: x, cite: core}}"
    assert "'geography.zone' is the same for every candidate" in problems(geography=table, order="[geography.zone]")[0]


def test_an_unknown_table_is_refused_with_the_nearest():
    table = "{zone: {by: region, values: {AA: 1}, why: x, cite: core}}"
    screens = "[{id: a, when: geography.zoen == 1, say: x, cite: core}]"
    assert "did you mean geography.zone?" in problems(geography=table, screens=screens)[0]


def test_a_table_is_shown():
    text = as_text(show(load(geography="{zone: {by: region, values: {HI: 1}, unit: h, why: x, cite: core 9}}")))
    assert "geography table 'zone'\n    given: for each region\n    HI: 1 h\n    every other place: no number" in text
    text = as_text(show(load(geography="{zone: {by: region, values: {HI: 1}, otherwise: 2, why: x, cite: core 9}}")))
    assert "every other place: 2\n" in text


def test_a_table_of_pairs_names_the_donors_place_first():
    policy = load(geography="{zone: {by: [donor.country, country], values: {AA: {BB: 1}}, why: x, cite: core 9}}")
    table = policy.geography["zone"]
    assert (table.donor_by, table.by) == (PlaceOf.DONOR_COUNTRY, PlaceOf.COUNTRY)
    assert table.varies
    assert "given: for each donor.country and country\n    AA to BB: 1\n" in as_text(show(policy))


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        (
            "{by: [country, donor.country], values: {AA: {BB: 1}}, why: x, cite: core}",
            "write it as [donor.country, country]",
        ),
        ("{by: [donor.country], values: {AA: {BB: 1}}, why: x, cite: core}", "write it as [donor.country, country]"),
        ("{by: [donor.country, country], why: x, cite: core}", "write under each place of a donor"),
        ("{by: [donor.country, country], values: {AA: {BB: x}}, why: x, cite: core}", "must be a number"),
        ("{by: [donor.country, country], values: {A: {B to C: 1}, A to B: {C: 1}}, why: x, cite: core}", "in two ways"),
    ],
)
def test_a_wrong_table_of_pairs_is_refused(table, sentence):
    assert sentence in "\n".join(problems(geography=f"{{zone: {table}}}"))

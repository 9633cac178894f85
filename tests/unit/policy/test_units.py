from __future__ import annotations

import pytest

from unit.policy.policy_text import load, problems


def blocks(unit):
    return {
        "inputs": f"{{deposit: {{unit: '{unit}', decimals: 0, low: 0, high: 9, why: x, cite: core}}}}",
        "geography": f"{{zone: {{by: region, unit: '{unit}', values: {{HI: 1}}, why: x, cite: core}}}}",
    }


@pytest.mark.parametrize(
    "unit",
    ["EUR", "eur", "US dollars", "€/day", "points per Yen", "price", "\uff25\uff35\uff32", "USD_per_day", "cents"],
)
def test_a_number_from_outside_in_money_is_refused(unit):
    sentence = f"'{unit}' is money, which no policy may read; remove it"
    assert [each.endswith(sentence) for each in problems(**blocks(unit))] == [True, True]


@pytest.mark.parametrize("unit", ["h", "km", "points", "per cent", "mg/dL", "transplants a year"])
def test_other_units_are_kept(unit):
    policy = load(**blocks(unit))
    assert policy.inputs["deposit"].column.unit == policy.geography["zone"].column.unit == unit


def test_a_number_may_have_no_unit():
    table = load(geography="{zone: {by: region, values: {HI: 1}, why: x, cite: core}}").geography["zone"]
    assert table.column.unit is None

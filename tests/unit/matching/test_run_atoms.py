from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.matching.run_atoms import judge_run_atom, plain_value, prepared
from bequest.model.column import MISSING, Table
from bequest.model.columns import column
from bequest.policy.expression import Compare, Literal, Member, Op, Reference, Space, Truth


def donor(name):
    return Reference(Space.DONOR, name, column(Table.DONOR, name))


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("age_years", 4050, Decimal("40.5")), ("age_years", MISSING, None), ("hcv_positive", 1, True),
        ("hcv_positive", 0, False), ("blood_group", 1, "A"),
    ],
)  # fmt: skip
def test_an_integer_becomes_what_a_condition_compares(name, value, expected):
    assert plain_value(value, donor(name)) == expected


@pytest.mark.parametrize(("age", "expected"), [(3999, True), (4000, False), (MISSING, None)])
def test_a_comparison_with_a_literal_is_judged_once_a_run(age, expected):
    atom = Compare(donor("age_years"), Op.LT, Literal(Decimal(40)))
    assert judge_run_atom(atom, {donor("age_years"): age}) is expected


def test_two_values_of_the_run_are_compared():
    atom = Compare(donor("weight_kg"), Op.LT, donor("height_cm"))
    assert judge_run_atom(atom, {donor("weight_kg"): 700, donor("height_cm"): 1700}) is True


def test_a_membership_and_a_yes_or_no_are_judged():
    member = Member(donor("blood_group"), (Literal("A"), Literal("O")))
    assert judge_run_atom(member, {donor("blood_group"): 0}) is True
    assert judge_run_atom(Truth(donor("hcv_positive")), {donor("hcv_positive"): 0}) is False


ATOMS = {
    "number": Compare(donor("age_years"), Op.GE, Literal(Decimal(40))),
    "member": Member(donor("blood_group"), (Literal("A"), Literal("O"))),
    "truth": Truth(donor("hcv_positive")),
    "two values": Compare(donor("weight_kg"), Op.LT, donor("height_cm")),
}


@pytest.mark.parametrize(
    ("atom", "values"),
    [
        ("number", {"age_years": 4000}), ("number", {"age_years": 3999}), ("number", {"age_years": MISSING}),
        ("member", {"blood_group": 1}), ("member", {"blood_group": 4}), ("member", {"blood_group": MISSING}),
        ("truth", {"hcv_positive": 1}), ("truth", {"hcv_positive": 0}), ("truth", {"hcv_positive": MISSING}),
        ("two values", {"weight_kg": 700, "height_cm": 1700}), ("two values", {"weight_kg": 1700, "height_cm": 700}),
        ("two values", {"weight_kg": MISSING, "height_cm": 700}),
    ],
)  # fmt: skip
def test_what_is_prepared_judges_as_what_is_not(atom, values):
    run_values = {donor(name): value for name, value in values.items()}
    assert prepared(ATOMS[atom])(run_values) is judge_run_atom(ATOMS[atom], run_values)

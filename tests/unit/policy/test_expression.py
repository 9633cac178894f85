from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.policy.expression import Op, compare, judge, number_text, references, render, spelled
from bequest.policy.parse import parse
from unit.policy.policy_text import names

VALUES = {"urgency": Decimal(2), "abo_compatible": True, "blood_group": "A", "donor.blood_group": "B"}


def judged(text):
    return judge(parse(text, names()), lambda reference: VALUES.get(spelled(reference)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("always", True),
        ("never", False),
        ("abo_compatible", True),
        ("not abo_compatible", False),
        ("urgency < 3", True),
        ("urgency <= 1", False),
        ("urgency > 1", True),
        ("urgency >= 3", False),
        ("urgency == 2", True),
        ("urgency != 2", False),
        ("urgency in [1, 2]", True),
        ("urgency not in [1, 2]", False),
        ("blood_group != donor.blood_group", True),
        ("abo_compatible == false", False),
        ("abo_compatible and urgency == 2", True),
        ("abo_compatible and urgency == 3", False),
        ("urgency == 3 or abo_compatible", True),
        ("urgency == 3 or urgency == 4", False),
    ],
)
def test_known_values_make_a_condition_true_or_false(text, expected):
    assert judged(text) is expected


@pytest.mark.parametrize(
    "text",
    [
        "same_region",
        "not same_region",
        "waiting_days > 0",
        "crossmatch in ['negative']",
        "waiting_days < dialysis_days",
        "same_region and abo_compatible",
        "same_region or urgency == 3",
        "same_region or not same_region",
        "same_region and not same_region",
    ],
)
def test_a_missing_value_makes_a_condition_unknown(text):
    assert judge(parse(text, names(None)), lambda reference: VALUES.get(spelled(reference))) is None


def test_what_is_false_stays_false_whatever_is_missing():
    assert judged("same_region and urgency == 3") is False


def test_what_is_true_stays_true_whatever_is_missing():
    assert judged("same_region or urgency == 2") is True


def test_a_comparison_with_a_missing_column_on_the_right_is_unknown():
    assert judged("urgency < hla_mismatches") is None


def test_only_numbers_know_larger_and_smaller():
    with pytest.raises(AssertionError):
        compare("a", Op.LT, "b")


@pytest.mark.parametrize(
    "text",
    [
        "always",
        "never",
        "abo_compatible",
        "not abo_compatible",
        "donor.age_years >= 17.5",
        'blood_group == "A"',
        "abo_compatible != true",
        "abo_compatible == false",
        'blood_group in ["A", "B"]',
        "urgency not in [1, 2]",
        "blood_group == donor.blood_group",
        "not (abo_compatible and (urgency == 1 or same_region))",
        "abo_compatible or (not (not same_region))",
    ],
)
def test_a_condition_is_written_as_it_is_read(text):
    assert render(parse(text, names())) == text


def test_references_come_in_the_order_of_the_text():
    condition = parse("always and not same_region or urgency in [1] and blood_group == donor.blood_group", names())
    assert [spelled(found) for found in references(condition)] == [
        "same_region",
        "urgency",
        "blood_group",
        "donor.blood_group",
    ]


@pytest.mark.parametrize(
    ("number", "text"),
    [("1.50", "1.5"), ("10", "10"), ("1E+2", "100"), ("-0", "0"), ("-0.0", "0"), ("0.00", "0"), ("-2.50", "-2.5")],
)
def test_a_number_is_written_without_exponent_and_without_needless_zeros(number, text):
    assert number_text(Decimal(number)) == text

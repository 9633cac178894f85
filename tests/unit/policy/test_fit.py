from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.model.column import Column, Kind, Table
from bequest.model.errors import PolicyError
from bequest.policy.expression import Literal, Op, Reference, Space
from bequest.policy.fit import Written, fit_literal
from bequest.policy.parse import parse
from bequest.policy.policy import InputDeclaration, Parameter, PlaceOf
from unit.policy.policy_text import names, refusal

BALANCE = Column(Table.FACTOR, "balance", Kind.DECIMAL, "a balance", "x", "km", Decimal(0), Decimal(9), 1)
KNOWN = names(
    parameters={
        "limit": Parameter("limit", Decimal(4), "h", "", ()),
        "bare": Parameter("bare", Decimal(4), None, "", ()),
        "right": Parameter("right", Decimal(4), "km", "", ()),
    },
    inputs={"balance": InputDeclaration("balance", BALANCE, PlaceOf.CENTRE, None, "", (), None, None)},
)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("abo_compatible == 1", "'abo_compatible' is a yes/no name and is compared with 1; write it by itself"),
        (
            "abo_compatible == 'yes'",
            "'abo_compatible' is a yes/no name and is compared with the text \"yes\"; write it",
        ),
        ("abo_compatible < true", "'abo_compatible' is a yes/no name and knows no <; write it by itself"),
        ("crossmatch == 1", "'crossmatch' is one of negative, positive, and is compared with 1; put a code in quotes"),
        ("crossmatch == true", "'crossmatch' is one of negative, positive, and is compared with true; put a code in"),
        ("crossmatch < 'positive'", "'crossmatch' is one of negative, positive and knows no <; use ==, != or in [...]"),
        ("crossmatch == 'negativ'", "'crossmatch' is never \"negativ\"; did you mean negative?"),
        ("crossmatch == 'x'", "'crossmatch' is never \"x\"; write one of negative, positive"),
        ("urgency == 'high'", "'urgency' is a number and is compared with the text \"high\"; write a number"),
        ("urgency == false", "'urgency' is a number and is compared with false; write a number"),
        ("urgency == 10", "'urgency' lies within 1 to 9 and is compared with 10; write a value within"),
        ("urgency < 0", "'urgency' lies within 1 to 9 and is compared with 0; write a value within"),
        ("urgency == 1.5", "'urgency' is kept in steps of 1 and can never be 1.5; use <, <=, > or >="),
        ("travel_hours in [1.005]", "'travel_hours' is kept in steps of 0.01 and can never be 1.005; use <, <=, > or"),
        ("distance_km < limit", "parameter 'limit' (h) is compared with 'distance_km' (km); give both the same unit"),
        ("distance_km < bare", "parameter 'bare' (no unit) is compared with 'distance_km' (km); give both the same"),
        ("urgency < right", "parameter 'right' (km) is compared with 'urgency' (no unit); give both the same unit"),
        ("urgency == urgency", "'urgency' is compared with itself; correct one side"),
        (
            "abo_compatible == abo_identical",
            "'abo_compatible' and 'abo_identical': a yes/no name is compared with true",
        ),
        (
            "urgency == travel_hours",
            "'urgency' and 'travel_hours' are of different kinds (whole number, number); compare",
        ),
        ("distance_km < travel_hours", "'distance_km' and 'travel_hours' have different units (km, h); compare like"),
        ("blood_group < donor.blood_group", "'blood_group' and 'donor.blood_group' are codes and know no <; use =="),
        ("crossmatch == blood_group", "'crossmatch' and 'blood_group' have different sets of codes; compare like with"),
    ],
)
def test_a_comparison_that_makes_no_sense_is_refused(text, sentence):
    assert sentence in refusal(text, KNOWN)


def test_a_number_finer_than_the_column_may_be_a_limit():
    assert parse("travel_hours <= 1.005", KNOWN).right == Literal(Decimal("1.005"))


def test_a_column_without_bounds_takes_any_number():
    endless = Reference(Space.CANDIDATE, "endless", Column(Table.FACTOR, "endless", Kind.WHOLE, "", ""))
    assert fit_literal(endless, Op.EQ, Written(Decimal(-7), None)) == Literal(Decimal(-7))


def test_a_column_with_one_bound_says_so():
    upper = Column(Table.FACTOR, "upper", Kind.WHOLE, "", "", high=Decimal(3))
    lower = Column(Table.FACTOR, "lower", Kind.WHOLE, "", "", low=Decimal(3))
    with pytest.raises(PolicyError, match="lies within  to 3"):
        fit_literal(Reference(Space.CANDIDATE, "upper", upper), Op.LT, Written(Decimal(4), None))
    with pytest.raises(PolicyError, match="lies within 3 to "):
        fit_literal(Reference(Space.CANDIDATE, "lower", lower), Op.LT, Written(Decimal(2), None))


def test_an_input_and_a_column_of_one_kind_and_unit_may_be_compared():
    assert parse("distance_km < input.balance", KNOWN).right.space is Space.INPUT

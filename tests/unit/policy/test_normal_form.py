from __future__ import annotations

import pytest

from bequest.model.errors import PolicyError
from bequest.policy.expression import Constant, Not, Or, Truth, render
from bequest.policy.normal_form import holds, normal_form
from bequest.policy.parse import parse
from unit.policy.policy_text import names


def form(text):
    return [
        [(render(atom), positive) for atom, positive in conjunction]
        for conjunction in normal_form(parse(text, names()))
    ]


def test_an_atom_is_its_own_normal_form():
    assert form("abo_compatible") == [[("abo_compatible", True)]]


def test_always_is_one_empty_conjunction():
    assert form("always") == [[]]


def test_never_has_no_conjunction():
    assert form("never") == []
    assert form("not always") == []


def test_negation_reaches_the_atoms():
    assert form("not (abo_compatible and urgency == 1)") == [[("abo_compatible", False)], [("urgency == 1", False)]]
    assert form("not (abo_compatible or urgency == 1)") == [[("abo_compatible", False), ("urgency == 1", False)]]


def test_and_is_distributed_over_or():
    assert form("same_centre and (same_region or same_country)") == [
        [("same_centre", True), ("same_region", True)],
        [("same_centre", True), ("same_country", True)],
    ]


def test_what_is_said_twice_stands_once():
    assert form("same_centre and same_centre") == [[("same_centre", True)]]


def test_a_narrower_alternative_is_absorbed_whichever_comes_first():
    assert form("same_centre or same_centre and same_region") == [[("same_centre", True)]]
    assert form("same_centre and same_region or same_centre") == [[("same_centre", True)]]


def test_a_contradiction_stays_because_it_is_unknown_where_the_value_is_missing():
    assert form("same_centre and not same_centre") == [[("same_centre", True), ("same_centre", False)]]


def test_a_condition_with_too_many_alternatives_is_refused():
    pairs = " and ".join(f"(donor.age_years == {n} or age_years == {n})" for n in range(10))
    with pytest.raises(PolicyError, match="more than 512 alternatives; name a factor for a part of it"):
        form(pairs)


def test_a_normal_form_is_judged_like_its_condition():
    one = parse("same_centre", names())
    other = parse("same_region", names())
    forms = normal_form(Or((one, Not(other), Constant(False))))
    assert holds(forms, {one: True, other: None}) is True
    assert holds(forms, {one: False, other: None}) is None
    assert holds(forms, {one: False, other: True}) is False
    assert isinstance(one, Truth)

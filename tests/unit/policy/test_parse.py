from __future__ import annotations

from decimal import Decimal
from unittest.mock import Mock

import pytest

from bequest.model.columns import candidate_column
from bequest.model.enums import Organ
from bequest.model.errors import PolicyError
from bequest.policy import parse as module
from bequest.policy.expression import (
    ALWAYS,
    And,
    Compare,
    Constant,
    Literal,
    Member,
    Not,
    Op,
    Or,
    Reference,
    Space,
    Truth,
)
from bequest.policy.parse import identifiers, parse, read_reference
from bequest.policy.policy import InputDeclaration, Parameter, PlaceOf
from unit.policy.policy_text import names, refusal

URGENCY = Reference(Space.CANDIDATE, "urgency", candidate_column("urgency"))
BLOOD_GROUP = Reference(Space.CANDIDATE, "blood_group", candidate_column("blood_group"))
COMPATIBLE = Reference(Space.CANDIDATE, "abo_compatible", candidate_column("abo_compatible"))
KNOWN = names(
    parameters={
        "level": Parameter("level", Decimal(2), None, "", ()),
        "strict": Parameter("strict", value=True, unit=None, why="", cite=()),
        "groups": Parameter("groups", ("A", "B"), None, "", ()),
        "limit": Parameter("limit", Decimal(4), "km", "", ()),
    },
    inputs={
        "balance": InputDeclaration(
            "balance", candidate_column("distance_km"), PlaceOf.CENTRE, None, "", (), None, None
        )
    },
    conditions={"urgent": Compare(URGENCY, Op.EQ, Literal(Decimal(1)))},
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("always", ALWAYS),
        ("never", Constant(False)),
        ("abo_compatible", Truth(COMPATIBLE)),
        ("candidate.abo_compatible", Truth(COMPATIBLE)),
        ("urgency == 1", Compare(URGENCY, Op.EQ, Literal(Decimal(1)))),
        ("3 > urgency", Compare(URGENCY, Op.LT, Literal(Decimal(3)))),
        ("urgency <= level", Compare(URGENCY, Op.LE, Literal(Decimal(2)))),
        ("level < urgency", Compare(URGENCY, Op.GT, Literal(Decimal(2)))),
        ("abo_compatible != false", Compare(COMPATIBLE, Op.NE, Literal(False))),
        ("strict and urgent", And((Constant(True), Compare(URGENCY, Op.EQ, Literal(Decimal(1)))))),
        ("blood_group in groups", Member(BLOOD_GROUP, (Literal("A"), Literal("B")))),
        ("blood_group not in ['O', \"A1\"]", Not(Member(BLOOD_GROUP, (Literal("O"), Literal("A1"))))),
        ("not abo_compatible or urgent", Or((Not(Truth(COMPATIBLE)), Compare(URGENCY, Op.EQ, Literal(Decimal(1)))))),
        ("urgency\n  in [1,\n 2]", Member(URGENCY, (Literal(Decimal(1)), Literal(Decimal(2))))),
    ],
)
def test_a_condition_means_what_it_says(text, expected):
    assert parse(text, KNOWN) == expected


def test_a_number_is_read_exactly():
    assert parse("distance_km < 0.1", names()).right == Literal(Decimal("0.1"))


def test_a_number_may_be_negative():
    assert parse("height_difference_cm >= -15.5", names()).right == Literal(Decimal("-15.5"))


def test_donor_and_candidate_may_be_compared():
    compared = parse("blood_group == donor.blood_group", names())
    assert (compared.left.space, compared.right.space) == (Space.CANDIDATE, Space.DONOR)


def test_an_input_is_read_by_its_name():
    assert parse("input.balance > 3", KNOWN).left.space is Space.INPUT


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the condition is empty; write one, or `always`"),
        ("urgency + 1 == 2", "'urgency + 1': arithmetic is refused; name a factor that holds the result"),
        ("urgency == -level", "'-level': arithmetic is refused; a sign may stand before a number only"),
        ("urgency == +1", "'+1': arithmetic is refused; a sign may stand before a number only"),
        ("max(urgency, 1) == 1", "'max(urgency, 1)': a call is refused; name a factor that holds the result"),
        ("lambda: 1", "'lambda: 1': a lambda is refused; write a comparison of names"),
        ("1 if urgent else 2", "'1 if urgent else 2': `if ... else` is refused; use and, or, not"),
        ("blood_group == f'A'", "'f'A'': a formatted text is refused; write the plain text in quotes"),
        ("urgency[0] == 1", "'urgency[0]': an index in [...] is refused; name the column itself"),
        ("(urgency := 1)", "'urgency := 1': an assignment is refused; compare with =="),
        ("urgency in [x for x in groups]", "a comprehension is refused; list the values"),
        ("blood_group in ('A', 'B')", "values in brackets stand only after `in`, as [...]; correct it"),
        ("blood_group in [*groups]", "'*groups': a star is refused; list the values in [...]"),
        (
            "candidate.centre.name == 1",
            "a chain of dots is refused; write candidate.NAME, donor.NAME, input.NAME or geography.NAME",
        ),
        ("1 < urgency < 3", "'1 < urgency < 3': a chain of comparisons is refused; write two, joined by `and`"),
        ("urgency is 1", "'urgency is 1': `is` is refused; compare with =="),
        ("urgency = 1", "a single = is refused; compare with =="),
        ("urgency == 1e3", "'1e3' is no plain number; write it in digits, as in 12.5"),
        ("urgency < 1." + "0" * 27, "the number 1.00000000000000000000000000 ... is longer than 28 signs; round it"),
        ("urgency == 1_0", "'1_0' is no plain number; write it in digits, as in 12.5"),
        ("urgency == .5", "'.5' is no plain value; write a number in digits, true, false, or text in quotes"),
        ("urgency == None", "'None' is no plain value; write a number in digits, true, false, or text in quotes"),
        ("blood_group == 'A' 'B'", "''A' 'B'' is no plain value; write a number in digits, true, false, or text in"),
        ("abo_compatible == True", "'True' is written in small letters; write true"),
        ("urgency ==", "the condition cannot be read at its end; write names, comparisons, in, and, or, not"),
        ("urgency == 1 urgent", "the condition cannot be read near"),
        ("urgency == '\\x41'", "a backslash is refused; write the plain text"),
        (
            "urgency == 1 # and abo_compatible",
            "a # would hide the rest of the condition; remove it, or put a text that holds it in quotes",
        ),
        (
            "\uff55rgency == 1",
            "'\uff55' stands outside quotes; names and signs are plain letters, as on a keyboard",
        ),
        ("urgency", "'urgency' is no yes/no name; compare it with a value"),
        ("level", "'level': a value by itself is no condition; compare a name with it"),
        ("true", "'true': a value by itself is no condition; compare a name with it"),
        ("1 == 2", "'1 == 2': two values are compared; one side must be the name of a column"),
        ("blood_group == groups", "'blood_group == groups': a list of values is compared; use in [...]"),
        ("groups == blood_group", "'groups == blood_group': a list of values is compared; use in [...]"),
        ("1 in groups", "'1 in groups': before `in` must stand the name of a column; correct it"),
        ("urgency in level", "'urgency in level': after `in` stands a list in [...] or a parameter with a list"),
        ("urgency in []", "'urgency in []': the list is empty; write at least one value"),
        ("urgency in [1, 1]", "'urgency in [1, 1]': a value stands in the list twice; remove one"),
        ("urgency in [1, urgency]", "'[1, urgency]': a list holds values only; compare two columns with =="),
        ("urgent == 1", "'urgent' is a condition and cannot be compared; write it by itself"),
        ("candidate == 1", "'candidate' is a word of the language and no value; write a column of the dictionary"),
        (
            "recipient.urgency == 1",
            "'recipient.urgency': before the dot stands candidate, donor, input or geography; did you mean",
        ),
        (
            "urgency == (urgent and urgent)",
            "a condition stands where a value is expected; join conditions with and, or",
        ),
        (
            "urgency == (not urgent)",
            "'not urgent': `not` stands before a condition, not before a value; write it first",
        ),
        ("urgency == {}", "values in brackets stand only after `in`, as [...]; correct it"),
        ("urgency == (yield)", "'yield': the language has no such thing; remove it"),
    ],
)
def test_what_the_language_does_not_allow_is_refused_with_a_sentence(text, sentence):
    assert sentence in refusal(text, KNOWN)


def test_a_condition_that_is_too_long_is_refused():
    assert refusal("a" * 2001) == "the condition is longer than 2000 characters; name parts of it under `conditions`"


def test_a_condition_that_is_nested_too_deeply_is_refused():
    assert refusal("not " * 40 + "abo_compatible").startswith("the condition is nested deeper than 30")


def test_brackets_beyond_what_python_reads_are_refused():
    assert refusal("(" * 900 + "urgency" + ")" * 900).startswith("the condition ")


def test_a_text_that_is_too_much_for_the_parser_is_refused(monkeypatch):
    monkeypatch.setattr(module.ast, "parse", Mock(side_effect=MemoryError))
    assert refusal("urgency == 1") == "the condition is nested too deeply; name parts of it under `conditions`"


def test_a_long_piece_of_text_is_quoted_in_part():
    assert (
        refusal("-" * 1990 + "1") == f"'{'-' * 80} ...': arithmetic is refused; a sign may stand before a number only"
    )


def test_a_condition_that_reads_too_many_names_is_refused():
    much = names(conditions={"much": And((Truth(COMPATIBLE),) * 400)})
    assert refusal("much and much", much).startswith("the condition reads more than 500 names")


def test_one_name_alone_is_read_for_terms_and_order_keys():
    assert read_reference(" urgency ", names()) == URGENCY


def test_a_value_is_no_column_for_terms_and_order_keys():
    with pytest.raises(PolicyError, match="'level' must be the name of a column"):
        read_reference("level", KNOWN)


def test_the_names_of_a_text_are_found_outside_quotes():
    assert identifiers("donor.x == 'near' and near < 1.5e") >= {"donor.x", "near", "and"}
    assert "e" not in identifiers("near < 1.5e")


def test_a_name_of_another_organ_is_known_by_its_own_lists():
    assert parse("meld >= 15", names(Organ.LIVER)).left.name == "meld"

from __future__ import annotations

from decimal import Decimal

import pytest

from bequest.model.enums import PolicyStatus
from bequest.policy.document import read_document
from bequest.policy.section import (
    child,
    children,
    choice,
    complain,
    day,
    identifier,
    items,
    kind,
    named_children,
    nearest,
    number,
    only,
    optional_text,
    text,
    told,
    top,
    truth,
    whole,
)


def block(written):
    return top(read_document(written, label="x.yaml"), [])


def told_of(written, read, *arguments, **keywords):
    section = block(written)
    read(section, *arguments, **keywords)
    return told(section.problems)


@pytest.mark.parametrize(
    ("written", "read", "arguments", "sentence"),
    [
        ("a: 1", text, {"key": "b", "remedy": "write it"}, "x.yaml:1: 'b' is missing; write it"),
        ("a: 1", text, {"key": "a", "remedy": "write it"}, "x.yaml:1: 'a' must be text, and is a number; write it"),
        ("a: ' '", text, {"key": "a", "remedy": "write it"}, "x.yaml:1: 'a' must be text, and is empty; write it"),
        ("a: [1]", text, {"key": "a", "remedy": "write it"}, "x.yaml:1: 'a' must be text, and is a list; write it"),
        ("id: A b", identifier, {}, "x.yaml:1: 'A b' must be small letters, digits and hyphens; rename it"),
        ("a: b", number, {"key": "a", "remedy": "count"}, "x.yaml:1: 'a' must be a number, and is text; count"),
        ("a: b", number, {"key": "c", "remedy": "count"}, "x.yaml:1: 'c' is missing; count"),
        (
            "a: b",
            whole,
            {"key": "a", "low": 1, "high": 9},
            "x.yaml:1: 'a' must be a number, and is text; write a whole",
        ),
        (
            "b: 1",
            whole,
            {"key": "a", "low": 1, "high": 9},
            "x.yaml:1: 'a' is missing; write a whole number from 1 to 9",
        ),
        (
            "a: 1.5",
            whole,
            {"key": "a", "low": 1, "high": 9},
            "x.yaml:1: 'a' must be a whole number from 1 to 9; correct",
        ),
        (
            "a: 10",
            whole,
            {"key": "a", "low": 1, "high": 9},
            "x.yaml:1: 'a' must be a whole number from 1 to 9; correct",
        ),
        ("a: 1", truth, {"key": "a"}, "x.yaml:1: 'a' must be true or false, and is a number; write one of the two"),
        ("a: true", day, {"key": "a"}, "x.yaml:1: 'a' must be a date, and is true or false; write it as 2026-01-31"),
        ("a: 1", day, {"key": "b"}, "x.yaml:1: 'b' is missing; write it as 2026-01-31"),
        ("a: 2026-01-01", items, {"key": "a"}, "x.yaml:1: 'a' must be a list, and is a date; write it as a list"),
        ("a: {b: 1}", items, {"key": "a"}, "x.yaml:1: 'a' must be a list, and is a block of keys; write it as a list"),
        ("a: 1", child, {"key": "a", "where": ""}, "x.yaml:1: 'a' must hold keys with values, and is a number; write"),
        (
            "a:\n- 1",
            children,
            {"key": "a", "noun": "rule"},
            "x.yaml:2, rule 1: must hold keys with values, and is a num",
        ),
        ("a: {b: 1}", named_children, {"key": "a", "noun": "rule"}, "x.yaml:1: 'b' must hold keys with values, and is"),
        (
            "statsu: 1",
            only,
            {"allowed": ("status",)},
            "x.yaml:1: 'statsu' is no key of this place; did you mean status?",
        ),
        ("zzzz: 1", only, {"allowed": ("status",)}, "x.yaml:1: 'zzzz' is no key of this place; allowed here: status"),
        (
            "a: publishd",
            choice,
            {"key": "a", "options": PolicyStatus},
            "x.yaml:1: 'a' cannot be 'publishd'; did you mean",
        ),
    ],
)
def test_a_wrong_value_is_told_with_file_line_and_remedy(written, read, arguments, sentence):
    assert told_of(written, read, **arguments)[0].startswith(sentence)


def test_a_right_value_is_returned_and_nothing_is_told():
    section = block("id: a-1\nn: 1.5\nw: 3\nt: true\nd: 2026-01-31\nl: [1]\nb: {c: ' x '}\ns: own\n")
    assert identifier(section) == "a-1"
    assert number(section, "n", remedy="") == Decimal("1.5")
    assert whole(section, "w", low=1, high=3) == 3
    assert (truth(section, "t"), truth(section, "absent")) == (True, False)
    assert day(section, "d").day == 31
    assert (items(section, "l"), items(section, "absent")) == ((Decimal(1),), ())
    assert text(child(section, "b", where="b"), "c", remedy="") == "x"
    assert choice(section, "s", PolicyStatus) is PolicyStatus.OWN
    assert (optional_text(section, "absent", remedy=""), child(section, "absent", where="")) == (None, None)
    assert (named_children(section, "absent", noun=""), told(section.problems)) == ((), ())


def test_a_block_without_an_id_is_called_by_its_place():
    assert [entry.where for entry in children(block("a: [{id: x}, {b: 1}, {id: 3}]"), "a", noun="rule")] == [
        "rule 'x'",
        "rule 2",
        "rule 3",
    ]


def test_the_same_mistake_is_told_once():
    section = block("a: 1")
    items(section, "a")
    items(section, "a")
    assert len(told(section.problems)) == 1


def test_of_many_mistakes_the_first_are_told_and_the_others_are_counted():
    section = block("a: 1")
    for line in range(60):
        complain(section, f"mistake {line:02}")
    sentences = told(section.problems)
    assert (len(sentences), sentences[49]) == (51, "x.yaml:1: mistake 49")
    assert sentences[50] == "there are 10 more mistakes; correct the first 50 and check again"


def test_nothing_near_gives_no_suggestion():
    assert nearest("zzzz", ["urgency"]) is None


def test_every_kind_of_value_has_a_word():
    assert kind(Decimal(1)) == "a number"

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from bequest.model.errors import PolicyError
from bequest.policy.document import comments, read_document


def problems(text):
    with pytest.raises(PolicyError) as caught:
        read_document(text, label="heart.yaml")
    return caught.value.problems


def test_values_keep_their_kind_and_their_exact_digits():
    content = read_document("a: 0.10\nb: 2026-01-31\nc: [true, NO, 'x', -3]\nd: {e: f}\n", label="x").content
    assert content["a"] == Decimal("0.10")
    assert content["b"] == date(2026, 1, 31)
    assert content["c"] == (True, "NO", "x", Decimal(-3))
    assert content["d"]["e"] == "f"


def test_every_value_knows_its_line():
    lines = read_document("a: 1\nb:\n  - c: 2\n    d: 3\n  - 4\n", label="x").lines
    assert lines == {("a",): 1, ("b",): 2, ("b", 0): 3, ("b", 0, "c"): 3, ("b", 0, "d"): 4, ("b", 1): 5}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: 1\nb: 2\na: 3\n", "heart.yaml:3: the key 'a' is a duplicate of line 1; remove one of the two"),
        ("a: {b: 1, b: 2}", "heart.yaml:1: the key 'b' is a duplicate of line 1; remove one of the two"),
        ("a: !x 1", "heart.yaml:1: a tag (!...) is refused; write the plain value"),
        ("a: &x 1", "heart.yaml:1: an anchor (&...) is refused; write the value out where it is used"),
        ("a: 1\n---\nb: 1", "heart.yaml:2: a document mark (---) is refused; one file holds one document"),
        ("a: 1\n...\n", "heart.yaml:2: a document mark (...) is refused; one file holds one document"),
        (
            "a: 0x1f",
            "heart.yaml:1: '0x1f' is no plain number; write it in digits, as in 12.5, or in quotes if it is text",
        ),
        (
            "a: 1e3",
            "heart.yaml:1: '1e3' is no plain number; write it in digits, as in 12.5, or in quotes if it is text",
        ),
        (
            "a: .inf",
            "heart.yaml:1: '.inf' is no plain number; write it in digits, as in 12.5, or in quotes if it is text",
        ),
        (
            "a: 007",
            "heart.yaml:1: '007' is no plain number; write it in digits, as in 12.5, or in quotes if it is text",
        ),
        ("a: 2026-02-30", "heart.yaml:1: '2026-02-30' is no date; write it as 2026-01-31, or in quotes if it is text"),
        (
            "a: 2026-01-03T10:00:00Z",
            "heart.yaml:1: '2026-01-03T10:00:00Z' is no date; write it as 2026-01-31, or in quotes if it is text",
        ),
        ("a: 1\nb:\n", "heart.yaml:2: here stands no value; write one or leave the key out"),
        ("a: ~", "heart.yaml:1: here stands no value; write one or leave the key out"),
        ("? [a, b]\n: 1", "heart.yaml:1: a key must be a word; write `key: value`"),
        (
            "a: [1, 2",
            "heart.yaml:1: this is no readable YAML (expected ',' or ']', but got '<stream end>'); correct the line",
        ),
        (
            "- a\n- b\n",
            "heart.yaml: the file must hold keys with values; begin with a line such as `policy: core/heart`",
        ),
        ("", "heart.yaml: the file must hold keys with values; begin with a line such as `policy: core/heart`"),
    ],
)
def test_what_is_not_plain_yaml_is_refused_with_its_line(text, sentence):
    assert problems(text) == (sentence,)


def test_a_directive_is_refused():
    assert problems("%YAML 1.2\n---\na: 1")[0] == "heart.yaml:1: a directive (%...) is refused; remove the line"


def test_an_anchor_and_its_alias_are_both_told():
    assert [sentence.partition(": ")[0] for sentence in problems("a: &x 1\nb: *x\n")] == [
        "heart.yaml:1",
        "heart.yaml:2",
    ]


def test_of_many_mistakes_of_writing_the_others_are_counted():
    remedy = "there are 10 more mistakes; correct the first 50 and check again"
    assert problems("a: !x 1\n" * 60)[-1] == remedy
    assert problems("a: 1\n" * 61)[-1] == remedy


@pytest.mark.parametrize("number", ["1" * 29, "-0." + "1" * 26])
def test_a_number_of_more_digits_than_are_kept_is_refused(number):
    assert problems(f"a: {number}") == (
        f"heart.yaml:1: the number {number[:28]} ... is longer than 28 signs; round it",
    )
    assert read_document(f"a: {number[:28]}", label="x").content["a"] == Decimal(number[:28])


def test_every_mistake_of_writing_is_told_at_once():
    assert len(problems("a:\nb: 0x1\na: 1\n")) == 3


@pytest.mark.parametrize(
    "text",
    [
        "a: \x01",
        "a: b # \u202ec",
        "a: b\u2066",
        "a: '\ud800'",
        'a: "\\ud800"',
        'a: "\\u202e"',
        'a: "x\\ry"',
        'a: "x\\ty"',
    ],
)
def test_a_character_that_nobody_sees_is_refused(text):
    (sentence,) = problems(text)
    assert sentence.startswith("heart.yaml:1: the character U+")
    assert sentence.endswith(" cannot be seen by a reader; remove it")


def test_a_character_that_no_text_holds_is_refused():
    (sentence,) = problems("a: \ufffe")
    assert sentence.startswith("heart.yaml: this is no readable YAML (")


def test_a_file_may_end_its_lines_in_either_way_and_hold_tabs_in_remarks():
    assert dict(read_document("a: b # or\tc\r\nd: e\r\n", label="x").content) == {"a": "b", "d": "e"}


def test_a_key_holds_no_such_character_either():
    (sentence,) = problems('"a\\u202e": 1')
    assert sentence == "heart.yaml:1: the character U+202E cannot be seen by a reader; remove it"


def test_deep_nesting_is_refused_before_it_is_read():
    assert problems("a: " + "[" * 5000) == (
        "heart.yaml:1: lists and blocks are nested deeper than 20; write them flatter",
    )


def test_an_endless_file_is_refused():
    assert problems("#" * 2_000_001) == (
        "heart.yaml: the file is longer than 2000000 characters; split it or shorten it",
    )


def test_comments_are_found_and_hashes_in_texts_are_not():
    text = "# one\na: 'x # no'  # two\nb: |\n  # no\n  text\nc: >-\n  folded # no\n# three\nd: x#no\n"
    assert comments(text) == ((1, "one"), (2, "two"), (8, "three"))

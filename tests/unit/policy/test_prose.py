from __future__ import annotations

import pytest

from bequest.policy.library import names, versions
from bequest.policy.prose import prose_problems
from unit.policy.policy_text import policy_text


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("# when: always\n", ["when:"]),
        ("# see cite: core\n", ["cite:"]),
        ("# by waiting_days and urgency\n", ["waiting_days", "urgency"]),
        ("# waiting days, as a person would say\n", []),
    ],
)
def test_words_that_look_like_a_rule_are_found_in_comments(written, words):
    found = prose_problems(written + policy_text(), label="heart.yaml")
    assert [sentence.split("'")[1] for sentence in found] == words


def test_words_that_look_like_a_rule_are_found_in_the_title():
    assert prose_problems(policy_text(title="Ranked by urgency_days"), label="heart.yaml") == (
        "heart.yaml:3: the words 'urgency_days' look like a rule, and nothing reads them here; say it in other words",
    )


def test_a_file_without_a_title_is_judged_by_its_comments():
    assert prose_problems("a: 1 # when: x\n", label="x.yaml")[0].startswith("x.yaml:1: the words 'when:'")


def test_no_file_of_the_library_holds_such_words():
    entries = [entry for name in names() for entry in versions(name)]
    assert [prose_problems(entry.written, label=entry.place) for entry in entries] == [()] * len(entries)

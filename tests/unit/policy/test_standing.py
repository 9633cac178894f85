from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bequest.model.enums import PolicyStatus
from bequest.policy import policy
from bequest.policy.policy import Adoption
from bequest.policy.sources import Certainty
from bequest.policy.standing import CERTAINTY_WORDS, status_words


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (PolicyStatus.OWN, "adopted by nobody yet"),
        (PolicyStatus.UNVERIFIED, "Never for a live offer"),
        (PolicyStatus.REFERENCE, "not the issuer's own system"),
        (PolicyStatus.PUBLISHED, "the text that its issuer published"),
    ],
)
def test_each_status_is_told_with_what_it_means(status, words):
    assert words in status_words(replace(policy("core/heart"), status=status))


def test_whoever_adopted_a_policy_is_named():
    adopted = Adoption("the council", date(2026, 2, 1), "https://example.org/reasons")
    assert status_words(replace(policy("core/heart"), adopted=adopted)) == "own, adopted by the council on 2026-02-01."


def test_an_adopted_policy_that_is_unverified_says_so_first():
    adopted = Adoption("the council", date(2026, 2, 1), "https://example.org/reasons")
    words = status_words(replace(policy("core/heart"), adopted=adopted, status=PolicyStatus.UNVERIFIED))
    assert words.startswith("UNVERIFIED")


def test_every_certainty_has_its_words():
    assert set(CERTAINTY_WORDS) == set(Certainty)

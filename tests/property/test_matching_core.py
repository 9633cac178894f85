"""The laws of the core policies over waiting lists with every column and computed factors."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from bequest.matching.pair import pair_of
from core_pools import CoreQuestion, core_questions
from run_checks import assert_as_the_oracle, assert_equal

# Less generated work a law than the profile gives, so that `make test` stays quick.
SOME = settings(max_examples=max(settings.default.max_examples // 2, 10))
pytestmark = pytest.mark.timeout(900)  # a failing case takes long to make small


@SOME
@given(core_questions())
def test_both_evaluators_give_what_the_oracle_says_of_the_core_policies(question: CoreQuestion) -> None:
    plain = question.run("numpy")
    assert_as_the_oracle(plain, oracle.outcome(plain.policy, pair_of(plain.donor, plain.pool, at=plain.at)))
    assert_equal(plain, question.run("numba"))


@SOME
@given(core_questions(), st.data())
def test_a_longer_wait_never_lowers_a_rank(question: CoreQuestion, data) -> None:
    before = question.run()
    names = question.registrations["registration"]
    chosen = data.draw(st.sampled_from([entry.registration for entry in before.ranked()] or names))
    days = data.draw(st.integers(1, 4000))
    after = question.listed_earlier(names.index(chosen), days=days).run()
    places = zip(before.rank_of(chosen), after.rank_of(chosen), strict=True)
    assert all(later <= earlier for earlier, later in places)

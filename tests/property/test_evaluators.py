"""Three ways to the same integers over generated policies, donors and pools: plain, compiled, and the tests' oracle."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import oracle
from bequest.matching.pair import pair_of
from run_checks import assert_as_the_oracle, assert_equal
from strategies import AT, Drawn, Question, donors, frame_of, policies, questions

FEW = settings(max_examples=max(settings.default.max_examples // 10, 5))
"""For what is slow: lists longer than the block in which the compiled evaluator works."""
pytestmark = pytest.mark.timeout(900)  # a failing case takes long to make small


def expected(question):
    """Return what the oracle says of a question."""
    pair = pair_of(question.donor, question.frame.pool(), at=AT)
    return oracle.outcome(question.policy, pair, inputs=question.drawn.inputs, seed=question.drawn.seed)


@given(questions())
def test_both_evaluators_give_what_the_oracle_says(question: Question) -> None:
    plain = question.run("numpy")
    assert_as_the_oracle(plain, expected(question))
    assert_equal(plain, question.run("numba"))


@FEW
@given(questions(contest=True, most_rows=300))
def test_both_evaluators_give_what_the_oracle_says_of_hundreds_in_a_contest(question: Question) -> None:
    plain = question.run("numpy")
    assert_as_the_oracle(plain, expected(question))
    assert_equal(plain, question.run("numba"))


@pytest.mark.jit
@FEW
@given(policies(), st.integers(2000, 5000), st.integers(0, 2**32 - 1), st.data())
def test_the_evaluators_agree_on_long_lists(drawn: Drawn, rows: int, seed: int, data) -> None:
    frame = frame_of(drawn, rows=rows, rng=np.random.default_rng(seed))
    question = Question(drawn, data.draw(donors(drawn)), frame)
    assert_equal(question.run("numpy"), question.run("numba"))

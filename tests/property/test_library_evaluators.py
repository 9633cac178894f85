"""Every policy of the library by all evaluators: plain, compiled, and the tests' oracle demand the same integers."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import oracle
from bequest.matching import run
from bequest.matching.pair import pair_of
from bequest.model.errors import InputError
from library_pools import IDS, POLICIES, SEED, question_of, stated
from run_checks import assert_as_the_oracle, assert_equal
from strategies import AT, donors, frame_of

FEW = settings(max_examples=max(settings.default.max_examples // 25, 5))
"""For each of the library's many policies."""
SEEDS = st.integers(0, 2**32 - 1)
pytestmark = [pytest.mark.timeout(900), pytest.mark.parametrize("policy", POLICIES, ids=IDS)]


def both(ask):
    """Return the run by each evaluator; leave out donors who have no list, or whose list a missing fact decides."""
    try:
        return ask("numpy"), ask("numba")
    except InputError as none:
        assume("not for this one" not in str(none) and "the list cannot be chosen" not in str(none))
        raise


def assert_told_alike(plain, compiled, inputs):
    """Demand the same of both evaluators and of the oracle."""
    pair = pair_of(plain.donor, plain.pool, at=plain.at)
    assert_as_the_oracle(plain, oracle.outcome(plain.policy, pair, inputs=inputs, seed=SEED))
    assert_equal(plain, compiled)


@FEW
@given(seed=SEEDS)
def test_all_evaluators_agree_on_lists_as_files_hold_them(policy, seed):
    question = question_of(policy, seed)
    assert_told_alike(*both(question.run), question.inputs)


@FEW
@given(seed=SEEDS, rows=st.integers(0, 40), data=st.data())
def test_all_evaluators_agree_where_the_rules_of_the_policy_change(policy, seed, rows, data):
    drawn = stated(policy, seed)
    donor, pool = data.draw(donors(drawn)), frame_of(drawn, rows=rows, rng=np.random.default_rng(seed)).pool()

    def ask(evaluator):
        return run(
            policy, donor, organ=policy.organ, pool=pool, at=AT, inputs=drawn.inputs, lottery_seed=SEED,
            allow_unverified=True, evaluator=evaluator,
        )  # fmt: skip

    assert_told_alike(*both(ask), drawn.inputs)

"""What a match run is made of can be handed to another process, and is there what it was here."""

from __future__ import annotations

import copy
import pickle
from types import MappingProxyType

import numpy as np
import pytest

from bequest.matching import run
from small_runs import points, small_policy, small_run

RUN = small_run(
    {"Anna": {"waiting_days": 300}, "Ben": {}, "Cleo": {"height_cm": None}},
    policy=small_policy(points=points("of: waiting_days, missing: 0"), order="[points desc]"),
)


def again(record):
    return pickle.loads(pickle.dumps(record))  # noqa: S301  what this test itself has just pickled


def test_a_match_run_is_the_same_run_there():
    found = again(RUN)
    assert found.digest == RUN.digest
    assert found.to_dict() == RUN.to_dict()
    assert [str(found.explain(f"R-{name}")) for name in ("Anna", "Ben", "Cleo")] == [
        str(RUN.explain(f"R-{name}")) for name in ("Anna", "Ben", "Cleo")
    ]


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
def test_what_was_pickled_can_be_run_again(evaluator):
    policy, donor, pool = again((RUN.policy, RUN.donor, RUN.pool))
    assert run(policy, donor, organ="kidney", pool=pool, at=RUN.at, evaluator=evaluator).digest == RUN.digest


def test_policy_and_donor_are_equal_there():
    assert again(RUN.policy) == RUN.policy
    assert again(RUN.donor) == RUN.donor


def test_what_could_not_be_changed_here_cannot_be_changed_there():
    found = again(RUN)
    assert isinstance(found.donor.facts, MappingProxyType)
    assert not found.pool.codes.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        found.pool.numbers[0] = 1


def test_a_deep_copy_is_the_same_run():
    assert copy.deepcopy(RUN).digest == RUN.digest


def test_an_array_that_may_be_changed_stays_so():
    assert again(RUN).evaluation.points.flags.writeable == RUN.evaluation.points.flags.writeable
    assert np.array_equal(again(RUN).evaluation.points, RUN.evaluation.points)

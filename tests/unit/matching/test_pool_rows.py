"""A list made of some rows of a larger one is the list that the same facts make."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from bequest.matching import run
from bequest.matching.pool import build_pool
from bequest.matching.pool_rows import pool_of_rows
from library_pools import POLICIES, question_of


@pytest.mark.parametrize("name", ["core/kidney", "core/heart", "eurotransplant/etkas", "us/lung"])
@pytest.mark.parametrize("kept", [[0], [1, 2, 5, 8, 13, 21, 34], list(range(40))])
def test_it_is_ranked_as_the_same_facts_are_and_digested_alike(name, kept):
    asked = question_of(next(policy for policy in POLICIES if policy.name == name), 3)
    pool, rows = asked.pool, np.array(kept, dtype=np.intp)
    part = pool_of_rows(pool, rows, as_of=pool.as_of, registrations=pool.registrations[rows])
    names = set(part.registrations.tolist())
    where = [place for place, one in enumerate(asked.registrations["registration"]) if one in names]
    columns = {
        column: np.asarray(values, dtype=object)[where].tolist() for column, values in asked.registrations.items()
    }
    columns = {
        column: np.array(values, dtype=asked.registrations[column].dtype)
        if isinstance(asked.registrations[column], np.ndarray)
        else values
        for column, values in columns.items()
    }
    built = build_pool(asked.policy.organ, as_of=pool.as_of, registrations=columns, centres=asked.places)
    assert part.digest == built.digest

    def ranked(one, evaluator):
        return run(
            asked.policy, asked.donor, organ=asked.policy.organ, pool=one, at=pool.as_of, inputs=asked.inputs,
            lottery_seed="00ff", allow_unverified=True, evaluator=evaluator,
        )  # fmt: skip

    assert ranked(part, "numpy").results_digest == ranked(built, "numpy").results_digest
    assert ranked(part, "numba").results_digest == ranked(built, "numpy").results_digest


def test_the_texts_of_its_rows_are_those_of_the_whole_list_also_in_another_process():
    pool = question_of(next(policy for policy in POLICIES if policy.name == "core/kidney"), 3).pool
    rows = np.array([1, 2, 5], dtype=np.intp)
    part = pool_of_rows(pool, rows, as_of=pool.as_of, registrations=pool.registrations[rows])
    wanted = {name: (texts[1], texts[2], texts[5]) for name, texts in pool.texts.items()}
    assert dict(part.texts) == dict(pickle.loads(pickle.dumps(part)).texts) == wanted  # noqa: S301  our own bytes
    assert len(part.texts) == len(pool.texts)

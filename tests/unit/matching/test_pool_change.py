"""A list of which a few have other facts than before is the list that all facts make."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from bequest.matching import run
from bequest.matching.pool import build_pool
from bequest.matching.pool_change import changed_pool
from library_pools import POLICIES, question_of

TEXTS = {"registration", "candidate", "centre", "country", "hla", "unacceptable_antigens"}


def taken(columns, rows):
    """Return columns of some rows."""
    return {
        name: values[rows] if isinstance(values, np.ndarray) else [values[row] for row in rows]
        for name, values in columns.items()
    }


def exchanged(columns, rows, others, names):
    """Return columns in which some rows have the values of other rows, in the columns named."""
    order = list(range(len(columns["registration"])))
    for row, other in zip(rows, others, strict=True):
        order[row] = other
    return {**columns, **taken({name: columns[name] for name in names}, order)}


@pytest.mark.parametrize("name", ["core/kidney", "core/heart", "core/liver", "eurotransplant/etkas", "us/lung"])
@pytest.mark.parametrize("seed", range(6))
def test_it_is_digested_and_ranked_as_the_pool_that_is_built_anew(name, seed):
    asked = question_of(next(policy for policy in POLICIES if policy.name == name), 3)
    draw = Random(seed)  # noqa: S311  it chooses who changes
    size = len(asked.registrations["registration"])
    rows = sorted(draw.sample(range(size), 1 + 3 * seed))
    others = [draw.randrange(size) for _ in rows]
    changing = sorted(set(asked.registrations) - TEXTS)
    names = changing if seed % 2 else draw.sample(changing, min(4, len(changing)))
    columns = exchanged(asked.registrations, rows, others, names)
    organ = asked.policy.organ
    built = build_pool(organ, as_of=asked.pool.as_of, registrations=columns, centres=asked.places)
    few = build_pool(organ, as_of=asked.pool.as_of, registrations=taken(columns, rows), centres=asked.places)
    changed = changed_pool(asked.pool, few)
    assert changed is not None
    assert changed.digest == built.digest

    def ranked(pool, evaluator):
        return run(
            asked.policy, asked.donor, organ=organ, pool=pool, at=pool.as_of, inputs=asked.inputs,
            lottery_seed="00ff", allow_unverified=True, evaluator=evaluator,
        )  # fmt: skip

    assert ranked(changed, "numpy").digest == ranked(built, "numpy").digest
    # What was changed once can be changed back.
    back = build_pool(
        organ, as_of=asked.pool.as_of, registrations=taken(asked.registrations, rows), centres=asked.places
    )
    again = changed_pool(changed, back)
    assert again is not None
    assert again.digest == asked.pool.digest
    assert ranked(again, "numpy").digest == ranked(asked.pool, "numpy").digest


@pytest.mark.parametrize("name", ["hla", "unacceptable_antigens", "registration"])
def test_another_text_is_for_the_whole_pool(name):
    asked = question_of(next(policy for policy in POLICIES if policy.name == "core/kidney"), 3)
    texts = {"hla": "A1 A2 B7 B8 DR1 DR4", "unacceptable_antigens": "A3 A11", "registration": "R-new"}
    columns = {**taken(asked.registrations, [0]), name: [texts[name]]}
    few = build_pool(asked.policy.organ, as_of=asked.pool.as_of, registrations=columns, centres=asked.places)
    assert changed_pool(asked.pool, few) is None


def test_who_has_the_same_facts_as_before_changes_nothing():
    asked = question_of(next(policy for policy in POLICIES if policy.name == "core/kidney"), 3)
    columns = taken(asked.registrations, [0, 2])
    few = build_pool(asked.policy.organ, as_of=asked.pool.as_of, registrations=columns, centres=asked.places)
    assert changed_pool(asked.pool, few).digest == asked.pool.digest


def test_other_columns_or_places_are_for_the_whole_pool():
    asked = question_of(next(policy for policy in POLICIES if policy.name == "core/kidney"), 3)
    columns = taken(asked.registrations, [0])
    organ, at = asked.policy.organ, asked.pool.as_of
    del columns["cpra_percent"]
    few = build_pool(organ, as_of=at, registrations=columns, centres=asked.places)
    assert changed_pool(asked.pool, few) is None

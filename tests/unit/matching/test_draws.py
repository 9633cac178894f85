"""Knows what the keyed draws must do."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from bequest.matching.draws import bits, uniform

OBJECTS = np.arange(1, 100_001, dtype=np.uint64)


def test_the_draws_of_the_published_vector_are_reproduced() -> None:
    drawn = uniform(1, "acceptance", 7, np.array([1, 2, 3], dtype=np.uint64))

    assert drawn.tolist() == [0.8552943566160571, 0.882783154490885, 0.009997860322361496]


def test_a_number_and_its_text_are_the_same_seed_and_subject() -> None:
    assert uniform("1", "acceptance", "7", OBJECTS[:3]).tolist() == uniform(1, "acceptance", 7, OBJECTS[:3]).tolist()


def test_any_subset_in_any_order_is_given_the_same_numbers() -> None:
    some = np.array([77, 5, 40_000], dtype=np.uint64)

    assert uniform(1, "q", 1, some).tolist() == uniform(1, "q", 1, OBJECTS)[[76, 4, 39_999]].tolist()


def test_the_shape_of_the_objects_is_kept() -> None:
    assert uniform(1, "q", 1, OBJECTS[:6].reshape(2, 3)).shape == (2, 3)


def test_no_objects_give_no_draws() -> None:
    assert uniform(1, "q", 1, OBJECTS[:0]).shape == (0,)


def test_a_single_object_gives_a_single_draw_without_a_warning() -> None:
    assert bits(1, "q", 1, np.array(2**64 - 1, dtype=np.uint64)).shape == ()


def test_draws_fill_the_unit_interval_evenly() -> None:
    drawn = uniform(1, "evenness", 1, OBJECTS)

    assert drawn.min() >= 0.0
    assert drawn.max() < 1.0
    assert drawn.mean() == pytest.approx(0.5, abs=0.005)
    assert drawn.var() * 12 == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize(
    ("seed", "question", "subject"),
    [(2, "q", 1), (1, "r", 1), (1, "q", 2)],
    ids=["another seed", "another question", "another subject"],
)
def test_another_key_gives_unrelated_numbers(seed: int, question: str, subject: int) -> None:
    one, other = uniform(1, "q", 1, OBJECTS), uniform(seed, question, subject, OBJECTS)

    assert abs(np.corrcoef(one, other)[0, 1]) < 0.015


def test_the_53_bits_of_a_number_are_the_upper_bits_of_the_draw() -> None:
    assert uniform(1, "q", 1, OBJECTS[:5]).tolist() == [
        int(word) / 2**64 for word in bits(1, "q", 1, OBJECTS[:5]) >> 11 << 11
    ]


def test_a_fresh_process_with_another_hash_seed_draws_the_same() -> None:
    code = (
        "import numpy as np; from bequest.matching.draws import uniform; "
        "print(uniform('f00d', 'lottery', 'D-0001', np.arange(5, dtype=np.uint64)).tolist())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for hash_seed in ("1", "2")
    }

    assert printed == {f"{uniform('f00d', 'lottery', 'D-0001', np.arange(5, dtype=np.uint64)).tolist()}\n"}

from __future__ import annotations

import numpy as np
import pytest

from bequest.matching.kernel.sort import insert, sort_rows


def sorted_rows(count, bits):
    """Return rows sorted by words of so many bits, and what a stable sort makes of them."""
    rng = np.random.default_rng(1000 * count + bits)
    words = rng.integers(0, 2 ** min(bits, 63), count, dtype=np.uint64)
    rows = np.arange(count, dtype=np.int64) + 100
    wanted = rows[np.argsort(words, kind="stable")]
    spent = np.stack([words, np.zeros_like(words)])
    sort_rows(rows, spent, np.empty(count, dtype=np.int64), bits)
    return rows.tolist(), wanted.tolist()


@pytest.mark.parametrize("bits", [1, 2, 7, 8, 9, 16, 17, 24, 40, 63])
@pytest.mark.parametrize("count", [0, 1, 2, 24, 25, 200])
def test_rows_are_sorted_by_their_words_and_equal_ones_keep_their_place(count, bits):
    got, wanted = sorted_rows(count, bits)
    assert got == wanted


@pytest.mark.parametrize("bits", [1, 11, 12, 22, 23])
def test_many_rows_are_sorted_by_larger_digits(bits):
    got, wanted = sorted_rows(4100, bits)
    assert got == wanted


def test_without_words_rows_stay_as_they_are():
    rows = np.array([3, 1, 2])
    sort_rows(rows, np.zeros((2, 3), dtype=np.uint64), np.empty(3, dtype=np.int64), 0)
    assert rows.tolist() == [3, 1, 2]


def test_a_few_rows_are_put_in_one_by_one():
    rows = np.array([5, 6, 7])
    insert(rows, np.array([2, 1, 1], dtype=np.uint64))
    assert rows.tolist() == [6, 7, 5]

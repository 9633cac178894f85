"""Knows the compiled sort: rows by a word each, digit by digit, so that equal ones keep their place."""

from __future__ import annotations

import numpy as np
from numba import njit

_FEW = 24
_MANY = 4096
_SMALL_DIGIT, _LARGE_DIGIT = 8, 11


@njit
def sort_rows(rows, words, spare, used):
    """Sort rows by the lowest `used` bits of their words[0], which have no others; `words` and `spare` are spent."""
    count = len(rows)
    word, other, own, moved = words[0, :count], words[1, :count], rows, spare[:count]
    if used == 0:
        return
    if count <= _FEW:
        insert(rows, word)
        return
    most = _LARGE_DIGIT if count > _MANY else _SMALL_DIGIT
    passes = (used + most - 1) // most
    digit = (used + passes - 1) // passes
    counts = np.empty((1 << digit) + 1, dtype=np.int64)
    for step in range(passes):
        _distribute(own, word, np.uint64(step * digit), counts, moved, other)
        word, other, own, moved = other, word, moved, own
    if passes % 2 == 1:
        rows[:] = own


@njit
def insert(rows, word):
    """Sort a few rows by their words."""
    for place in range(1, len(rows)):
        row, key = rows[place], word[place]
        before = place
        while before > 0 and word[before - 1] > key:
            rows[before], word[before] = rows[before - 1], word[before - 1]
            before -= 1
        rows[before], word[before] = row, key


@njit
def _distribute(rows, word, shift, counts, to_rows, to_word):
    """Bring rows and their words into the order of one digit, whose values `counts` has room for and one more."""
    counts[:] = 0
    last = np.uint64(len(counts) - 2)
    for place in range(len(rows)):
        counts[((word[place] >> shift) & last) + np.uint64(1)] += 1
    for digit in range(1, len(counts)):
        counts[digit] += counts[digit - 1]
    for place in range(len(rows)):
        digit = (word[place] >> shift) & last
        to = counts[digit]
        to_rows[to], to_word[to] = rows[place], word[place]
        counts[digit] = to + 1

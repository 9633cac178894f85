"""Knows how the kernels are handed the columns of a run: all values in one array, all codes in two matrices."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numba import njit

from bequest.matching.coded import OWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from bequest.matching.coded import Coded, Codes


class Columns(NamedTuple):
    """Hold the columns of one run: the value of column k for registration i is values[start[k] + codes[i]].

    Its codes are row `row[k]` of the pool's matrix, or row -1 - `row[k]` of the run's own where that is negative.
    """

    pool: NDArray[np.uint32]  # (rows, registrations), read-only
    own: NDArray[np.uint32]  # (rows, registrations), read-only
    row: NDArray[np.int64]  # (columns,)
    start: NDArray[np.int64]  # (columns + 1,)
    values: NDArray[np.int64]  # (values of all columns,)


def columns_of(columns: Sequence[Coded], pool: NDArray[np.uint32]) -> Columns:
    """Return the columns of a run as the kernels take them; `pool` is the pool's matrix of codes."""
    # Several columns may share their codes; those are handed over once.
    own: dict[int, tuple[int, Codes]] = {}
    for column in columns:
        if column.row == OWN:
            own.setdefault(id(column.codes), (len(own), column.codes))
    codes = np.empty((len(own), pool.shape[1]), dtype=np.uint32)
    for place, of_columns in own.values():
        codes[place] = of_columns
    codes.setflags(write=False)
    values = [column.values for column in columns]
    return Columns(
        pool=pool,
        own=codes,
        row=np.array(
            [-1 - own[id(each.codes)][0] if each.row == OWN else each.row for each in columns], dtype=np.int64
        ),
        start=np.array([0, *accumulate(map(len, values))], dtype=np.int64),
        values=np.concatenate(values),
    )


@njit
def codes_of(columns, column):
    """Return the codes of a column, shape (registrations,)."""
    row = columns.row[column]
    return columns.pool[row] if row >= 0 else columns.own[-1 - row]

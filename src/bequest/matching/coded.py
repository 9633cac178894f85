"""Knows how a column is held: the values that occur, and for each registration which of them it has.

A factor of one column then works on the few values that occur, not on every registration, and the kernel reads a small
number instead of a large one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Codes = NDArray[np.uint32] | NDArray[np.uint8]

OWN = -1
"""The row of a column whose codes belong to one run, not to the pool."""
ALIKE = 0
"""The row of a pool's codes in which every registration has the first value."""
EACH = 1
"""The row of a pool's codes in which every registration has a value of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Hold a column: `values[codes]` is an int64 for each registration, MISSING where there is none.

    `row` says which row of the pool's matrix of codes `codes` is, or OWN.
    """

    values: Whole  # (values,)
    codes: Codes  # (registrations,), places in `values`; those of a pool are uint32
    row: int

    def __len__(self) -> int:
        """Return the number of registrations."""
        return len(self.codes)

    def at(self, registration: int) -> int:
        """Return the value of the registration in one row of the pool."""
        return int(self.values[self.codes[registration]])

    def whole(self) -> Whole:
        """Return the value of every registration, shape (registrations,)."""
        return self.values[self.codes]

    def having(self, values: Whole) -> Coded:
        """Return the column in which each of the values has become another one."""
        return Coded(values, self.codes, self.row)


def few(values: Whole) -> Coded:
    """Return a column of few different values, with codes of its own."""
    found, codes = np.unique(values, return_inverse=True)
    return Coded(found, codes.astype(np.uint32), OWN)


def coded(
    columns: Mapping[str, Whole], *, together: Sequence[Sequence[str]], registrations: int
) -> tuple[NDArray[np.uint32], dict[str, Coded]]:
    """Return a matrix of codes, shape (rows, registrations), and the columns by name.

    Columns that are read `together` share their codes: one for each combination of their values that occurs. Where
    nearly every registration has its own the codes are the row EACH, and where all have the same the row ALIKE.
    """
    joined = {name for names in together for name in names}
    rows: list[NDArray[np.integer]] = [np.zeros(registrations, dtype=np.uint32), np.arange(registrations)]
    found: dict[str, tuple[Whole, int]] = {}
    for names in (*((name,) for name in columns if name not in joined), *together):
        first, codes = combinations([columns[name] for name in names])
        row = ALIKE if len(first) == 1 else EACH if 2 * len(first) > registrations else len(rows)
        if row == len(rows):
            rows.append(codes)
        found |= {name: (columns[name] if row == EACH else columns[name][first], row) for name in names}
    matrix = np.array(rows, dtype=np.uint32)
    matrix.setflags(write=False)
    return matrix, {name: Coded(_frozen(values), matrix[row], row) for name, (values, row) in found.items()}


def combinations(columns: Sequence[Whole]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the first registration with each combination of values, and for each registration its combination."""
    _, first, codes = np.unique(columns[0], return_index=True, return_inverse=True)
    for column in columns[1:]:
        values, own = np.unique(column, return_inverse=True)
        _, first, codes = np.unique(codes * len(values) + own, return_index=True, return_inverse=True)
    return first, codes


def _frozen(values: Whole) -> Whole:
    values.setflags(write=False)
    return values

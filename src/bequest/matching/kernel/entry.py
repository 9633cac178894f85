"""Knows the one door to the kernels: a function that numba compiles once and keeps on disk."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from numba import njit

from bequest.matching.kernel.evaluate import evaluated

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    from bequest.matching.decision_table import DecisionTable
    from bequest.matching.kernel.columns import Columns

    Masks = tuple[NDArray[np.uint64], NDArray[np.uint64]]
    Result = tuple[
        NDArray[np.uint64],
        NDArray[np.uint64],
        NDArray[np.int16],
        NDArray[np.bool_],
        NDArray[np.int64],
        NDArray[np.int64],
        NDArray[np.int64],
    ]
    Kernel = Callable[[Columns, DecisionTable, Masks], Result]


@cache
def kernel() -> Kernel:
    """Return the compiled evaluation: columns, tables and masks in, the arrays of an Evaluation out, in its order.

    `masks`: the atoms that each conjunction wants true, and those it wants false.
    """
    return _compiled(_digest())


def _compiled(digest: str) -> Kernel:
    """Return the evaluation, compiled or read from disk.

    numba takes what it kept as long as the file with the function is unchanged. The kernels are several files, so their
    digest is bound to the function, and with it belongs to the name under which numba keeps it.
    """

    @njit(cache=True)
    def evaluate(columns, table, masks):
        assert len(digest) > 0, "bound, so that numba sees it"
        return evaluated(columns, table, masks)

    return evaluate


def _digest() -> str:
    """Return the SHA-256 of the kernels' source files."""
    digest = hashlib.sha256()
    sources = [entry for entry in files("bequest.matching.kernel").iterdir() if entry.name.endswith(".py")]
    for file in sorted(sources, key=lambda entry: entry.name):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()

"""Knows how to compile the kernel ahead of time: `python -m bequest.matching.warm` fills numba's cache on disk."""

from __future__ import annotations

import numpy as np

from bequest.matching.decision_table import DecisionTable, KeyTable, TermTable
from bequest.matching.kernel.columns import Columns
from bequest.matching.kernel.entry import kernel


def warm() -> None:
    """Compile the kernel for the one signature it has, by running it on an empty pool."""
    words = np.zeros(0, dtype=np.uint64)
    wholes = np.zeros(0, dtype=np.int64)
    truths = np.zeros(0, dtype=np.bool_)
    table = DecisionTable(
        column_rows=wholes,
        edge_start=np.zeros(1, dtype=np.int64),
        edges=wholes,
        region_true=words.reshape((0, 1)),
        region_false=words.reshape((0, 1)),
        condition_start=np.zeros(1, dtype=np.int64),
        screens=0,
        listing_start=np.zeros(2, dtype=np.int64),
        terms=TermTable(
            column=wholes,
            condition=wholes,
            times=wholes.reshape((0, 0)),
            missing=wholes,
            relative=truths,
            segment_start=np.zeros(1, dtype=np.int64),
            edges=wholes,
            a=wholes,
            b=wholes,
            q=wholes,
            unit=1,
            round_each=False,
        ),
        keys=KeyTable(
            column=wholes,
            descending=truths,
            missing_first=truths,
            of_class=wholes.reshape((0, 0)),
            position=wholes,
        ),
    )
    codes = np.zeros((0, 0), dtype=np.uint32)
    codes.setflags(write=False)
    columns = Columns(pool=codes, own=codes, row=wholes, start=np.zeros(1, dtype=np.int64), values=wholes)
    kernel()(columns, table, (words.reshape((0, 1)), words.reshape((0, 1))))


if __name__ == "__main__":
    warm()

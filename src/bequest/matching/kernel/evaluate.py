"""Knows the compiled evaluation of one run: screens, classes, points, order.

Integers only, no fastmath, no parallel reduction; bequest.matching.plain defines what it must return.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bequest.matching.kernel.judge import classify, screen
from bequest.matching.kernel.order import order
from bequest.matching.kernel.points import score


@njit
def evaluated(columns, table, masks):
    """Return the arrays of an Evaluation, in its order.

    `masks`: the atoms that each conjunction wants true, and those it wants false.
    """
    people, listings = columns.pool.shape[1], len(table.listing_start) - 1
    failed, unknown, admitted = screen(columns, table, masks)
    placed, passed_over, holds = classify(columns, table, masks, admitted)
    class_ = np.full((listings, people), -1, dtype=np.int16)
    class_unknown = np.zeros((listings, people), dtype=np.bool_)
    points = np.zeros((listings, people), dtype=np.int64)
    rows, classes, held = np.empty(placed.size, np.int64), np.empty(placed.size, np.int64), np.empty_like(holds)
    count = 0
    for listing in range(listings):
        start, first = count, table.listing_start[listing] - table.screens
        for place in range(len(admitted)):
            row, own = admitted[place], placed[listing, place]
            class_[listing, row] = own
            class_unknown[listing, row] = passed_over[listing, place]
            rows[count], classes[count], held[count - start] = row, first + own, holds[place]
            count += own >= 0
        if len(table.terms.column) > 0:
            ranked = rows[start:count]
            total = score(columns, table.terms, ranked, classes[start:count], held[: len(ranked)])
            for place in range(len(ranked)):
                points[listing, ranked[place]] = total[place]
    listing_of, row_of = order(columns, table, rows[:count], classes[:count], points)
    return failed, unknown, class_, class_unknown, points, listing_of, row_of

"""Knows the compiled loop that judges every candidate from decision tables.

Integers only, no fastmath, no parallel reduction; bequest.matching.plain defines what it must return. Candidates who
are alike in all that conditions can see of them get the same answers, so each pattern is judged once (patterns.py).
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bequest.matching.kernel.patterns import patterns_of


@njit
def screen(columns, table, masks):
    """Return which screens each registration failed, which cannot be judged, and the rows that every screen admits.

    `masks`: the atoms each conjunction wants true, and those it wants false.
    """
    people = columns.pool.shape[1]
    judged = _read(table, masks, 0, table.screens)
    numbers, regions = patterns_of(columns, table, judged, np.arange(people))
    failed_of, unknown_of = _screened(table, masks, judged, regions)
    failed, unknown = np.empty(people, dtype=np.uint64), np.empty(people, dtype=np.uint64)
    rows, admitted = np.empty(people, dtype=np.int64), 0
    for row in range(people):
        failed[row] = failed_of[numbers[row]]
        unknown[row] = unknown_of[numbers[row]]
        rows[admitted] = row
        admitted += (failed[row] | unknown[row]) == 0
    return failed, unknown, rows[:admitted]


@njit
def classify(columns, table, masks, rows):
    """Return class, class unknown, shape (listings, rows), and which terms' conditions hold, shape (rows,).

    A class is -1 where none of a listing's holds. Bit k belongs to the k-th term that has a condition.
    """
    judged = _read(table, masks, table.screens, len(table.condition_start) - 1)
    numbers, regions = patterns_of(columns, table, judged, rows)
    class_of, unknown_of, holds_of = _classified(table, masks, judged, regions)
    class_, unknown = np.empty((len(class_of), len(rows)), np.int16), np.empty((len(class_of), len(rows)), np.bool_)
    for listing in range(len(class_of)):
        for place in range(len(rows)):
            class_[listing, place] = class_of[listing, numbers[place]]
            unknown[listing, place] = unknown_of[listing, numbers[place]]
    holds = np.empty(len(rows), dtype=np.uint64)
    for place in range(len(rows)):
        holds[place] = holds_of[numbers[place]]
    return class_, unknown, holds


@njit
def _read(table, masks, first, last):
    """Return the columns that the conditions from first to last read, as places in table.column_rows."""
    words = masks[0].shape[1]
    found, count = np.empty(len(table.column_rows), dtype=np.int64), 0
    for k in range(len(found)):
        region = table.edge_start[k] + k
        shared = np.uint64(0)
        for word in range(words):
            own = table.region_true[region, word] | table.region_false[region, word]
            for conjunction in range(table.condition_start[first], table.condition_start[last]):
                shared |= own & (masks[0][conjunction, word] | masks[1][conjunction, word])
        found[count] = k
        count += shared != 0
    return found[:count]


@njit
def _atoms(table, judged, regions, true, false):
    """Set the atoms that the regions of a pattern make true and false, shape (words,)."""
    for word in range(len(true)):
        true[word], false[word] = np.uint64(0), np.uint64(word == 0)
        for place in range(len(judged)):
            if regions[place] > 0:
                region = table.edge_start[judged[place]] + judged[place] + regions[place] - 1
                true[word] |= table.region_true[region, word]
                false[word] |= table.region_false[region, word]


@njit
def _holds(table, masks, condition, true, false):
    """Judge one condition: 1 where it is true, 0 where it is unknown, -1 where it is false."""
    answer = -1
    for conjunction in range(table.condition_start[condition], table.condition_start[condition + 1]):
        lacking, violated = np.uint64(0), np.uint64(0)
        for word in range(len(true)):
            wanted, unwanted = masks[0][conjunction, word], masks[1][conjunction, word]
            lacking |= (wanted & ~true[word]) | (unwanted & ~false[word])
            violated |= (wanted & false[word]) | (unwanted & true[word])
        if lacking == 0:
            return 1
        if violated == 0:
            answer = 0
    return answer


@njit
def _screened(table, masks, judged, regions):
    """Return the screens that each pattern fails, and those that cannot be judged, as bits."""
    failed, unknown = np.zeros(len(regions), dtype=np.uint64), np.zeros(len(regions), dtype=np.uint64)
    words = masks[0].shape[1]
    true, false = np.empty(words, dtype=np.uint64), np.empty(words, dtype=np.uint64)
    for number in range(len(regions)):
        _atoms(table, judged, regions[number], true, false)
        for bit in range(table.screens):
            answer = _holds(table, masks, bit, true, false)
            failed[number] |= np.uint64(answer < 0) << np.uint64(bit)
            unknown[number] |= np.uint64(answer == 0) << np.uint64(bit)
    return failed, unknown


@njit
def _classified(table, masks, judged, regions):
    """Return for each pattern its class in each listing, whether an earlier one is unknown, and which terms hold."""
    listings, words = len(table.listing_start) - 1, masks[0].shape[1]
    true, false = np.empty(words, dtype=np.uint64), np.empty(words, dtype=np.uint64)
    class_ = np.full((listings, len(regions)), -1, dtype=np.int16)
    unknown = np.zeros((listings, len(regions)), dtype=np.bool_)
    holds = np.zeros(len(regions), dtype=np.uint64)
    last = table.listing_start[listings]
    for number in range(len(regions)):
        _atoms(table, judged, regions[number], true, false)
        for listing in range(listings):
            first = table.listing_start[listing]
            for condition in range(first, table.listing_start[listing + 1]):
                answer = _holds(table, masks, condition, true, false)
                if answer > 0:
                    class_[listing, number] = condition - first
                    break
                unknown[listing, number] |= answer == 0
        for condition in range(last, len(table.condition_start) - 1):
            met = _holds(table, masks, condition, true, false) > 0
            holds[number] |= np.uint64(met) << np.uint64(condition - last)
    return class_, unknown, holds

"""Knows the compiled loop that sums the points of the ranked.

Integers only, no fastmath, no parallel reduction; bequest.matching.plain defines what it must return.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bequest.matching.kernel.columns import codes_of

_MISSING = -(2**63)
_SHARE = 10**6


@njit(error_model="numpy")
def score(columns, terms, rows, class_, holds):
    """Return the points of the ranked rows of one listing, shape (rows,).

    `class_`: their classes. `holds`: bit k says whether the condition of the k-th term that has one is true.
    """
    total = np.zeros(len(rows), dtype=np.int64)
    given = np.empty(len(rows), dtype=np.int64)
    always, conditional = np.ones(len(rows), dtype=np.uint64), np.uint64(0)
    for t in range(len(terms.column)):
        bits, shift = always, np.uint64(0)
        if terms.condition[t] >= 0:
            bits, shift = holds, conditional
            conditional += np.uint64(1)
        if terms.relative[t] or np.any(terms.times[t] >= 0):
            _work_out(columns, terms, t, rows, class_, given)
        elif terms.column[t] < 0:
            given[:] = _rounded(terms, _of_value(terms, t, 0))
        else:
            _look_up(columns, terms, t, rows, given)
        for place in range(len(rows)):
            total[place] += given[place] * np.int64((bits[place] >> shift) & np.uint64(1))
    if not terms.round_each:
        for place in range(len(rows)):
            total[place] = _half_up(total[place], terms.unit)
    return total


@njit(error_model="numpy")
def _look_up(columns, terms, t, rows, given):
    """Give what a term of one column gives: worked out for each value that occurs, or for each row if fewer."""
    column = terms.column[t]
    values = columns.values[columns.start[column] : columns.start[column + 1]]
    codes = codes_of(columns, column)
    if len(rows) < len(values):
        for place in range(len(rows)):
            given[place] = _rounded(terms, _of_value(terms, t, values[codes[rows[place]]]))
        return
    of_value = np.empty(len(values), dtype=np.int64)
    for place in range(len(values)):
        of_value[place] = _rounded(terms, _of_value(terms, t, values[place]))
    for place in range(len(rows)):
        given[place] = of_value[codes[rows[place]]]


@njit(error_model="numpy")
def _of_value(terms, t, x):
    """Return what a term of one column gives for one value, in guard units."""
    if x == _MISSING:
        return terms.missing[t]
    segment = _segment(terms, t, x)
    return _half_up(terms.a[segment] + terms.b[segment] * x, terms.q[segment])


@njit(error_model="numpy")
def _segment(terms, t, x):
    """Return the segment of a term in which a value lies."""
    segment, last = terms.segment_start[t], terms.segment_start[t + 1]
    while segment + 1 < last and terms.edges[segment + 1] <= x:
        segment += 1
    return segment


@njit(error_model="numpy")
def _rounded(terms, given):
    """Return what a term gives in whole units of the points, where the policy rounds each term."""
    return _half_up(given, terms.unit) if terms.round_each else given


@njit(error_model="numpy")
def _half_up(top, bottom):
    """Return top / bottom rounded half up, for a positive bottom."""
    return top if bottom == 1 else (2 * top + bottom) // (2 * bottom)


@njit(error_model="numpy")
def _work_out(columns, terms, t, rows, class_, given):
    """Give what a term gives that looks at several columns or at the whole class."""
    x = np.zeros(len(rows), dtype=np.int64)
    if terms.column[t] >= 0:
        _values(columns, terms.column[t], rows, x)
    known = x != _MISSING
    if terms.relative[t]:
        _share(x, class_)
    bottom = np.empty(len(rows), dtype=np.int64)
    for place in range(len(rows)):
        segment = _segment(terms, t, x[place])
        given[place] = terms.a[segment] + terms.b[segment] * x[place] if known[place] else 0
        bottom[place] = terms.q[segment]
    for slot in range(terms.times.shape[1]):
        if terms.times[t, slot] >= 0:
            _values(columns, terms.times[t, slot], rows, x)
            for place in range(len(rows)):
                known[place] &= x[place] != _MISSING
                given[place] *= x[place] if known[place] else 0
    for place in range(len(rows)):
        exact = _half_up(given[place], bottom[place]) if known[place] else terms.missing[t]
        given[place] = _rounded(terms, exact)


@njit
def _values(columns, column, rows, out):
    """Copy the values of some rows of a column."""
    values, codes = columns.values[columns.start[column] :], codes_of(columns, column)
    for place in range(len(rows)):
        out[place] = values[codes[rows[place]]]


@njit(error_model="numpy")
def _share(values, class_):
    """Turn known values into shares of the largest known value in the same class; 0 where that is not positive."""
    largest = np.zeros(max(class_.max(), 0) + 1 if len(class_) > 0 else 0, dtype=np.int64)
    for place in range(len(values)):
        if values[place] != _MISSING:
            largest[class_[place]] = max(largest[class_[place]], values[place])
    for place in range(len(values)):
        if values[place] != _MISSING:
            bottom = largest[class_[place]]
            top = max(values[place], 0) * _SHARE
            values[place] = (2 * top + bottom) // (2 * bottom) if bottom > 0 else 0

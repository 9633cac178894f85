"""Knows the compiled loop that puts the ranked in order.

Integers only, no fastmath, no parallel reduction; bequest.matching.plain defines what it must return. Classes follow
each other by their position. Inside a class every key of an entry becomes a code, of which the smaller comes first; the
codes are packed into words, the last key lowest, and the words are sorted by their digits.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bequest.matching.kernel.columns import codes_of
from bequest.matching.kernel.sort import insert, sort_rows

_MISSING = -(2**63)
_MOST = 2**63 - 1
_POINTS = -2
_WORD_BITS = 64
_FEW = 256


@njit
def order(columns, table, rows, classes, points):
    """Return listing and row of every entry in order: class position, keys of the class, registration.

    `rows`: the row of every entry, rising within a listing. `classes`: its class, counted through all listings.
    `points`: of everybody, shape (listings, registrations).
    """
    listing_of = _listings(table)
    ordered, ends = _grouped(table.keys.position, rows, classes)
    listings = np.empty_like(ordered)
    codes = _key_codes(columns, table.keys, points)
    words, spare = np.empty((2, len(rows)), dtype=np.uint64), np.empty_like(ordered)
    for number in range(len(listing_of)):
        position, listing = table.keys.position[number], listing_of[number]
        start, end = ends[position], ends[position + 1]
        listings[start:end] = listing
        if end - start > 1:
            _order_class(columns, table.keys, number, codes, points[listing], ordered[start:end], words, spare)
    return listings, ordered


@njit
def _listings(table):
    """Return the listing of every class of all listings."""
    listings = np.empty(len(table.keys.position), dtype=np.int64)
    for listing in range(len(table.listing_start) - 1):
        first, last = table.listing_start[listing] - table.screens, table.listing_start[listing + 1] - table.screens
        listings[first:last] = listing
    return listings


@njit
def _grouped(position, rows, classes):
    """Return the rows class by class in the order of the classes' positions, and where each position starts.

    The class at position p has ordered[starts[p] : starts[p + 1]], rising.
    """
    starts = np.zeros(len(position) + 2, dtype=np.int64)
    for class_ in classes:
        starts[position[class_] + 2] += 1
    for place in range(1, len(starts)):
        starts[place] += starts[place - 1]
    ordered = np.empty_like(rows)
    for place in range(len(rows)):
        own = position[classes[place]] + 1
        ordered[starts[own]] = rows[place]
        starts[own] += 1
    return ordered, starts[:-1]


@njit
def _key_codes(columns, keys, points):
    """Return what makes codes of keys: the code of every value of each key's column, and for the points their ends.

    Codes of key k start at starts[k] and have bits[k] bits. Known values become 1, 2, ... and a missing one 0 or the
    largest, as the key says.
    """
    starts = np.zeros(len(keys.column) + 1, dtype=np.int64)
    for key in range(len(keys.column)):
        column = keys.column[key]
        starts[key + 1] = starts[key] + (0 if column == _POINTS else columns.start[column + 1] - columns.start[column])
    codes, bits = np.empty(starts[-1], dtype=np.uint64), np.empty(len(keys.column), dtype=np.int64)
    low, high = np.int64(0), np.int64(0)
    for key in range(len(keys.column)):
        column = keys.column[key]
        if column == _POINTS:
            low, high = _ends(points.reshape(points.size))
            most = np.uint64(high - low)
        else:
            values = columns.values[columns.start[column] : columns.start[column + 1]]
            most = _encode(values, keys.descending[key], keys.missing_first[key], codes[starts[key] : starts[key + 1]])
        bits[key] = 1
        while bits[key] < _WORD_BITS and (most >> np.uint64(bits[key])) != 0:
            bits[key] += 1
    return codes, starts, bits, low, high


@njit
def _encode(values, descending, missing_first, codes):
    """Fill in the codes of values; return the largest a code can be."""
    low, high = _ends(values)
    most = np.uint64(high - low) + np.uint64(2)
    for place in range(len(values)):
        value = values[place]
        if value == _MISSING:
            codes[place] = np.uint64(0) if missing_first else most
        else:
            codes[place] = np.uint64(high - value if descending else value - low) + np.uint64(1)
    return _rank(codes) if len(codes) <= _FEW else most


@njit
def _rank(codes):
    """Turn a few codes into their ranks among each other, which are shorter; return the largest."""
    places, word = np.arange(len(codes)), codes.copy()
    insert(places, word)
    rank = np.uint64(0)
    for place in range(len(codes)):
        rank += np.uint64(place > 0 and word[place] != word[place - 1])
        codes[places[place]] = rank
    return rank


@njit
def _ends(values):
    """Return the smallest and the largest value that is not missing; 0 and 0 when all are."""
    low, high = np.int64(_MOST), np.int64(-_MOST)
    for value in values:
        if value != _MISSING:
            low, high = min(low, value), max(high, value)
    return (low, high) if low <= high else (np.int64(0), np.int64(0))


@njit
def _order_class(columns, keys, number, codes, points, rows, words, spare):
    """Sort the rows of one class by its keys; equal ones keep their place."""
    code_of, starts, bits, low, high = codes
    word, used = words[0, : len(rows)], 0
    word[:] = 0
    for level in range(keys.of_class.shape[1] - 1, -1, -1):
        key = keys.of_class[number, level]
        if key < 0:
            continue
        if used + bits[key] > _WORD_BITS:
            sort_rows(rows, words, spare, used)
            word[:] = 0
            used = 0
        column, shift = keys.column[key], np.uint64(used)
        if column == _POINTS:
            for place in range(len(rows)):
                value = points[rows[place]]
                word[place] |= np.uint64(high - value if keys.descending[key] else value - low) << shift
        else:
            own, of_row = code_of[starts[key] :], codes_of(columns, column)
            for place in range(len(rows)):
                word[place] |= own[of_row[rows[place]]] << shift
        used += bits[key]
    sort_rows(rows, words, spare, used)

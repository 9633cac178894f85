"""Knows the compiled loop that tells which candidates are alike in all that conditions can see of them.

Of a value conditions see only the region in which it lies (decision_table.py). The regions of a candidate's values
together are the candidate's pattern. There are far fewer patterns than candidates.
"""

from __future__ import annotations

import numpy as np
from numba import njit

from bequest.matching.kernel.columns import codes_of

_MISSING = -(2**63)
_BLOCK = 1024
_KEY_BITS = 63
_NUMBER_BITS = 32
_TAKEN = np.uint64(2**63)
_LOW = np.uint64(2**32 - 1)
_SPREAD_LOW, _SPREAD_HIGH = np.uint64(0x9E3779B1), np.uint64(0x85EBCA77)


@njit
def patterns_of(columns, table, judged, rows):
    """Return each row's pattern, shape (rows,), and the regions of each pattern, shape (patterns, judged columns).

    `judged`: places in table.column_rows. `rows`: registrations. A region is counted from 1; 0 is a missing value.
    """
    region_of = _regions_of_values(columns, table, judged)
    numbers = np.zeros(len(rows), dtype=np.uint32)
    first, used = 0, 0
    shift = np.empty(len(judged), dtype=np.uint64)
    for place in range(len(judged)):
        bits = _bits(table, judged[place])
        if used + bits > _KEY_BITS:
            # The key is full: the number found so far stands for all columns before.
            _number(columns, table, region_of, judged[first:place], shift[first:place], rows, numbers)
            first, used = place, _NUMBER_BITS
        shift[place] = used
        used += bits
    examples = _number(columns, table, region_of, judged[first:], shift[first:], rows, numbers)
    regions = np.empty((len(examples), len(judged)), dtype=np.int64)
    for place in range(len(judged)):
        column = table.column_rows[judged[place]]
        codes, start = codes_of(columns, column), columns.start[column]
        for number in range(len(examples)):
            regions[number, place] = region_of[start + codes[examples[number]]]
    return numbers, regions


@njit
def _bits(table, judged):
    """Return how many bits tell the regions of a column, the missing one included."""
    regions, bits = table.edge_start[judged + 1] - table.edge_start[judged] + 2, 1
    while (1 << bits) < regions:
        bits += 1
    return bits


@njit
def _regions_of_values(columns, table, judged):
    """Return the region of every value of the judged columns, in the places of columns.values."""
    regions = np.empty(len(columns.values), dtype=np.uint16)
    for k in judged:
        column = table.column_rows[k]
        start, end = columns.start[column], columns.start[column + 1]
        values, region = columns.values[start:end], regions[start:end]
        for place in range(len(values)):
            region[place] = values[place] != _MISSING
        # Edge after edge, not value after value: the inner loop then serves several values at once.
        for edge in range(table.edge_start[k], table.edge_start[k + 1]):
            least = table.edges[edge]
            for place in range(len(values)):
                region[place] += values[place] >= least
    return regions


@njit
def _number(columns, table, region_of, judged, shift, rows, numbers):
    """Give each combination of what `numbers` holds with the regions of some columns a number; return a row of each.

    `numbers` (rows,) is changed. A combination is a key of 63 bits that finds its number in an open hash table.
    """
    keys = np.empty(_BLOCK, dtype=np.uint64)
    slots, number_at = np.zeros(4 * _BLOCK, dtype=np.uint64), np.empty(4 * _BLOCK, dtype=np.uint32)
    examples = np.empty(2 * _BLOCK, dtype=np.int64)
    count = 0
    for start in range(0, len(rows), _BLOCK):
        some, own = rows[start : start + _BLOCK], numbers[start : start + _BLOCK]
        for place in range(len(some)):
            keys[place] = _TAKEN | np.uint64(own[place])
        for place in range(len(judged)):
            column = table.column_rows[judged[place]]
            _pack(codes_of(columns, column), some, region_of[columns.start[column] :], shift[place], keys)
        if count + _BLOCK > len(examples):
            slots, number_at, examples = _grown(slots, number_at, examples)
        count = _find(keys, some, slots, number_at, examples, count, own)
    return examples[:count]


@njit
def _pack(codes, rows, region_of, shift, keys):
    """Add the regions of one column to the keys of some rows, which rise."""
    count, first = len(rows), rows[0]
    if rows[count - 1] - first == count - 1:
        # No row is left out, so the codes are read in one stretch.
        stretch = codes[first : first + count]
        for place in range(count):
            keys[place] |= np.uint64(region_of[stretch[place]]) << shift
        return
    for place in range(count):
        keys[place] |= np.uint64(region_of[codes[rows[place]]]) << shift


@njit
def _slot(key, last):
    """Return where to look for a key first."""
    mixed = ((key & _LOW) * _SPREAD_LOW) ^ ((key >> np.uint64(32)) * _SPREAD_HIGH)
    return (mixed >> np.uint64(16)) & last


@njit
def _find(keys, rows, slots, number_at, examples, count, numbers):
    """Find the number of each key, or give it the next one; return how many there are then."""
    last = np.uint64(len(slots) - 1)
    for place in range(len(rows)):
        key = keys[place]
        slot = _slot(key, last)
        while slots[slot] != key:
            if slots[slot] == 0:
                slots[slot] = key
                number_at[slot] = count
                examples[count] = rows[place]
                count += 1
                break
            slot = (slot + np.uint64(1)) & last
        numbers[place] = number_at[slot]
    return count


@njit
def _grown(slots, number_at, examples):
    """Return room for twice as many combinations."""
    more, number_more = np.zeros(2 * len(slots), dtype=np.uint64), np.empty(2 * len(slots), dtype=np.uint32)
    last = np.uint64(len(more) - 1)
    for old in range(len(slots)):
        if slots[old] != 0:
            slot = _slot(slots[old], last)
            while more[slot] != 0:
                slot = (slot + np.uint64(1)) & last
            more[slot], number_more[slot] = slots[old], number_at[old]
    wider = np.empty(2 * len(examples), dtype=np.int64)
    wider[: len(examples)] = examples
    return more, number_more, wider

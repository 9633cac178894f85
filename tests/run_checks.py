"""Knows when two match runs, or a run and the oracle, say the same."""

from __future__ import annotations

import numpy as np

from bequest.matching.evaluation import NO_CLASS
from bequest.matching.program import screens_of

ARRAYS = ("failed", "unknown", "class_", "class_unknown", "points", "order_listing", "order_row")


def assert_as_the_oracle(result, wanted):
    """Demand the oracle's list, reasons, classes, points and order."""
    got = result.evaluation
    assert result.program.sequence.id == wanted.sequence
    assert [_screens(bits, result.policy) for bits in got.failed] == wanted.failed
    assert [_screens(bits, result.policy) for bits in got.unknown] == wanted.unknown
    assert _classes(result) == wanted.classes
    assert got.class_unknown.tolist() == wanted.class_unknown
    assert got.points.tolist() == wanted.points
    assert list(zip(got.order_listing.tolist(), got.order_row.tolist(), strict=True)) == wanted.order


def assert_equal(one, other):
    """Demand the same arrays of the same types, and one digest."""
    for name in ARRAYS:
        left, right = getattr(one.evaluation, name), getattr(other.evaluation, name)
        assert left.dtype == right.dtype, name
        np.testing.assert_array_equal(left, right, err_msg=name)
    assert one.digest == other.digest


def _screens(bits, policy):
    return [screen.id for bit, screen in enumerate(screens_of(policy)) if int(bits) >> bit & 1]


def _classes(result):
    return [
        [None if index == NO_CLASS else listing.classes[index].id for index in of_listing.tolist()]
        for listing, of_listing in zip(result.program.sequence.listings, result.evaluation.class_, strict=True)
    ]

"""Knows the mapping tables that turn an index into a percentile: the first row whose upper bound is not passed."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray


def percentile(values: NDArray[np.float64], table: str, *, label: str = "") -> NDArray[np.float64]:
    """Return the percentile of each value, shape (people,); NaN above the last bound of a table and for NaN.

    `table` is a packaged file; `label` picks the rows of one edition where a file holds several.
    """
    bounds, percents = _table(table, label)
    row = np.searchsorted(bounds, values, side="left")
    return np.append(percents, np.nan)[row]


@cache
def _table(table: str, label: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return upper bounds and percentiles, bounds rising."""
    rows = [row for row in read_rows(table) if row.get("label", "") == label]
    bounds = np.array([float(row["upper"]) for row in rows])
    percents = np.array([float(row["percent"]) for row in rows])
    assert (np.diff(bounds) > 0).all(), "the bounds of a mapping table rise"
    return bounds, percents

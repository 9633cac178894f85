"""Knows how a score reads the numbers of its formula from its packaged file, by a path like `waitlist.pco2.floor`."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.model.tables import read_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray


@cache
def number(file: str, path: str) -> float:
    """Return one number."""
    return float(cast("float", _at(file, path)))


@cache
def numbers(file: str, path: str) -> Mapping[str, float]:
    """Return numbers by their names; do not change what it returns."""
    return cast("Mapping[str, float]", _at(file, path))


@cache
def series(file: str, path: str) -> NDArray[np.float64]:
    """Return a list of numbers, read-only."""
    values = np.array(cast("list[float]", _at(file, path)), dtype=np.float64)
    values.setflags(write=False)
    return values


def _at(file: str, path: str) -> object:
    """Return what stands at a path; the shape of a packaged file is fixed by its tests."""
    found = read_json(file)
    for name in path.split("."):
        found = cast("Mapping[str, object]", found)[name]
    return found

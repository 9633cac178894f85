"""Knows the kinds of term that scores add up: defaults, indicators, numbers of a choice, pieces of lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.score import ScoreInput

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Column = NDArray[np.float64]  # (people,)


@dataclass(frozen=True, slots=True)
class Pieces:
    """Hold a broken line: from each start, base + slope x (x - start); below the first, slope_below x (first - x)."""

    starts: NDArray[np.float64]  # (pieces,), rising
    slopes: NDArray[np.float64]  # (pieces,)
    bases: NDArray[np.float64]  # (pieces,)
    slope_below: float


def on_pieces(pieces: Pieces, values: Column) -> Column:
    """Return the height of a broken line at each value; NaN where the value is missing."""
    piece = np.searchsorted(pieces.starts, values, side="right") - 1
    at = np.maximum(piece, 0)
    beyond = values - pieces.starts[at]
    return pieces.bases[at] + np.where(piece < 0, pieces.slope_below * -beyond, pieces.slopes[at] * beyond)


def or_default(values: Column, default: float) -> Column:
    """Return values, with the default of the policy where one is missing."""
    return np.where(np.isnan(values), default, values)


def indicator(values: Column, level: float) -> Column:
    """Return 1 where a value is this level, else 0; NaN where it is missing."""
    return np.where(np.isnan(values), np.nan, (values == level).astype(np.float64))


def by_choice(chosen: Column, numbers: Sequence[float], missing: float = np.nan) -> Column:
    """Return the number that belongs to each choice, given by its place; `missing` where nothing is chosen."""
    places = np.where(np.isnan(chosen), len(numbers), chosen).astype(np.intp)
    return np.array([*numbers, missing], dtype=np.float64)[places]


def choice(name: str, meaning: str, choices: tuple[str, ...], *, required: bool = True) -> ScoreInput:
    """Return an input that is one of some texts; its number is the place among them."""
    last = len(choices) - 1
    return ScoreInput(name, meaning, low=0, high=last, required=required, choices=choices)

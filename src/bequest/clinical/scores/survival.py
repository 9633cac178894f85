"""Knows expected days alive: the area under a baseline survival curve that a linear predictor bends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.scores.score import half_up

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Curve:
    """Hold a baseline curve: the share alive at each step and how many days the step lasts.

    `decimals` is the number of decimals to which a day's survival is rounded, None where it is not.
    """

    survivors: NDArray[np.float64]  # (steps,)
    days: NDArray[np.float64]  # (steps,)
    decimals: int | None = None


def expected_days(curve: Curve, predictor: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum over days of S0(day) ** exp(predictor), shape (people,); NaN where the predictor is missing."""
    days = np.empty(len(predictor))
    # Blocks of people keep the table of people by days small.
    for start in range(0, len(predictor), _BLOCK):
        part = slice(start, start + _BLOCK)
        alive = curve.survivors ** np.exp(predictor[part, np.newaxis])
        if curve.decimals is not None:
            alive = half_up(alive, curve.decimals)
        # A plain sum of each row, so that nobody's days depend on who else is in the block.
        days[part] = (alive * curve.days).sum(axis=1)
    return days


_BLOCK = 1024

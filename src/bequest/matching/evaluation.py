"""Knows what an evaluator returns: for every registration its reasons, class and points, and the order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

NO_CLASS = -1


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Evaluation:
    """Hold the integer result of one match run, the same from either evaluator.

    Bit i of `failed` and `unknown` belongs to screen i. A listing is one list of classes for one offer kind.
    """

    failed: NDArray[np.uint64]  # (registrations,)
    unknown: NDArray[np.uint64]  # (registrations,)
    class_: NDArray[np.int16]  # (listings, registrations), NO_CLASS where not ranked on that list
    class_unknown: NDArray[np.bool_]  # (listings, registrations), an earlier class could not be judged
    points: NDArray[np.int64]  # (listings, registrations), in 10**-decimals; 0 where not ranked
    order_listing: NDArray[np.int64]  # (ranked,), first offer first
    order_row: NDArray[np.int64]  # (ranked,), rows of the pool

    def __post_init__(self) -> None:
        """Close the arrays: a result is not rewritten."""
        for array in (
            self.failed, self.unknown, self.class_, self.class_unknown, self.points, self.order_listing, self.order_row,
        ):  # fmt: skip
            array.setflags(write=False)

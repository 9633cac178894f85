"""Knows the factors that count mismatches at HLA-A, -B and -DR: the counts of a pair together are one small number.

So all of them share one column of codes, and a list of counts that somebody refuses is a look-up.
"""

from __future__ import annotations

from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.mismatch import DIGIT
from bequest.matching.coded import OWN, Coded
from bequest.model.column import MISSING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from bequest.matching.pair import Pair

LOCI = 3
"""A, B and DR."""


def number_of(counts: str) -> int:
    """Return the number of the counts at A, B and DR that are written as three digits, such as 212."""
    return int(counts, DIGIT)


def _values(of_number: list[int]) -> NDArray[np.int64]:
    """Return a value for each number of counts, and MISSING for a pair that is not typed."""
    values = np.array([*of_number, MISSING])
    values.setflags(write=False)
    return values


_DIGITS = list(product(range(DIGIT), repeat=LOCI))
_AT_A, _AT_B, _AT_DR = (_values([digits[locus] for digits in _DIGITS]) for locus in range(LOCI))
_TOGETHER = _values([sum(digits) for digits in _DIGITS])

FACTORS: Mapping[str, Callable[[Pair], Coded]] = MappingProxyType({
    "hla_mismatches_a": lambda pair: Coded(_AT_A, pair.mismatch_numbers, OWN),
    "hla_mismatches_b": lambda pair: Coded(_AT_B, pair.mismatch_numbers, OWN),
    "hla_mismatches_dr": lambda pair: Coded(_AT_DR, pair.mismatch_numbers, OWN),
    "hla_mismatches": lambda pair: Coded(_TOGETHER, pair.mismatch_numbers, OWN),
})  # fmt: skip

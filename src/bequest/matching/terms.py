"""Knows one term of the points as an evaluator reads it: integers, which policy.exact has found to fit 64 bits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.policy.exact import extremes, missing_units, segments
from bequest.policy.expression import references

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.policy.expression import Condition, Reference
    from bequest.policy.policy import Term


@dataclass(frozen=True, slots=True, eq=False)
class TermPlan:
    """Hold one term in integers: in the segment where x lies, points * 10**GUARD_DECIMALS = (a + b*x) * times / q.

    `edges[k]` is the least x of segment k + 1. `column` is -1 for a constant bonus. The result is rounded half up.
    `worst` and `best` are the least and the most that the term can give for any values the dictionary allows.
    """

    column: int
    times: tuple[int, ...]
    edges: NDArray[np.int64]  # (segments - 1,)
    a: NDArray[np.int64]  # (segments,)
    b: NDArray[np.int64]  # (segments,)
    q: NDArray[np.int64]  # (segments,)
    missing: int
    worst: int
    best: int
    relative_to_class: bool
    when: Condition | None
    reads: tuple[Reference, ...]  # what the term and its condition read, each once


def term_plan(term: Term, *, columns: tuple[Reference, ...]) -> TermPlan:
    """Return a term in integers; `columns` are those of the program that has it."""
    pieces = segments(term)
    worst, best = extremes(term)
    read = (term.of, *term.times, *(references(term.when) if term.when is not None else ()))
    return TermPlan(
        column=-1 if term.of is None else columns.index(term.of),
        times=tuple(columns.index(factor) for factor in term.times),
        edges=np.array(pieces.edges, dtype=np.int64),
        a=np.array(pieces.a, dtype=np.int64),
        b=np.array(pieces.b, dtype=np.int64),
        q=np.array(pieces.q, dtype=np.int64),
        missing=missing_units(term),
        worst=worst,
        best=best,
        relative_to_class=term.relative_to_class,
        when=term.when,
        reads=tuple(dict.fromkeys(entry for entry in read if entry is not None)),
    )

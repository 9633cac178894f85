"""Knows how one term of the points becomes exact integers that fit 64 bits for every value the dictionary allows."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, lcm
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.errors import PolicyError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.policy.expression import Condition, Reference
    from bequest.policy.policy import Policy, Term

GUARD_DECIMALS = 9
"""Decimals to which each term is rounded before terms are summed; the points themselves have at most six."""
SHARE_DECIMALS = 6
"""Resolution of a value relative to the largest value in its class."""
LARGEST = 2**62
"""No step of the arithmetic reaches it, so that 64 bits hold every one."""
_MOST = 2**63 - 1


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


@dataclass(frozen=True, slots=True)
class _Segments:
    """Hold the pieces of a term: the least x of every later one, and a, b, q of each."""

    edges: list[int]
    a: list[int]
    b: list[int]
    q: list[int]


def term_plan(policy: Policy, term: Term, *, columns: tuple[Reference, ...]) -> TermPlan:
    """Return a term in integers; raise PolicyError where it is too fine or too large for 64 bits."""
    segments = _segments(term)
    _refuse_overflow(policy, term, segments=segments)
    missing = floor(Fraction(term.missing) * 10**GUARD_DECIMALS + Fraction(1, 2))
    worst, best = _ends(term, segments)
    if term.of is not None or term.times:
        worst, best = min(missing, worst), max(missing, best)
    return TermPlan(
        column=-1 if term.of is None else columns.index(term.of),
        times=tuple(columns.index(factor) for factor in term.times),
        edges=np.array(segments.edges, dtype=np.int64),
        a=np.array(segments.a, dtype=np.int64),
        b=np.array(segments.b, dtype=np.int64),
        q=np.array(segments.q, dtype=np.int64),
        missing=missing,
        worst=worst,
        best=best,
        relative_to_class=term.relative_to_class,
        when=term.when,
    )


def bounds(reference: Reference | None) -> tuple[int, int]:
    """Return the least and the largest integer form of a column by the dictionary; 0 and 0 for None."""
    if reference is None:
        return 0, 0
    column = reference.column
    low = Fraction(column.low) if column.low is not None else Fraction(0)
    high = Fraction(column.high) if column.high is not None else Fraction(max(len(column.codes) - 1, 1))
    return floor(low * 10**column.decimals), ceil(high * 10**column.decimals)


def largest(reference: Reference | None) -> int:
    """Return the largest magnitude of the integer form of a column."""
    low, high = bounds(reference)
    return max(abs(low), abs(high))


def _segments(term: Term) -> _Segments:
    """Return the pieces of a term in integers: each line as (a + b*x) / q, in units of 10**-GUARD_DECIMALS points."""
    corners, lines = _lines(term)
    scale = Fraction(10**GUARD_DECIMALS)
    for factor in term.times:
        scale /= 10**factor.column.decimals
    unit = _unit(term)
    # An edge beyond 64 bits lies beyond every value, and so does the clipped one.
    found = _Segments([min(max(ceil(x / unit), -_MOST), _MOST) for x in corners], [], [], [])
    for base, slope in lines:
        base_units, slope_units = base * scale, slope * scale
        common = lcm(base_units.denominator, slope_units.denominator)
        found.a.append(int(base_units * common))
        found.b.append(int(slope_units * common))
        found.q.append(common)
    return found


def _unit(term: Term) -> Fraction:
    """Return what 1 in the integer form of x stands for."""
    decimals = SHARE_DECIMALS if term.relative_to_class else term.of.column.decimals if term.of is not None else 0
    return Fraction(1, 10**decimals)


def _lines(term: Term) -> tuple[list[Fraction], list[tuple[Fraction, Fraction]]]:
    """Return the corners, and (base, slope) before, between and after them: points = base + slope * x in integer x."""
    weight, unit = Fraction(term.weight), _unit(term)
    if term.of is None:
        return [], [(weight, Fraction(0))]
    knots = term.steps if term.steps is not None else term.curve
    if knots is None:
        return [], [(Fraction(0), weight * unit)]
    points = [(Fraction(x), Fraction(y)) for x, y in knots]
    if term.steps is not None:
        return [x for x, _ in points], [(Fraction(0), Fraction(0)), *((weight * y, Fraction(0)) for _, y in points)]
    lines = [(weight * points[0][1], Fraction(0))]
    for (x0, y0), (x1, y1) in pairwise(points):
        slope = (y1 - y0) / (x1 - x0)
        lines.append((weight * (y0 - slope * x0), weight * slope * unit))
    lines.append((weight * points[-1][1], Fraction(0)))
    return [x for x, _ in points], lines


def _ends(term: Term, segments: _Segments) -> tuple[int, int]:
    """Return the least and the largest value of a term over the bounds of its columns, rounded outwards."""
    low, high = (0, 10**SHARE_DECIMALS) if term.relative_to_class else bounds(term.of)
    edges = [low, *(min(max(edge, low), high) for edge in segments.edges), high]
    values: list[Fraction] = []
    for (first, last), a, b, q in zip(pairwise(edges), segments.a, segments.b, segments.q, strict=True):
        values += [Fraction(a + b * first, q), Fraction(a + b * last, q)]
    for reference in term.times:
        values = [value * end for value in (min(values), max(values)) for end in bounds(reference)]
    return floor(min(values)), ceil(max(values))


def _refuse_overflow(policy: Policy, term: Term, *, segments: _Segments) -> None:
    """Raise PolicyError unless every step of the term fits for every value the dictionary allows."""
    largest_x = 10**SHARE_DECIMALS if term.relative_to_class else largest(term.of)
    factor = 1
    for reference in term.times:
        factor *= max(largest(reference), 1)
    fits = all(
        2 * (abs(a) + abs(b) * largest_x) * factor + q < LARGEST
        for a, b, q in zip(segments.a, segments.b, segments.q, strict=True)
    )
    if not fits:
        raise PolicyError(
            f"{policy.place}, term '{term.id}': weight, curve or factors are too fine or too large for exact 64-bit "
            "points; give it fewer decimals or smaller numbers."
        )
    if term.relative_to_class and 3 * largest(term.of) * 10**SHARE_DECIMALS >= LARGEST:
        raise PolicyError(
            f"{policy.place}, term '{term.id}': the column is too large for an exact share of the largest value in a "
            "class; give the input fewer decimals or a smaller 'high'."
        )

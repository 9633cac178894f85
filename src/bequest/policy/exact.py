"""Knows the points of a policy as whole numbers, and whether each step of their arithmetic fits 64 bits.

Only the policy and the bounds of the data dictionary are asked, never a donor or a list: a policy that fits here can
be worked out exactly for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor, lcm
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bequest.policy.expression import Reference
    from bequest.policy.policy import Term

GUARD_DECIMALS = 9
"""Decimals to which each term is rounded before terms are summed; the points themselves have at most six."""
SHARE_DECIMALS = 6
"""Resolution of a value relative to the largest value in its class."""
LARGEST = 2**62
"""No step of the arithmetic reaches it, so that 64 bits hold every one."""
MAX_CONDITIONAL_TERMS = 64
"""One 64-bit word holds a bit for each term that has a condition."""

_MOST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Segments:
    """Hold the pieces of a term, in whole numbers: points * 10**GUARD_DECIMALS = (a + b*x) * times / q.

    `edges[k]` is the least x of piece k + 1; x and times are integer forms of columns.
    """

    edges: tuple[int, ...]
    a: tuple[int, ...]
    b: tuple[int, ...]
    q: tuple[int, ...]


def term_problem(term: Term) -> str | None:
    """Return the sentence about a term that does not stay exact in 64 bits for every value of its columns, or None."""
    largest_x = 10**SHARE_DECIMALS if term.relative_to_class else largest(term.of)
    factor = 1
    for reference in term.times:
        factor *= max(largest(reference), 1)
    pieces = segments(term)
    if any(
        2 * (abs(a) + abs(b) * largest_x) * factor + q >= LARGEST
        for a, b, q in zip(pieces.a, pieces.b, pieces.q, strict=True)
    ):
        return (
            "weight, curve or factors are too fine or too large for exact 64-bit points; give it fewer decimals or "
            "smaller numbers"
        )
    if term.relative_to_class and 3 * largest(term.of) * 10**SHARE_DECIMALS >= LARGEST:
        return (
            "the column is too large for an exact share of the largest value in a class; give the input fewer "
            "decimals or a smaller 'high'"
        )
    return None


def sum_problem(terms: tuple[Term, ...]) -> str | None:
    """Return the sentence about terms that are too many or too large together, or None."""
    if sum(term.when is not None for term in terms) > MAX_CONDITIONAL_TERMS:
        return f"more than {MAX_CONDITIONAL_TERMS} terms have a condition; join some of them"
    if 2 * sum(max(best, -worst) for worst, best in map(extremes, terms)) + 10**GUARD_DECIMALS >= LARGEST:
        return "the terms together are too large for exact 64-bit points; give them smaller numbers"
    return None


def comparison_fits(left: Reference, right: Reference) -> bool:
    """Tell whether the difference of two columns, in the finer of their steps, fits 64 bits."""
    finest = max(left.column.decimals, right.column.decimals)
    return sum(largest(side) * 10 ** (finest - side.column.decimals) for side in (left, right)) < LARGEST


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


def missing_units(term: Term) -> int:
    """Return what a missing value gives, in units of 10**-GUARD_DECIMALS points."""
    return floor(Fraction(term.missing) * 10**GUARD_DECIMALS + Fraction(1, 2))


def extremes(term: Term) -> tuple[int, int]:
    """Return the least and the most that a term can give, in units of 10**-GUARD_DECIMALS points, rounded outwards."""
    pieces = segments(term)
    low, high = (0, 10**SHARE_DECIMALS) if term.relative_to_class else bounds(term.of)
    edges = [low, *(min(max(edge, low), high) for edge in pieces.edges), high]
    values: list[Fraction] = []
    for (first, last), a, b, q in zip(pairwise(edges), pieces.a, pieces.b, pieces.q, strict=True):
        values += [Fraction(a + b * first, q), Fraction(a + b * last, q)]
    for reference in term.times:
        values = [value * end for value in (min(values), max(values)) for end in bounds(reference)]
    worst, best = floor(min(values)), ceil(max(values))
    if term.of is None and not term.times:
        return worst, best
    missing = missing_units(term)
    return min(missing, worst), max(missing, best)


def segments(term: Term) -> Segments:
    """Return the pieces of a term: each line as (a + b*x) / q, in units of 10**-GUARD_DECIMALS points."""
    corners, lines = _lines(term)
    scale = Fraction(10**GUARD_DECIMALS)
    for factor in term.times:
        scale /= 10**factor.column.decimals
    unit = _unit(term)
    scaled = [(base * scale, slope * scale) for base, slope in lines]
    common = [lcm(base.denominator, slope.denominator) for base, slope in scaled]
    return Segments(
        # An edge beyond 64 bits lies beyond every value, and so does the clipped one.
        edges=tuple(min(max(ceil(x / unit), -_MOST), _MOST) for x in corners),
        a=tuple(int(base * q) for (base, _), q in zip(scaled, common, strict=True)),
        b=tuple(int(slope * q) for (_, slope), q in zip(scaled, common, strict=True)),
        q=tuple(common),
    )


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

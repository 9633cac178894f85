"""Knows conditions as sets of boxes: every column cut into cells within which no condition changes.

Cells are bands of a number, codes, yes and no, and *missing* where a value may be missing. Two columns compared with
each other are a dimension of their own (less, equal, more, missing).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from bequest.model.column import Kind
from bequest.policy.expression import Compare, Literal, Member, Op, Reference, Space, Truth, judge_atom
from bequest.policy.normal_form import normal_form

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bequest.policy.expression import Atom, Condition, Plain
    from bequest.policy.normal_form import Conjunction

Axis: TypeAlias = tuple[Reference, ...]
"""What one dimension is about: one column, or two that are compared with each other."""
Cell: TypeAlias = "Mapping[Reference, Plain | None]"
"""One cell of a dimension, by a value that stands for all of it."""
Box: TypeAlias = "Mapping[int, int]"
"""For each constrained dimension, by its place in the grid, the bit set of allowed cells; no set is empty."""


class Verdict(Enum):
    """Name whether some donor and some candidate can be found."""

    REACHED = "reached"
    NEVER = "never"
    UNDECIDED = "undecided"


@dataclass(frozen=True, slots=True)
class Grid:
    """Hold the dimensions and their cells; `place` numbers the dimensions, `full` has a bit for every cell.

    `judged` has, for each atom, the bit sets of the cells in which it is false and in which it is true.
    """

    place: Mapping[Axis, int]
    cells: tuple[tuple[Cell, ...], ...]
    full: tuple[int, ...]
    judged: Mapping[Atom, tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Question:
    """Hold what is asked: a box inside one box of each list of `inside`, and outside every box of `outside`."""

    inside: tuple[tuple[Box, ...], ...]
    outside: tuple[Box, ...]


def grid_of(conditions: Iterable[Condition]) -> Grid:
    """Return the cells of every dimension that the conditions read."""
    atoms = [atom for condition in conditions for conjunction in normal_form(condition) for atom, _ in conjunction]
    by_axis: dict[Axis, list[Atom]] = {}
    for atom in dict.fromkeys(atoms):
        by_axis.setdefault(_axis(atom), []).append(atom)
    place = {axis: number for number, axis in enumerate(by_axis)}
    cells = tuple(_cells(axis, entries) for axis, entries in by_axis.items())
    judged: dict[Atom, tuple[int, int]] = {}
    for (axis, entries), each in zip(by_axis.items(), cells, strict=True):
        judged |= _judged_bands(next(iter(axis)), entries, each) if _is_banded(axis) else _judged(entries, each)
    return Grid(place, cells, tuple((1 << len(each)) - 1 for each in cells), judged)


def boxes(grid: Grid, condition: Condition) -> tuple[Box, ...]:
    """Return the boxes in which the condition is true."""
    found = (_box(grid, conjunction) for conjunction in normal_form(condition))
    return tuple(box for box in found if box is not None)


def answer(grid: Grid, question: Question, *, max_steps: int) -> Verdict:
    """Return whether such a box exists; UNDECIDED when `max_steps` steps do not tell.

    A step looks at one of the demands. Depth first: what has one way to be met is met first; then, of all demands
    that the present box does not yet meet, the one with the fewest ways is met in each of its ways.
    """
    open_boxes: list[tuple[list[int], Question]] = [(list(grid.full), question)]
    steps = 0
    while open_boxes:
        if steps >= max_steps:
            return Verdict.UNDECIDED
        box, demands = open_boxes.pop()
        steps += 1 + len(demands.inside) + len(demands.outside)
        before = box.copy()
        inside = _inside_left(box, demands.inside)
        if inside == () and _escapes(box, demands.outside):
            return Verdict.REACHED
        outside = None if inside is None else _outside_left(box, demands.outside)
        if inside is None or outside is None:
            continue
        left = Question(inside, outside)
        ways = [box] if box != before else _fewest_ways(box, left)
        open_boxes.extend((way, left) for way in reversed(ways))
    return Verdict.NEVER


def _inside_left(box: list[int], inside: tuple[tuple[Box, ...], ...]) -> tuple[tuple[Box, ...], ...] | None:
    """Narrow the box to each list of boxes of which one is left; return the lists of several, None for one of none."""
    left: list[tuple[Box, ...]] = []
    for choices in inside:
        possible = tuple(choice for choice in choices if all(box[axis] & cells for axis, cells in choice.items()))
        if not possible:
            return None
        if any(not _pieces(box, choice) for choice in possible):
            continue
        if len(possible) > 1:
            left.append(possible)
            continue
        for axis, cells in next(iter(possible)).items():
            box[axis] &= cells
    return tuple(left)


def _outside_left(box: list[int], outside: tuple[Box, ...]) -> tuple[Box, ...] | None:
    """Narrow the box where one way leads out of another; return those with several ways, None for one with none."""
    left: list[Box] = []
    for other in outside:
        pieces = way = 0
        for axis, cells in other.items():
            own = box[axis]
            if not own & cells:
                break
            if own & ~cells:
                pieces += 1
                way = axis
        else:
            if not pieces:
                return None
            if pieces == 1:
                box[way] &= ~other[way]
            else:
                left.append(other)
    return tuple(left)


def _escapes(box: list[int], outside: tuple[Box, ...]) -> bool:
    """Tell whether a point outside all boxes is found by taking, of each dimension, the end that fewest of them hold.

    Where it is not, there may be one all the same.
    """
    for axis in sorted({axis for other in outside for axis in other}):
        ends = (box[axis] & -box[axis], 1 << (box[axis].bit_length() - 1))
        holding = [tuple(other for other in outside if other.get(axis, end) & end) for end in ends]
        outside = min(holding, key=len)
    return not outside


def _fewest_ways(box: list[int], left: Question) -> list[list[int]]:
    """Return the boxes that meet the demand with the fewest ways."""
    choices = min(left.inside, key=len, default=())
    other = min(left.outside, key=lambda each: _pieces(box, each), default=None)
    if other is None or (choices and len(choices) <= _pieces(box, other)):
        return [_both(box, choice) for choice in choices]
    return _remainders(box, other)


def _pieces(box: list[int], other: Box) -> int:
    """Return how many pieces `_remainders` has; 0 when the box lies within the other."""
    return sum(1 for axis, cells in other.items() if box[axis] & ~cells)


def _remainders(box: list[int], other: Box) -> list[list[int]]:
    """Return the box less the other, in pieces that do not overlap."""
    pieces: list[list[int]] = []
    rest = box.copy()
    for axis, cells in other.items():
        if rest[axis] & ~cells:
            piece = rest.copy()
            piece[axis] &= ~cells
            pieces.append(piece)
            rest[axis] &= cells
    return pieces


def _both(box: list[int], other: Box) -> list[int]:
    both = box.copy()
    for axis, cells in other.items():
        both[axis] &= cells
    return both


def _box(grid: Grid, conjunction: Conjunction) -> Box | None:
    box: dict[int, int] = {}
    for atom, positive in conjunction:
        axis = grid.place[_axis(atom)]
        cells = grid.judged[atom][positive]
        box[axis] = box.get(axis, cells) & cells
        if not box[axis]:
            return None
    return box


def _judged(atoms: list[Atom], cells: tuple[Cell, ...]) -> dict[Atom, tuple[int, int]]:
    found: dict[Atom, tuple[int, int]] = {}
    for atom in atoms:
        judged = [judge_atom(atom, cell.__getitem__) for cell in cells]
        false, true = (sum(1 << place for place, holds in enumerate(judged) if holds is sign) for sign in (False, True))
        found[atom] = (false, true)
    return found


def _judged_bands(reference: Reference, atoms: list[Atom], cells: tuple[Cell, ...]) -> dict[Atom, tuple[int, int]]:
    """Judge atoms on the rising bands of a number by their thresholds; a policy may have thousands of both."""
    values = [value for cell in cells if isinstance(value := cell[reference], Decimal)]
    known = (1 << len(values)) - 1
    found: dict[Atom, tuple[int, int]] = {}
    for atom in atoms:
        op = atom.op if isinstance(atom, Compare) else Op.EQ
        true = 0
        for threshold in _thresholds(atom):
            true |= _bands_of(op, values, threshold)
        found[atom] = (known & ~true, true)
    return found


def _bands_of(op: Op, values: list[Decimal], threshold: Decimal) -> int:
    """Return the bit set of the values for which `value op threshold` is true."""
    known = (1 << len(values)) - 1
    below, up_to = ((1 << end(values, threshold)) - 1 for end in (bisect_left, bisect_right))
    ways = {Op.LT: below, Op.LE: up_to, Op.EQ: up_to & ~below}
    ways |= {Op.GT: known & ~up_to, Op.GE: known & ~below, Op.NE: known & ~ways[Op.EQ]}
    return ways[op]


def _axis(atom: Atom) -> Axis:
    match atom:
        case Compare(left, _, Reference() as right):
            return tuple(sorted((left, right), key=lambda entry: (entry.space.value, entry.name)))
        case Compare(left, _, _) | Member(left, _) | Truth(left):
            return (left,)


def _cells(axis: Axis, atoms: list[Atom]) -> tuple[Cell, ...]:
    reference, *others = axis
    for other in others:
        known: list[Cell] = [{reference: Decimal(x), other: Decimal(y)} for x, y in ((0, 0), (0, 1), (1, 0))]
        missing: list[Cell] = [{reference: None, other: None}] if any(map(_may_be_missing, axis)) else []
        return (*known, *missing)
    values: list[Plain | None] = [*_values(reference, atoms)]
    if _may_be_missing(reference):
        values.append(None)
    return tuple({reference: value} for value in values)


def _is_banded(axis: Axis) -> bool:
    return len(axis) == 1 and axis[0].column.kind in {Kind.WHOLE, Kind.DECIMAL}


def _values(reference: Reference, atoms: list[Atom]) -> Iterable[Plain]:
    match reference.column.kind:
        case Kind.TRUTH:
            return (True, False)
        case Kind.CODE:
            return reference.column.codes
        case _:
            return _bands(reference, atoms)


def _bands(reference: Reference, atoms: list[Atom]) -> Iterator[Decimal]:
    """Yield the lowest value of every band of a number between two neighbouring thresholds."""
    entry = reference.column
    unit = Decimal(1).scaleb(-entry.decimals)
    cuts: set[Decimal] = set()
    for threshold in (value for atom in atoms for value in _thresholds(atom)):
        steps = threshold / unit
        cuts.add(steps.to_integral_value(ROUND_CEILING))
        cuts.add(steps.to_integral_value(ROUND_FLOOR) + 1)
    lowest = min(cuts) - 1 if entry.low is None else entry.low / unit
    highest = max(cuts) if entry.high is None else entry.high / unit
    for cut in sorted({lowest, *cuts}):
        if lowest <= cut <= highest:
            yield cut * unit


def _thresholds(atom: Atom) -> list[Decimal]:
    literals = atom.values if isinstance(atom, Member) else (atom.right,) if isinstance(atom, Compare) else ()
    values = [literal.value for literal in literals if isinstance(literal, Literal)]
    return [value for value in values if isinstance(value, Decimal)]


def _may_be_missing(reference: Reference) -> bool:
    return reference.space in {Space.INPUT, Space.GEOGRAPHY} or not reference.column.required

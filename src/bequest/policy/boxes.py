"""Knows conditions as sets of boxes: every column cut into cells within which no condition changes.

Cells are bands of a number, codes, yes and no, and *missing* where a value may be missing. Two columns compared with
each other are a dimension of their own (less, equal, more, missing).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

from bequest.model.column import Kind
from bequest.policy.expression import Compare, Literal, Member, Reference, Space, Truth, judge_atom
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
    """Hold the dimensions and their cells; `place` numbers the dimensions, `full` has a bit for every cell."""

    place: Mapping[Axis, int]
    cells: tuple[tuple[Cell, ...], ...]
    full: tuple[int, ...]


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
    return Grid(place, cells, tuple((1 << len(each)) - 1 for each in cells))


def boxes(grid: Grid, condition: Condition) -> tuple[Box, ...]:
    """Return the boxes in which the condition is true."""
    found = (_box(grid, conjunction) for conjunction in normal_form(condition))
    return tuple(box for box in found if box is not None)


def answer(grid: Grid, question: Question, *, max_steps: int) -> Verdict:
    """Return whether such a box exists; UNDECIDED when `max_steps` steps do not tell.

    Depth first: of all demands that the present box does not yet meet, the one with the fewest ways to meet it is
    met in each of its ways.
    """
    full = grid.full
    open_boxes: list[tuple[Box, Question]] = [({}, question)]
    for _ in range(max_steps):
        if not open_boxes:
            return Verdict.NEVER
        box, demands = open_boxes.pop()
        left = _left(box, demands, full)
        if left is None:
            continue
        ways = _fewest_ways(box, left, full)
        if ways is None:
            return Verdict.REACHED
        open_boxes.extend((way, left) for way in reversed(ways))
    return Verdict.UNDECIDED if open_boxes else Verdict.NEVER


def _left(box: Box, demands: Question, full: tuple[int, ...]) -> Question | None:
    """Return the demands that the box does not meet as a whole, or None when it cannot meet them."""
    inside: list[tuple[Box, ...]] = []
    for choices in demands.inside:
        possible = tuple(choice for choice in choices if _meet(box, choice, full))
        if not possible:
            return None
        if not any(_within(box, choice, full) for choice in possible):
            inside.append(possible)
    outside = tuple(other for other in demands.outside if _meet(box, other, full))
    if any(_within(box, other, full) for other in outside):
        return None
    return Question(tuple(inside), outside)


def _fewest_ways(box: Box, left: Question, full: tuple[int, ...]) -> list[Box] | None:
    """Return the boxes that meet the demand with the fewest ways, or None when no demand is left."""
    choices = min(left.inside, key=len, default=None)
    other = min(left.outside, key=lambda each: _pieces(box, each, full), default=None)
    if choices is not None and (other is None or len(choices) <= _pieces(box, other, full)):
        return [_both(box, choice, full) for choice in choices]
    return None if other is None else _remainders(box, other, full)


def _pieces(box: Box, other: Box, full: tuple[int, ...]) -> int:
    """Return how many pieces `_remainders` has."""
    return sum(1 for axis, cells in other.items() if box.get(axis, full[axis]) & ~cells)


def _remainders(box: Box, other: Box, full: tuple[int, ...]) -> list[Box]:
    """Return the box less the other, in pieces that do not overlap."""
    pieces: list[Box] = []
    rest = dict(box)
    for axis, cells in other.items():
        own = rest.get(axis, full[axis])
        if own & ~cells:
            pieces.append({**rest, axis: own & ~cells})
            rest[axis] = own & cells
    return pieces


def _both(box: Box, other: Box, full: tuple[int, ...]) -> Box:
    return {**box, **{axis: cells & box.get(axis, full[axis]) for axis, cells in other.items()}}


def _meet(box: Box, other: Box, full: tuple[int, ...]) -> bool:
    return all(box.get(axis, full[axis]) & cells for axis, cells in other.items())


def _within(box: Box, other: Box, full: tuple[int, ...]) -> bool:
    return not any(box.get(axis, full[axis]) & ~cells for axis, cells in other.items())


def _box(grid: Grid, conjunction: Conjunction) -> Box | None:
    box: dict[int, int] = {}
    for atom, positive in conjunction:
        axis = grid.place[_axis(atom)]
        judged = (judge_atom(atom, cell.__getitem__) for cell in grid.cells[axis])
        cells = sum(1 << place for place, holds in enumerate(judged) if holds is positive)
        box[axis] = box.get(axis, cells) & cells
        if not box[axis]:
            return None
    return box


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

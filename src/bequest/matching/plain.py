"""Knows the definition of a match run, in plain NumPy over whole columns.

Every other evaluator must give these arrays, not close ones.
"""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import reduce
from math import ceil, floor
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.evaluation import NO_CLASS, Evaluation
from bequest.matching.program import POINTS_KEY, difference_of, is_candidate, screens_of
from bequest.matching.quantise import quantise_one
from bequest.matching.run_atoms import judge_run_atom
from bequest.model.column import MISSING
from bequest.policy.exact import GUARD_DECIMALS, SHARE_DECIMALS
from bequest.policy.expression import And, Compare, Constant, Literal, Member, Not, Op, Or, Truth

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from bequest.matching.facts import Facts
    from bequest.matching.program import KeyPlan, Program
    from bequest.matching.terms import TermPlan
    from bequest.model.column import Column
    from bequest.policy.expression import Atom, Condition, Plain
    from bequest.policy.policy import Policy

    Truths = NDArray[np.bool_]
    Whole = NDArray[np.int64]


def evaluate(policy: Policy, program: Program, facts: Facts) -> Evaluation:
    """Return the result of one run over the facts, every array in pool order but the order itself."""
    judge = Judge(policy, program, facts=facts)
    failed, unknown = _judged_screens(policy, judge)
    class_, class_unknown = _classes(program, judge, admitted=(failed | unknown) == 0)
    points = _points(program, judge, class_=class_)
    order_listing, order_row = _order(program, facts, class_=class_, points=points)
    return Evaluation(failed, unknown, class_, class_unknown, points, order_listing, order_row)


class Judge:
    """Judge conditions over one run's facts; keeps what it has judged, as classes repeat conditions."""

    def __init__(self, policy: Policy, program: Program, *, facts: Facts) -> None:
        """Judge over these facts."""
        self.facts = facts
        self._policy = policy
        self._program = program
        self._size = facts.matrix.shape[1]
        self._known: dict[Condition, tuple[Truths, Truths]] = {}

    def __call__(self, condition: Condition) -> tuple[Truths, Truths]:
        """Return where the condition is true and where it is false; it is unknown elsewhere."""
        found = self._known.get(condition)
        if found is None:
            found = self._known[condition] = self._judge(condition)
        return found

    def _judge(self, condition: Condition) -> tuple[Truths, Truths]:
        match condition:
            case Constant(value):
                return self._everywhere(value), self._everywhere(not value)
            case Not(of):
                true, false = self(of)
                return false, true
            case And(parts):
                judged = [self(part) for part in parts]
                return _all([true for true, _ in judged]), _any([false for _, false in judged])
            case Or(parts):
                judged = [self(part) for part in parts]
                return _any([true for true, _ in judged]), _all([false for _, false in judged])
            case Truth() | Member() | Compare():
                return self._atom(condition)

    def _atom(self, atom: Atom) -> tuple[Truths, Truths]:
        reference = atom.of if isinstance(atom, Truth) else atom.left
        difference = difference_of(self._policy, atom) if isinstance(atom, Compare) else None
        if difference is not None:
            held = self.facts.matrix[len(self._program.columns) + self._program.differences.index(difference)]
        elif is_candidate(self._policy, reference):
            held = self.facts.matrix[self._program.row_of(reference)]
        else:
            answer = judge_run_atom(atom, self.facts.run_values)
            return self._everywhere(answer is True), self._everywhere(answer is False)
        known: Truths = held != MISSING
        holds = _holds(atom, held)
        return holds & known, ~holds & known

    def _everywhere(self, value: bool) -> Truths:  # noqa: FBT001  the value itself, not a switch
        return np.repeat(np.bool_(value), self._size)


def _all(parts: list[Truths]) -> Truths:
    return reduce(np.logical_and, parts)


def _any(parts: list[Truths]) -> Truths:
    return reduce(np.logical_or, parts)


def _holds(atom: Atom, held: Whole) -> Truths:
    """Return where an atom holds for the values of its column, or for the differences of its two columns."""
    match atom:
        case Truth():
            return np.equal(held, 1)
        case Member(left, values):
            return np.isin(held, [quantise_one(literal.value, left.column) for literal in values])
        case Compare(left, op, Literal(value)):
            return _compared(held, op, _exact(value, left.column))
        case Compare(op=op):
            return _compared(held, op, Fraction(0))


def _exact(value: Plain, column: Column) -> Fraction:
    """Return a literal in the integer form of its column; it may be finer than the column's resolution."""
    return (
        Fraction(value) * 10**column.decimals if isinstance(value, Decimal) else Fraction(quantise_one(value, column))
    )


def _compared(held: Whole, op: Op, wanted: Fraction) -> Truths:
    """Return where whole numbers compare with a number that need not be whole."""
    match op:
        case Op.LT:
            return held < ceil(wanted)
        case Op.LE:
            return held <= floor(wanted)
        case Op.GT:
            return held > floor(wanted)
        case Op.GE:
            return held >= ceil(wanted)
        case Op.EQ:
            return (held == floor(wanted)) & (wanted.denominator == 1)
        case Op.NE:
            return (held != floor(wanted)) | (wanted.denominator != 1)


def _judged_screens(policy: Policy, judge: Judge) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    failed = unknown = np.uint64(0)
    for bit, screen in enumerate(screens_of(policy)):
        true, false = judge(screen.when)
        mask = np.uint64(1 << bit)
        failed = failed | np.where(false, mask, np.uint64(0))
        unknown = unknown | np.where(true | false, np.uint64(0), mask)
    return np.asarray(failed), np.asarray(unknown)


def _classes(program: Program, judge: Judge, *, admitted: Truths) -> tuple[NDArray[np.int16], Truths]:
    listings = program.sequence.listings
    class_ = np.full((len(listings), len(admitted)), NO_CLASS, dtype=np.int16)
    class_unknown = np.zeros((len(listings), len(admitted)), dtype=np.bool_)
    for place, listing in enumerate(listings):
        waiting = admitted.copy()
        for index, entry in enumerate(listing.classes):
            true, false = judge(entry.when)
            class_[place][waiting & true] = index
            class_unknown[place] |= waiting & ~(true | false)
            waiting &= ~true
    return class_, class_unknown


def _points(program: Program, judge: Judge, *, class_: NDArray[np.int16]) -> Whole:
    points = np.zeros(class_.shape, dtype=np.int64)
    for listing in range(class_.shape[0]):
        given = [term_points(term, judge, class_=class_[listing]) for term in program.terms]
        points[listing] = np.where(class_[listing] == NO_CLASS, 0, summed(program, given, size=class_.shape[1]))
    return points


def summed(program: Program, given: list[Whole], *, size: int) -> Whole:
    """Return the points of the terms together, in 10**-decimals, rounded where the policy says."""
    unit = np.int64(10 ** (GUARD_DECIMALS - program.decimals))
    total = np.zeros(size, dtype=np.int64)
    for each in given:
        total += half_up(each, unit) if program.round_each_term else each
    return total if program.round_each_term else half_up(total, unit)


def term_points(term: TermPlan, judge: Judge, *, class_: NDArray[np.int16]) -> Whole:
    """Return what a term gives to everyone on a list, in 10**-GUARD_DECIMALS points; `class_` is the list's classes."""
    matrix = judge.facts.matrix
    x = np.zeros(matrix.shape[1], dtype=np.int64) if term.column < 0 else matrix[term.column]
    known = x != MISSING
    for row in term.times:
        known = known & (matrix[row] != MISSING)
    if term.relative_to_class:
        x = shares(x, x != MISSING, class_=class_)
    given = np.where(known, exact_points(term, np.where(known, x, 0), matrix=matrix), term.missing)
    return given if term.when is None else np.where(judge(term.when)[0], given, 0)


def exact_points(term: TermPlan, x: Whole, *, matrix: Whole) -> Whole:
    """Return what a term gives for known values, in 10**-GUARD_DECIMALS points; anything where a factor is missing."""
    segment = np.searchsorted(term.edges, x, side="right")
    top = term.a[segment] + term.b[segment] * x
    for row in term.times:
        top = top * np.where(matrix[row] != MISSING, matrix[row], 0)
    return half_up(top, term.q[segment])


def shares(x: Whole, known: Truths, *, class_: NDArray[np.int16]) -> Whole:
    """Return x relative to the largest x in the same class, in 10**-SHARE_DECIMALS; 0 where that is not positive."""
    found = np.zeros_like(x)
    for index in np.unique(class_[class_ != NO_CLASS]).tolist():
        members = (class_ == index) & known
        largest = x[members].max(initial=0)
        if largest > 0:
            found[members] = half_up(np.maximum(x[members], 0) * 10**SHARE_DECIMALS, largest)
    return found


def half_up(top: Whole, bottom: Whole | np.int64) -> Whole:
    """Return top / bottom rounded half up, for a positive bottom."""
    return (2 * top + bottom) // (2 * bottom)


def _order(program: Program, facts: Facts, *, class_: NDArray[np.int16], points: Whole) -> tuple[Whole, Whole]:
    """Return every ranked entry as (listing, row): by class, then the keys of that class, then the registration."""
    listing, row = np.nonzero(class_ != NO_CLASS)
    position, keys = sort_keys(program, facts.matrix, class_=class_, points=points)
    # lexsort sorts by its last key first; rows stand in registration order, so the row is the last word.
    order = np.lexsort((listing, row, *keys[::-1], position))
    return listing[order], row[order]


def sort_keys(program: Program, matrix: Whole, *, class_: NDArray[np.int16], points: Whole) -> tuple[Whole, Whole]:
    """Return for every ranked entry, listing by listing, its class's position (entries,) and its keys (keys, entries).

    The smaller comes first; where a class has fewer keys than another the rest are 0.
    """
    listing, row = np.nonzero(class_ != NO_CLASS)
    chosen = class_[listing, row]
    position = np.zeros(len(row), dtype=np.int64)
    depth = max((len(keys) for of_listing in program.class_keys for keys in of_listing), default=0)
    keys = np.zeros((depth, len(row)), dtype=np.int64)
    for place, of_listing in enumerate(program.class_keys):
        for index, class_keys in enumerate(of_listing):
            members = np.flatnonzero((listing == place) & (chosen == index))
            position[members] = program.sequence.listings[place].positions[index]
            for level, key in enumerate(class_keys):
                keys[level, members] = _key_values(program.keys[key], matrix, points=points[place], rows=row[members])
    return position, keys


def _key_values(key: KeyPlan, matrix: Whole, *, points: Whole, rows: Whole) -> Whole:
    """Return a key's values for some rows so that the smaller comes first, missing ones at the end the key says."""
    values = points[rows] if key.column == POINTS_KEY else matrix[key.column, rows]
    missing = values == MISSING
    ascending = np.negative(values, where=~missing, out=values.copy()) if key.descending else values
    end = np.iinfo(np.int64).min if key.missing_first else np.iinfo(np.int64).max
    return np.where(missing, end, ascending)

"""Knows whether a comparison that reads no candidate holds for a run: a donor's fact, an input, two of them."""

from __future__ import annotations

import operator
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.column import MISSING, Kind
from bequest.policy.expression import Literal, Member, Op, Truth, judge_atom

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.model.column import Column
    from bequest.policy.expression import Atom, Plain, Reference

    Judged = Callable[[Mapping[Reference, int]], bool | None]
    Units = int | Decimal | None


def prepared(atom: Atom) -> Judged:
    """Return judge_run_atom of one atom, with what does not depend on the run worked out beforehand.

    A comparison of a value with what is written in the policy becomes one of both in the units of the column.
    """
    if isinstance(atom, Truth):
        return _of_one(atom.of, lambda value: value != 0)
    if isinstance(atom, Member):
        units = [_units(literal, atom.left.column) for literal in atom.values]
        return _of_one(atom.left, lambda value: value in units)
    if isinstance(atom.right, Literal):
        compared, written = _COMPARED[atom.op], _units(atom.right, atom.left.column)
        return _of_one(atom.left, lambda value: compared(value, written))
    return lambda run_values: judge_run_atom(atom, run_values)


def judge_run_atom(atom: Atom, run_values: Mapping[Reference, int]) -> bool | None:
    """Return whether an atom is true, false or unknown (None) for the whole run."""
    return judge_atom(atom, lambda reference: plain_value(run_values[reference], reference))


def plain_value(value: int, reference: Reference) -> Plain | None:
    """Return the integer form as the value a condition compares; None for MISSING."""
    column = reference.column
    if value == MISSING:
        return None
    if column.kind is Kind.TRUTH:
        return bool(value)
    return column.codes[value] if column.kind is Kind.CODE else Decimal(value).scaleb(-column.decimals)


_COMPARED: Mapping[Op, Callable[..., bool]] = MappingProxyType({
    Op.LT: operator.lt, Op.LE: operator.le, Op.GT: operator.gt, Op.GE: operator.ge, Op.EQ: operator.eq,
    Op.NE: operator.ne,
})  # fmt: skip


def _of_one(reference: Reference, holds: Callable[[int], bool]) -> Judged:
    """Return the judgement of an atom that reads one value: unknown where that is missing."""

    def judged(run_values: Mapping[Reference, int]) -> bool | None:
        value = run_values[reference]
        return None if value == MISSING else holds(value)

    return judged


def _units(literal: Literal, column: Column) -> Units:
    """Return what is written in a policy in the units of a column, exactly: a number between two units stays between.

    None for a code that the column does not have, to which nothing is equal.
    """
    if column.kind is Kind.CODE:
        return column.codes.index(str(literal.value)) if literal.value in column.codes else None
    exact = Decimal(literal.value) * 10**column.decimals
    return int(exact) if exact == int(exact) else exact

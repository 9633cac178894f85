"""Knows whether a comparison that reads no candidate holds for a run: a donor's fact, an input, two of them."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bequest.model.column import MISSING, Kind
from bequest.policy.expression import judge_atom

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.expression import Atom, Plain, Reference


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

"""Knows which comparisons make sense: what a column can be compared with, in which unit and how exactly."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bequest.model.column import Kind
from bequest.model.errors import PolicyError
from bequest.policy.exact import comparison_fits
from bequest.policy.expression import Literal, Op, Reference, number_text, spelled
from bequest.policy.section import nearest

if TYPE_CHECKING:
    from bequest.model.column import Column
    from bequest.policy.expression import Plain
    from bequest.policy.policy import Parameter

_NUMBERS = (Kind.WHOLE, Kind.DECIMAL)
_EQUAL = (Op.EQ, Op.NE)


@dataclass(frozen=True, slots=True)
class Written:
    """Hold a value as the condition gives it; `parameter` is where it comes from, None when written in place."""

    value: Plain
    parameter: Parameter | None


def fit_literal(left: Reference, op: Op, written: Written) -> Literal:
    """Return the literal of `left op written`; raise PolicyError with one sentence when the two do not go together.

    A number finer than the column's resolution is refused where equality is asked, because it could never hold.
    """
    entry, value = left.column, written.value
    if entry.kind is Kind.TRUTH:
        _fit_truth(left, op, value)
    elif entry.kind is Kind.CODE:
        _fit_code(left, op, value)
    elif isinstance(value, Decimal):
        _fit_unit(left, written)
        _fit_number(left, op, value)
    else:
        raise PolicyError(f"'{spelled(left)}' is a number and is compared with {_told(value)}; write a number")
    return Literal(value)


def fit_reference(left: Reference, op: Op, right: Reference) -> Reference:
    """Return `right` when `left op right` makes sense; raise PolicyError with one sentence otherwise."""
    one, other = left.column, right.column
    both = f"'{spelled(left)}' and '{spelled(right)}'"
    if left == right:
        raise PolicyError(f"'{spelled(left)}' is compared with itself; correct one side")
    if Kind.TRUTH in (one.kind, other.kind):
        raise PolicyError(
            f"{both}: a yes/no name is compared with true or false only; write it by itself, or `not` before it"
        )
    if one.kind is not other.kind:
        raise PolicyError(
            f"{both} are of different kinds ({one.kind.value}, {other.kind.value}); compare like with like"
        )
    if one.kind is Kind.CODE:
        _fit_codes(both, op, (one, other))
    elif one.unit != other.unit:
        raise PolicyError(
            f"{both} have different units ({unit_text(one.unit)}, {unit_text(other.unit)}); compare like with like"
        )
    elif not comparison_fits(left, right):
        raise PolicyError(
            f"{both} are compared and are too large for exact 64-bit numbers; give the input fewer decimals or smaller "
            "bounds"
        )
    return right


def unit_text(unit: str | None) -> str:
    """Return a unit in words."""
    return "no unit" if unit is None else unit


def _fit_truth(left: Reference, op: Op, value: Plain) -> None:
    if not isinstance(value, bool):
        raise PolicyError(f"'{spelled(left)}' is a yes/no name and is compared with {_told(value)}; write it by itself")
    if op not in _EQUAL:
        raise PolicyError(f"'{spelled(left)}' is a yes/no name and knows no {op.value}; write it by itself")


def _fit_code(left: Reference, op: Op, value: Plain) -> None:
    codes = left.column.codes
    if not isinstance(value, str):
        raise PolicyError(
            f"'{spelled(left)}' is one of {', '.join(codes)}, and is compared with {_told(value)}; put a code in quotes"
        )
    if op not in _EQUAL:
        raise PolicyError(
            f"'{spelled(left)}' is one of {', '.join(codes)} and knows no {op.value}; use ==, != or in [...]"
        )
    if value not in codes:
        hint = nearest(value, codes) or f"write one of {', '.join(codes)}"
        raise PolicyError(f"'{spelled(left)}' is never \"{value}\"; {hint}")


def _fit_codes(both: str, op: Op, columns: tuple[Column, Column]) -> None:
    if op not in _EQUAL:
        raise PolicyError(f"{both} are codes and know no {op.value}; use == or !=")
    if columns[0].codes != columns[1].codes:
        raise PolicyError(f"{both} have different sets of codes; compare like with like")


def _fit_unit(left: Reference, written: Written) -> None:
    parameter, unit = written.parameter, left.column.unit
    if parameter is not None and parameter.unit != unit:
        one = f"parameter '{parameter.name}' ({unit_text(parameter.unit)})"
        other = f"'{spelled(left)}' ({unit_text(unit)})"
        raise PolicyError(f"{one} is compared with {other}; give both the same unit")


def _fit_number(left: Reference, op: Op, value: Decimal) -> None:
    entry, name = left.column, spelled(left)
    low, high = entry.low, entry.high
    if (low is not None and value < low) or (high is not None and value > high):
        bounds = f"{'' if low is None else number_text(low)} to {'' if high is None else number_text(high)}"
        raise PolicyError(
            f"'{name}' lies within {bounds} and is compared with {number_text(value)}; write a value within"
        )
    decimals = entry.decimals if entry.kind is Kind.DECIMAL else 0
    if op in _EQUAL and value != round(value, decimals):
        finest = number_text(Decimal(1).scaleb(-decimals))
        raise PolicyError(
            f"'{name}' is kept in steps of {finest} and can never be {number_text(value)}; use <, <=, > or >="
        )


def _told(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, Decimal) else f'the text "{value}"'

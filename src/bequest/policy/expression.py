"""Knows what a condition is, and what it means when values are missing.

Meaning is three-valued (Kleene): true, false or unknown. A comparison, a membership or a yes/no name that reads
a missing value is unknown. `not` turns true and false round and leaves unknown; `and` is false when one part is
false, else unknown when one part is unknown; `or` is true when one part is true, else unknown when one part is
unknown. A screen holds only when it is true; a class is met only when it is true.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from bequest.model.column import Column

Plain: TypeAlias = Decimal | bool | str
"""A value in its own unit: a number, yes or no, or a code."""


class Op(Enum):
    """Name a comparison as it is written."""

    LT = "<"
    LE = "<="
    GT = ">"
    GE = ">="
    EQ = "=="
    NE = "!="


class Space(Enum):
    """Name whose value a reference reads."""

    CANDIDATE = "candidate"
    DONOR = "donor"
    INPUT = "input"
    GEOGRAPHY = "geography"


@dataclass(frozen=True, slots=True)
class Reference:
    """Hold what a name reads; for INPUT and GEOGRAPHY the column is made from what the policy declares.

    Two references are equal when space and name are: within one policy a name has one meaning.
    """

    space: Space
    name: str
    column: Column = field(compare=False, repr=False)

    def __hash__(self) -> int:
        """Return the hash of the name, which is made once; an explanation looks up many references."""
        return hash(self.name)


@dataclass(frozen=True, slots=True)
class Literal:
    """Hold a value written in the policy, in the unit of the column it is compared with."""

    value: Plain


@dataclass(frozen=True, slots=True)
class Compare:
    """Hold a comparison; a reference always stands on the left."""

    left: Reference
    op: Op
    right: Reference | Literal


@dataclass(frozen=True, slots=True)
class Member:
    """Hold `left in [values]`; `not in` is Not(Member)."""

    left: Reference
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class Truth:
    """Hold a yes/no name that stands by itself."""

    of: Reference


@dataclass(frozen=True, slots=True)
class Not:
    """Hold a negation."""

    of: Condition


@dataclass(frozen=True, slots=True)
class And:
    """Hold two or more conditions that must all be true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Hold two or more conditions of which one must be true."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Constant:
    """Hold `always` (true) or `never` (false)."""

    value: bool


Atom: TypeAlias = Compare | Member | Truth
Condition: TypeAlias = Compare | Member | Truth | Not | And | Or | Constant

ALWAYS = Constant(True)
FLIPPED = {Op.LT: Op.GT, Op.LE: Op.GE, Op.GT: Op.LT, Op.GE: Op.LE, Op.EQ: Op.EQ, Op.NE: Op.NE}
"""What an operator becomes when the two sides change places."""


def judge(condition: Condition, value_of: Callable[[Reference], Plain | None]) -> bool | None:
    """Return whether the condition is true, false or unknown (None) for one candidate; a None value is missing."""
    match condition:
        case Constant(value):
            return value
        case Not(of):
            inner = judge(of, value_of)
            return None if inner is None else not inner
        case And(parts):
            return _all_of([judge(part, value_of) for part in parts])
        case Or(parts):
            none_holds = _all_of([_opposite(judge(part, value_of)) for part in parts])
            return _opposite(none_holds)
        case Compare() | Member() | Truth():
            return judge_atom(condition, value_of)


def judge_atom(atom: Atom, value_of: Callable[[Reference], Plain | None]) -> bool | None:
    """Return whether one comparison, membership or yes/no name is true, false or unknown (None)."""
    match atom:
        case Truth(of):
            held = value_of(of)
            return None if held is None else bool(held)
        case Member(left, values):
            held = value_of(left)
            return None if held is None else any(held == literal.value for literal in values)
        case Compare(left, op, right):
            held = value_of(left)
            other = right.value if isinstance(right, Literal) else value_of(right)
            return None if held is None or other is None else compare(held, op, other)


def compare(left: Plain, op: Op, right: Plain) -> bool:
    """Return whether the comparison of two known values holds; only numbers know larger and smaller."""
    if op is Op.EQ:
        return left == right
    if op is Op.NE:
        return left != right
    # The loader lets only numbers stand beside <, <=, > and >=.
    assert isinstance(left, Decimal)
    assert isinstance(right, Decimal)
    ordered = {Op.LT: left < right, Op.LE: left <= right, Op.GT: left > right, Op.GE: left >= right}
    return ordered[op]


def references(condition: Condition) -> tuple[Reference, ...]:
    """Return every reference of the condition, in the order of the text, repeats included."""
    match condition:
        case Constant():
            return ()
        case Not(of):
            return references(of)
        case And(parts) | Or(parts):
            return tuple(found for part in parts for found in references(part))
        case Truth(of):
            return (of,)
        case Member(left, _):
            return (left,)
        case Compare(left, _, right):
            return (left, right) if isinstance(right, Reference) else (left,)


def render(condition: Condition) -> str:
    """Return the condition as policy text; parsing that text gives the same condition."""
    match condition:
        case Constant(value):
            return "always" if value else "never"
        case Not(Member(left, values)):
            return f"{spelled(left)} not in [{_listed(values)}]"
        case Not(of):
            return f"not {_bracketed(of)}"
        case And(parts):
            return " and ".join(_bracketed(part) for part in parts)
        case Or(parts):
            return " or ".join(_bracketed(part) for part in parts)
        case Truth() | Member() | Compare():
            return _atom_text(condition)


def spelled(reference: Reference) -> str:
    """Return a reference as it is written: a candidate's value by its bare name."""
    return reference.name if reference.space is Space.CANDIDATE else f"{reference.space.value}.{reference.name}"


def number_text(value: Decimal) -> str:
    """Return a number as plain decimal text, without exponent and without trailing zeros."""
    text = format(value, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text == "-0" else text


def _all_of(judged: list[bool | None]) -> bool | None:
    if False in judged:
        return False
    return None if None in judged else True


def _opposite(judged: bool | None) -> bool | None:  # noqa: FBT001  three-valued negation
    return None if judged is None else not judged


def _atom_text(atom: Atom) -> str:
    match atom:
        case Truth(of):
            return spelled(of)
        case Member(left, values):
            return f"{spelled(left)} in [{_listed(values)}]"
        case Compare(left, op, right):
            other = spelled(right) if isinstance(right, Reference) else _literal_text(right.value)
            return f"{spelled(left)} {op.value} {other}"


def _bracketed(condition: Condition) -> str:
    text = render(condition)
    return f"({text})" if isinstance(condition, (And, Or, Not)) else text


def _listed(values: tuple[Literal, ...]) -> str:
    return ", ".join(_literal_text(literal.value) for literal in values)


def _literal_text(value: Plain) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return number_text(value) if isinstance(value, Decimal) else f'"{value}"'

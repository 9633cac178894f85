"""Knows how a condition of a policy is said in words, with its parameters as values and its named conditions by name.

The words come from the text as it is written, so that a named condition stays one name that a reader can look up.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bequest.model.column import Table
from bequest.model.columns import candidate_column, column
from bequest.policy.expression import FLIPPED, Op, Space, number_text
from bequest.policy.names import declared
from bequest.policy.spoken import column_text, words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bequest.model.column import Column
    from bequest.policy.expression import Plain
    from bequest.policy.policy import Parameter, Policy


@dataclass(frozen=True, slots=True)
class Piece:
    """Hold a piece of a sentence; `condition` names the condition of the policy that it stands for, "" for none."""

    text: str
    condition: str = ""


def condition_words(text: str, policy: Policy) -> tuple[Piece, ...]:
    """Return a condition of a loaded policy as pieces of one sentence, such as `age below 18 years`."""
    written = " ".join(text.split())
    return tuple(_words(ast.parse(written, mode="eval").body, _Reading(written, policy)))


def plain(pieces: tuple[Piece, ...]) -> str:
    """Return the sentence of some pieces."""
    return "".join(piece.text for piece in pieces)


def value_words(value: Plain, unit: str | None) -> str:
    """Return a value as it is said: `18 years`, `yes`, `adult 1`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{number_text(value)} {unit or ''}".rstrip()
    return value.replace("_", " ")


_OPERATORS: dict[type[ast.cmpop], Op] = {
    ast.Lt: Op.LT, ast.LtE: Op.LE, ast.Gt: Op.GT, ast.GtE: Op.GE, ast.Eq: Op.EQ, ast.NotEq: Op.NE,
}  # fmt: skip
_SAID = {
    Op.LT: "below", Op.LE: "at most", Op.GT: "above", Op.GE: "at least", Op.EQ: "is", Op.NE: "is not",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Reading:
    """Hold what the nodes of one text stand for: the text, for its numbers as they are written, and the policy."""

    text: str
    policy: Policy

    def number(self, node: ast.expr) -> Decimal:
        """Return the number of a node with all its digits."""
        return Decimal((ast.get_source_segment(self.text, node) or "").replace(" ", ""))


def _words(node: ast.expr, reading: _Reading) -> Iterator[Piece]:
    match node:
        case ast.BoolOp(op=op, values=values):
            between = Piece(", and " if isinstance(op, ast.And) else ", or ")
            for place, value in enumerate(values):
                yield from (between,) * bool(place)
                yield from _bracketed(value, reading)
        case ast.UnaryOp(operand=operand):
            yield Piece("not ")
            yield from _bracketed(operand, reading)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            yield Piece(_comparison(left, op, right, reading))
        case ast.Name(id="always"):
            yield Piece("everybody")
        case ast.Name(id="never"):
            yield Piece("nobody")
        case ast.Name(id=name) if name in reading.policy.conditions:
            yield Piece(words(name), name)
        case _:
            yield Piece(_side(node, reading, None))


def _bracketed(node: ast.expr, reading: _Reading) -> Iterator[Piece]:
    if isinstance(node, ast.BoolOp):
        yield Piece("(")
        yield from _words(node, reading)
        yield Piece(")")
    else:
        yield from _words(node, reading)


def _comparison(left: ast.expr, op: ast.cmpop, right: ast.expr, reading: _Reading) -> str:
    if isinstance(op, (ast.In, ast.NotIn)):
        is_ = "is" if isinstance(op, ast.In) else "is none of"
        return f"{_side(left, reading, None)} {is_} {_side(right, reading, _column(left, reading))}"
    said = _OPERATORS[type(op)]
    marked = _mark(left, said, right, reading)
    if marked:
        return marked
    if _column(left, reading) is None:
        # A value stands first: the sentence begins with what it is compared with.
        left, right, said = right, left, FLIPPED[said]
    return f"{_side(left, reading, None)} {_SAID[said]} {_side(right, reading, _column(left, reading))}"


def _mark(left: ast.expr, said: Op, right: ast.expr, reading: _Reading) -> str:
    """Return words for a table of places that marks some with 1 and the others with 0: `in the north`, or not."""
    match left, right:
        case ast.Attribute(value=ast.Name(id=Space.GEOGRAPHY.value), attr=name), ast.Constant(value=0 | 1 as value):
            table = reading.policy.geography[name]
            marks = said is Op.EQ and {*table.values.values(), table.otherwise} <= {Decimal(0), Decimal(1)}
            return words(name) if marks and value else f"not {words(name)}" if marks else ""
        case _:
            return ""


def _side(node: ast.expr, reading: _Reading, compared: Column | None) -> str:
    """Return one side in words; a bare number is in the unit of the column that it is compared with."""
    unit = None if compared is None else compared.unit
    match node:
        case ast.List(elts=elements):
            return _either([_side(element, reading, compared) for element in elements])
        case ast.Name(id=name) if name in reading.policy.parameters:
            return parameter_words(reading.policy.parameters[name])
        case ast.Name(id="true" | "false" as word):
            return value_words(word == "true", unit)
        case ast.Constant(value=str(value)):
            return value_words(value, unit)
        case ast.Constant() | ast.UnaryOp():
            return value_words(reading.number(node), unit)
        case _:
            found = _column(node, reading)
            assert found is not None, "the loader knows every name of a condition"
            return column_text(found, before="donor " if _space(node) is Space.DONOR else "")


def parameter_words(parameter: Parameter) -> str:
    """Return the value of a parameter, or its values, with the unit."""
    values = parameter.value if isinstance(parameter.value, tuple) else (parameter.value,)
    return _either([value_words(value, parameter.unit) for value in values])


def _either(texts: list[str]) -> str:
    return texts[0] if len(texts) == 1 else f"{', '.join(texts[:-1])} or {texts[-1]}"


def _space(node: ast.expr) -> Space:
    match node:
        case ast.Attribute(value=ast.Name(id=space)):
            return Space(space)
        case _:
            return Space.CANDIDATE


def _column(node: ast.expr, reading: _Reading) -> Column | None:
    """Return the column that a name reads, None for a value or a parameter."""
    match node:
        case ast.Name(id=name):
            return None if name in reading.policy.parameters else candidate_column(name)
        case ast.Attribute(attr=name):
            space = _space(node)
            own = declared(reading.policy.inputs, reading.policy.geography, space, name)
            if own is not None:
                return own.column
            return column(Table.DONOR, name) if space is Space.DONOR else candidate_column(name)
        case _:
            return None

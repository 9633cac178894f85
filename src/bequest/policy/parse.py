"""Knows how the text of a condition becomes a condition: names, literals, comparisons, in, and, or, not.

The text is parsed with `ast` and never evaluated. What needs arithmetic or a call is a named factor.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from bequest.model.column import Kind
from bequest.model.errors import PolicyError
from bequest.policy.document import MAX_DIGITS, too_long
from bequest.policy.expression import (
    FLIPPED,
    And,
    Compare,
    Condition,
    Constant,
    Member,
    Not,
    Op,
    Or,
    Reference,
    Space,
    Truth,
    references,
    spelled,
)
from bequest.policy.fit import Written, fit_literal, fit_reference
from bequest.policy.names import refer, unknown

if TYPE_CHECKING:
    from bequest.policy.names import Names
    from bequest.policy.policy import Parameter

MAX_CHARACTERS = 2000
MAX_DEPTH = 30
MAX_REFERENCES = 500
_LONGEST_QUOTE = 80

_SHORTEN = "name parts of it under `conditions`"
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
_ODD_NUMBER = re.compile(r"(?<![\w.])[0-9][0-9._]*[A-Za-z_]\w*")
_OPS: dict[type[ast.cmpop], Op] = {
    ast.Lt: Op.LT, ast.LtE: Op.LE, ast.Gt: Op.GT, ast.GtE: Op.GE, ast.Eq: Op.EQ, ast.NotEq: Op.NE,
}  # fmt: skip
_REFUSED: tuple[tuple[tuple[type[ast.AST], ...], str], ...] = (
    ((ast.BinOp,), "arithmetic is refused; name a factor that holds the result"),
    ((ast.UnaryOp,), "arithmetic is refused; a sign may stand before a number only"),
    ((ast.BoolOp, ast.Compare), "a condition stands where a value is expected; join conditions with and, or, not"),
    ((ast.Call,), "a call is refused; name a factor that holds the result"),
    ((ast.Lambda,), "a lambda is refused; write a comparison of names"),
    ((ast.IfExp,), "`if ... else` is refused; use and, or, not"),
    ((ast.JoinedStr,), "a formatted text is refused; write the plain text in quotes"),
    ((ast.Subscript,), "an index in [...] is refused; name the column itself"),
    ((ast.NamedExpr,), "an assignment is refused; compare with =="),
    ((ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp), "a comprehension is refused; list the values"),
    ((ast.List, ast.Tuple, ast.Set, ast.Dict), "values in brackets stand only after `in`, as [...]; correct it"),
    ((ast.Starred,), "a star is refused; list the values in [...]"),
    ((ast.Attribute,), "a chain of dots is refused; write candidate.NAME, donor.NAME, input.NAME or geography.NAME"),
)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Hold what the reading of one text needs: the text, for the words of messages, and what its names mean."""

    text: str
    names: Names


def parse(text: str, names: Names) -> Condition:
    """Return the condition of the text, parameters and named conditions put in place.

    Raise PolicyError with one sentence about the first thing that the language does not allow.
    """
    words = " ".join(text.split())
    condition = _condition(_Reading(words, names), _tree(words), 0)
    if len(references(condition)) > MAX_REFERENCES:
        raise PolicyError(
            f"the condition reads more than {MAX_REFERENCES} names, those of its conditions included; simplify it"
        )
    return condition


def read_reference(text: str, names: Names) -> Reference:
    """Return what one written name reads, as in `of: waiting_days` or `times: donor.kdpi_percent`."""
    words = " ".join(text.split())
    side = _side(_Reading(words, names), _tree(words))
    if not isinstance(side, Reference):
        raise PolicyError(f"'{words}' must be the name of a column; write one name of the data dictionary")
    return side


def identifiers(text: str) -> frozenset[str]:
    """Return the names of a condition text outside quotes, dotted ones whole, to find what it uses."""
    return frozenset(re.findall(r"(?<![\w.])[A-Za-z_][\w.]*", _QUOTED.sub("''", text)))


def _tree(text: str) -> ast.expr:
    if len(text) > MAX_CHARACTERS:
        raise PolicyError(f"the condition is longer than {MAX_CHARACTERS} characters; {_SHORTEN}")
    if not text:
        raise PolicyError("the condition is empty; write one, or `always`")
    bare = _QUOTED.sub("''", text)
    if "\\" in text or "\0" in text:
        raise PolicyError("a backslash is refused; write the plain text")
    if "#" in bare:
        raise PolicyError("a # would hide the rest of the condition; remove it, or put a text that holds it in quotes")
    strange = next((character for character in bare if not character.isascii()), None)
    if strange is not None:
        raise PolicyError(f"'{strange}' stands outside quotes; names and signs are plain letters, as on a keyboard")
    odd = _ODD_NUMBER.search(bare)
    if odd is not None:
        raise PolicyError(f"'{odd.group()}' is no plain number; write it in digits, as in 12.5")
    if re.search(r"(?<![<>=!:])=(?!=)", bare):
        raise PolicyError("a single = is refused; compare with ==")
    try:
        return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        near = text[error.offset - 1 :][:20].strip() if error.offset else ""
        place = f" near '{near}'" if near else " at its end"
        raise PolicyError(f"the condition cannot be read{place}; write names, comparisons, in, and, or, not") from None
    except (MemoryError, RecursionError, ValueError):
        raise PolicyError(f"the condition is nested too deeply; {_SHORTEN}") from None


def _condition(reading: _Reading, node: ast.expr, depth: int) -> Condition:
    if depth > MAX_DEPTH:
        raise PolicyError(f"the condition is nested deeper than {MAX_DEPTH}; {_SHORTEN}")
    match node:
        case ast.BoolOp(op=op, values=values):
            parts = tuple(_condition(reading, value, depth + 1) for value in values)
            return And(parts) if isinstance(op, ast.And) else Or(parts)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return Not(_condition(reading, operand, depth + 1))
        case ast.Compare():
            return _comparison(reading, node)
        case ast.Name(id="always" | "never" as word):
            return Constant(word == "always")
        case ast.Name(id=name) if name in reading.names.conditions:
            return reading.names.conditions[name]
        case _:
            return _alone(reading, node)


def _alone(reading: _Reading, node: ast.expr) -> Condition:
    side = _side(reading, node)
    if isinstance(side, Reference):
        if side.column.kind is not Kind.TRUTH:
            raise PolicyError(f"'{spelled(side)}' is no yes/no name; compare it with a value")
        return Truth(side)
    if isinstance(side, Written) and isinstance(side.value, bool) and side.parameter is not None:
        return Constant(side.value)
    raise PolicyError(f"{_quoted(reading, node)}: a value by itself is no condition; compare a name with it")


def _comparison(reading: _Reading, node: ast.Compare) -> Condition:
    if len(node.ops) > 1:
        raise PolicyError(f"{_quoted(reading, node)}: a chain of comparisons is refused; write two, joined by `and`")
    op = node.ops[0]
    if isinstance(op, (ast.In, ast.NotIn)):
        member = _member(reading, node)
        return member if isinstance(op, ast.In) else Not(member)
    if type(op) not in _OPS:
        raise PolicyError(f"{_quoted(reading, node)}: `is` is refused; compare with ==")
    return _compare(reading, node, _OPS[type(op)])


def _compare(reading: _Reading, node: ast.Compare, op: Op) -> Compare:
    left, right = _side(reading, node.left), _side(reading, node.comparators[0])
    if not isinstance(left, Reference) and isinstance(right, Reference):
        left, right, op = right, left, FLIPPED[op]
    if not isinstance(left, Reference):
        raise PolicyError(f"{_quoted(reading, node)}: two values are compared; one side must be the name of a column")
    match right:
        case Reference():
            return Compare(left, op, fit_reference(left, op, right))
        case Written():
            return Compare(left, op, fit_literal(left, op, right))
        case _:
            raise PolicyError(f"{_quoted(reading, node)}: a list of values is compared; use in [...]")


def _member(reading: _Reading, node: ast.Compare) -> Member:
    left = _side(reading, node.left)
    if not isinstance(left, Reference):
        raise PolicyError(f"{_quoted(reading, node)}: before `in` must stand the name of a column; correct it")
    right = node.comparators[0]
    written = _list(reading, right) if isinstance(right, ast.List) else _side(reading, right)
    if not isinstance(written, tuple):
        raise PolicyError(f"{_quoted(reading, node)}: after `in` stands a list in [...] or a parameter with a list")
    if not written:
        raise PolicyError(f"{_quoted(reading, node)}: the list is empty; write at least one value")
    values = tuple(fit_literal(left, Op.EQ, value) for value in written)
    if len(set(values)) < len(values):
        raise PolicyError(f"{_quoted(reading, node)}: a value stands in the list twice; remove one")
    return Member(left, values)


def _list(reading: _Reading, node: ast.List) -> tuple[Written, ...]:
    values = [_side(reading, element) for element in node.elts]
    plain = tuple(value for value in values if isinstance(value, Written))
    if len(plain) < len(values):
        raise PolicyError(f"{_quoted(reading, node)}: a list holds values only; compare two columns with ==")
    return plain


def _side(reading: _Reading, node: ast.expr) -> Reference | Written | tuple[Written, ...]:
    names = reading.names
    match node:
        case ast.Name(id="true" | "false" as word):
            return Written(word == "true", None)
        case ast.Name(id=name) if name in names.parameters:
            return _parameter(names.parameters[name])
        case ast.Name(id=name) if name in names.conditions:
            raise PolicyError(f"'{name}' is a condition and cannot be compared; write it by itself")
        case ast.Name(id=name) if name in {"always", "never", "candidate", "donor", "input", "geography"}:
            raise PolicyError(f"'{name}' is a word of the language and no value; write a column of the dictionary")
        case ast.Name(id=name):
            return refer(names, Space.CANDIDATE, name)
        case ast.Attribute(value=ast.Name(id="candidate" | "donor" | "input" | "geography" as space), attr=name):
            return refer(names, Space(space), name)
        case ast.Attribute(value=ast.Name(id=owner), attr=name):
            raise PolicyError(
                f"'{owner}.{name}': before the dot stands candidate, donor, input or geography; {_hint(reading, name)}"
            )
        case ast.Constant() | ast.UnaryOp(op=ast.USub(), operand=ast.Constant()):
            return Written(_literal(reading, node), None)
        case _:
            raise PolicyError(_refusal(reading, node))


def _parameter(parameter: Parameter) -> Written | tuple[Written, ...]:
    if isinstance(parameter.value, tuple):
        return tuple(Written(value, parameter) for value in parameter.value)
    return Written(parameter.value, parameter)


def _literal(reading: _Reading, node: ast.Constant | ast.UnaryOp) -> Decimal | str:
    segment = ast.get_source_segment(reading.text, node) or ""
    digits = segment.removeprefix("-").strip()
    if _NUMBER.fullmatch(digits):
        if len(segment) > MAX_DIGITS:
            raise PolicyError(too_long(segment))
        return -Decimal(digits) if segment.startswith("-") else Decimal(digits)
    value = node.value if isinstance(node, ast.Constant) else None
    if isinstance(value, str) and segment[1:-1] == value:
        return value
    if isinstance(value, bool):
        raise PolicyError(f"'{segment}' is written in small letters; write {segment.lower()}")
    raise PolicyError(f"'{segment}' is no plain value; write a number in digits, true, false, or text in quotes")


def _refusal(reading: _Reading, node: ast.expr) -> str:
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return f"{_quoted(reading, node)}: `not` stands before a condition, not before a value; write it first"
    sentences = (words for kinds, words in _REFUSED if isinstance(node, kinds))
    sentence = next(sentences, "the language has no such thing; remove it")
    return f"{_quoted(reading, node)}: {sentence}"


def _quoted(reading: _Reading, node: ast.expr) -> str:
    segment = ast.get_source_segment(reading.text, node) or reading.text
    return f"'{segment if len(segment) <= _LONGEST_QUOTE else segment[:_LONGEST_QUOTE] + ' ...'}'"


def _hint(reading: _Reading, name: str) -> str:
    return unknown(reading.names, name).partition("; ")[2]

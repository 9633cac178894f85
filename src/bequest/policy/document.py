"""Knows how a policy file or a sources file is read: YAML into plain values, with the line of each of them.

Only the plain part of YAML is allowed: no tags, no anchors, no second document, no duplicate keys. Numbers become
exact decimals and dates become dates.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeAlias

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, ScalarNode, SequenceNode
from ruamel.yaml.tokens import (
    AliasToken,
    AnchorToken,
    BlockEndToken,
    BlockMappingStartToken,
    BlockSequenceStartToken,
    DirectiveToken,
    DocumentEndToken,
    DocumentStartToken,
    FlowMappingEndToken,
    FlowMappingStartToken,
    FlowSequenceEndToken,
    FlowSequenceStartToken,
    ScalarToken,
    TagToken,
)

from bequest.model.errors import PolicyError
from bequest.policy.section import shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ruamel.yaml.nodes import Node
    from ruamel.yaml.tokens import Token

Value: TypeAlias = "str | bool | Decimal | date | tuple[Value, ...] | Mapping[str, Value]"
Path: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys and places in lists, from the top of the file."""

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 20
MAX_DIGITS = 28
"""Signs of a number, point and minus included; a Decimal keeps that many digits in every operation."""

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
_JOINING = frozenset("\n\u200c\u200d")  # the last two join letters in Persian and in Indian scripts
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REFUSED_TOKENS: tuple[tuple[type[object], str], ...] = (
    (TagToken, "a tag (!...) is refused; write the plain value"),
    (AnchorToken, "an anchor (&...) is refused; write the value out where it is used"),
    (AliasToken, "an alias (*...) is refused; write the value out where it is used"),
    (DirectiveToken, "a directive (%...) is refused; remove the line"),
    (DocumentStartToken, "a document mark (---) is refused; one file holds one document"),
    (DocumentEndToken, "a document mark (...) is refused; one file holds one document"),
)
_OPENING = (FlowMappingStartToken, FlowSequenceStartToken, BlockMappingStartToken, BlockSequenceStartToken)
_CLOSING = (FlowMappingEndToken, FlowSequenceEndToken, BlockEndToken)


@dataclass(frozen=True, slots=True)
class Document:
    """Hold a parsed file; `lines` gives the line (from 1) of each value by its path, for a mapping that of its key."""

    label: str
    content: Mapping[str, Value]
    lines: Mapping[Path, int]


def read_document(text: str, *, label: str) -> Document:
    """Return the parsed text; raise PolicyError with every mistake of writing, each with `label` and line."""
    if len(text) > MAX_CHARACTERS:
        raise PolicyError(f"{label}: the file is longer than {MAX_CHARACTERS} characters; split it or shorten it")
    try:
        problems = list(_refusals(text))
        if problems:
            raise PolicyError(*shortened(tuple(f"{label}:{line}: {sentence}" for line, sentence in problems)))
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        raise PolicyError(f"{label}:{line}: this is no readable YAML ({error.problem}); correct the line") from None
    except YAMLError as error:
        first = str(error).strip().splitlines()[0]
        raise PolicyError(f"{label}: this is no readable YAML ({first}); correct the file") from None
    if not isinstance(root, MappingNode):
        raise PolicyError(
            f"{label}: the file must hold keys with values; begin with a line such as `policy: core/heart`"
        )
    reader = _Reader(label, {}, [])
    content = reader.mapping(root, ())
    if reader.problems:
        raise PolicyError(*shortened(tuple(reader.problems)))
    return Document(label, content, MappingProxyType(reader.lines))


def unseen(text: str) -> str | None:
    """Return the code of the first character that a reader cannot see, such as U+202E, or None.

    Control characters, marks of direction and half characters could make a rule look like another one.
    """
    for character in text:
        if unicodedata.category(character) in _UNSEEN and character not in _JOINING:
            return f"U+{ord(character):04X}"
    return None


def too_long(number: str) -> str:
    """Return the sentence about a number of more than MAX_DIGITS signs."""
    return f"the number {number[:MAX_DIGITS]} ... is longer than {MAX_DIGITS} signs; round it"


def comments(text: str) -> tuple[tuple[int, str], ...]:
    """Return the comments of a YAML text with their lines, in order."""
    blank = list(text)
    for token in _tokens(text):
        if isinstance(token, ScalarToken):
            for index in range(token.start_mark.index, token.end_mark.index):
                blank[index] = "\n" if text[index] == "\n" else " "
    found: list[tuple[int, str]] = []
    for number, line in enumerate("".join(blank).split("\n"), start=1):
        _, mark, comment = line.partition("#")
        if mark:
            found.append((number, comment.strip()))
    return tuple(found)


def _tokens(text: str) -> Iterator[Token]:
    return YAML(typ="safe", pure=True).scan(text)


def _refusals(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        code = unseen(line.removesuffix("\r").replace("\t", " "))
        if code is not None:
            yield number, _unseen_sentence(code)
            return
    depth = 0
    for token in _tokens(text):
        depth += isinstance(token, _OPENING) - isinstance(token, _CLOSING)
        if depth > MAX_DEPTH:
            yield token.start_mark.line + 1, f"lists and blocks are nested deeper than {MAX_DEPTH}; write them flatter"
            return
        for kind, sentence in _REFUSED_TOKENS:
            if isinstance(token, kind):
                yield token.start_mark.line + 1, sentence


def _unseen_sentence(code: str) -> str:
    return f"the character {code} cannot be seen by a reader; remove it"


@dataclass(frozen=True, slots=True)
class _Reader:
    """Collect the lines and the mistakes of one file while its nodes become values."""

    label: str
    lines: dict[Path, int]
    problems: list[str]

    def value(self, node: Node, path: Path) -> Value:
        """Return the value of any node."""
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            items: list[Value] = []
            for place, item in enumerate(node.value):
                self.lines[(*path, place)] = item.start_mark.line + 1
                items.append(self.value(item, (*path, place)))
            return tuple(items)
        assert isinstance(node, ScalarNode), "a YAML node is a mapping, a list or a scalar"
        code = unseen(node.value)
        return self.scalar(node, path) if code is None else self.wrong(path, _unseen_sentence(code))

    def mapping(self, node: MappingNode, path: Path) -> Mapping[str, Value]:
        """Return the mapping of a node; a duplicate key is a mistake."""
        values: dict[str, Value] = {}
        for key, item in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, ScalarNode):
                self.problems.append(f"{self.label}:{line}: a key must be a word; write `key: value`")
                continue
            name = key.value
            code = unseen(name)
            if code is not None:
                self.problems.append(f"{self.label}:{line}: {_unseen_sentence(code)}")
                continue
            if name in values:
                first = self.lines[(*path, name)]
                self.problems.append(
                    f"{self.label}:{line}: the key '{name}' is a duplicate of line {first}; remove one of the two"
                )
                continue
            self.lines[(*path, name)] = line
            values[name] = self.value(item, (*path, name))
        return MappingProxyType(values)

    def scalar(self, node: ScalarNode, path: Path) -> Value:
        """Return text, number, date or truth value of a node."""
        text = node.value
        match str(node.tag).rsplit(":", 1)[-1]:
            case "bool":
                return text.lower() == "true"
            case "int" | "float":
                return self.number(path, text)
            case "timestamp":
                return self.day(path, text)
            case "null":
                return self.wrong(path, "here stands no value; write one or leave the key out")
            case _:
                return text

    def number(self, path: Path, text: str) -> Value:
        """Return the number of a node, exactly as it is written."""
        if len(text) > MAX_DIGITS:
            return self.wrong(path, too_long(text))
        if _NUMBER.fullmatch(text):
            return Decimal(text)
        return self.wrong(
            path, f"'{text}' is no plain number; write it in digits, as in 12.5, or in quotes if it is text"
        )

    def day(self, path: Path, text: str) -> Value:
        """Return the date of a node."""
        try:
            return date.fromisoformat(text if _DATE.fullmatch(text) else "")
        except ValueError:
            return self.wrong(path, f"'{text}' is no date; write it as 2026-01-31, or in quotes if it is text")

    def wrong(self, path: Path, sentence: str) -> Value:
        """Note a mistake; what is returned is never used, because the file is refused."""
        self.problems.append(f"{self.label}:{self.lines[path]}: {sentence}")
        return ""

"""Knows how one block of a policy file is read value by value, and how its mistakes are told.

Every reader notes what is wrong in the block's `problems` and goes on with a stand-in, so that all mistakes of a file
are told at once. A stand-in is never used: a file with a problem is refused as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeGuard, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from enum import Enum

    from bequest.policy.document import Document, Path, Value

    Choice = TypeVar("Choice", bound=Enum)

MOST_TOLD = 50
"""Mistakes of one file that are told at once; who reads more than that reads none."""
NO_DAY = date(1, 1, 1)
_IDENTIFIER = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KINDS = {str: "text", bool: "true or false", Decimal: "a number", date: "a date", tuple: "a list"}


@dataclass(frozen=True, slots=True)
class Section:
    """Hold one block of the file, its path, its place in words ("class 'near'") and the problems so far, by line."""

    document: Document
    content: Mapping[str, Value]
    path: Path
    where: str
    problems: list[tuple[int, str]]


def top(document: Document, problems: list[tuple[int, str]]) -> Section:
    """Return the whole file as a block."""
    return Section(document, document.content, (), "", problems)


def complain(section: Section, sentence: str, *, key: str | int | None = None) -> None:
    """Note a mistake with file, line and place; `key` points at one value of the block."""
    lines = section.document.lines
    path = section.path if key is None else (*section.path, key)
    line = lines.get(path, lines.get(section.path, 1))
    where = f", {section.where}" if section.where else ""
    section.problems.append((line, f"{section.document.label}:{line}{where}: {sentence}"))


def told(problems: list[tuple[int, str]]) -> tuple[str, ...]:
    """Return the problems as sentences in the order of the lines, each once, the first MOST_TOLD of them."""
    return shortened(tuple(dict.fromkeys(sentence for _, sentence in sorted(problems))))


def shortened(sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first MOST_TOLD sentences and, where there are more, one that says how many."""
    more = len(sentences) - MOST_TOLD
    if more <= 0:
        return sentences
    return (*sentences[:MOST_TOLD], f"there are {more} more mistakes; correct the first {MOST_TOLD} and check again")


def only(section: Section, allowed: tuple[str, ...]) -> None:
    """Refuse every key that is not allowed here, with the nearest one that is."""
    for key in section.content:
        if key not in allowed:
            hint = nearest(key, allowed) or f"allowed here: {', '.join(allowed)}"
            complain(section, f"'{key}' is no key of this place; {hint}", key=key)


def nearest(name: str, allowed: Iterable[str]) -> str | None:
    """Return "did you mean ...?" with the nearest allowed name, or None when none is near."""
    close = get_close_matches(name, sorted(allowed), n=1)
    return f"did you mean {close[0]}?" if close else None


def text(section: Section, key: str, *, remedy: str) -> str:
    """Return required text of one line or more, whitespace at its ends aside."""
    if key not in section.content:
        complain(section, f"'{key}' is missing; {remedy}")
        return ""
    return optional_text(section, key, remedy=remedy) or ""


def optional_text(section: Section, key: str, *, remedy: str) -> str | None:
    """Return text, or None when the key is absent."""
    value = section.content.get(key)
    if value is None:
        return None
    if not isinstance(value, str) or not value.strip():
        return _wrong(section, key, f"must be text, and is {kind(value)}; {remedy}")
    return value.strip()


def identifier(section: Section, key: str = "id") -> str:
    """Return the required identifier of a block, in kebab-case."""
    name = text(section, key, remedy=f"write `{key}: short-name`")
    if name and not _IDENTIFIER.fullmatch(name):
        complain(section, f"'{name}' must be small letters, digits and hyphens; rename it", key=key)
    return name


def number(section: Section, key: str, *, remedy: str) -> Decimal:
    """Return a required number."""
    if key not in section.content:
        complain(section, f"'{key}' is missing; {remedy}")
        return Decimal(0)
    value = section.content[key]
    if not isinstance(value, Decimal):
        _wrong(section, key, f"must be a number, and is {kind(value)}; {remedy}")
        return Decimal(0)
    return value


def whole(section: Section, key: str, *, low: int, high: int) -> int:
    """Return a required whole number within inclusive bounds."""
    remedy = f"write a whole number from {low} to {high}"
    value = number(section, key, remedy=remedy)
    if key in section.content and isinstance(section.content[key], Decimal):
        whole_number(section, value, key=key, bounds=(low, high))
    return int(value)


def whole_number(section: Section, value: Value, *, key: str | int, bounds: tuple[int, int]) -> int:
    """Return a value as a whole number within inclusive bounds."""
    low, high = bounds
    if not isinstance(value, Decimal) or value != int(value) or not low <= value <= high:
        complain(section, f"'{key}' must be a whole number from {low} to {high}; correct it", key=key)
        return low
    return int(value)


def truth(section: Section, key: str) -> bool:
    """Return an optional true or false; absent is false."""
    value = section.content.get(key, False)
    if not isinstance(value, bool):
        complain(section, f"'{key}' must be true or false, and is {kind(value)}; write one of the two", key=key)
        return False
    return value


def day(section: Section, key: str) -> date:
    """Return a required date."""
    value = section.content.get(key)
    if not isinstance(value, date):
        found = "is missing" if value is None else f"must be a date, and is {kind(value)}"
        complain(section, f"'{key}' {found}; write it as 2026-01-31", key=key if value is not None else None)
        return NO_DAY
    return value


def choice(section: Section, key: str, options: type[Choice]) -> Choice:
    """Return the required member of a closed set whose value is written."""
    written = text(section, key, remedy=f"write one of {_values(options)}")
    for option in options:
        if option.value == written:
            return option
    if written:
        hint = nearest(written, (str(option.value) for option in options)) or f"write one of {_values(options)}"
        complain(section, f"'{key}' cannot be '{written}'; {hint}", key=key)
    return next(iter(options))


def items(section: Section, key: str) -> tuple[Value, ...]:
    """Return a list, or an empty one when the key is absent."""
    value = section.content.get(key, ())
    if not isinstance(value, tuple):
        complain(section, f"'{key}' must be a list, and is {kind(value)}; write it as a list", key=key)
        return ()
    return value


def child(section: Section, key: str, *, where: str) -> Section | None:
    """Return the block under a key, or None when the key is absent or holds no block."""
    value = section.content.get(key)
    if value is None:
        return None
    if not is_block(value):
        complain(section, f"'{key}' must hold keys with values, and is {kind(value)}; write it as a block", key=key)
        return None
    return Section(section.document, value, (*section.path, key), where, section.problems)


def children(section: Section, key: str, *, noun: str) -> tuple[Section, ...]:
    """Return the blocks of a list, each named by its `id`, or by its place from 1 where it has none."""
    found: list[Section] = []
    for place, value in enumerate(items(section, key)):
        if not is_block(value):
            sentence = f"must hold keys with values, and is {kind(value)}; write it as a block"
            where = named(noun, None, place)
            complain(Section(section.document, {}, (*section.path, key), where, section.problems), sentence, key=place)
            continue
        where = named(noun, value.get("id"), place)
        found.append(Section(section.document, value, (*section.path, key, place), where, section.problems))
    return tuple(found)


def named_children(section: Section, key: str, *, noun: str) -> tuple[tuple[str, Section], ...]:
    """Return the blocks under a mapping of names, in the order of the file."""
    block = child(section, key, where=section.where)
    if block is None:
        return ()
    found = ((name, child(block, name, where=f"{noun} '{name}'")) for name in block.content)
    return tuple((name, entry) for name, entry in found if entry is not None)


def named(noun: str, name: Value | None, place: int) -> str:
    """Return how a block is called in messages."""
    return f"{noun} '{name}'" if isinstance(name, str) else f"{noun} {place + 1}"


def is_block(value: Value) -> TypeGuard[Mapping[str, Value]]:
    """Tell whether a value is a block of keys."""
    return isinstance(value, MappingProxyType)


def kind(value: Value) -> str:
    """Return what a value is, in words."""
    if isinstance(value, str) and not value.strip():
        return "empty"
    return next((words for type_, words in _KINDS.items() if isinstance(value, type_)), "a block of keys")


def _wrong(section: Section, key: str, sentence: str) -> None:
    complain(section, f"'{key}' {sentence}", key=key)


def _values(options: type[Enum]) -> str:
    return ", ".join(str(option.value) for option in options)

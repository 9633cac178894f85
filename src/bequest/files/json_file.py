"""Knows JSON files: a list of objects, one a row; null or an absent name is a missing value."""

from __future__ import annotations

import json
from typing import NoReturn, cast

import polars as pl

from bequest.files.problems import quoted
from bequest.files.raw import Held, RawColumn, RawTable, refuse_bad_names, refuse_bad_rows
from bequest.model.column import Column, Kind, Table
from bequest.model.columns import column, columns_of
from bequest.model.errors import InputError

_UNQUOTED_KINDS = frozenset({Kind.TRUTH, Kind.WHOLE, Kind.DECIMAL})


class _NumberText(str):
    """Hold a JSON number as its own digits, so that messages show what stands in the file."""

    __slots__ = ()


def read_json_table(content: bytes, file: str, table: Table) -> RawTable:
    """Return a JSON file as stored; raise InputError if it is not a list of objects."""
    rows = _objects(_parsed(content, file), file)
    # An empty list cannot name its columns; it has them all.
    every = [entry.name for entry in columns_of(table)]
    names = list(dict.fromkeys(name for row in rows for name in row)) if rows else every
    refuse_bad_names(names, file)
    columns = {name: _column([row.get(name) for row in rows], column(table, name)) for name in names}
    return RawTable(file, "row", range(1, len(rows) + 1), columns)


def _parsed(content: bytes, file: str) -> object:
    try:
        return cast(  # json.loads has no type of its own; _objects narrows what it returned
            "object",
            json.loads(
                content.decode("utf-8-sig"),
                parse_int=_NumberText,
                parse_float=_NumberText,
                parse_constant=_refuse_constant,
                object_pairs_hook=_object,
            ),
        )
    except UnicodeDecodeError:
        raise InputError(f"{file}: the text is not UTF-8; save the file as UTF-8.") from None
    except RecursionError:
        raise InputError(f"{file}: the file is nested too deeply; write a list of objects, one a row.") from None
    except json.JSONDecodeError as error:
        message = f"{file}, line {error.lineno}: this is not JSON ({error.msg}); write a list of objects."
        raise InputError(message) from None
    except ValueError as error:
        raise InputError(f"{file}: {error}") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"'{name}' is no JSON value; write null where a value is missing.")


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise ValueError(f"one object names {quoted(twice)} twice; keep one of the two.")
    return row


def _objects(parsed: object, file: str) -> list[dict[str, object]]:
    if not isinstance(parsed, list):
        raise InputError(f"{file}: the file holds no list; write a list of objects, one a row.")
    rows: list[dict[str, object]] = []
    problems: list[str] = []
    for number, row in enumerate(cast("list[object]", parsed), 1):  # isinstance cannot say what the list holds
        if isinstance(row, dict):
            rows.append(cast("dict[str, object]", row))  # JSON objects have text names
        else:
            problems.append(f"{file}, row {number}: this is no object; write the row as names and values in braces.")
    refuse_bad_rows(problems)
    return rows


def _column(values: list[object], entry: Column | None) -> RawColumn:
    """Return one column as text; `entry` is None for a column that the dictionary does not know."""
    may_be_unquoted = entry is not None and entry.kind in _UNQUOTED_KINDS
    texts: list[str | None] = []
    wrong: dict[int, str] = {}
    for row, value in enumerate(values):
        found = None if value is None else _found(value, may_be_unquoted=may_be_unquoted)
        if found is not None:
            wrong[row] = found
        texts.append(_text(value) if found is None else None)
    return RawColumn(Held.TEXT, pl.Series(values=texts, dtype=pl.String), wrong)


def _found(value: object, *, may_be_unquoted: bool) -> str | None:
    """Return what stands in a cell that should hold text, or None if the cell is fine."""
    if isinstance(value, dict | list):
        return "a list or an object"
    if isinstance(value, str) and not _is_unicode(value):
        return "half a character"
    if may_be_unquoted or type(value) is str:
        return None
    return "true or false" if isinstance(value, bool) else "a number"


def _is_unicode(text: str) -> bool:
    """Tell whether the text can be written as UTF-8; JSON escapes can name one half of a character."""
    return text.isascii() or not any("\ud800" <= mark <= "\udfff" for mark in text)


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    return None if value is None else str(value)

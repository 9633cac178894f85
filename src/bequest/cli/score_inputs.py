"""Knows how the inputs of a score are read from the command line, from a CSV file and from a JSON file."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, cast

from bequest.cli.text_file import read_text
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bequest.clinical.scores.score import Score

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?")
_LONGEST = 200_000_000
"""Characters of a file of inputs: a million people with twenty inputs each."""
_DIGITS = 20
_TRUTHS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def pairs_given(pairs: Sequence[str]) -> dict[str, str]:
    """Return inputs by name from words such as `inr=1.2`; raise InputError for every word that is none."""
    problems: list[str] = []
    given: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not (name and equals and value):
            problems.append(f"'{pair[:80]}' is no input; write NAME=VALUE, such as inr=1.2.")
        elif name in given:
            problems.append(f"'{name[:80]}' is given twice; give one.")
        given[name] = value
    if problems:
        raise InputError(*problems)
    return given


def rows_given(path: Path) -> list[dict[str, object]]:
    """Return one table of inputs a row of a CSV file (its name ends in .csv) or of a JSON file, which holds a list."""
    text = read_text(path, longest=_LONGEST)
    return _csv_rows(text, path) if path.suffix.lower() == ".csv" else _json_rows(text, path)


def typed(score: Score, given: Mapping[str, object]) -> dict[str, object]:
    """Return inputs as numbers and truth values where they came as text; what is neither stays text, to be refused."""
    kinds = {name: entry for entry in score.inputs for name in (entry.name, *entry.other_units)}
    return {
        name: _typed(value, flag=kinds[name].flag)
        if isinstance(value, str) and name in kinds and not kinds[name].choices
        else value
        for name, value in given.items()
    }


def _typed(text: str, *, flag: bool) -> object:
    stripped = text.strip()
    if flag:
        return _TRUTHS.get(stripped.lower(), stripped)
    return float(stripped) if _NUMBER.fullmatch(stripped) else stripped


def _csv_rows(text: str, path: Path) -> list[dict[str, object]]:
    """Return the rows of a CSV file; an empty cell is a missing input."""
    try:
        header, *rows = list(csv.reader(io.StringIO(text, newline=""), strict=True)) or [[]]
    except csv.Error as error:
        raise InputError(f"{path}: the file is no CSV ({error}); check that every quotation mark is closed.") from None
    if len(set(header)) < len(header):
        raise InputError(f"{path}: a column stands twice in the first line; keep one.")
    wrong = [str(number) for number, row in enumerate(rows, start=1) if row and len(row) != len(header)]
    if wrong:
        raise InputError(f"{path}: row {', '.join(wrong[:5])} has another number of cells than the first line.")
    found = [{name: cell for name, cell in zip(header, row, strict=True) if cell.strip()} for row in rows if row]
    return _some([dict[str, object](row) for row in found], path)


def _json_rows(text: str, path: Path) -> list[dict[str, object]]:
    try:
        content = cast("object", json.loads(text, object_pairs_hook=_once, parse_int=_whole, parse_constant=_no_number))
    except (json.JSONDecodeError, RecursionError) as error:
        told = f"line {error.lineno}: {error.msg}" if isinstance(error, json.JSONDecodeError) else "nested too deeply"
        raise InputError(f"{path}: this is no JSON ({told}); correct it.") from None
    except ValueError as error:
        raise InputError(f"{path}: {error}; correct it.") from None
    if not isinstance(content, list):
        raise InputError(f'{path}: expected a list of tables, such as [{{"inr": 1.2}}].')
    # What json gives back has no type of its own.
    rows = cast("list[object]", content)
    wrong = [str(number) for number, row in enumerate(rows, start=1) if not isinstance(row, dict)]
    if wrong:
        raise InputError(f"{path}: row {', '.join(wrong[:5])} is no table of inputs by name.")
    return _some(cast("list[dict[str, object]]", rows), path)


def _some(rows: list[dict[str, object]], path: Path) -> list[dict[str, object]]:
    if not rows:
        raise InputError(f"{path}: the file holds no row; give one a person.")
    return rows


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("an input stands twice in one table")
    return table


def _whole(written: str) -> int:
    if len(written) > _DIGITS:
        raise ValueError(f"a number has {len(written)} digits, and no input has more than {_DIGITS}")
    return int(written)


def _no_number(written: str) -> float:
    raise ValueError(f"{written} is no number")

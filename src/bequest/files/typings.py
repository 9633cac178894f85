"""Knows how to find the rows whose HLA typing or list of unacceptable antigens cannot be read."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.clinical.crossmatch import parse_unacceptable
from bequest.clinical.typing import parse_typing
from bequest.files.problems import SHOWN
from bequest.model.column import Kind
from bequest.model.columns import columns_of
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.files.judge import Judged
    from bequest.model.column import Column

_PARSERS: dict[Kind, Callable[[str], object]] = {Kind.TYPING: parse_typing, Kind.ANTIGENS: parse_unacceptable}


def check_typings(judged: Judged, rows: Sequence[int] | None = None) -> None:
    """Report typings and lists of antigens that cannot be read, in all rows or in the given ones.

    Matching reads every typing of its pool itself; this finds the rows again, and is left out where nothing is wrong.
    After SHOWN different wrong texts it says so and looks for no more.
    """
    for entry in _typed(judged):
        parse = _PARSERS[entry.kind]
        texts: list[str | None] = judged.frame[entry.name].to_list()
        wrong: dict[str, str] = {}
        bad = np.zeros(len(texts), dtype=np.bool_)
        read: set[str] = set()
        # A loop over rows, because text has to be read piece by piece; each distinct text is read once.
        for row in range(len(texts)) if rows is None else rows:
            text = texts[row]
            if text is None:
                continue
            if text not in read and len(wrong) < SHOWN:
                read.add(text)
                found = _unreadable(text, parse)
                if found is not None:
                    wrong[text] = found
            bad[row] = text in wrong
        if len(wrong) == SHOWN:
            judged.problems.add(
                f"{judged.origin.file}, column '{entry.name}': {SHOWN} different texts cannot be read; "
                "no further ones were looked for."
            )
        judged.problems.add_cells(bad, entry, lambda row, texts=texts, wrong=wrong: wrong[str(texts[row])])


def unreadable_typing(text: str, column: Column) -> str | None:
    """Return why a cell of a typing or list of antigens cannot be read; None where it can, or the column is another."""
    parse = _PARSERS.get(column.kind)
    return None if parse is None else _unreadable(text, parse)


def has_wrong_names(judged: Judged) -> bool:
    """Tell whether some typing or list holds a name that is none; quick, because few names make up all typings."""
    for entry in _typed(judged):
        names = judged.frame[entry.name].drop_nulls().str.split(" ").explode().unique()
        if any(_unreadable(name, _PARSERS[entry.kind]) for name in names.to_list()):
            return True
    return False


def _typed(judged: Judged) -> list[Column]:
    columns = judged.frame.columns
    return [entry for entry in columns_of(judged.table) if entry.kind in _PARSERS and entry.name in columns]


def _unreadable(text: str, parse: Callable[[str], object]) -> str | None:
    try:
        parse(text)
    except InputError as error:
        # The wrong name has to be shown; the whole typing of a person has not.
        return " ".join(error.problems).replace(repr(text), "the text") if len(text.split()) > 1 else str(error)
    return None

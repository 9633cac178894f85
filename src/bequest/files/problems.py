"""Knows how wrong rows are reported: all of them at once, each with its file, row, column and remedy."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from bequest.model.errors import InputError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bequest.model.column import Column

SHOWN = 200
"""How many problems one error shows; the rest is counted."""

_QUOTED = 40
_LONGEST = 1000
_WHOLE_FILE = -1
"""The row of a problem that concerns no single row."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Say where the rows of one table stand, so that a person finds them again."""

    file: str
    counted: str  # "line" or "row"
    numbers: Sequence[int]  # (rows,)
    identifiers: Sequence[str | None]  # (rows,)

    def row(self, row: int) -> str:
        """Return what a person calls a row, such as `line 5`."""
        return f"{self.counted} {self.numbers[row]}"

    def place(self, row: int) -> str:
        """Return file, row and, where there is one, the identifier of a row."""
        identifier = self.identifiers[row]
        return f"{self.file}, {self.row(row)}" + ("" if identifier is None else f" ({identifier})")


class Problems:
    """Gather what is wrong in one file: the first of each kind in words, all of them counted."""

    __slots__ = ("_kept", "_origin", "count", "refused")

    def __init__(self, origin: Origin) -> None:
        """Begin with nothing wrong."""
        self._origin = origin
        self._kept: list[tuple[bool, int, str]] = []  # ordinary or refused, row, sentence
        self.count = 0
        self.refused = False

    def add(self, *sentences: str, row: int = _WHOLE_FILE) -> None:
        """Keep whole sentences, which say themselves where they belong."""
        self._kept += [(True, row, sentence) for sentence in sentences]
        self.count += len(sentences)

    def refuse(self, *sentences: str, row: int = _WHOLE_FILE) -> None:
        """Keep whole sentences about things that must never happen."""
        self._kept += [(False, row, sentence) for sentence in sentences]
        self.count += len(sentences)
        self.refused = True

    def add_cells(self, bad: NDArray[np.bool_], column: Column, sentence: Callable[[int], str]) -> None:
        """Keep a sentence for each bad cell of a column; only the first SHOWN are put into words."""
        rows = bad.nonzero()[0]
        # A loop over bad rows only, and over no more of them than anybody reads.
        for row in rows[:SHOWN].tolist():
            self._kept.append((True, row, f"{self._origin.place(row)}, column '{column.name}': {sentence(row)}"))
        self.count += len(rows)

    def in_order(self) -> list[tuple[bool, int, str]]:
        """Return what was kept by row, in each row as it was found, refusals first: whether ordinary, row, sentence."""
        return sorted(self._kept, key=lambda kept: kept[:2])


def raise_problems(*gathered: Problems) -> None:
    """Raise every problem of several files at once, if there is one; RefusedError if one of them is a refusal."""
    count = sum(problems.count for problems in gathered)
    if not count:
        return
    kept = sorted((kept for problems in gathered for kept in problems.in_order()), key=lambda kept: kept[0])
    found = [sentence for _, _, sentence in kept]
    shown = [sentence if len(sentence) <= _LONGEST else sentence[:_LONGEST] + "..." for sentence in found[:SHOWN]]
    if count > len(shown):
        shown.append(f"These are the first {len(shown)} of {count} problems; nothing was loaded.")
    if any(problems.refused for problems in gathered):
        raise RefusedError(*shown)
    raise InputError(*shown)


def suggestion(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the known word nearest to a wrong one, or nothing."""
    by_lower = {name.lower(): name for name in known}
    near = get_close_matches(word[:_QUOTED].lower(), list(by_lower), n=1)
    return f"; did you mean '{by_lower[near[0]]}'?" if near else ""


def quoted(value: str) -> str:
    """Return a text of a file as it may stand in a sentence: in quotes, shortened, nothing unprintable."""
    shown = value if len(value) <= _QUOTED else value[:_QUOTED] + "..."
    return "'" + "".join(mark if mark.isprintable() else f"\\x{ord(mark):02x}" for mark in shown) + "'"

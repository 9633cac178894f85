"""Knows how text is set in lines: columns under headings, and paragraphs that hang.

A width of None sets no limit: lines for a pipe or a file are never folded. No cell and no word is ever cut.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from shlex import quote
from typing import TYPE_CHECKING

from rich.cells import cell_len

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

GAP = "  "
GLUE = "\0"
"""Stands for a blank that holds two words together; no text from outside has it."""


@dataclass(frozen=True, slots=True)
class Line:
    """Hold one line and how a terminal may show it; a pipe is given the bare text."""

    text: str = ""
    style: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """Hold the heading of one column: its words stand one below the other. Numbers stand to the right."""

    words: tuple[str, ...]
    right: bool = False
    keep: bool = False  # a column that is kept however narrow the terminal


@dataclass(frozen=True, slots=True)
class Columns:
    """Hold the headings of a table and the width of each column."""

    headings: tuple[Heading, ...]
    widths: tuple[int, ...]

    def heading_lines(self) -> list[str]:
        """Return the headings, one line a word, ending on the same line."""
        stacks = [tuple(reversed(heading.words)) for heading in self.headings]
        rows = reversed(list(zip_longest(*stacks, fillvalue="")))
        return [self.line(row) for row in rows]

    def line(self, cells: Sequence[str]) -> str:
        """Return one row of the table; cells beyond the last column, left out for lack of room, are not shown."""
        shown = zip(cells, self.widths, self.headings, strict=False)
        return GAP.join(_padded(cell, width, right=heading.right) for cell, width, heading in shown).rstrip()

    def lines(self, rows: Iterable[Sequence[str]]) -> list[str]:
        """Return the rows of the table."""
        return [self.line(row) for row in rows]

    def text_lines(self, cells: Sequence[str], width: int | None) -> list[str]:
        """Return one row whose last cell is a text: it folds in its own column."""
        *first, text = cells
        start = self.line([*first, ""])
        indent = sum(self.widths[:-1]) + len(GAP) * len(first)
        lines = folded(text, None if width is None else max(width - indent, 20))
        return [_padded(start, indent) + lines[0], *(" " * indent + line for line in lines[1:])]


def columns(headings: Sequence[Heading], rows: Iterable[Sequence[str]], *, width: int | None = None) -> Columns:
    """Return columns as wide as what stands in them; if `width` is too small, the last ones go that need not stay."""
    widths = [max((cell_len(word) for word in heading.words), default=0) for heading in headings]
    for row in rows:
        widths = [max(wide, cell_len(cell)) for wide, cell in zip(widths, row, strict=True)]
    count = len(headings)
    while width is not None and _total(widths[:count]) > width and not headings[count - 1].keep:
        count -= 1
    return Columns(tuple(headings[:count]), tuple(widths[:count]))


def folded(text: str, width: int | None, *, hang: int = 0) -> list[str]:
    """Return a paragraph in lines of at most `width`, all but the first indented by `hang`; a long word stays whole.

    GLUE becomes a blank at which no line ends.
    """
    if width is None:
        return [text.replace(GLUE, " ")]
    folder = textwrap.TextWrapper(
        width=width, subsequent_indent=" " * hang, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace(GLUE, " ") for line in folder.wrap(text)] or [""]


def labelled(pairs: Iterable[tuple[str, str]], width: int | None) -> list[str]:
    """Return a block of labels with their texts beside them."""
    listed = list(pairs)
    block = columns((Heading((), keep=True), Heading((), keep=True)), listed)
    return [line for pair in listed for line in block.text_lines(pair, width)]


def shell(command: Sequence[str], width: int | None) -> list[str]:
    """Return a command as one types it, indented; where it has to fold, it goes on behind a backslash.

    An option and its value stay on one line.
    """
    words = list(map(quote, command))
    glue = ["", *(GLUE if one.startswith("--") and not two.startswith("--") else " " for one, two in pairwise(words))]
    text = "  " + "".join(between + word for between, word in zip(glue, words, strict=True))
    lines = folded(text, None if width is None else width - 2, hang=6)
    return [*(f"{line} \\" for line in lines[:-1]), lines[-1]]


def number(value: int) -> str:
    """Return a count with its thousands parted."""
    return f"{value:,}"


def counted(value: int, singular: str, plural: str) -> str:
    """Return a count with its noun."""
    return f"{number(value)} {singular if value == 1 else plural}"


def _padded(cell: str, width: int, *, right: bool = False) -> str:
    space = " " * (width - cell_len(cell))
    return space + cell if right else cell + space


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + len(GAP) * (len(widths) - 1)

"""Knows the table of those who are ranked: under the words of each class, one row a place with the values that tell."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bequest.cli.layout import Heading, Line, columns, folded, number
from bequest.cli.words import column_words, table_value
from bequest.model.column import Kind
from bequest.model.enums import OfferKind
from bequest.policy.expression import references

if TYPE_CHECKING:
    from bequest.matching.match_run import MatchRun
    from bequest.model.match_run import RankedEntry
    from bequest.policy.policy import Listing, PolicyClass

VALUES = 6
"""How many values a row shows beside rank, registration and centre."""
_RIGHT = frozenset({Kind.WHOLE, Kind.DECIMAL})


def ranked_lines(run: MatchRun, *, top: int, width: int | None) -> list[Line]:
    """Return the first `top` places under the words of their class; a narrow terminal shows fewer values."""
    places = range(min(top, len(run)))
    title = _title(run, len(places))
    if not places:
        return [Line(title, "bold")]
    shown = _told(run, len(places))
    headings = [
        Heading(("rank",), right=True, keep=True),
        Heading(("registration",), keep=True),
        Heading(("centre",), keep=True),
        *([Heading(("points",), right=True, keep=True)] if run.policy.points is not None else []),
        *(_heading(run, row) for row in shown),
    ]
    rows = [_row(run, entry, shown) for entry in run.ranked(len(places))]
    table = columns(headings, rows, width=width)
    lines = [Line(title, "bold"), *(Line(text, "dim") for text in table.heading_lines())]
    for key, group in groupby(places, key=lambda place: _class_at(run, place)):
        lines += [Line(text, "bold cyan") for text in folded(_class_words(*key), width, hang=2)]
        lines += [Line(table.line(rows[place])) for place in group]
    return lines


def _title(run: MatchRun, shown: int) -> str:
    if not len(run):
        return "Ranked: nobody."
    return f"Ranked: {number(len(run))}" + (f", the first {number(shown)}:" if 0 < shown < len(run) else ".")


def _told(run: MatchRun, places: int) -> list[int]:
    """Return the rows of the fact matrix that tell most: what the first class reads, the order keys, other classes."""
    program = run.program
    read: list[int] = []
    for listing in program.sequence.listings:
        for entry in listing.classes:
            read += [
                program.columns.index(reference) for reference in references(entry.when) if reference in program.columns
            ]
    keys: list[int] = []
    for place in range(places):
        listing_at, row = int(run.evaluation.order_listing[place]), int(run.evaluation.order_row[place])
        index = int(run.evaluation.class_[listing_at, row])
        keys += [program.keys[key].column for key in program.class_keys[listing_at][index]]
    columns_read = [key for key in keys if 0 <= key < len(program.columns)]
    return list(dict.fromkeys([*read[:1], *columns_read, *read]))[:VALUES]


def _heading(run: MatchRun, row: int) -> Heading:
    column = run.program.columns[row].column
    return Heading(tuple(column_words(column.name).split()), right=column.kind in _RIGHT)


def _row(run: MatchRun, entry: RankedEntry, shown: list[int]) -> list[str]:
    row = int(run.evaluation.order_row[entry.rank - 1])
    cells = [number(entry.rank), entry.registration, str(run.pool.texts["centre"][row])]
    if entry.points is not None:
        cells.append(entry.points)
    cells += [table_value(run.facts.value(index, row), run.program.columns[index].column) for index in shown]
    return cells


def _class_at(run: MatchRun, place: int) -> tuple[OfferKind, str, str, str | None]:
    listing_at, row = int(run.evaluation.order_listing[place]), int(run.evaluation.order_row[place])
    listing: Listing = run.program.sequence.listings[listing_at]
    entry: PolicyClass = listing.classes[int(run.evaluation.class_[listing_at, row])]
    return listing.offer_kind, entry.id, entry.say, entry.stage


def _class_words(offer_kind: OfferKind, class_id: str, say: str, stage: str | None) -> str:
    waits = "" if stage is None else f" [offered only from stage {stage} on]"
    kind = "" if offer_kind is OfferKind.SINGLE else f" ({offer_kind.value.replace('_', ' ')})"
    return f"{class_id}{kind}: {say}{waits}"

"""Knows which facts are missing where a run cannot judge: the columns of the files that somebody has to fill."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from bequest.cli.words import column_words
from bequest.matching.evaluation import NO_CLASS
from bequest.matching.program import screens_of
from bequest.matching.scalar import holds
from bequest.model.column import MISSING, Table
from bequest.policy.expression import Reference, Space, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.matching.match_run import MatchRun
    from bequest.model.match_run import NotRankedEntry
    from bequest.policy.expression import Condition

# An empty cell of these is an answer (no bound, never dialysed, no term set) and leaves no factor unknown.
_EMPTY_IS_AN_ANSWER = frozenset({
    "dialysis_since_on", "donor_age_years_max", "donor_age_years_min", "urgency_valid_until",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Hold a registration whose place is not settled, because facts are missing.

    `rank` is the best rank it could have when it is not ranked, None when no class would fit; or the rank it has.
    """

    registration: str
    centre: str
    rank: int | None
    missing: tuple[str, ...]


def not_judged(run: MatchRun, left: Iterable[NotRankedEntry]) -> list[Unsettled]:
    """Return those of the not ranked whom nothing rules out and who cannot be judged, the best possible rank first."""
    found = [
        _unsettled(run, run.pool.row(entry.registration), rank=entry.optimistic_rank)
        for entry in left
        if entry.unknown and not entry.failed
    ]
    return sorted(found, key=lambda each: (each.rank is None, each.rank or 0, each.registration))


def passed_over(run: MatchRun) -> list[Unsettled]:
    """Return the ranked registrations for which an earlier class could not be judged, the first rank first."""
    result = run.evaluation
    places = np.flatnonzero(result.class_unknown[result.order_listing, result.order_row]).tolist()
    return [_unsettled(run, int(result.order_row[place]), rank=place + 1) for place in places]


def counts(unsettled: Iterable[Unsettled]) -> list[tuple[str, int]]:
    """Return how often each fact is missing, the most frequent first."""
    counter = Counter(name for each in unsettled for name in each.missing)
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))


def _unsettled(run: MatchRun, row: int, *, rank: int | None) -> Unsettled:
    missing = dict.fromkeys(name for condition in _open_conditions(run, row) for name in _missing(run, condition, row))
    return Unsettled(str(run.pool.registrations[row]), str(run.pool.texts["centre"][row]), rank, tuple(missing))


def _open_conditions(run: MatchRun, row: int) -> list[Condition]:
    """Return the conditions that cannot be judged for a row: its screens, and the classes before its own."""
    unknown = int(run.evaluation.unknown[row])
    found = [screen.when for bit, screen in enumerate(screens_of(run.policy)) if unknown >> bit & 1]
    for place, listing in enumerate(run.program.sequence.listings):
        own = int(run.evaluation.class_[place, row])
        earlier = listing.classes if own == NO_CLASS else listing.classes[:own]
        found += [entry.when for entry in earlier if holds(entry.when, run, row) is None]
    return found


def _missing(run: MatchRun, condition: Condition, row: int) -> Iterable[str]:
    for reference in references(condition):
        found = run.facts.run_values.get(reference)
        value = run.facts.value(run.program.row_of(reference), row) if found is None else found
        if value == MISSING:
            yield from _facts(run, reference, row)


def _facts(run: MatchRun, reference: Reference, row: int) -> list[str]:
    """Return the columns of the files that leave a name without a value; the name itself where none is empty."""
    column = reference.column
    if reference.space is Space.INPUT:
        return [f"input {column_words(column.name)}"]
    if reference.space is Space.GEOGRAPHY:
        return ["a place that the policy's geography lists"]
    if column.table is not Table.FACTOR:
        return [_named(column.table, column.name)]
    read = [(Table(table), name) for table, _, name in (given.partition(".") for given in column.inputs)]
    empty = [_named(table, name) for table, name in read if _is_empty(run, table, name, row=row)]
    return empty or [column_words(column.name)]


def _is_empty(run: MatchRun, table: Table, name: str, *, row: int) -> bool:
    if table is Table.DONOR:
        return name not in run.donor.facts and name != "hospital"
    if table is Table.CENTRE or name in _EMPTY_IS_AN_ANSWER:
        return False
    columns: Mapping[str, object] = run.pool.texts
    if name in columns:
        return run.pool.texts[name][row] is None
    return run.pool.columns[name].at(row) == MISSING


def _named(table: Table, name: str) -> str:
    words = column_words(name)
    return f"donor {words}" if table is Table.DONOR else words

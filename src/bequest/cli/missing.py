"""Knows which facts are missing where a run cannot judge: the columns of the files that somebody has to fill."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from bequest.cli.words import column_words
from bequest.matching.evaluation import NO_CLASS
from bequest.matching.program import screens_of
from bequest.matching.scalar import holds
from bequest.model.column import MISSING, Table
from bequest.policy.expression import Reference, Space, references

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from bequest.matching.match_run import MatchRun
    from bequest.matching.terms import TermPlan
    from bequest.model.match_run import NotRankedEntry
    from bequest.policy.expression import Condition

# An empty cell of these is an answer (no bound, never dialysed, no term set) and leaves no factor unknown.
_EMPTY_IS_AN_ANSWER = frozenset({
    "dialysis_since_on", "donor_age_years_max", "donor_age_years_min", "urgency_own", "urgency_own_since_on",
    "urgency_own_valid_until", "urgency_valid_until",
})  # fmt: skip

# An empty cell of these too says that there is nothing to give points for.
_GIVES_NO_POINTS = _EMPTY_IS_AN_ANSWER | frozenset({
    "dialysis_began_at", "downmarked_meld", "lung_priority_under_12", "medically_urgent_since_on",
    "monthly_points_since_on", "nonstandard_exception_meld", "nonstandard_exception_valid_until",
    "paediatric_exception_meld", "paediatric_exception_valid_until", "previous_transplant_on",
    "previous_transplant_paediatric", "refused_hla_mismatches", "standard_exception_meld",
    "standard_exception_valid_until", "waiting_since_on",
})  # fmt: skip

_PLACE = "a place that the policy's geography lists"


@dataclass(frozen=True, slots=True)
class Unsettled:
    """Hold a registration whose place is not settled, because facts are missing.

    `rank` is the best rank it could have when it is not ranked, None when no class would fit; or the rank it has.
    """

    registration: str
    centre: str
    rank: int | None
    missing: tuple[str, ...]


class _Fact(NamedTuple):
    """Hold a missing fact in the words of a page, and where its value has to be written."""

    words: str
    where: str
    is_cell: bool = True


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


def short_of_points(run: MatchRun) -> list[Unsettled]:
    """Return the ranked registrations whose own missing facts might have given more points, the first rank first.

    What is missing of the donor or the inputs is missing for all alike, and costs nobody a place.
    """
    found: list[Unsettled] = []
    # A loop over those of whom something is missing that a term reads: what it is has to be put into words.
    for place in np.flatnonzero(_lacks_for_points(run)[run.evaluation.order_row]).tolist():
        row = int(run.evaluation.order_row[place])
        own = [reference for reference in _costing_points(run, row) if reference not in run.facts.run_values]
        missing = tuple(dict.fromkeys(word for reference in own for word in _own_empty(run, reference, row)))
        if missing:
            centre = str(run.pool.texts["centre"][row])
            found.append(Unsettled(str(run.pool.registrations[row]), centre, place + 1, missing))
    return found


def _lacks_for_points(run: MatchRun) -> NDArray[np.bool_]:
    """Return of whom a term or its condition reads something missing, shape (registrations,)."""
    read = {reference for term in run.program.terms for reference in term.reads} - set(run.facts.run_values)
    lacks = np.zeros(len(run.pool), dtype=np.bool_)
    for reference in read:
        column = run.facts.columns[run.program.row_of(reference)]
        lacks |= (column.values == MISSING)[column.codes]
    return lacks


def _costing_points(run: MatchRun, row: int) -> Iterable[Reference]:
    """Yield the names without a value for which terms gave a row less than they could have."""
    for term in run.program.terms:
        applies = True if term.when is None else holds(term.when, run, row)
        gave = 0 if applies is None else term.missing
        if applies is False or term.best <= gave:
            continue
        read = references(term.when) if applies is None and term.when is not None else _weighed(run, term)
        yield from (reference for reference in read if _lacks(run, reference, row))


def _ordering_last(run: MatchRun, row: int) -> Iterable[Reference]:
    """Yield the names without a value for which a row comes after those of its class who have one."""
    for classes, keys in zip(run.evaluation.class_, run.program.class_keys, strict=True):
        class_ = int(classes[row])
        for key in () if class_ == NO_CLASS else keys[class_]:
            plan = run.program.keys[key]
            if 0 <= plan.column < len(run.program.columns) and not plan.missing_first:
                reference = run.program.columns[plan.column]
                values = run.facts.columns[plan.column].whole()
                if values[row] == MISSING and (values[classes == class_] != MISSING).any():
                    yield reference


def _weighed(run: MatchRun, term: TermPlan) -> list[Reference]:
    """Return what a term that applies counts by."""
    return [run.program.columns[column] for column in (term.column, *term.times) if column >= 0]


def _own_empty(run: MatchRun, reference: Reference, row: int) -> Iterable[str]:
    """Yield the words of the empty cells of a registration that leave a name without a value."""
    column = reference.column
    read = column.inputs if column.table is Table.FACTOR else (f"{column.table.value}.{column.name}",)
    for table, _, name in (given.partition(".") for given in read):
        own = table == Table.REGISTRATION.value and name not in _GIVES_NO_POINTS
        if own and _is_empty(run, Table.REGISTRATION, name, row=row):
            yield column_words(name)


def cells_to_fill(run: MatchRun, registration: str) -> list[str]:
    """Return the columns, with their tables, whose cells somebody has to fill so that one registration is judged.

    Where it is ranked, also those whose lack cost it points or a place in the order of its class.
    """
    row = run.pool.row(registration)
    found = [fact for condition in _open_conditions(run, row) for fact in _missing(run, references(condition), row)]
    if (run.evaluation.class_[:, row] != NO_CLASS).any():
        found += [fact for each in _costing_points(run, row) for fact in _facts_for_points(run, each, row)]
        last = [fact for each in _ordering_last(run, row) for fact in _facts_for_points(run, each, row)]
        found += [fact for fact in last if fact.is_cell]
    return list(dict.fromkeys(fact.where for fact in found))


def counted_without(run: MatchRun, registration: str) -> list[str]:
    """Return the empty cells of one ranked registration in whose place a score put what its own rules say.

    The score has a value all the same, which another value of those cells might change.
    """
    row = run.pool.row(registration)
    if not (run.evaluation.class_[:, row] != NO_CLASS).any():
        return []
    found: list[str] = []
    for term in run.program.terms:
        if term.when is None or holds(term.when, run, row):
            computed = [each for each in _weighed(run, term) if each.column.table is Table.FACTOR]
            found += [
                name for each in computed if not _lacks(run, each, row) for name in _own_empty_cells(run, each, row)
            ]
    return list(dict.fromkeys(found))


def _own_empty_cells(run: MatchRun, reference: Reference, row: int) -> Iterable[str]:
    for table, _, name in (given.partition(".") for given in reference.column.inputs):
        own = table == Table.REGISTRATION.value and name not in _GIVES_NO_POINTS
        if own and _is_empty(run, Table.REGISTRATION, name, row=row):
            yield _named(Table.REGISTRATION, name).where


def _facts_for_points(run: MatchRun, reference: Reference, row: int) -> list[_Fact]:
    """Return where to write what costs points; nothing where an empty cell says that there is nothing to give for."""
    read = {f"{reference.column.table.value}.{reference.column.name}", *reference.column.inputs}
    answers = {name for name in _GIVES_NO_POINTS if f"{Table.REGISTRATION.value}.{name}" in read}
    return [] if any(_is_blank(run, name, row) for name in answers) else _facts(run, reference, row)


def counts(unsettled: Iterable[Unsettled]) -> list[tuple[str, int]]:
    """Return how often each fact is missing, the most frequent first."""
    counter = Counter(name for each in unsettled for name in each.missing)
    return sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))


def _unsettled(run: MatchRun, row: int, *, rank: int | None) -> Unsettled:
    open_ = _open_conditions(run, row)
    missing = dict.fromkeys(fact.words for each in open_ for fact in _missing(run, references(each), row))
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


def _missing(run: MatchRun, read: Iterable[Reference], row: int) -> Iterable[_Fact]:
    for reference in read:
        if _lacks(run, reference, row):
            yield from _facts(run, reference, row)


def _lacks(run: MatchRun, reference: Reference, row: int) -> bool:
    found = run.facts.run_values.get(reference)
    return (run.facts.value(run.program.row_of(reference), row) if found is None else found) == MISSING


def _facts(run: MatchRun, reference: Reference, row: int) -> list[_Fact]:
    """Return the columns of the files that leave a name without a value; the name itself where none is empty."""
    column = reference.column
    words = column_words(column.name)
    if reference.space is Space.INPUT:
        return [_Fact(f"input {words}", f"input {column.name} (--inputs)")]
    if reference.space is Space.GEOGRAPHY:
        return [_Fact(_PLACE, _PLACE)]
    if column.table is not Table.FACTOR:
        return [_named(column.table, column.name)]
    read = [(Table(table), name) for table, _, name in (given.partition(".") for given in column.inputs)]
    empty = [_named(table, name) for table, name in read if _is_empty(run, table, name, row=row)]
    return empty or [_Fact(words, f"{column.name}, which is computed", is_cell=False)]


def _is_empty(run: MatchRun, table: Table, name: str, *, row: int) -> bool:
    if table is Table.DONOR:
        return name not in run.donor.facts and name != "hospital"
    if table is Table.CENTRE or name in _EMPTY_IS_AN_ANSWER:
        return False
    return _is_blank(run, name, row)


def _is_blank(run: MatchRun, name: str, row: int) -> bool:
    columns: Mapping[str, object] = run.pool.texts
    if name in columns:
        return run.pool.texts[name][row] is None
    return run.pool.columns[name].at(row) == MISSING


def _named(table: Table, name: str) -> _Fact:
    words = column_words(name)
    return _Fact(f"donor {words}" if table is Table.DONOR else words, f"{name} ({table.value}s)")

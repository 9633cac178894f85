"""Knows the columns that only some countries and organs have: columns.csv says for whom, and how each is drawn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.column import Kind, Table
from bequest.model.columns import column
from bequest.model.tables import read_rows
from bequest.simulation.population.distributions import ANY
from bequest.simulation.population.people import Coded, level, number
from bequest.simulation.population.sizes import rounded
from bequest.simulation.population.worked_out import WORKED_OUT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.model.column import Column
    from bequest.model.enums import Organ
    from bequest.simulation.population.people import People
    from bequest.simulation.population.worked_out import Known

UNSTATED = "unstated"
_TRUTHS = {"yes": True, "no": False}
_EMPTY = {Kind.WHOLE: np.nan, Kind.DECIMAL: np.nan, Kind.DATE: np.datetime64("NaT"), Kind.INSTANT: np.datetime64("NaT")}


@dataclass(frozen=True, slots=True)
class Rule:
    """Hold one row of columns.csv; of the rows of a column, the first that is for a person counts.

    `for_whom` is the name of a group and its levels, none for everybody. `how`: `level` and `number` draw `what` by
    choices.csv, `days ago` a date by a number of days since, at most since listing; `worked out` names a function of
    worked_out.py; `is` writes `what` itself; `missing` leaves the column empty.
    """

    who: str
    column: str
    group: str
    levels: frozenset[str]
    how: str
    what: str


@cache
def rules(who: str, country: str, organ: Organ) -> tuple[Rule, ...]:
    """Return the rows of columns.csv for one table's people, in their order."""
    return tuple(
        _rule(row)
        for row in read_rows("population/columns.csv")
        if (row["who"] == "donor") == (who == "donor")
        and (country in row["countries"].split() or ANY in row["countries"].split())
        and (organ.value in row["organs"].split() or ANY in row["organs"].split())
    )


def further_columns(known: Known) -> Mapping[str, object]:
    """Return these columns, each in the form of the other columns of a population; `known` gains them one by one."""
    people = known.people
    table = Table.DONOR if people.who == "donor" else Table.REGISTRATION
    found = rules(people.who, people.country, people.organ)
    columns: dict[str, object] = {}
    for name in dict.fromkeys(rule.column for rule in found):
        entry = column(table, name)
        assert entry is not None, f"columns.csv names columns of the dictionary; {name} is none"
        columns[name] = _column(known, entry, [rule for rule in found if rule.column == name])
        known.columns[name] = columns[name]
    return columns


def _column(known: Known, entry: Column, some: Sequence[Rule]) -> object:
    values = np.full(len(known.people), _EMPTY.get(entry.kind), dtype=_DTYPES.get(entry.kind, np.object_))
    open_ = np.ones(len(values), dtype=np.bool_)
    for rule in some:
        rows = np.flatnonzero(open_ & _meant(known, rule))
        open_[rows] = False
        if len(rows) and rule.how != "missing":
            values[rows] = _drawn(known, entry, rule, rows)
    return values if entry.kind in _DTYPES else values.tolist()


_DTYPES = {
    Kind.WHOLE: np.float64, Kind.DECIMAL: np.float64, Kind.DATE: "datetime64[D]", Kind.INSTANT: "datetime64[s]",
}  # fmt: skip


def _meant(known: Known, rule: Rule) -> NDArray[np.bool_]:
    if not rule.group:
        return np.ones(len(known.people), dtype=np.bool_)
    group = group_of(known, rule.group)
    return np.isin(group.codes, [code for code, name in enumerate(group.levels) if name in rule.levels])


def _drawn(known: Known, entry: Column, rule: Rule, rows: NDArray[np.intp]) -> object:
    if rule.how == "is":
        return _value(entry, rule.what)
    if rule.how == "worked out":
        return WORKED_OUT[rule.what](known, rows)
    people = (known.entries if rule.who == "registration" else known.people).some(rows)
    groups = _groups(known, people, rule.what, rows)
    if rule.how == "level":
        drawn = level(people, rule.what, **groups)
        return np.array([_value(entry, name) for name in drawn.levels], dtype=np.object_)[drawn.codes]
    amount = number(people, rule.what, **groups)
    if rule.how == "number":
        return rounded(amount, entry.decimals)
    assert rule.how == "days ago", f"columns.csv says how a column is drawn; '{rule.how}' is no way"
    return known.day - np.minimum(np.floor(amount).astype(np.int64), known.listed_days[rows])


def _groups(known: Known, people: People, quantity: str, rows: NDArray[np.intp]) -> Mapping[str, Coded]:
    """Return the one group by which the tables of a quantity differ, if they do."""
    _, opened, rest = people.choice(quantity).label.partition("{")
    if not opened:
        return {}
    name = rest.partition("}")[0]
    group = group_of(known, name)
    return {name: Coded(group.levels, group.codes[rows])}


def group_of(known: Known, name: str) -> Coded:
    """Return a group by name: one that is known of everybody, or the levels of a column drawn before."""
    if name in known.groups:
        return known.groups[name]
    texts = ["" if value is None else _text(value) for value in known.texts(name)]
    levels = tuple(sorted(set(texts)))
    place = {text: code for code, text in enumerate(levels)}
    return Coded(levels, np.array([place[text] for text in texts], dtype=np.intp))


def _text(value: object) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _value(entry: Column, name: str) -> object:
    """Return what a level stands for in a column."""
    if name == UNSTATED:
        return _EMPTY.get(entry.kind)
    if entry.kind is Kind.TRUTH:
        return _TRUTHS[name]
    return float(name) if entry.kind in {Kind.WHOLE, Kind.DECIMAL} else name


def _rule(row: Mapping[str, str]) -> Rule:
    group, _, levels = row["for_whom"].partition("=")
    return Rule(row["who"], row["column"], group, frozenset(levels.split()), row["how"], row["what"])

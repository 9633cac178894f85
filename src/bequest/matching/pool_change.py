"""Knows how a list changes when facts of a few on it do: only the columns that changed are read and coded again."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.coded import ALIKE, EACH, Coded, combinations
from bequest.matching.pool_columns import TOGETHER, active_from, birthdays, renal_since

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bequest.matching.pool import Pool

    Whole = NDArray[np.int64]

_ACTIVE, _RENAL = "active from", "renal since"
_FROM = {
    _ACTIVE: ("status", "listed_on", "consent_to_listing_on"),
    _RENAL: ("listed_on", "dialysis_since_on"),
}
"""What follows from several columns, and from which."""


def changed_pool(pool: Pool, some: Pool) -> Pool | None:
    """Return the pool in which those of another one have its facts; None where only `build_pool` can tell.

    It is the pool that `build_pool` makes of the same facts. `some` is made of the facts of a few as they are now, with
    the same places. Who came or left, or has another text (typing, antigens, centre), is for `build_pool`.
    """
    rows = np.searchsorted(pool.registrations, some.registrations)
    if np.any(rows >= len(pool)) or np.any(pool.registrations[np.minimum(rows, len(pool) - 1)] != some.registrations):
        return None
    at: list[int] = rows.tolist()
    if some.present != pool.present or not _same_places(some, pool) or some.synthetic != pool.synthetic:
        return None
    if any(
        pool.texts[name][row] != text for name in pool.texts for row, text in zip(at, some.texts[name], strict=True)
    ):
        return None
    before = {**pool.columns, _ACTIVE: pool.active_from, _RENAL: pool.renal_since}
    wholes = _changed_columns(pool, some, rows)
    if not wholes:
        return pool
    wholes |= _following(pool, wholes)
    codes, after = _coded_again(pool, before, wholes)
    return replace(
        pool,
        codes=codes,
        columns=MappingProxyType({name: after[name] for name in pool.columns}),
        active_from=after[_ACTIVE],
        renal_since=after[_RENAL],
        birthdays=after["born_on"].having(_frozen(birthdays(after["born_on"].values))),
        labels=MappingProxyType({
            name: replace(label, column=_moved(label.column, codes)) for name, label in pool.labels.items()
        }),
        centre=_moved(pool.centre, codes),
    )  # fmt: skip


def _same_places(some: Pool, pool: Pool) -> bool:
    return some.places is pool.places or some.places.centres == pool.places.centres


def _changed_columns(pool: Pool, some: Pool, rows: NDArray[np.intp]) -> dict[str, Whole]:
    """Return the whole of each column in which somebody has another value than before."""
    found: dict[str, Whole] = {}
    for name, column in pool.columns.items():
        now = some.columns[name].whole()
        if np.any(column.values[column.codes[rows]] != now):
            whole = column.whole()
            whole[rows] = now
            found[name] = whole
    return found


def _following(pool: Pool, wholes: Mapping[str, Whole]) -> dict[str, Whole]:
    """Return what follows from columns that changed."""
    made = {_ACTIVE: active_from, _RENAL: renal_since}
    return {
        name: made[name]({each: wholes[each] if each in wholes else pool.columns[each].whole() for each in names})
        for name, names in _FROM.items()
        if wholes.keys() & set(names)
    }


def _coded_again(
    pool: Pool, before: Mapping[str, Coded], wholes: Mapping[str, Whole]
) -> tuple[NDArray[np.uint32], dict[str, Coded]]:
    """Return the codes of a pool, and its columns by name, with those that changed coded again."""
    rows = [*pool.codes]
    values: dict[str, tuple[Whole, int]] = {name: (column.values, column.row) for name, column in before.items()}
    groups = {name: names for names in TOGETHER for name in names}
    for names in dict.fromkeys(groups.get(name, (name,)) for name in wholes):
        whole = {name: wholes[name] if name in wholes else before[name].whole() for name in names}
        first, codes = combinations([whole[name] for name in names])
        row = ALIKE if len(first) == 1 else EACH if 2 * len(first) > len(pool) else before[names[0]].row
        if row not in {ALIKE, EACH}:
            rows[row] = codes.astype(np.uint32)
        elif len(first) > 1 and 2 * len(first) <= len(pool):
            row = len(rows)
            rows.append(codes.astype(np.uint32))
        values |= {name: (_frozen(whole[name] if row == EACH else whole[name][first]), row) for name in names}
    matrix = np.array(rows, dtype=np.uint32)
    matrix.setflags(write=False)
    return matrix, {name: Coded(each, matrix[row], row) for name, (each, row) in values.items()}


def _moved(column: Coded, codes: NDArray[np.uint32]) -> Coded:
    """Return a column that did not change, over the new matrix of codes."""
    return Coded(column.values, codes[column.row], column.row)


def _frozen(values: Whole) -> Whole:
    values.setflags(write=False)
    return values

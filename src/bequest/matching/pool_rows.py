"""Knows how a list is made of some rows of a larger one, without reading anybody's facts again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bequest.clinical.crossmatch import UnacceptableColumns
from bequest.clinical.planes import of_people, of_people_each
from bequest.clinical.typing import TypingColumns
from bequest.matching.coded import EACH, Coded
from bequest.matching.pool import Label, Pool

_G = TypeVar("_G", bound=np.generic)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from numpy.typing import NDArray

    Rows = NDArray[np.intp]  # (kept,), rising


def pool_of_rows(pool: Pool, rows: Rows, *, as_of: datetime, registrations: NDArray[np.str_]) -> Pool:
    """Return the list of the given rows as of an instant, under the identifiers given for them.

    It is the pool that `build_pool` makes of the same facts. `rows` rise, and so do `registrations`, shape (kept,).
    """
    # Of the same layout and as read-only as those of `build_pool`: for others the kernels would be compiled anew.
    codes = np.ascontiguousarray(pool.codes[:, rows])
    codes[EACH] = np.arange(len(rows))
    codes.setflags(write=False)

    def kept(column: Coded) -> Coded:
        if column.row == EACH:
            return Coded(_frozen(column.values[rows]), codes[EACH], EACH)
        return Coded(column.values, codes[column.row], column.row)

    def bits(plane: NDArray[np.uint64]) -> NDArray[np.uint64]:
        return of_people_each(plane[None, :], rows, len(pool))[0]

    places: list[int] = rows.tolist()
    return replace(
        pool,
        as_of=as_of,
        registrations=registrations,
        numbers=_frozen(pool.numbers[rows]),
        texts=_Texts(pool.texts, tuple(places)),
        labels=MappingProxyType({name: Label(each.texts, kept(each.column)) for name, each in pool.labels.items()}),
        codes=codes,
        columns=MappingProxyType({name: kept(column) for name, column in pool.columns.items()}),
        active_from=kept(pool.active_from),
        renal_since=kept(pool.renal_since),
        birthdays=kept(pool.birthdays),
        centre=kept(pool.centre),
        typing=TypingColumns(
            of_people(pool.typing.antigens, rows), bits(pool.typing.not_scored), bits(pool.typing.split_not_known)
        ),
        unacceptable=UnacceptableColumns(of_people(pool.unacceptable.covered, rows), bits(pool.unacceptable.not_known)),
        given=MappingProxyType({name: _frozen(values[rows]) for name, values in pool.given.items()}),
    )


class _Texts(Mapping[str, "tuple[str | None, ...]"]):
    """Be the text columns of some rows, each picked out when it is asked for: a run itself reads codes, no texts."""

    __slots__ = ("_picked", "_places", "_whole")

    def __init__(self, whole: Mapping[str, tuple[str | None, ...]], places: tuple[int, ...]) -> None:
        self._whole, self._places = whole, places
        self._picked: dict[str, tuple[str | None, ...]] = {}

    def __getitem__(self, name: str) -> tuple[str | None, ...]:
        if name not in self._picked:
            column = self._whole[name]
            self._picked[name] = tuple([column[place] for place in self._places])
        return self._picked[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole)

    def __len__(self) -> int:
        return len(self._whole)


def _frozen(array: NDArray[_G]) -> NDArray[_G]:
    array.setflags(write=False)
    return array

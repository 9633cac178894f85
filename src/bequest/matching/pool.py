"""Knows the pool: one organ's waiting list as of an instant, in read-only columns."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar

import numpy as np

from bequest.clinical.crossmatch import UnacceptableColumns, unacceptable_columns
from bequest.clinical.typing import TypingColumns, typing_columns
from bequest.matching.coded import ALIKE, EACH, Coded, coded
from bequest.matching.places import Places, places_of
from bequest.matching.pool_columns import (
    TOGETHER,
    active_from,
    birthdays,
    labels,
    renal_since,
    text_columns,
    whole_columns,
)
from bequest.matching.quantise import quantise
from bequest.model.column import MISSING, Table
from bequest.model.columns import column
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.model.instant import instant_of
from bequest.model.pickled import reduced

_G = TypeVar("_G", bound=np.generic)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    Values = Sequence[object] | NDArray[np.generic]


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """Hold a text column that names groups of people: the texts that occur, and which of them each registration has."""

    texts: tuple[str | None, ...]
    column: Coded

    def having(self, values: Sequence[int]) -> Coded:
        """Return the column in which each text has become an integer."""
        return self.column.having(np.array(values, dtype=np.int64)[self.column.values])


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Pool:
    """Hold all registrations of one organ as of an instant; rows are sorted by registration identifier.

    `columns` holds the dictionary's registration columns. Columns that factors read together share their codes.
    `given` holds factors stated directly, by golden cases only. `present` names the columns the source had.
    """

    organ: Organ
    as_of: datetime
    synthetic: bool
    registrations: NDArray[np.str_]  # (registrations,)
    numbers: NDArray[np.uint64]  # (registrations,), what a lottery draws for: the start of the identifier's SHA-256
    texts: Mapping[str, tuple[str | None, ...]]  # text columns, each (registrations,)
    labels: Mapping[str, Label]
    codes: NDArray[np.uint32]  # (rows, registrations), what the columns share
    columns: Mapping[str, Coded]
    active_from: Coded  # day from which a registration takes part in match runs, MISSING for never
    renal_since: Coded  # day of listing or first dialysis
    birthdays: Coded  # year*512 + month*32 + day
    centre: Coded  # rows of `places`
    places: Places
    typing: TypingColumns
    unacceptable: UnacceptableColumns
    given: Mapping[str, NDArray[np.int64]]  # each (registrations,)
    present: frozenset[str]

    __reduce__ = reduced

    def __repr__(self) -> str:
        """Return one line that names the list and nobody on it."""
        return f"Pool({self.organ.value}, {len(self)} registrations, as of {self.as_of:%Y-%m-%dT%H:%M:%SZ})"

    def __len__(self) -> int:
        """Return the number of registrations."""
        return len(self.registrations)

    @property
    def digest(self) -> str:
        """Return the SHA-256 of every fact in the pool, 64 hexadecimal digits; the same for any row order."""
        return _digest(self)

    def row(self, registration: str) -> int:
        """Return the row of a registration; raise InputError if it is not in the pool."""
        place = int(np.searchsorted(self.registrations, registration))
        if place == len(self) or str(self.registrations[place]) != registration:
            raise InputError(
                f"registration '{registration}' is not on the {self.organ.value} list; check the identifier."
            )
        return place

    def each(self, values: NDArray[np.int64]) -> Coded:
        """Return a column in which every registration has its own value."""
        return Coded(values, self.codes[EACH], EACH)

    def alike(self, value: int) -> Coded:
        """Return a column in which all registrations have the same value."""
        return Coded(np.array([value], dtype=np.int64), self.codes[ALIKE], ALIKE)

    def to_polars(self) -> object:
        """Return the pool as a polars.DataFrame, one row a registration (docs/decisions/0005)."""
        return import_module("bequest.files.frames").pool_frame(self)


def build_pool(
    organ: Organ,
    *,
    as_of: datetime,
    registrations: Mapping[str, Values],
    centres: Mapping[str, Values],
    given: Mapping[str, NDArray[np.int64]] | None = None,
) -> Pool:
    """Return the pool of columns given in the dictionary's names, in any row order.

    Numbers are float64 with NaN, dates datetime64, the rest sequences with None. A column that is not given is
    missing for everybody. Raises InputError for a duplicate identifier, an unknown centre or another organ.
    """
    instant = instant_of(as_of, called="as_of")
    names = np.asarray(registrations["registration"], dtype=np.str_)
    order = np.argsort(names, kind="stable")
    names = names[order]
    _refuse_duplicates(names)
    places = places_of(centres)
    texts = text_columns(registrations, order)
    _refuse_unknown_centres(texts["centre"], names, places)
    wholes, written = whole_columns(registrations, order), labels(texts)
    _refuse_other_organ(wholes["organ"], names, organ)
    codes, found = _coded(wholes, written, registrations=len(names))
    named = {name: Label(text, found[name]) for name, (text, _) in written.items()}
    return Pool(
        organ=organ,
        as_of=instant,
        synthetic=bool(np.any(wholes["synthetic"] == 1)),
        registrations=_frozen(names),
        numbers=_frozen(lottery_numbers(names)),
        texts=MappingProxyType(texts),
        labels=MappingProxyType(named),
        codes=codes,
        columns=MappingProxyType({name: found[name] for name in wholes}),
        active_from=found[_ACTIVE],
        renal_since=found[_RENAL],
        birthdays=found["born_on"].having(_frozen(birthdays(found["born_on"].values))),
        centre=named["centre"].having([places.row_of[str(text)] for text in named["centre"].texts]),
        places=places,
        typing=typing_columns(texts["hla"]),
        unacceptable=unacceptable_columns(texts["unacceptable_antigens"]),
        given=MappingProxyType({name: _frozen(values[order]) for name, values in sorted((given or {}).items())}),
        present=frozenset(registrations) | frozenset(given or {}),
    )


_ACTIVE, _RENAL = "active from", "renal since"


def _coded(
    wholes: Mapping[str, NDArray[np.int64]],
    written: Mapping[str, tuple[Sequence[str | None], NDArray[np.int64]]],
    *,
    registrations: int,
) -> tuple[NDArray[np.uint32], dict[str, Coded]]:
    """Return the codes of every column: the dictionary's, the labels', and what follows from several of them."""
    own = {name: numbers for name, (_, numbers) in written.items()}
    columns = {**wholes, _ACTIVE: active_from(wholes), _RENAL: renal_since(wholes), **own}
    return coded(columns, together=TOGETHER, registrations=registrations)


def _refuse_unknown_centres(centres: Sequence[str | None], names: NDArray[np.str_], places: Places) -> None:
    unknown = {centre for centre in set(centres) if centre is None or centre not in places.row_of}
    if unknown:
        bad = next(row for row, centre in enumerate(centres) if centre in unknown)
        raise InputError(
            f"registration '{names[bad]}', column 'centre': '{centres[bad]}' is not in the centres table; add "
            "the centre or correct the registration."
        )


def lottery_numbers(names: NDArray[np.str_]) -> NDArray[np.uint64]:
    """Return what a lottery draws for: the start of each identifier's SHA-256, shape (registrations,)."""
    starts = b"".join(hashlib.sha256(name.encode()).digest()[:8] for name in names.tolist())
    return np.frombuffer(starts, dtype=">u8").astype(np.uint64)


def _refuse_duplicates(names: NDArray[np.str_]) -> None:
    twice = np.flatnonzero(names[1:] == names[:-1])
    if len(twice):
        raise InputError(
            f"registration '{names[twice[0]]}' stands twice in the list; every registration has its own identifier."
        )


def _refuse_other_organ(codes: NDArray[np.int64], names: NDArray[np.str_], organ: Organ) -> None:
    known = tuple(Organ)
    others = np.flatnonzero((codes != MISSING) & (codes != known.index(organ)))
    if len(others):
        waits_for = known[int(codes[others[0]])].value
        raise InputError(
            f"registration '{names[others[0]]}' waits for {waits_for} and stands in the {organ.value} list; read the "
            "right list."
        )


def _frozen(array: NDArray[_G]) -> NDArray[_G]:
    array.setflags(write=False)
    return array


def _digest(pool: Pool) -> str:
    digest = hashlib.sha256()
    head = {"organ": pool.organ.value, "as_of": pool.as_of.isoformat(), "present": sorted(pool.present)}
    digest.update(json.dumps(head, sort_keys=True).encode())
    for name in sorted(pool.texts):
        digest.update(json.dumps([name, pool.texts[name]], ensure_ascii=False).encode())
    for name in sorted(pool.columns):
        digest.update(name.encode() + pool.columns[name].whole().astype("<i8").tobytes())
    for name in sorted(pool.given):
        digest.update(name.encode() + pool.given[name].astype("<i8").tobytes())
    places = pool.places
    digest.update(json.dumps([places.centres, places.countries, places.regions]).encode())
    for angle in (places.latitude_deg, places.longitude_deg):
        entry = column(Table.CENTRE, "latitude_deg")
        assert entry is not None, "the dictionary has coordinates"
        digest.update(quantise(angle, entry).astype("<i8").tobytes())
    return digest.hexdigest()

"""Knows the places of a run: how they are written down, and their order, which of the last runs stays in memory."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.matching.second_organs import NeededOrgan, needed_together
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.model.identifiers import RegistrationId
from bequest.offers.graft_choice import graft_choices, offer_kinds_of
from bequest.offers.record import Entry
from bequest.registry.models import RunPlaces
from bequest.registry.rows import added, store_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.ledger.rows import RunRows
    from bequest.matching.match_run import MatchRun
    from bequest.policy.plan import DonorPlan

_KEPT = 8
"""How many orders stay in memory: that of a nation's kidney list takes some ten megabytes."""


@dataclass(frozen=True, slots=True)
class Place:
    """Hold one place of a run; `row` is its place in the tree of the run's rows."""

    rank: int
    row: int
    registration: RegistrationId
    offer_kind: str
    centre: str
    stage: str | None


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Hold the places of a run, their rows in its tree, the centre of each registration, and what further organs.

    `pulls` names the organs of the same donor that go together with this one, of those registrations that need any: by
    their first place.
    """

    entries: tuple[Entry, ...]
    rows: tuple[int, ...]
    centres: Mapping[RegistrationId, str]
    pulls: Mapping[RegistrationId, tuple[NeededOrgan, ...]]

    def places(self, first: int, last: int) -> tuple[Place, ...]:
        """Return the places between two ranks, both included; fewer where the run has no more."""
        some = slice(first - 1, last)
        return tuple(
            Place(each.rank, row, each.registration, each.offer_kind.value, self.centres[each.registration], each.stage)
            for each, row in zip(self.entries[some], self.rows[some], strict=True)
        )


def order_of(using: str, run: str, organ: Organ) -> RunOrder:
    """Return the order of a run; its places never change, so that one reading does for all."""
    order = _ORDERS.get(using, run)
    if order is None:
        order = _order(organ, _read(using, run, 1, count_of_places(using, run)))
        _ORDERS.keep(using, run, order)
    return order


def place_of(using: str, run: str, rank: int) -> Place:
    """Return a place of a run; raise `InputError` where the run has no such place."""
    places = places_of(using, run, rank, rank)
    if not places:
        raise InputError(f"The run has no place {rank}.")
    return places[0]


def places_of(using: str, run: str, first: int = 1, last: int | None = None) -> tuple[Place, ...]:
    """Return the places of a run between two ranks from 1 on, both included; fewer where it has no more."""
    places = count_of_places(using, run)
    last = places if last is None else min(last, places)
    # Nothing beyond the last place is asked of the database, whose numbers for a text end long before a rank does.
    if not 1 <= first <= last:
        return ()
    order = _ORDERS.get(using, run)
    if order is not None:
        return order.places(first, last)
    read = _read(using, run, first, last - first + 1)
    sorts = map(read.sorts.__getitem__, read.sort_numbers)
    return tuple(
        Place(rank, row, RegistrationId(name), sort.offer_kind, sort.centre, sort.stage)
        for rank, row, name, sort in zip(
            range(first, first + len(read.registrations)), read.tree_rows, read.registrations, sorts, strict=True
        )
    )


def count_of_places(using: str, run: str) -> int:
    """Return how many places a run has."""
    row = store_of(using).run("SELECT places FROM registry_runplaces WHERE run_id = ?", (run,)).fetchone()
    assert row is not None, "a run has an order"
    return cast("int", row[0])


@dataclass(frozen=True, slots=True)
class _Sort:
    """Hold what many places have alike."""

    offer_kind: str
    centre: str
    stage: str | None
    pulls: tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Hold the columns of some places, as they are written down; `sort_numbers` count in `sorts`."""

    registrations: Sequence[str]
    candidates: Sequence[str]
    tree_rows: Sequence[int]
    sort_numbers: Sequence[int]
    sorts: Sequence[_Sort]


_NUMBERS = ("tree_rows", "sort_numbers")
_PACKED = ("registrations", "candidates", *_NUMBERS)


def _read(using: str, run: str, first: int, count: int) -> _Columns:
    """Return the columns of so many places from a rank on, as far as the run has them."""
    row = store_of(using).run(_SLICES, (first - 1, count) * len(_PACKED) + (run,)).fetchone()
    assert row is not None, "a run has an order"
    sorts, *read = row
    names, candidates, rows, numbers = (
        _unpacked(str(text), cast("int", width)) for width, text in zip(read[::2], read[1::2], strict=True)
    )
    return _Columns(
        names, candidates, list(map(int, rows)), list(map(int, numbers)),
        [_Sort(*each) for each in json.loads(str(sorts))],
    )  # fmt: skip


def _slice(name: str) -> str:
    """Return what reads so many values of a packed column behind some others; in SQL the first sign is number 1."""
    width = f"CAST({name}_width AS integer)"
    return f"{name}_width, substr({name}, CAST(? AS integer) * {width} + 1, CAST(? AS integer) * {width})"


# The names are our own.
_SLICES = f"SELECT sorts, {', '.join(map(_slice, _PACKED))} FROM registry_runplaces WHERE run_id = ?"  # noqa: S608


def _unpacked(text: str, width: int) -> list[str]:
    values = [text[begin : begin + width] for begin in range(0, len(text), width)]
    return [each.strip() for each in values] if " " in text else values


def _packed(values: Sequence[str]) -> tuple[int, str]:
    """Return the width of the longest value, and all of them filled up to it, one behind the other."""
    widths = set(map(len, values))
    width = max(widths, default=1)
    return width, "".join(values if len(widths) <= 1 else [value.ljust(width) for value in values])


def _packed_numbers(values: Sequence[int]) -> tuple[int, str]:
    """Return the same of whole numbers from 0 on, each with blanks before it."""
    width = len(str(max(values, default=0)))
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    numbers = np.array(values, dtype=np.int64)[:, None]
    digits = numbers // powers % 10 + ord("0")
    digits[(numbers < powers) & (powers > 1)] = ord(" ")
    return width, digits.astype(np.uint8).tobytes().decode()


def _order(organ: Organ, columns: _Columns) -> RunOrder:
    """Return the places of a run on an organ's list as offers follow them."""
    kinds = {kind.value: kind for kind in offer_kinds_of(organ)}
    of_sort = [
        (kinds[each.offer_kind], graft_choices(organ, kinds[each.offer_kind], PARTS[organ]), each.stage, each.centre)
        for each in columns.sorts
    ]
    numbers = columns.sort_numbers
    ofs = tuple(zip(*map(of_sort.__getitem__, numbers), strict=True)) or ((),) * 4
    names = cast("Sequence[RegistrationId]", columns.registrations)
    fields = zip(range(1, len(names) + 1), names, columns.candidates, *ofs[:3], strict=True)
    # Each place becomes a record; `_make` would be called anew for each.
    entries = tuple(map(partial(tuple.__new__, Entry), fields))
    pulling = {
        number: tuple(NeededOrgan(Organ(name), one_centre) for name, one_centre in each.pulls)
        for number, each in enumerate(columns.sorts)
        if each.pulls
    }
    # The first place of a registration decides, so it is the last one to be put in.
    pulls = {
        name: pulling[number]
        for name, number in zip(reversed(names), reversed(numbers), strict=True)
        if number in pulling
    }
    centres = cast("Mapping[RegistrationId, str]", dict(zip(names, ofs[3], strict=True)))
    return RunOrder(entries, tuple(columns.tree_rows), centres, pulls if pulling else {})


def write_places(using: str, run: str, ranking: MatchRun, rows: RunRows, plan: DonorPlan | None) -> None:
    """Write the order of a run down, and keep it; `plan` is the one that the donation follows."""
    pool, places = ranking.pool, ranking.places()
    in_tree = np.empty(len(pool), dtype=np.int64)
    in_tree[rows.order] = np.arange(len(pool))
    ranked: list[int] = places.rows.tolist()
    centres = cast("list[str]", list(map(pool.texts["centre"].__getitem__, ranked)))
    sort_of_each = list(zip(
        places.offer_kinds, centres, places.stages,
        _pulls(ranking, plan), strict=True,
    ))  # fmt: skip
    numbers = {each: number for number, each in enumerate(dict.fromkeys(sort_of_each))}
    columns = _Columns(
        registrations=pool.registrations[places.rows].tolist(),
        candidates=cast("list[str]", list(map(pool.texts["candidate"].__getitem__, ranked))),
        tree_rows=in_tree[places.rows].tolist(),
        sort_numbers=list(map(numbers.__getitem__, sort_of_each)),
        sorts=[_Sort(*each) for each in numbers],
    )
    row = RunPlaces(run_id=run, places=len(ranked), sorts=json.dumps(list(numbers), separators=(",", ":")))
    for name in _PACKED:
        values = getattr(columns, name)
        width, text = _packed_numbers(values) if name in _NUMBERS else _packed(values)
        setattr(row, f"{name}_width", width)
        setattr(row, name, text)
    added(using, row)
    # Nobody has to read it back.
    _ORDERS.keep(using, run, _order(ranking.organ, columns))


class Orders:
    """Keep the orders that were asked for last; threads may share it."""

    def __init__(self) -> None:
        """Begin with none."""
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], RunOrder] = OrderedDict()

    def get(self, using: str, run: str) -> RunOrder | None:
        """Return an order, None where it is not kept (any more)."""
        with self._lock:
            order = self._kept.get((using, run))
            if order is not None:
                self._kept.move_to_end((using, run))
            return order

    def keep(self, using: str, run: str, order: RunOrder) -> None:
        """Keep an order, and let the one go that was not asked for the longest."""
        with self._lock:
            self._kept[using, run] = order
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)


_ORDERS = Orders()


def _pulls(ranking: MatchRun, plan: DonorPlan | None) -> list[tuple[tuple[str, bool], ...]]:
    """Return for each place the organs that go together with that of the run, and whether at one centre only."""
    pulls: list[tuple[tuple[str, bool], ...]] = [()] * len(ranking)
    for place, organs in needed_together(ranking, plan).items():
        pulls[place] = tuple((each.organ.value, each.one_centre) for each in organs)
    return pulls

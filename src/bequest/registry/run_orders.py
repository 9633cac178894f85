"""Knows the places of a run: how they are written down, and their order, which of the last runs stays in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column
from bequest.model.enums import Organ
from bequest.model.graft import PARTS
from bequest.offers.graft_choice import graft_choices, offer_kinds_of
from bequest.offers.record import Entry
from bequest.registry.rows import add_columns, store_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from bequest.ledger.rows import RunRows
    from bequest.matching.match_run import MatchRun
    from bequest.model.identifiers import RegistrationId

Place = tuple[int, str, str, str, "str | None", str]
"""A place: rank, registration, candidate, kind of offer, stage, centre."""

_KEPT = 8
"""How many orders stay in memory: that of a nation's kidney list takes some ten megabytes."""


@dataclass(frozen=True, slots=True)
class RunOrder:
    """Hold the places of a run, and the centre of each registration."""

    entries: tuple[Entry, ...]
    centres: Mapping[RegistrationId, str]


def order_of(using: str, run: str, organ: Organ) -> RunOrder:
    """Return the order of a run; its rows never change, so that one reading does for all."""
    order = _ORDERS.get(using, run)
    if order is None:
        order = _order(organ, cast("list[Place]", store_of(using).run(_PLACES, (run,)).fetchall()))
        _ORDERS.keep(using, run, order)
    return order


def _order(organ: Organ, places: Iterable[Place]) -> RunOrder:
    """Return the places of a run on an organ's list as offers follow them."""
    ranks, names, candidates, kinds, stages, centres = tuple(zip(*places, strict=True)) or ((),) * 6
    kind_of = {kind.value: kind for kind in offer_kinds_of(organ)}
    grafts_of = {value: graft_choices(organ, kind, PARTS[organ]) for value, kind in kind_of.items()}
    columns = zip(
        ranks, names, candidates, map(kind_of.__getitem__, kinds), map(grafts_of.__getitem__, kinds), stages,
        strict=True,
    )  # fmt: skip
    # Each place becomes a record; `_make` would be called anew for each.
    entries = tuple(map(partial(tuple.__new__, Entry), columns))
    return RunOrder(entries, cast("Mapping[RegistrationId, str]", dict(zip(names, centres, strict=True))))


def write_places(using: str, run: str, ranking: MatchRun, rows: RunRows) -> None:
    """Write the places of a run down, and keep their order."""
    pool, places = ranking.pool, ranking.places()
    in_tree = np.empty(len(pool), dtype=np.int64)
    in_tree[rows.order] = np.arange(len(pool))
    ranked: list[int] = places.rows.tolist()
    names: list[str] = pool.registrations[places.rows].tolist()
    candidates = cast("list[str]", list(map(pool.texts["candidate"].__getitem__, ranked)))
    centre_of = cast("list[str]", list(map(pool.texts["centre"].__getitem__, ranked)))
    add_columns(using, "registry_matchrow", {
        "run_id": [run] * len(names),
        "rank": range(1, len(names) + 1),
        "row": in_tree[places.rows].tolist(),
        "registration_id": names,
        "offer_kind": places.offer_kinds,
        "centre_id": centre_of,
        "stage": places.stages,
        "pulls": _pulls(ranking, places.rows),
    })  # fmt: skip
    # Nobody has to read it back.
    _ORDERS.keep(using, run, _order(ranking.organ, zip(
        range(1, len(names) + 1), names, candidates, places.offer_kinds, places.stages, centre_of, strict=True
    )))  # fmt: skip


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


_PLACES = (
    "SELECT m.rank, m.registration_id, r.candidate_id, m.offer_kind, m.stage, m.centre_id FROM registry_matchrow m"
    " JOIN registry_registration r ON r.id = m.registration_id WHERE m.run_id = ? ORDER BY m.rank"
)


def _pulls(ranking: MatchRun, rows: NDArray[np.int64]) -> list[str]:
    """Return for each of some rows the organs that the registration needs together with this one, as its facts say."""
    column = known_column(Table.REGISTRATION, "needed_with")
    several = " ".join(each.value for each in Organ if each is not ranking.organ)
    others = {"none": "", "several": several, ranking.organ.value: ""}
    words = [others.get(code, code) for code in column.codes]
    values: list[int] = ranking.pool.columns[column.name].whole()[rows].tolist()
    return ["" if value == MISSING else words[value] for value in values]

"""Knows the places of a run: how they are written down, and their order, which of the last runs stays in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bequest.model.column import MISSING, Table
from bequest.model.columns import known_column
from bequest.model.enums import Organ
from bequest.model.graft import PARTS
from bequest.model.identifiers import CandidateId, RegistrationId
from bequest.offers.graft_choice import graft_choices, offer_kinds_of
from bequest.offers.record import Entry
from bequest.registry.rows import add_values, store_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from bequest.ledger.rows import RunRows
    from bequest.matching.match_run import MatchRun
    from bequest.matching.pool import Pool
    from bequest.registry.lists import Listed

Place = tuple[int, str, str, str, "str | None"]
"""A place: rank, registration, candidate, kind of offer, stage."""

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
        rows = cast("list[tuple[Place, str]]", [
            ((rank, name, candidate, kind, stage), centre)
            for rank, name, candidate, kind, stage, centre in store_of(using).run(_PLACES, (run,)).fetchall()
        ])  # fmt: skip
        order = RunOrder(
            _entries_of(organ, (place for place, _ in rows)), {RegistrationId(row[0][1]): row[1] for row in rows}
        )
        _ORDERS.keep(using, run, order)
    return order


def _entries_of(organ: Organ, places: Iterable[Place]) -> tuple[Entry, ...]:
    """Return the places of a run on an organ's list as offers follow them."""
    kinds = {kind.value: (kind, graft_choices(organ, kind, PARTS[organ])) for kind in offer_kinds_of(organ)}
    return tuple(
        Entry(rank, RegistrationId(name), CandidateId(candidate), *kinds[kind], stage)
        for rank, name, candidate, kind, stage in places
    )  # fmt: skip


def write_places(using: str, run: str, ranking: MatchRun, rows: RunRows, listed: Listed) -> None:
    """Write the places of a run down, and keep their order; `listed` is the list that it ranked."""
    row = {name: number for number, name in enumerate(rows.registrations)}
    candidates = dict(zip(listed.names, cast("Sequence[str]", listed.columns["candidate"]), strict=True))
    names: list[str] = ranking.pool.registrations.tolist()
    centres = dict(zip(names, cast("Sequence[str]", ranking.pool.texts["centre"]), strict=True))
    pulls = dict(zip(names, _pulls(ranking.pool, ranking.organ), strict=True))
    places = list(ranking.places())
    columns = ("run_id", "rank", "row", "registration_id", "offer_kind", "centre_id", "stage", "pulls")
    add_values(using, "registry_matchrow", columns, (
        (run, rank, row[name], name, kind, centres[name], stage, pulls[name]) for rank, name, kind, stage in places
    ))  # fmt: skip
    entries = _entries_of(
        ranking.organ, ((rank, name, candidates[name], kind, stage) for rank, name, kind, stage in places)
    )
    # Nobody has to read it back.
    _ORDERS.keep(using, run, RunOrder(entries, {RegistrationId(name): centres[name] for _, name, *_ in places}))


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


def _pulls(pool: Pool, organ: Organ) -> list[str]:
    """Return for each row of a list the organs that the registration needs together with this one, as its facts say."""
    column = known_column(Table.REGISTRATION, "needed_with")
    several = " ".join(each.value for each in Organ if each is not organ)
    others = {"none": "", "several": several, organ.value: ""}
    words = [others.get(code, code) for code in column.codes]
    values = pool.columns[column.name].whole().tolist()
    return ["" if value == MISSING else words[value] for value in values]

"""Knows the waiting lists in memory: each organ's list as of a leaf of the log, brought up to date by what changed.

Whoever ranks a list has locked it first, so no change of that list is under way; and the log is read by the numbers of
its leaves, which are committed in their order. So a run never sees half a change, nor misses one.
"""

from __future__ import annotations

import hashlib
import json
import threading
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.ledger.facts import list_digest, pool_columns
from bequest.ledger.many_hashes import HASH_BYTES, as_bytes
from bequest.matching.pool import build_pool
from bequest.matching.pool_change import changed_pool
from bequest.model.column import Table
from bequest.registry.models import Centre
from bequest.registry.rows import count, every, size_of_log, store_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from bequest.ledger.facts import Facts
    from bequest.ledger.many_hashes import Bytes
    from bequest.matching.pool import Pool
    from bequest.model.enums import Organ

    Values = Sequence[object] | NDArray[np.generic]

_ROWS = (
    "SELECT l.idx, v.registration_id, v.facts, v.digest FROM registry_version v"
    " JOIN ledger_entry l ON l.event_id = v.event_id"
    " JOIN registry_registration r ON r.id = v.registration_id"
    " WHERE r.waiting_list_id = ? AND l.idx > ? AND l.idx < ? ORDER BY l.idx"
)


_LEFT = (
    "SELECT 1 FROM registry_version v JOIN ledger_entry l ON l.event_id = v.event_id"
    " JOIN registry_registration r ON r.id = v.registration_id"
    " WHERE r.waiting_list_id = ? AND l.idx > ? AND v.facts IS NULL LIMIT 1"
)
_SINCE = (
    "SELECT v.registration_id FROM registry_version v JOIN ledger_entry l ON l.event_id = v.event_id"
    " JOIN registry_registration r ON r.id = v.registration_id WHERE r.waiting_list_id = ? AND l.idx >= ?"
)
_BEFORE = (
    "SELECT l.idx, v.registration_id, v.facts, v.digest FROM registry_version v"  # noqa: S608  our own statement
    " JOIN ledger_entry l ON l.event_id = v.event_id"
    f" WHERE v.registration_id IN ({_SINCE}) AND l.idx < ? ORDER BY l.idx"
)


@dataclass(frozen=True, slots=True, eq=False)
class Places:
    """Hold the table of places in columns, how many they are, and its digest."""

    columns: Mapping[str, Values]
    count: int
    digest: str


@dataclass(frozen=True, slots=True, eq=False)
class Listed:
    """Hold one organ's list as of a leaf: the pool, and the digest over the facts of everybody on it.

    `place` gives where each registration stands in `digests`, (registrations, 32), and in `columns`, which hold the
    same facts as the pool; `of_pool`, (registrations,), gives the same of each row of the pool.
    """

    leaf: int  # the last one that was looked at
    place: Mapping[str, int]
    digests: Bytes
    columns: Mapping[str, Values]
    pool: Pool
    of_pool: NDArray[np.intp]
    places: Places

    @property
    def digest(self) -> str:
        """Return the digest of the list as leaves state it."""
        return hashlib.sha256(self.digests[self.of_pool].tobytes()).hexdigest()


@dataclass(frozen=True, slots=True)
class _Keys:
    """Hold the keys of registrations, and the very list whose they all are; None: of no list for sure."""

    of: Mapping[str, int] | None
    keys: dict[str, bytes]


class Lists:
    """Keep the lists of one database; threads may share it."""

    def __init__(self) -> None:
        """Begin with none: each is read when it is first asked for."""
        self._lock = threading.Lock()
        self._kept: dict[Organ, Listed] = {}
        self._keys: dict[Organ, _Keys] = {}

    def as_of(self, using: str, organ: Organ, at: datetime) -> Listed:
        """Return the list of an organ as the open transaction sees it; call it under the lock of the waiting list.

        Called after a change, outside a run, it leaves the next run less to do.
        """
        with self._lock:
            listed = _followed(using, organ, self._kept.get(organ), before=_NO_LEAF)
            self._kept[organ] = listed
        return replace(listed, pool=replace(listed.pool, as_of=at))

    def before(self, using: str, organ: Organ, at: datetime, *, leaf: int) -> Listed:
        """Return the list of an organ as it was before a leaf of the log: only who changed since is read anew."""
        known = self.as_of(using, organ, at)
        listed = _turned_back(using, organ, known, before=leaf)
        return replace(listed, pool=replace(listed.pool, as_of=at))

    def keys(self, organ: Organ, read: Callable[[Sequence[str] | None], dict[str, bytes]]) -> Mapping[str, bytes]:
        """Return the keys of the registrations on a list as it was last looked at.

        `read` gives those of some registrations, or of all. Whoever has left the list has no key here any more.
        """
        with self._lock:
            on_list, kept = self._kept[organ].place, self._keys.get(organ)
            if kept is not None and kept.of is on_list:
                return kept.keys
            keys = {} if kept is None else {name: key for name, key in kept.keys.items() if name in on_list}
            new = [name for name in on_list if name not in keys]
            if new:
                keys |= {name: key for name, key in read(new if len(new) <= _FEW else None).items() if name in on_list}
            self._keys[organ] = _Keys(on_list, keys)
            return keys

    def forget(self, registrations: Iterable[str]) -> None:
        """Forget the keys of registrations whose person is erased."""
        gone = frozenset(registrations)
        with self._lock:
            for organ, kept in list(self._keys.items()):
                self._keys[organ] = _Keys(None, {name: key for name, key in kept.keys.items() if name not in gone})

    def let_go(self, using: str) -> None:
        """Forget whoever has left a list since it was last looked at, facts and key; the list is read anew when asked.

        A process that ranks nothing for long so keeps nobody in memory who was erased.
        """
        with self._lock:
            for organ, known in list(self._kept.items()):
                if store_of(using).run(_LEFT, (organ.value, known.leaf)).fetchone() is not None:
                    self._kept[organ] = _followed(using, organ, known, before=_NO_LEAF)
                    on_list, kept = self._kept[organ].place, self._keys.pop(organ, None)
                    if kept is not None:
                        keys = {name: key for name, key in kept.keys.items() if name in on_list}
                        self._keys[organ] = _Keys(None, keys)


def listed_before(using: str, organ: Organ, at: datetime, *, leaf: int) -> Listed:
    """Return the list of an organ as it was before a leaf of the log, read anew."""
    listed = _followed(using, organ, None, before=leaf)
    return replace(listed, pool=replace(listed.pool, as_of=at))


_FEW = 1000
_NO_LEAF = (1 << 63) - 1
_ANY_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands in a list until it is asked for as of an instant; a pool does not depend on it."""


def _followed(using: str, organ: Organ, known: Listed | None, *, before: int) -> Listed:
    """Return the list after every change since it was last looked at; the same list where nothing changed."""
    # The table of places only grows, and not after the first run.
    if known is None or known.places.count != count(using, Centre):
        known, places = None, _places(using)
    else:
        places = known.places
    since = -1 if known is None else known.leaf
    # What is committed behind this leaf meanwhile is read the next time.
    until = min(before, size_of_log(using))
    changes = store_of(using).run(_ROWS, (organ.value, since, until)).fetchall()
    if known is not None and not changes:
        return replace(known, leaf=until - 1)
    return _changed(organ, known, changes, places=places, leaf=until - 1)


def _turned_back(using: str, organ: Organ, known: Listed, *, before: int) -> Listed:
    """Return the list as it was before a leaf that it has seen: whoever changed since has the facts of before."""
    since = store_of(using).run(_SINCE, (organ.value, before)).fetchall()
    if not since:
        return known
    nothing: list[Sequence[object]] = [(before - 1, name, None, None) for (name,) in since]
    earlier = store_of(using).run(_BEFORE, (organ.value, before, before)).fetchall()
    return _changed(organ, known, [*nothing, *earlier], places=known.places, leaf=before - 1)


def _changed(
    organ: Organ, known: Listed | None, changes: Sequence[Sequence[object]], *, places: Places, leaf: int
) -> Listed:
    """Return a list in which the last of the changes of each registration holds; without facts it is not on it."""
    changed = {str(name): (facts, digest) for _, name, facts, digest in changes}
    facts: list[Facts] = [
        cast("Facts", json.loads(str(facts))) for _, (facts, _) in sorted(changed.items()) if facts is not None
    ]
    names = [each["registration"] for each in facts]
    digests = as_bytes(bytes.fromhex("".join(str(changed[name][1]) for name in names))).reshape((-1, HASH_BYTES))
    columns: Mapping[str, Values] = pool_columns(facts, Table.REGISTRATION)
    if known is not None:
        if len(names) == len(changed) and all(name in known.place for name in names) and places is known.places:
            listed = _facts_changed(organ, known, names, columns, digests=digests, leaf=leaf)
            if listed is not None:
                return listed
        stay = [place for name, place in known.place.items() if name not in changed]
        columns = {name: _joined(known.columns[name], stay, columns[name]) for name in columns}
        digests = np.concatenate([known.digests[stay], digests])
        names = [*(name for name in known.place if name not in changed), *names]
    pool = build_pool(organ, as_of=_ANY_INSTANT, registrations=columns, centres=places.columns)
    place = {name: number for number, name in enumerate(names)}
    of_pool = np.array([place[name] for name in pool.registrations.tolist()], dtype=np.intp)
    return Listed(leaf, place, digests, columns, pool, of_pool, places)


def _facts_changed(  # noqa: PLR0913  the parts of a list
    organ: Organ, known: Listed, names: Sequence[str], columns: Mapping[str, Values], *, digests: Bytes, leaf: int
) -> Listed | None:
    """Return the list with the facts of some on it as they are now; None where the whole pool has to be built."""
    few = build_pool(organ, as_of=_ANY_INSTANT, registrations=columns, centres=known.places.columns)
    pool = changed_pool(known.pool, few)
    if pool is None:
        return None
    rows = [known.place[name] for name in names]
    return replace(
        known,
        leaf=leaf,
        pool=pool,
        digests=cast("Bytes", _patched(known.digests, rows, digests)),
        columns={name: _patched(known.columns[name], rows, columns[name]) for name in columns},
    )


def _patched(known: Values, rows: Sequence[int], new: Values) -> Values:
    """Return a column in which some rows have a new value; the same column where none has."""
    if isinstance(known, np.ndarray):
        if np.array_equal(known[rows], cast("NDArray[np.generic]", new), equal_nan=True):
            return known
        patched = known.copy()
        patched[rows] = cast("NDArray[np.generic]", new)
        return patched
    if all(known[row] == value for row, value in zip(rows, new, strict=True)):
        return known
    column = list(known)
    for row, value in zip(rows, new, strict=True):
        column[row] = value
    return column


def _places(using: str) -> Places:
    centres = every(using, Centre, "id")
    facts = [cast("Facts", json.loads(centre.facts)) for centre in centres]
    digest = list_digest(centre.digest for centre in centres)
    return Places(pool_columns(facts, Table.CENTRE), len(centres), digest)


def _joined(known: Values, stay: Iterable[int], new: Values) -> Values:
    """Return a column of those who stay, and behind them of those who are new or changed."""
    if isinstance(known, np.ndarray):
        rows = np.fromiter(stay, dtype=np.intp)
        return np.concatenate([known[rows], cast("NDArray[np.generic]", new)])
    return [*(known[row] for row in stay), *new]

"""Knows how one entry is added to the log in the database, as the last step of the caller's transaction.

The caller begins and ends the transaction, and writes into it whatever the entry records. The head of the log is one
row: it is locked here, so that entries have no gaps, and stays locked until the caller's transaction ends. So the entry
comes last, and nothing slow comes after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol, cast

from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import HASH_BYTES, Frontier, leaf_hash, node_hash
from bequest.ledger.store_schema import Dialect
from bequest.ledger.tiles import LARGEST_ENTRY_BYTES, WIDTH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_IN_TRANSACTION, _FAILED_TRANSACTION = 2, 3
"""What psycopg calls a connection inside a transaction, and inside one in which a statement failed."""
_HALVINGS = WIDTH.bit_length() - 1


class Cursor(Protocol):
    """Run a statement and hand out its rows: the part of a DB-API cursor that is used here."""

    def execute(self, operation: str, parameters: Sequence[object] = ..., /) -> object:
        """Run one statement."""
        ...

    def fetchone(self) -> Sequence[object] | None:
        """Return the next row, None behind the last."""
        ...

    def fetchall(self) -> Sequence[Sequence[object]]:
        """Return all further rows."""
        ...


class Connection(Protocol):
    """Make cursors: `sqlite3`, `apsw` and `psycopg` connections do."""

    def cursor(self) -> Cursor:
        """Return a new cursor."""
        ...

    def close(self) -> object:
        """End it; what was not committed is gone."""
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """Hold a new entry: its kind, its instant in the text of the leaf, the leaf, and the event that it is about."""

    kind: str
    at: str
    leaf: bytes
    event_id: str


@dataclass(frozen=True, slots=True)
class Store:
    """Hold a connection to the database of a log, and which database it is.

    Of Django's connections it is the one underneath: `django.db.connection.connection`, inside `atomic`.
    """

    connection: Connection
    dialect: Dialect

    def run(self, statement: str, parameters: Sequence[object] = ()) -> Cursor:
        """Run one statement, written with question marks for its parameters, and return its cursor."""
        cursor = self.connection.cursor()
        cursor.execute(statement.replace("?", _PARAMETER[self.dialect]), parameters)
        return cursor

    def has_open_transaction(self) -> bool:
        """Return whether a transaction has begun and not ended, one that failed included."""
        if self.dialect is Dialect.SQLITE:
            return cast("_Sqlite", self.connection).in_transaction
        status = cast("_Postgresql", self.connection).info.transaction_status
        return status in {_IN_TRANSACTION, _FAILED_TRANSACTION}


_PARAMETER: Mapping[Dialect, str] = MappingProxyType({Dialect.SQLITE: "?", Dialect.POSTGRESQL: "%s"})
_LOCK: Mapping[Dialect, str] = MappingProxyType({Dialect.SQLITE: "", Dialect.POSTGRESQL: " FOR UPDATE"})


def append(store: Store, *, kind: str, at: str, leaf: bytes, event_id: str) -> int:
    """Return the index of the new entry; it is there once the caller's transaction is committed.

    `at` is the instant in the text of the leaf, `leaf` the entry itself: up to 65,535 bytes that are not looked into.
    Raises `LedgerError` for a longer one. What the database refuses, such as a second entry of an event, stays its own
    error, and spoils the transaction.
    """
    return append_all(store, (Entry(kind, at, leaf, event_id),))


def append_all(store: Store, entries: Sequence[Entry]) -> int:
    """Return the index of the first of new entries, which stand in the log one behind the other, as `append` adds them.

    The head is read once for all of them: nobody else appends before the caller's transaction ends.
    """
    for entry in entries:
        if len(entry.leaf) > LARGEST_ENTRY_BYTES:
            raise LedgerError(
                f"The leaf of event {entry.event_id} has {len(entry.leaf)} bytes; an entry has {LARGEST_ENTRY_BYTES} at"
                " most."
            )
    before = _frontier(store.run(_HEAD + _LOCK[store.dialect]).fetchone())
    assert store.has_open_transaction(), (
        "an entry is appended inside the caller's transaction (SQLite: BEGIN IMMEDIATE)"
    )
    first = before.size
    for entry in entries:
        before = _appended(store, entry, before)
    return first


def _appended(store: Store, entry: Entry, before: Frontier) -> Frontier:
    digest = leaf_hash(entry.leaf)
    store.run(
        "INSERT INTO ledger_entry (idx, kind, at, leaf, leaf_hash, event_id) VALUES (?, ?, ?, ?, ?, ?)",
        (before.size, entry.kind, entry.at, entry.leaf, digest, entry.event_id),
    )
    for level, number, block in _completed(before, digest):
        store.run("INSERT INTO ledger_subroot (tlevel, idx, hash) VALUES (?, ?, ?)", (level, number, block))
    after = before.with_leaf(digest)
    store.run("UPDATE ledger_head SET size = ?, frontier = ? WHERE one = 1", (after.size, b"".join(after.roots)))
    return after


def head(store: Store) -> Frontier:
    """Return how far the log goes, as committed or as this transaction sees it, with the roots it can go on from."""
    return _frontier(store.run(_HEAD).fetchone())


_HEAD = "SELECT size, frontier FROM ledger_head WHERE one = 1"


def _frontier(row: Sequence[object] | None) -> Frontier:
    if row is None:
        raise LedgerError("The database holds no head of a log; make its tables first, or restore it.")
    # The columns have these types.
    size, roots = cast("int", row[0]), bytes(cast("bytes", row[1]))
    return Frontier(size, tuple(roots[place : place + HASH_BYTES] for place in range(0, len(roots), HASH_BYTES)))


def _completed(before: Frontier, digest: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield level, number and root of each block of 256, of 256 blocks, and so on, that one more leaf completes."""
    level, number, reached, left = 0, before.size, digest, list(before.roots)
    while number % WIDTH == WIDTH - 1:
        for _ in range(_HALVINGS):
            reached = node_hash(left.pop(), reached)
        level, number = level + 1, number // WIDTH
        yield level, number, reached


class _Sqlite(Protocol):
    """Say whether a transaction is open, as `sqlite3` and `apsw` do."""

    in_transaction: bool


class _Info(Protocol):
    """Hold the state of a transaction as a number."""

    transaction_status: int


class _Postgresql(Protocol):
    """Say in which state the transaction is, as `psycopg` does."""

    info: _Info

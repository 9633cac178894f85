"""Knows how the database of a log is opened, and how a transaction on it begins and ends."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from bequest.ledger.store import Connection, Store
from bequest.ledger.store_check import SQLITE_PRAGMAS, check
from bequest.ledger.store_schema import Dialect, statements
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

BUSY_SECONDS = 30.0
_POSTGRESQL = ("postgresql://", "postgres://")


def open_store(place: str) -> Store:
    """Return the checked log at a place: the path of a file of SQLite, or an address `postgresql://...`.

    Transactions begin and end in `transaction` only. Raises `InputError` where there is no such database, and
    `LedgerError` where its tables, triggers or settings are not what they must be.
    """
    store = _postgresql(place) if place.startswith(_POSTGRESQL) else Store(_existing(Path(place)), Dialect.SQLITE)
    return _kept_if(store, check)


def folders_of(place: str) -> tuple[Path, ...]:
    """Return the folder in which a file of SQLite is, if it is there; the storage of a server is not ours to try."""
    is_file = not place.startswith(_POSTGRESQL) and Path(place).is_file()
    return (Path(place).parent,) if is_file else ()


def make_store(place: str) -> Store:
    """Return a new, empty log at a place, its tables made in one transaction."""
    if place.startswith(_POSTGRESQL):
        store = _postgresql(place)
    elif Path(place).exists():
        raise InputError(f"{place}: there is a file already; name a new one.")
    else:
        store = Store(open_sqlite(Path(place)), Dialect.SQLITE)
    return _kept_if(store, _make_tables)


def _make_tables(store: Store) -> None:
    try:
        with transaction(store):
            for statement in statements(store.dialect):
                store.connection.cursor().execute(statement)
    except database_errors(store) as error:
        told = " ".join(str(error).split())
        raise InputError(f"The tables cannot be made here ({told}); name an empty database or schema.") from None
    check(store)


def _kept_if(store: Store, does: Callable[[Store], None]) -> Store:
    """Return the store with which something was done; close its connection where that fails."""
    try:
        does(store)
    except BaseException:
        store.connection.close()
        raise
    return store


def open_sqlite(path: Path) -> sqlite3.Connection:
    """Return a connection whose confirmed commits outlast a power cut, and on which nothing begins by itself."""
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    for name, value in SQLITE_PRAGMAS.items():
        connection.execute(f"PRAGMA {name}={value}")
    return connection


@contextmanager
def transaction(store: Store) -> Generator[None]:
    """Commit what happens inside, or nothing of it. On SQLite it waits at its beginning for every other writer."""
    store.connection.cursor().execute("BEGIN IMMEDIATE" if store.dialect is Dialect.SQLITE else "BEGIN")
    try:
        yield
        store.connection.cursor().execute("COMMIT")
    except BaseException:
        if store.has_open_transaction():
            store.connection.cursor().execute("ROLLBACK")
        raise


def database_errors(store: Store) -> type[Exception]:
    """Return what the driver of a store raises, whatever goes wrong."""
    return sqlite3.Error if store.dialect is Dialect.SQLITE else _loaded().Error


def _existing(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise InputError(
            f"{path}: there is no such database; name the file of the log, or make it: bequest ledger init."
        )
    try:
        return open_sqlite(path)
    except sqlite3.DatabaseError as error:
        raise InputError(f"{path}: this is no database that can be read ({error}); name the file of the log.") from None


class _Psycopg(Protocol):
    """Name what is used of `psycopg`, which is loaded only where PostgreSQL is asked for."""

    Error: type[Exception]
    OperationalError: type[Exception]

    def connect(self, conninfo: str, *, autocommit: bool) -> Connection:
        """Return a connection."""
        ...


def _loaded() -> _Psycopg:
    try:
        # The module has these names; it comes with `pip install bequest[service]` only.
        return cast("_Psycopg", cast("object", import_module("psycopg")))
    except ModuleNotFoundError:
        raise InputError("PostgreSQL needs a package that is not installed: pip install 'bequest[service]'.") from None


def _postgresql(address: str) -> Store:
    psycopg = _loaded()
    try:
        # Without `autocommit` psycopg would begin transactions by itself.
        return Store(psycopg.connect(address, autocommit=True), Dialect.POSTGRESQL)
    except psycopg.OperationalError as error:
        # The address may hold a password, and is not repeated.
        raise InputError(f"The database cannot be reached ({' '.join(str(error).split())}); check --db.") from None

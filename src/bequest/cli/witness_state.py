"""Knows what a witness remembers: of each log the largest tree that it cosigned, in one SQLite file.

What is stored is on the disk before anybody hears of it, and the size of a log never falls, whoever writes.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, TypeVar, cast

from bequest.ledger.witness import Seen
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_OURS = 0x42515754
_BUSY_SECONDS = 5.0
_TABLE = f"""
BEGIN IMMEDIATE;
CREATE TABLE log (
    origin TEXT NOT NULL PRIMARY KEY,
    size INTEGER NOT NULL CHECK (typeof(size) = 'integer' AND size >= 0),
    root BLOB NOT NULL CHECK (typeof(root) = 'blob' AND length(root) = 32),
    note BLOB NOT NULL,
    at INTEGER NOT NULL CHECK (typeof(at) = 'integer' AND at > 0)
);
CREATE TRIGGER size_never_falls BEFORE UPDATE ON log
WHEN NEW.size < OLD.size OR NEW.origin <> OLD.origin OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
BEGIN SELECT RAISE(ABORT, 'a witness never goes back'); END;
CREATE TRIGGER nothing_is_forgotten BEFORE DELETE ON log
BEGIN SELECT RAISE(ABORT, 'a witness never forgets'); END;
PRAGMA application_id = {_OURS};
COMMIT;
"""
_STORE = """
INSERT INTO log (origin, size, root, note, at) VALUES (?, ?, ?, ?, ?)
ON CONFLICT (origin) DO UPDATE SET size = excluded.size, root = excluded.root, note = excluded.note, at = excluded.at
"""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold what is remembered of a log: its tree, the cosigned checkpoint, and the POSIX second of the cosignature."""

    seen: Seen
    note: bytes
    at: int


class State:
    """Keep the state file open for as long as the witness runs; every thread may call."""

    def __init__(self, path: Path) -> None:
        """Open the file, or make it; raise InputError where it is another one, is damaged or cannot be written."""
        if path.exists() and not path.is_file():
            raise InputError(f"{path}: this is no plain file; name a file for the state.")
        self._lock = Lock()
        try:
            self._connection = sqlite3.connect(
                path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise _unusable(path, error) from None
        try:
            self._prepare(path)
        except sqlite3.Error as error:
            self._connection.close()
            raise _unusable(path, error) from None
        except InputError:
            self._connection.close()
            raise

    def exchange(self, origin: str, work: Callable[[Kept | None], tuple[Result, Kept | None]]) -> Result:
        """Return the result of `work` on what is remembered of a log, once what it wants remembered is on the disk.

        Nobody else reads or writes in between. Raises `sqlite3.Error`, with nothing remembered, where that fails.
        """
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                result, kept = work(self._read(origin))
                if kept is not None:
                    row = (origin, kept.seen.size, kept.seen.root, kept.note, kept.at)
                    self._connection.execute(_STORE, row)
                self._connection.execute("COMMIT")
            finally:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
        return result

    def kept(self, origin: str) -> Kept | None:
        """Return what is remembered of a log, None where it was never cosigned."""
        with self._lock:
            return self._read(origin)

    def close(self) -> None:
        """Close the file, after whoever is just storing."""
        with self._lock:
            self._connection.close()

    def _read(self, origin: str) -> Kept | None:
        with closing(
            self._connection.execute("SELECT size, root, note, at FROM log WHERE origin = ?", (origin,))
        ) as rows:
            # The checks of the table hold the kinds of its columns.
            row = cast("tuple[int, bytes, bytes, int] | None", rows.fetchone())
        return None if row is None else Kept(Seen(row[0], row[1]), row[2], row[3])

    def _prepare(self, path: Path) -> None:
        if not self._pragma("schema_version"):
            self._set_durable()
            self._connection.executescript(_TABLE)
        if self._pragma("application_id") != _OURS:
            raise InputError(f"{path}: this is no state of a witness; name another file for --state.")
        self._set_durable()
        if self._pragma("quick_check") != "ok":
            raise sqlite3.DatabaseError("the file is damaged")
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute("ROLLBACK")

    def _set_durable(self) -> None:
        if self._pragma("journal_mode = TRUNCATE") != "truncate":
            raise sqlite3.OperationalError("another program has it open")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA fullfsync = ON")

    def _pragma(self, words: str) -> object:
        with closing(self._connection.execute(f"PRAGMA {words}")) as rows:
            return cast("tuple[object]", rows.fetchone())[0]


def _unusable(path: Path, error: sqlite3.Error) -> InputError:
    return InputError(f"{path}: the state of the witness cannot be used ({error}); check the file and its place.")

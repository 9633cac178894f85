"""Knows what a database of the log must be like before anything is written to it: tables, triggers, durability."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, cast

from bequest.ledger.errors import LedgerError
from bequest.ledger.store_schema import TABLES, Dialect, statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.ledger.store import Store

SQLITE_PRAGMAS: Mapping[str, str] = MappingProxyType(
    {"journal_mode": "TRUNCATE", "synchronous": "FULL", "foreign_keys": "ON", "trusted_schema": "OFF"}
)
"""What a connection to SQLite is set to before its first transaction."""

_OLDEST_SQLITE = (3, 37, 0)
_OLDEST_POSTGRESQL = 150_000
_FULL, _EXTRA = 2, 3
_DURABLE = frozenset({("truncate", _FULL), ("truncate", _EXTRA), ("delete", _EXTRA)})
_DURABLE_WAL = frozenset({("wal", _FULL), ("wal", _EXTRA)})
_AWAITED = frozenset({"on", "remote_apply"})


def check(store: Store) -> None:
    """Return if tables, triggers and durability are what they must be; raise `LedgerError` with everything that is not.

    For the start of a program. It asks the database; it cannot ask the disk whether it keeps what it confirms.
    """
    problems = tuple(_sqlite(store) if store.dialect is Dialect.SQLITE else _postgresql(store))
    if problems:
        raise LedgerError("\n".join(problems))


def wal_is_safe(version: tuple[int, ...]) -> bool:
    """Return whether this version of SQLite cannot lose commits where a WAL file is begun anew.

    Affected are 3.7.0 to 3.51.2; the repair is in 3.51.3, 3.50.7 and 3.44.6.
    """
    repaired = {(3, 44): 6, (3, 50): 7, (3, 51): 3}
    line = (version[0], version[1])
    return version[2] >= repaired[line] if line in repaired else line > max(repaired)


def _sqlite(store: Store) -> Iterator[str]:
    version = tuple(int(part) for part in str(_value(store, "SELECT sqlite_version()")).split("."))
    if version < _OLDEST_SQLITE:
        yield f"SQLite {'.'.join(map(str, version))} has no strict tables; use 3.37 or newer."
    mode = str(_value(store, "PRAGMA journal_mode")).lower()
    # The pragma gives a number.
    synchronous = cast("int", _value(store, "PRAGMA synchronous"))
    durable = _DURABLE | (_DURABLE_WAL if wal_is_safe(version) else frozenset[tuple[str, int]]())
    if (mode, synchronous) not in durable:
        yield (
            f"The connection has journal_mode={mode} and synchronous={synchronous}, with which a confirmed entry can be"
            f" lost (SQLite {'.'.join(map(str, version))}); set journal_mode=TRUNCATE and synchronous=FULL."
        )
    if _value(store, "PRAGMA foreign_keys") != 1:
        yield "The connection has foreign_keys=OFF; set it ON."
    if _value(store, "PRAGMA trusted_schema") != 0:
        yield "The connection has trusted_schema=ON; set it OFF."
    stored = {str(text) for (text,) in store.run("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()}
    for statement in statements(Dialect.SQLITE):
        if statement.startswith("CREATE") and statement not in stored:
            yield f"The database lacks, or has altered, {_named(statement)}; make it anew in a migration."
    known = {_named(statement) for statement in statements(Dialect.SQLITE)}
    for text in sorted(stored):
        if text.startswith("CREATE TRIGGER") and _named(text) not in known and _is_on_log(text):
            yield f"The database has {_named(text)} on a table of the log, which is none of ours; drop it."


def _is_on_log(trigger: str) -> bool:
    return any(f" ON {table} " in trigger.replace('"', " ").replace("\n", " ") for table in TABLES)


def _named(statement: str) -> str:
    """Return kind and name of what a statement makes: `trigger ledger_entry_next`."""
    words = statement.split()
    return f"{words[1].lower()} {words[2].removesuffix('()').removeprefix(chr(34)).removesuffix(chr(34))}"


def _postgresql(store: Store) -> Iterator[str]:
    # The settings are numbers and words.
    if cast("int", _value(store, "SELECT current_setting('server_version_num')::int")) < _OLDEST_POSTGRESQL:
        yield "PostgreSQL is older than 15; use 15 or newer."
    for setting in ("fsync", "full_page_writes"):
        if _value(store, f"SELECT current_setting('{setting}')") != "on":
            yield f"PostgreSQL has {setting}=off, with which a confirmed entry can be lost; set it on."
    if (awaited := str(_value(store, "SELECT current_setting('synchronous_commit')"))) not in _AWAITED:
        yield f"PostgreSQL has synchronous_commit={awaited}, with which a confirmed entry can be lost; set it on."
    yield from _postgresql_triggers(store)


def _postgresql_triggers(store: Store) -> Iterator[str]:
    defined = statements(Dialect.POSTGRESQL)
    stored = {str(text): str(state) for text, state in store.run(_TRIGGERS, ([*TABLES],)).fetchall()}
    wanted = [statement for statement in defined if statement.startswith("CREATE TRIGGER")]
    for statement in wanted:
        if stored.get(statement) not in _SWITCHED_ON:
            yield f"The database lacks, has altered or switched off {_named(statement)}; make it anew in a migration."
    for statement in sorted(set(stored) - set(wanted)):
        yield f"The database has {_named(statement)} on a table of the log, which is none of ours; drop it."
    schema = _value(store, "SELECT quote_ident(current_schema())")
    bodies = {str(name): (str(body), str(settings)) for name, body, settings in store.run(_BODIES).fetchall()}
    for statement in defined:
        if statement.startswith("CREATE FUNCTION"):
            name = statement.split()[2].removesuffix("()")
            if bodies.get(name) != (statement.split("$ledger$")[1], f"search_path={schema}, pg_temp"):
                yield f"The database lacks, or has altered, function {name}; make it anew in a migration."
    yield from _postgresql_tables(store)


def _postgresql_tables(store: Store) -> Iterator[str]:
    counted = {(str(table), str(kind)): number for table, kind, number in store.run(_CONSTRAINTS).fetchall()}
    for statement in statements(Dialect.POSTGRESQL):
        if statement.startswith("CREATE TABLE"):
            table = statement.split()[2]
            if any(counted.get((table, kind), 0) != statement.count(word) for kind, word in _KINDS.items()):
                yield f"The database lacks table {table} or a constraint of it; make it anew in a migration."


_KINDS: Mapping[str, str] = MappingProxyType({"c": "CHECK (", "p": "PRIMARY KEY", "u": "UNIQUE", "f": "REFERENCES"})
_SWITCHED_ON = frozenset({"O", "A"})
_TRIGGERS = (
    "SELECT pg_get_triggerdef(t.oid, true), t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(?) AND NOT t.tgisinternal"
)
_BODIES = (
    "SELECT proname, prosrc, array_to_string(proconfig, ' ') FROM pg_proc"
    " WHERE pronamespace = current_schema()::regnamespace"
)
_CONSTRAINTS = (
    "SELECT t.relname, c.contype::text, count(*) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
    " WHERE t.relnamespace = current_schema()::regnamespace AND c.convalidated GROUP BY t.relname, c.contype"
)


def _value(store: Store, statement: str) -> object:
    row = store.run(statement).fetchone()
    assert row is not None, "a setting has a value"
    return row[0]

"""Knows whether a database is the registry's: every table, index and trigger as it was made, and none of others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.checks import Critical, Warning  # noqa: A004  Django's own name of a milder finding
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from bequest.ledger.errors import LedgerError
from bequest.ledger.store_check import check
from bequest.ledger.store_schema import Dialect
from bequest.registry.rows import store_of
from bequest.registry.schema.tables import INDEXES, TABLES, columns_of, table_statements
from bequest.registry.schema.triggers import trigger_statements

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from django.core.checks import CheckMessage

    from bequest.ledger.store import Store


def check_databases(*, databases: Sequence[str] | None = None, **_: object) -> list[CheckMessage]:
    """Return what is wrong with each named database; one without any of the tables is new, and nothing is wrong.

    While a migration has yet to run, that is all that is said: the migration is what makes the schema as it must be.
    """
    found: list[CheckMessage] = []
    for using in databases or ():
        if "registry_event" not in connections[using].introspection.table_names():
            continue
        if _is_behind(using):
            found.append(Warning(f"Database {using} has migrations yet to run: manage migrate.", id="registry.W001"))
        else:
            found.extend(Critical(problem, id="registry.E001") for problem in problems(using))
    return found


def _is_behind(using: str) -> bool:
    executor = MigrationExecutor(connections[using])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes("registry")))


def problems(using: str) -> tuple[str, ...]:
    """Return in sentences what of the log's and the registry's tables, indexes and triggers is not as it was made."""
    store = store_of(using)
    ours = _sqlite(store) if store.dialect is Dialect.SQLITE else _postgresql(store)
    try:
        check(store)
    except LedgerError as error:
        return (*str(error).splitlines(), *ours)
    return tuple(ours)


def _sqlite(store: Store) -> Iterator[str]:
    stored = {str(text) for (text,) in store.run("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()}
    wanted = [*table_statements(Dialect.SQLITE), *trigger_statements(Dialect.SQLITE)]
    for statement in wanted:
        if statement.startswith("CREATE") and statement not in stored:
            yield _lacks(statement)
    for text in sorted(stored - set(wanted)):
        if text.startswith("CREATE TRIGGER") and any(f" ON {table} " in _plain(text) for table in TABLES):
            yield _foreign(text)


def _postgresql(store: Store) -> Iterator[str]:
    triggers = {str(text): str(state) for text, state in store.run(_TRIGGERS, ([*TABLES],)).fetchall()}
    wanted = [text for text in trigger_statements(Dialect.POSTGRESQL) if text.startswith("CREATE TRIGGER")]
    for statement in wanted:
        if triggers.get(statement) not in {"O", "A"}:
            yield _lacks(statement)
    for text in sorted(set(triggers) - set(wanted)):
        yield _foreign(text)
    bodies = {str(name): str(body) for name, body in store.run(_FUNCTIONS).fetchall()}
    for statement in trigger_statements(Dialect.POSTGRESQL):
        if statement.startswith("CREATE FUNCTION"):
            name = statement.split()[2].removesuffix("()")
            if bodies.get(name) != statement.split("$registry$")[1]:
                yield f"The database lacks, or has altered, function {name}; make it anew in a migration."
    yield from _postgresql_tables(store)


def _postgresql_tables(store: Store) -> Iterator[str]:
    """Yield each table with another number of constraints of a kind than it was made with, and each lost index."""
    counted = {(str(table), str(kind)): number for table, kind, number in store.run(_CONSTRAINTS).fetchall()}
    for name in TABLES:
        body = columns_of(name, Dialect.POSTGRESQL)
        if any(counted.get((name, kind), 0) != body.count(word) for kind, word in _KINDS):
            yield f"The database lacks table {name} or a constraint of it; make it anew in a migration."
    indexes = {str(name) for (name,) in store.run(_INDEXES).fetchall()}
    for statement in INDEXES:
        name = statement.replace(" UNIQUE", "").split()[2]
        if name not in indexes:
            yield f"The database lacks index {name}; make it anew in a migration."


_KINDS = (("c", "CHECK ("), ("p", "PRIMARY KEY"), ("u", "UNIQUE"), ("f", "REFERENCES"))
_TRIGGERS = (
    "SELECT pg_get_triggerdef(t.oid, true), t.tgenabled::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(?) AND NOT t.tgisinternal"
)
_FUNCTIONS = "SELECT proname, prosrc FROM pg_proc WHERE pronamespace = current_schema()::regnamespace"
_CONSTRAINTS = (
    "SELECT t.relname, c.contype::text, count(*) FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid"
    " WHERE t.relnamespace = current_schema()::regnamespace AND c.convalidated GROUP BY t.relname, c.contype"
)
_INDEXES = (
    "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
    " WHERE c.relnamespace = current_schema()::regnamespace AND i.indisvalid"
)


def _plain(text: str) -> str:
    return text.replace('"', " ").replace("\n", " ")


def _named(statement: str) -> str:
    words = statement.replace(" UNIQUE", "").split()
    return f"{words[1].lower()} {words[2].strip(chr(34))}"


def _lacks(statement: str) -> str:
    return f"The database lacks, has altered or switched off {_named(statement)}; make it anew in a migration."


def _foreign(statement: str) -> str:
    return f"The database has {_named(statement)} on a table of the registry, which is none of ours; drop it."

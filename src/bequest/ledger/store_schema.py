"""Knows the tables of the log in SQLite and PostgreSQL, and the triggers that let them only grow.

A database of the log is made by running `statements(dialect)` in their order, in one transaction. They hold no name of
a schema: on PostgreSQL the tables are made in the first schema of the search path.
"""

from __future__ import annotations

from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class Dialect(Enum):
    """Name a database that can hold the log."""

    SQLITE = "sqlite"
    POSTGRESQL = "postgresql"


_COLUMNS: Mapping[str, str] = MappingProxyType(
    {
        "ledger_entry": """(
  idx {bigint} PRIMARY KEY CHECK (idx >= 0),
  kind TEXT NOT NULL CHECK (kind <> ''),
  at TEXT NOT NULL CHECK (at <> ''),
  leaf {bytes} NOT NULL CHECK ({octets}(leaf) <= 65535),
  leaf_hash {bytes} NOT NULL CHECK ({octets}(leaf_hash) = 32),
  event_id {name} NOT NULL UNIQUE,
  UNIQUE (idx, kind)
)""",
        "ledger_subroot": """(
  tlevel {bigint} NOT NULL CHECK (tlevel BETWEEN 1 AND 7),
  idx {bigint} NOT NULL CHECK (idx >= 0),
  hash {bytes} NOT NULL CHECK ({octets}(hash) = 32),
  PRIMARY KEY (tlevel, idx)
)""",
        "ledger_head": """(
  one {bigint} PRIMARY KEY CHECK (one = 1),
  size {bigint} NOT NULL CHECK (size >= 0),
  frontier {bytes} NOT NULL CHECK ({octets}(frontier) % 32 = 0)
)""",
        "ledger_checkpoint": """(
  size {bigint} PRIMARY KEY CHECK (size >= 0),
  root {bytes} NOT NULL CHECK ({octets}(root) = 32),
  note TEXT NOT NULL CHECK (note <> ''),
  signed_at TEXT NOT NULL CHECK (signed_at <> '')
)""",
        "ledger_cosignature": """(
  size {bigint} NOT NULL REFERENCES ledger_checkpoint (size),
  witness TEXT NOT NULL CHECK (witness <> ''),
  line TEXT NOT NULL CHECK (line <> ''),
  time {bigint} NOT NULL CHECK (time > 0),
  PRIMARY KEY (size, witness, time)
)""",
    }
)
TABLES = tuple(_COLUMNS)
"""The tables, each after those it refers to."""

_APPEND_ONLY = tuple(table for table in TABLES if table != "ledger_head")
_NEXT_ENTRY = "the next entry of the log has the index that its head states, and an event has one entry"
_NEXT_HEAD = "the head of the log grows by one, over an entry that is there"
_ONE_HEAD = "the log has one head, which is never deleted"
_NEXT_CHECKPOINT = "a checkpoint is larger than those before it and no larger than the log"
_KEPT = "what the log holds is never altered or deleted"


def statements(dialect: Dialect) -> tuple[str, ...]:
    """Return the statements that make the log's tables, its empty head and its triggers, in their order."""
    names = _NAMES[dialect]
    tables = (f"CREATE TABLE {table} {_COLUMNS[table].format(**names)}{names['strict']}" for table in TABLES)
    head = f"INSERT INTO ledger_head (one, size, frontier) VALUES (1, 0, {names['no_bytes']})"  # noqa: S608  our own names
    return (*tables, head, *triggers(dialect))


def triggers(dialect: Dialect) -> tuple[str, ...]:
    """Return the statements that make the triggers alone, for a migration that had to rebuild a table."""
    return _SQLITE_TRIGGERS if dialect is Dialect.SQLITE else (*_FUNCTIONS, *_POSTGRESQL_TRIGGERS, _OWN_SCHEMA)


def grants(*, writer: str, publisher: str, reader: str) -> tuple[str, ...]:
    """Return the rights of three PostgreSQL roles that own nothing: who appends, who publishes, who only reads.

    The names are those of roles, written as SQL writes them; they are the caller's own constants, never input.
    """
    every = ", ".join(TABLES)
    return (
        f"GRANT SELECT ON {every} TO {writer}, {publisher}, {reader}",
        f"GRANT INSERT ON ledger_entry, ledger_subroot TO {writer}",
        f"GRANT UPDATE (size, frontier) ON ledger_head TO {writer}",
        f"GRANT INSERT ON ledger_checkpoint, ledger_cosignature TO {publisher}",
    )


_NAMES: Mapping[Dialect, Mapping[str, str]] = MappingProxyType(
    {
        Dialect.SQLITE: {"bigint": "INTEGER", "name": "TEXT", "bytes": "BLOB", "octets": "length", "strict": " STRICT",
                         "no_bytes": "x''"},
        # Compared as its bytes are, as in the tables that refer to it: otherwise no join with them could use the index.
        Dialect.POSTGRESQL: {"bigint": "bigint", "name": 'TEXT COLLATE "C"', "bytes": "bytea",
                             "octets": "octet_length", "strict": "", "no_bytes": "''::bytea"},
    }
)  # fmt: skip


def _refusal(name: str, event: str, table: str, *, when: str, says: str) -> str:
    condition = f" WHEN {when}" if when else ""
    return f"CREATE TRIGGER {name} BEFORE {event} ON {table}{condition} BEGIN SELECT RAISE(ABORT, '{says}'); END"


# REPLACE deletes the row in its way without asking a DELETE trigger, so an INSERT that would meet one is refused.
_SQLITE_TRIGGERS = (
    *(
        _refusal(f"{table}_no_{verb.lower()}", verb, table, when="", says=_KEPT)
        for table in _APPEND_ONLY
        for verb in ("UPDATE", "DELETE")
    ),
    _refusal(
        "ledger_entry_next",
        "INSERT",
        "ledger_entry",
        when="NEW.idx IS NOT (SELECT size FROM ledger_head)"
        " OR EXISTS (SELECT 1 FROM ledger_entry WHERE idx = NEW.idx OR event_id = NEW.event_id)",
        says=_NEXT_ENTRY,
    ),
    _refusal(
        "ledger_subroot_next",
        "INSERT",
        "ledger_subroot",
        when="EXISTS (SELECT 1 FROM ledger_subroot WHERE tlevel = NEW.tlevel AND idx = NEW.idx)",
        says=_KEPT,
    ),
    _refusal(
        "ledger_head_grows",
        "UPDATE",
        "ledger_head",
        when="NEW.one <> OLD.one OR NEW.size <> OLD.size + 1"
        " OR NOT EXISTS (SELECT 1 FROM ledger_entry WHERE idx = OLD.size)",
        says=_NEXT_HEAD,
    ),
    _refusal("ledger_head_no_delete", "DELETE", "ledger_head", when="", says=_ONE_HEAD),
    _refusal("ledger_head_no_insert", "INSERT", "ledger_head", when="", says=_ONE_HEAD),
    _refusal(
        "ledger_checkpoint_next",
        "INSERT",
        "ledger_checkpoint",
        when="NEW.size > (SELECT size FROM ledger_head)"
        " OR EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size >= NEW.size)",
        says=_NEXT_CHECKPOINT,
    ),
    _refusal(
        "ledger_cosignature_next",
        "INSERT",
        "ledger_cosignature",
        when="EXISTS (SELECT 1 FROM ledger_cosignature"
        " WHERE size = NEW.size AND witness = NEW.witness AND time = NEW.time)",
        says=_KEPT,
    ),
)


def _function(name: str, *, refused_if: str, says: str) -> str:
    return f"""CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $ledger$
BEGIN
  IF {refused_if} THEN
    RAISE EXCEPTION '{says}' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$ledger$"""


_FUNCTIONS = (
    _function("ledger_keep", refused_if="true", says=_KEPT),
    _function(
        "ledger_entry_next",
        refused_if="NEW.idx IS DISTINCT FROM (SELECT size FROM ledger_head)",
        says=_NEXT_ENTRY,
    ),
    _function(
        "ledger_head_grow",
        refused_if="NEW.one <> OLD.one OR NEW.size <> OLD.size + 1"
        " OR NOT EXISTS (SELECT 1 FROM ledger_entry WHERE idx = OLD.size)",
        says=_NEXT_HEAD,
    ),
    _function("ledger_one_head", refused_if="true", says=_ONE_HEAD),
    _function(
        "ledger_checkpoint_next",
        refused_if="NEW.size > (SELECT size FROM ledger_head)"
        " OR EXISTS (SELECT 1 FROM ledger_checkpoint WHERE size >= NEW.size)",
        says=_NEXT_CHECKPOINT,
    ),
)


# Written as PostgreSQL itself writes it down again, so that the check at a start can compare.
def _trigger(name: str, events: str, table: str, *, each: str, runs: str) -> str:
    return f"CREATE TRIGGER {name} BEFORE {events} ON {table} FOR EACH {each} EXECUTE FUNCTION {runs}()"


_POSTGRESQL_TRIGGERS = (
    *(
        _trigger(f"{table}_kept", "DELETE OR UPDATE OR TRUNCATE", table, each="STATEMENT", runs="ledger_keep")
        for table in _APPEND_ONLY
    ),
    _trigger("ledger_entry_next", "INSERT", "ledger_entry", each="ROW", runs="ledger_entry_next"),
    _trigger("ledger_head_grows", "UPDATE", "ledger_head", each="ROW", runs="ledger_head_grow"),
    _trigger(
        "ledger_head_one", "INSERT OR DELETE OR TRUNCATE", "ledger_head", each="STATEMENT", runs="ledger_one_head"
    ),
    _trigger("ledger_checkpoint_next", "INSERT", "ledger_checkpoint", each="ROW", runs="ledger_checkpoint_next"),
)

# The functions look into the schema that they were made in: whoever calls could otherwise put a table of the same name,
# even a temporary one, in front of the log's.
_OWN_SCHEMA = """DO $ledger$
DECLARE
  each text;
BEGIN
  FOREACH each IN ARRAY ARRAY['ledger_keep', 'ledger_entry_next', 'ledger_head_grow', 'ledger_one_head',
                              'ledger_checkpoint_next'] LOOP
    EXECUTE format('ALTER FUNCTION %I.%I() SET search_path = %I, pg_temp', current_schema(), each, current_schema());
  END LOOP;
END
$ledger$"""

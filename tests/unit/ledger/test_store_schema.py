"""What the log holds is never altered: the database itself refuses, whoever asks."""

import re
import sqlite3
from pathlib import Path

import psycopg
import pytest

from bequest.cli.ledger_database import make_store, open_store, transaction
from bequest.ledger.merkle import EMPTY_ROOT
from bequest.ledger.store import append, head
from bequest.ledger.store_schema import TABLES, grants
from ledger_stores import AT, SERVER, add, closed_at_end, postgres_schema, reached

REFUSED = (sqlite3.IntegrityError, psycopg.Error)
HASH = "x" * 32
PAGE = (Path(__file__).parents[3] / "docs" / "reference" / "ledger-store.md").read_text(encoding="utf-8")
ROW = {
    "ledger_entry": "idx, kind, at, leaf, leaf_hash, event_id",
    "ledger_subroot": "tlevel, idx, hash",
    "ledger_head": "one, size, frontier",
    "ledger_checkpoint": "size, root, note, signed_at",
    "ledger_cosignature": "size, witness, line, time",
}


@pytest.fixture
def full(store):
    """Return a log with a row in every table."""
    fill(store)
    return store


def fill(store):
    with transaction(store):
        for number in range(256):
            append(store, kind="test.leaf", at=AT, leaf=b"leaf", event_id=str(number))
        store.run("INSERT INTO ledger_checkpoint VALUES (?, ?, ?, ?)", (100, HASH.encode(), "note", AT))
        store.run("INSERT INTO ledger_cosignature VALUES (?, ?, ?, ?)", (100, "w", "line", 1))


CHANGES = [
    "UPDATE ledger_entry SET kind = 'x'",
    "UPDATE ledger_entry SET idx = idx",
    "UPDATE ledger_subroot SET idx = 7",
    "UPDATE ledger_checkpoint SET note = 'other'",
    "UPDATE ledger_cosignature SET time = 2",
    "UPDATE ledger_head SET size = 300",
    "UPDATE ledger_head SET size = 255",
    "UPDATE ledger_head SET size = size",
    "UPDATE ledger_head SET size = 257",
    "INSERT INTO ledger_head VALUES (1, 0, '')",
    *(f"DELETE FROM {table}" for table in TABLES),  # noqa: S608
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_refused(full, change):
    with pytest.raises(REFUSED):
        full.run(change)
    assert head(full).size == 256


@pytest.mark.postgres
@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_postgresql_is_not_emptied_at_once(table):
    with postgres_schema() as place, closed_at_end(make_store(place)) as store, pytest.raises(REFUSED):
        store.run(f"TRUNCATE {table} CASCADE")


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_sqlite_does_not_let_a_row_be_replaced(tmp_path, table):
    with closed_at_end(make_store(str(tmp_path / "log.db"))) as store:
        fill(store)
        with pytest.raises(REFUSED):
            store.run(f"INSERT OR REPLACE INTO {table} ({ROW[table]}) SELECT {ROW[table]} FROM {table}")  # noqa: S608


def test_an_entry_of_sqlite_does_not_replace_another_by_its_event(tmp_path):
    with closed_at_end(make_store(str(tmp_path / "log.db"))) as store:
        add(store, 0)
        with pytest.raises(REFUSED):
            store.run(
                "INSERT OR REPLACE INTO ledger_entry VALUES (?, ?, ?, ?, ?, ?)",
                (1, "k", AT, b"", HASH.encode(), "event-0"),
            )


@pytest.mark.parametrize("index", [0, 2, 255, 257])
def test_an_entry_out_of_its_turn_is_refused(full, index):
    with pytest.raises(REFUSED):
        full.run("INSERT INTO ledger_entry VALUES (?, ?, ?, ?, ?, ?)", (index, "k", AT, b"", HASH.encode(), "new"))


@pytest.mark.parametrize("size", [99, 100, 257])
def test_a_checkpoint_goes_on_from_the_last_and_not_beyond_the_log(full, size):
    with pytest.raises(REFUSED):
        full.run("INSERT INTO ledger_checkpoint VALUES (?, ?, ?, ?)", (size, EMPTY_ROOT, "note", AT))


def test_a_cosignature_stands_under_a_checkpoint_that_there_is(full):
    with pytest.raises(REFUSED):
        full.run("INSERT INTO ledger_cosignature VALUES (?, ?, ?, ?)", (101, "w", "line", 1))


@pytest.mark.parametrize("leaf_hash", [b"", b"x" * 31, b"x" * 33])
def test_a_hash_has_32_bytes(store, leaf_hash):
    with pytest.raises(REFUSED):
        store.run("INSERT INTO ledger_entry VALUES (?, ?, ?, ?, ?, ?)", (0, "k", AT, b"", leaf_hash, "new"))


@pytest.mark.postgres
def test_a_table_of_the_same_name_in_front_does_not_deceive_the_triggers():
    with postgres_schema() as place, closed_at_end(make_store(place)) as store:
        schema = store.run("SELECT current_schema()").fetchone()[0]
        store.run("CREATE TEMPORARY TABLE ledger_head (size bigint)")
        store.run("INSERT INTO ledger_head VALUES (77)")
        with pytest.raises(REFUSED, match="the index that its head states"):
            store.run(
                f"INSERT INTO {schema}.ledger_entry VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608
                (77, "k", AT, b"", HASH.encode(), "new"),
            )


@pytest.mark.parametrize("table", TABLES)
def test_a_table_is_described_with_all_its_columns(table):
    (line,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{table}` |")]
    assert set(ROW[table].split(", ")) <= set(re.findall(r"`([a-z_]+)`", line))


@pytest.fixture
def roles():
    """Give three roles that may sign in and own nothing."""
    server = reached()
    names = {"writer": "bequest_test_writer", "publisher": "bequest_test_publisher", "reader": "bequest_test_reader"}
    for name in names.values():
        server.execute(f"DO $$ BEGIN CREATE ROLE {name} LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END $$")
    with postgres_schema() as place, closed_at_end(make_store(place)) as store:
        schema = store.run("SELECT current_schema()").fetchone()[0]
        for statement in (f"GRANT USAGE ON SCHEMA {schema} TO {', '.join(names.values())}", *grants(**names)):
            store.run(statement)
        yield {role: place.replace(SERVER, SERVER.replace("postgres@", f"{name}@")) for role, name in names.items()}
    server.close()


@pytest.mark.postgres
def test_a_writer_appends_and_publishes_nothing(roles):
    with closed_at_end(open_store(roles["writer"])) as store:
        assert add(store, 0, 1) == [0, 1]
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            store.run("INSERT INTO ledger_checkpoint VALUES (?, ?, ?, ?)", (1, EMPTY_ROOT, "note", AT))


@pytest.mark.postgres
def test_a_publisher_publishes_and_appends_nothing(roles):
    with closed_at_end(open_store(roles["publisher"])) as store:
        store.run("INSERT INTO ledger_checkpoint VALUES (?, ?, ?, ?)", (0, EMPTY_ROOT, "note", AT))
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            add(store, 0)


@pytest.mark.postgres
def test_a_reader_only_reads(roles):
    with closed_at_end(open_store(roles["reader"])) as store:
        assert head(store).size == 0
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            store.run("DELETE FROM ledger_entry")

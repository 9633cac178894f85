"""A program does not start on a log that could lose or alter what it confirmed."""

import sqlite3

import pytest

from bequest.cli.ledger_database import make_store, open_store
from bequest.ledger.errors import LedgerError
from bequest.ledger.store_check import check, wal_is_safe
from ledger_stores import closed_at_end, postgres_schema


@pytest.fixture
def sqlite(tmp_path):
    """Return a new log in SQLite."""
    with closed_at_end(make_store(str(tmp_path / "log.db"))) as store:
        yield store


@pytest.fixture
def postgresql():
    """Return a new log in PostgreSQL."""
    with postgres_schema() as place, closed_at_end(make_store(place)) as store:
        yield store


def test_a_new_log_is_as_it_must_be(store):
    check(store)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("PRAGMA journal_mode=WAL", "journal_mode=wal"),
        ("PRAGMA journal_mode=DELETE", "journal_mode=delete and synchronous=2"),
        ("PRAGMA journal_mode=MEMORY", "journal_mode=memory"),
        ("PRAGMA synchronous=NORMAL", "synchronous=1"),
        ("PRAGMA synchronous=OFF", "synchronous=0"),
        ("PRAGMA foreign_keys=OFF", "foreign_keys=OFF"),
        ("PRAGMA trusted_schema=ON", "trusted_schema=ON"),
        ("DROP TRIGGER ledger_entry_no_update", "trigger ledger_entry_no_update"),
        ("DROP TRIGGER ledger_head_grows", "trigger ledger_head_grows"),
        ("ALTER TABLE ledger_entry ADD COLUMN more TEXT", "table ledger_entry"),
        ("CREATE TRIGGER other AFTER INSERT ON ledger_entry BEGIN SELECT 1; END", "trigger other"),
    ],
)
def test_what_differs_in_sqlite_is_told(sqlite, change, told):
    sqlite.run(change)
    with pytest.raises(LedgerError, match=told):
        check(sqlite)


def test_a_trigger_of_the_same_name_that_does_nothing_is_told(sqlite):
    sqlite.run("DROP TRIGGER ledger_entry_no_delete")
    sqlite.run("CREATE TRIGGER ledger_entry_no_delete BEFORE DELETE ON ledger_entry BEGIN SELECT 1; END")
    with pytest.raises(LedgerError, match="has altered, trigger ledger_entry_no_delete"):
        check(sqlite)


def test_extra_with_a_deleted_journal_is_as_good(sqlite):
    sqlite.run("PRAGMA journal_mode=DELETE")
    sqlite.run("PRAGMA synchronous=EXTRA")
    check(sqlite)


NEVER = """CREATE OR REPLACE TRIGGER ledger_entry_next BEFORE INSERT ON ledger_entry FOR EACH ROW WHEN (false)
EXECUTE FUNCTION ledger_entry_next()"""


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("SET synchronous_commit = off", "synchronous_commit=off"),
        ("SET synchronous_commit = local", "synchronous_commit=local"),
        ("DROP TRIGGER ledger_entry_kept ON ledger_entry", "trigger ledger_entry_kept"),
        ("ALTER TABLE ledger_head DISABLE TRIGGER ledger_head_grows", "trigger ledger_head_grows"),
        ("ALTER FUNCTION ledger_keep() RESET search_path", "function ledger_keep"),
        (NEVER, "trigger ledger_entry_next"),
        ("DROP TABLE ledger_cosignature", "table ledger_cosignature"),
        ("ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_event_id_key", "table ledger_entry or a constraint"),
        ("ALTER TABLE ledger_entry DROP CONSTRAINT ledger_entry_leaf_hash_check", "table ledger_entry or a constraint"),
        ("CREATE TRIGGER other BEFORE INSERT ON ledger_entry EXECUTE FUNCTION ledger_keep()", "trigger other"),
        (
            "CREATE OR REPLACE FUNCTION ledger_keep() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "function ledger_keep",
        ),
    ],
)
def test_what_differs_in_postgresql_is_told(postgresql, change, told):
    postgresql.connection.execute(change)
    with pytest.raises(LedgerError, match=told):
        check(postgresql)


def test_a_database_without_the_tables_is_told(tmp_path):
    connection = sqlite3.connect(tmp_path / "empty.db")
    connection.close()
    with pytest.raises(LedgerError, match="table ledger_entry"):
        open_store(str(tmp_path / "empty.db"))


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False), ((3, 44, 5), False), ((3, 44, 6), True), ((3, 45, 0), False), ((3, 50, 6), False),
        ((3, 50, 7), True), ((3, 51, 2), False), ((3, 51, 3), True), ((3, 52, 0), True), ((4, 0, 0), True),
    ],
)  # fmt: skip
def test_wal_is_safe_where_it_was_repaired(version, safe):
    assert wal_is_safe(version) is safe

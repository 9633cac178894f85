"""Databases are opened so that what they confirm lasts, and transactions are whole."""

import sqlite3

import pytest

from bequest.cli.ledger_database import open_sqlite, open_store, transaction
from bequest.ledger.errors import LedgerError
from bequest.ledger.store import Store
from bequest.ledger.store_schema import Dialect
from bequest.model.errors import InputError
from ledger_stores import add, closed_at_end, new_store


def test_a_connection_has_the_pragmas_of_the_log(tmp_path):
    connection = open_sqlite(tmp_path / "log.db")
    found = [
        connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "trusted_schema")
    ]
    connection.close()
    assert found == ["truncate", 2, 1, 0]


def test_a_file_that_is_no_database_is_told(tmp_path):
    (tmp_path / "log.db").write_text("no database at all" * 100, encoding="utf-8")
    with pytest.raises(InputError, match="no database that can be read"):
        open_store(str(tmp_path / "log.db"))


def test_a_database_without_a_log_is_told(tmp_path):
    sqlite3.connect(tmp_path / "log.db").close()
    with pytest.raises(LedgerError, match="lacks"):
        open_store(str(tmp_path / "log.db"))


def test_a_server_that_cannot_be_reached_is_told_without_the_password():
    with pytest.raises(InputError, match="cannot be reached") as told:
        open_store("postgresql://somebody:secret@127.0.0.1:9/log")
    assert "secret" not in str(told.value)


def test_a_transaction_that_cannot_be_confirmed_is_undone(tmp_path):
    with new_store("sqlite", tmp_path) as (_, store):
        store.run("CREATE TABLE a (x INTEGER PRIMARY KEY)")
        store.run("CREATE TABLE b (x INTEGER REFERENCES a DEFERRABLE INITIALLY DEFERRED)")
        with pytest.raises(sqlite3.IntegrityError), transaction(store):
            store.run("INSERT INTO b VALUES (1)")
        assert not store.has_open_transaction()
        assert store.run("SELECT count(*) FROM b").fetchone()[0] == 0


def test_a_second_writer_waits_at_its_beginning(tmp_path):
    with new_store("sqlite", tmp_path) as (place, store), transaction(store):
        impatient = sqlite3.connect(place, timeout=0, isolation_level=None)
        with closed_at_end(Store(impatient, Dialect.SQLITE)) as second, pytest.raises(sqlite3.OperationalError):
            add(second, 0)

"""Knows databases for tests of the log: a file of SQLite, and a schema of its own in PostgreSQL."""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager

import psycopg
import pytest

from bequest.cli.ledger_database import make_store, transaction
from bequest.ledger.store import append

SERVER = os.environ.get("BEQUEST_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")


def add(store, *numbers, text="leaf"):
    """Append numbered leaves in one transaction; return their indexes."""
    with transaction(store):
        return [
            append(store, kind="test.leaf", at=AT, leaf=body(number, text), event_id=f"event-{number}")
            for number in numbers
        ]


AT = "2026-11-01T00:00:00.000000Z"


def body(number, text="leaf"):
    """Return the bytes of a numbered leaf."""
    return f"{text} {number}".encode()


@contextmanager
def postgres_schema():
    """Give the address of a new, empty schema, and drop it at the end."""
    server = reached()
    name = f"ledger_{secrets.token_hex(6)}"
    try:
        server.execute(f"CREATE SCHEMA {name}")
        yield f"{SERVER}?options=-csearch_path%3D{name}"
    finally:
        server.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
        server.close()


def reached():
    """Return a connection to the server; skip where there is none, or fail where one is required."""
    try:
        return psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        if os.environ.get("BEQUEST_REQUIRE_POSTGRES"):
            pytest.fail(f"PostgreSQL is required and cannot be reached: {error}")
        pytest.skip(f"PostgreSQL cannot be reached: {error}")


@contextmanager
def closed_at_end(store):
    """Give a store, and close its connection at the end."""
    try:
        yield store
    finally:
        store.connection.close()


@contextmanager
def new_store(name, folder):
    """Give the address and the store of a new log: `sqlite` or `postgresql`."""
    if name == "sqlite":
        place = str(folder / "log.db")
        with closed_at_end(make_store(place)) as store:
            yield place, store
    else:
        with postgres_schema() as place, closed_at_end(make_store(place)) as store:
            yield place, store

"""Whoever writes to the log may fail, be killed or be many: entries have no gaps, and each event has exactly one."""

import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest

from bequest.cli.ledger_database import open_store, transaction
from bequest.ledger.merkle import Frontier, leaf_hash
from bequest.ledger.retries import with_retries
from bequest.ledger.store import append, head
from bequest.ledger.store_schema import Dialect
from bequest.ledger.stored_tree import leaves, root_at
from ledger_stores import AT, body, closed_at_end, new_store

DATABASES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
WRITER = Path(__file__).parents[1] / "ledger_writer.py"


@pytest.fixture(params=DATABASES)
def place(request, tmp_path):
    """Return where a new log with a table of events is."""
    with new_store(request.param, tmp_path) as (place, store):
        store.run("CREATE TABLE event (id VARCHAR(40) PRIMARY KEY)")
        yield place


def whole(place):
    """Return how many entries a log has, after every one of them was hashed again and has its event."""
    with closed_at_end(open_store(place)) as store, transaction(store):
        if store.dialect is Dialect.POSTGRESQL:
            # What a killed writer had sent may still be confirmed while this reads.
            store.run("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        frontier, size = Frontier(), head(store).size
        found = leaves(store, 0, size)
        for leaf in found:
            frontier = frontier.with_leaf(leaf_hash(leaf.leaf))
        assert frontier == head(store)
        assert root_at(store, size) == frontier.root()
        assert store.run("SELECT count(*) FROM ledger_entry").fetchone()[0] == size
        events = sorted(event for (event,) in store.run("SELECT id FROM event").fetchall())
        assert sorted(leaf.event_id for leaf in found) == events
        if store.dialect is Dialect.SQLITE:
            assert store.run("PRAGMA integrity_check").fetchall() == [("ok",)]
        return size


def write(store, number):
    store.run("INSERT INTO event VALUES (?)", (f"event-{number}",))
    append(store, kind="test.leaf", at=AT, leaf=body(number), event_id=f"event-{number}")


class CrashError(Exception):
    pass


class Crashing:
    """Be a store that fails behind its n-th statement."""

    def __init__(self, store, statements):
        self.store, self.left, self.dialect = store, statements, store.dialect

    def run(self, statement, parameters=()):
        cursor = self.store.run(statement, parameters)
        rows = cursor.fetchall() if statement.startswith("SELECT") else []
        self.left -= 1
        if self.left == 0:
            raise CrashError
        return type("Rows", (), {"fetchone": lambda _: rows[0]})()

    def has_open_transaction(self):
        return self.store.has_open_transaction()


STATEMENTS_OF_256TH = 5


@pytest.mark.parametrize("statement", range(1, STATEMENTS_OF_256TH + 1))
def test_a_crash_behind_any_statement_leaves_nothing(place, statement):
    with closed_at_end(open_store(place)) as store:
        with transaction(store):
            for number in range(255):
                write(store, number)
        store.connection.cursor().execute("BEGIN")
        with pytest.raises(CrashError):
            write(Crashing(store, statement), 255)
    assert whole(place) == 255
    with closed_at_end(open_store(place)) as store, transaction(store):
        write(store, 255)
    assert whole(place) == 256


def test_the_256th_entry_has_no_more_statements(place):
    with closed_at_end(open_store(place)) as store, transaction(store):
        for number in range(255):
            write(store, number)
        counting = Crashing(store, 100)
        write(counting, 255)
        assert 100 - counting.left == STATEMENTS_OF_256TH


def killed(place, lines):
    """Start a writer, kill it behind some confirmed entries, and return the last one that it confirmed."""
    writer = subprocess.Popen([sys.executable, str(WRITER), place], stdout=subprocess.PIPE, text=True)
    with writer:
        confirmed = [int(writer.stdout.readline()) for _ in range(lines)]
        writer.send_signal(signal.SIGKILL)
        confirmed += [int(line) for line in writer.stdout.read().splitlines()]
    return confirmed[-1]


def kill_often(place, rounds):
    for number in range(rounds):
        last = killed(place, 1 + 7 * number % 40)
        assert whole(place) in {last + 1, last + 2}


def test_a_killed_writer_loses_nothing_that_it_confirmed(place):
    kill_often(place, 2)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_a_writer_killed_25_times_loses_nothing_that_it_confirmed(place):
    kill_often(place, 25)


def write_many(place, writer, entries):
    with closed_at_end(open_store(place)) as store:

        def one(number):
            with transaction(store):
                write(store, number)

        for number in range(entries):
            with_retries(
                lambda number=number: one(writer * 1000 + number), error=psycopg.Error, tries=5, pause=lambda _: None
            )


def test_16_writers_at_once_leave_no_gap(place):
    with ThreadPoolExecutor(16) as threads:
        for done in [threads.submit(write_many, place, writer, 10) for writer in range(16)]:
            done.result()
    assert whole(place) == 160

"""The power fails at any moment, and what was confirmed is there afterwards; with weaker settings it is not."""

import apsw
import pytest

from bequest.cli.ledger_database import transaction
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import Frontier, leaf_hash
from bequest.ledger.store import Store, append, head
from bequest.ledger.store_check import SQLITE_PRAGMAS
from bequest.ledger.store_schema import Dialect, statements
from bequest.ledger.stored_tree import leaves
from ledger_stores import AT, body
from power_cut import Disk, DiskVfs, PowerCutError

SEEDS = 20
COMMITS = 6
VFS = "bequest-power-cut"


FORCE = True
TABLES = sum(statement.startswith("CREATE") for statement in statements(Dialect.SQLITE))


class LostError(AssertionError):
    """Say that the log is not what was confirmed."""


def opened(disk, pragmas):
    """Return a connection to the log on a disk."""
    vfs = DiskVfs(VFS, disk)
    connection = apsw.Connection("log.db", vfs=VFS)
    try:
        for name, value in pragmas.items():
            connection.execute(f"PRAGMA {name}={value}")
    except apsw.Error:
        connection.close(FORCE)
        vfs.unregister()
        raise
    return vfs, Store(connection, Dialect.SQLITE)


def write(disk, pragmas, confirmed):
    """Make the log and add entries; count in `confirmed` whatever was confirmed before the power failed."""
    vfs, store = opened(disk, pragmas)
    try:
        with transaction(store):
            for statement in statements(Dialect.SQLITE):
                store.run(statement)
        confirmed.append("tables")
        for number in range(COMMITS):
            with transaction(store):
                store.run("CREATE TABLE IF NOT EXISTS event (id TEXT, more BLOB)")
                store.run("INSERT INTO event VALUES (?, zeroblob(9000))", (f"event-{number}",))
                append(store, kind="test.leaf", at=AT, leaf=body(number), event_id=f"event-{number}")
            confirmed.append(number)
    finally:
        store.connection.close(FORCE)
        vfs.unregister()


def found(disk, pragmas, confirmed):
    """Raise LostError unless the log holds what was confirmed, nothing half, and goes on."""
    vfs, store = opened(disk, pragmas)
    try:
        if store.run("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise LostError("the database is damaged")
        tables = store.run("SELECT count(*) FROM sqlite_master WHERE name LIKE 'ledger%'").fetchone()[0]
        if not tables and not confirmed:
            return
        if tables != TABLES:
            raise LostError(f"{tables} of {TABLES} tables and triggers are there")
        compare(store, confirmed)
        with transaction(store):
            append(store, kind="test.leaf", at=AT, leaf=b"on", event_id="on")
    finally:
        store.connection.close(FORCE)
        vfs.unregister()


def compare(store, confirmed):
    size = head(store).size
    if not len(confirmed) - 1 <= size <= len(confirmed):
        raise LostError(f"{confirmed} were confirmed, {size} are there")
    frontier = Frontier()
    for number, leaf in enumerate(leaves(store, 0, size)):
        if leaf.leaf != body(number):
            raise LostError(f"entry {number} is another")
        frontier = frontier.with_leaf(leaf_hash(leaf.leaf))
    events = store.run("SELECT count(*) FROM event").fetchone()[0] if size else 0
    if (
        frontier != head(store)
        or events != size
        or store.run("SELECT max(idx) FROM ledger_entry").fetchone()[0] != (size - 1 if size else None)
    ):
        raise LostError("events, entries and head do not fit")


def losses(seeds, pragmas, *, lies=False, cuts=12):
    """Return how many of all cuts lost something, and how many there were."""
    lost = total = 0
    for seed in range(seeds):
        steps = rehearsed(pragmas)
        for part in range(cuts):
            disk = Disk()
            disk.lies = lies
            disk.cut_at = (part * steps + seed * steps // seeds) // cuts + 1
            confirmed = []
            with pytest.raises((PowerCutError, apsw.Error)):
                write(disk, pragmas, confirmed)
            total += 1
            try:
                found(disk.after_cut(seed * cuts + part), pragmas, confirmed)
            except (LostError, LedgerError, apsw.Error):
                lost += 1
    return lost, total


def rehearsed(pragmas):
    """Return how many steps the whole work takes."""
    disk = Disk()
    write(disk, pragmas, [])
    return disk.steps - 1


def settings(**changed):
    return {**SQLITE_PRAGMAS, **changed}


@pytest.mark.parametrize(
    "pragmas",
    [settings(), settings(synchronous="EXTRA"), settings(journal_mode="DELETE", synchronous="EXTRA")],
    ids=["truncate-full", "truncate-extra", "delete-extra"],
)
def test_nothing_that_was_confirmed_is_lost(pragmas):
    assert losses(SEEDS, pragmas) == (0, SEEDS * 12)


@pytest.mark.full
@pytest.mark.timeout(600)
def test_nothing_that_was_confirmed_is_lost_at_any_step():
    assert losses(10, settings(), cuts=rehearsed(settings())) == (0, 10 * rehearsed(settings()))


@pytest.mark.parametrize(
    ("pragmas", "lies"),
    [
        (settings(synchronous="OFF"), False),
        (settings(journal_mode="DELETE"), False),
        (settings(), True),
    ],
    ids=["synchronous-off", "delete-full", "lying-disk"],
)
def test_weaker_settings_and_a_lying_disk_lose_what_was_confirmed(pragmas, lies):
    lost, total = losses(SEEDS, pragmas, lies=lies)
    assert 0 < lost <= total

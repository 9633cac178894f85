"""One entry after the other, in the caller's transaction, in both databases."""

import sqlite3

import psycopg
import pytest

from bequest.cli.ledger_database import transaction
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import Frontier, leaf_hash, root
from bequest.ledger.store import Store, append, head
from bequest.ledger.store_schema import Dialect
from bequest.ledger.stored_tree import hashes
from ledger_stores import AT, add, body

REFUSED = (sqlite3.IntegrityError, psycopg.Error)


def counts(store):
    return [
        store.run(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608  our own names
        for table in ("ledger_entry", "ledger_subroot", "ledger_head", "ledger_checkpoint")
    ]


def add_and_fail(store):
    with transaction(store):
        append(store, kind="test.leaf", at=AT, leaf=b"gone", event_id="gone")
        raise KeyError("gone")


def test_a_new_log_is_empty(store):
    assert head(store) == Frontier()


def test_entries_are_counted_from_zero_without_gaps(store):
    assert add(store, *range(5)) == [0, 1, 2, 3, 4]
    assert head(store).size == 5


def test_the_head_has_the_root_of_all_leaves(store):
    add(store, *range(11))
    assert head(store).root() == root([leaf_hash(body(number)) for number in range(11)])


def test_a_block_of_256_leaves_leaves_its_root(store):
    with transaction(store):
        for number in range(513):
            append(store, kind="test.leaf", at=AT, leaf=body(number), event_id=str(number))
    digests = [leaf_hash(body(number)) for number in range(513)]
    assert hashes(store, 1, 0, 2) == (root(digests[:256]), root(digests[256:512]))
    assert counts(store)[1] == 2


def test_what_is_rolled_back_was_never_there(store):
    add(store, 0)
    with pytest.raises(KeyError, match="gone"):
        add_and_fail(store)
    assert counts(store) == [1, 0, 1, 0]
    assert add(store, 1) == [1]


def test_an_event_has_one_entry(store):
    add(store, 0)
    with pytest.raises(REFUSED):
        add(store, 0)
    assert head(store).size == 1


@pytest.mark.parametrize("leaf", [b"", b"x" * 65_535, bytes(range(256))])
def test_a_leaf_is_any_bytes_up_to_65535(store, leaf):
    with transaction(store):
        append(store, kind="test.leaf", at=AT, leaf=leaf, event_id="one")
    assert bytes(store.run("SELECT leaf FROM ledger_entry").fetchone()[0]) == leaf


def test_a_longer_leaf_is_refused_before_anything_is_written(store):
    with pytest.raises(LedgerError, match="has 65536 bytes"), transaction(store):
        append(store, kind="test.leaf", at=AT, leaf=b"x" * 65_536, event_id="one")
    assert counts(store)[0] == 0


def test_an_entry_outside_a_transaction_is_our_own_mistake(store):
    with pytest.raises(AssertionError, match="inside the caller's transaction"):
        append(store, kind="test.leaf", at=AT, leaf=b"x", event_id="one")
    assert counts(store)[0] == 0


def test_a_log_without_a_head_is_told():
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE ledger_head (one, size, frontier)")
    with pytest.raises(LedgerError, match="holds no head"):
        head(Store(connection, Dialect.SQLITE))
    connection.close()

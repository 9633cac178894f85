"""Roots, tiles and proofs from what is stored, against those of the whole tree."""

import pytest

from bequest.ledger import merkle
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import leaf_hash, root
from bequest.ledger.stored_tree import consistency_path, hashes, inclusion_path, leaves, root_at, tile_bytes
from bequest.ledger.tiles import Tile, entry_tile, hash_tile
from ledger_stores import AT, add, body

SIZE = 1100
DIGESTS = [leaf_hash(body(number)) for number in range(SIZE)]


@pytest.fixture
def grown(store):
    """Return a log of 1,100 leaves."""
    add(store, *range(SIZE))
    return store


def test_roots_of_all_sizes_are_those_of_the_whole_tree(grown):
    sizes = [0, 1, 2, 255, 256, 257, 511, 512, 513, 700, 1023, 1024, 1025, SIZE]
    assert [root_at(grown, size) for size in sizes] == [root(DIGESTS[:size]) for size in sizes]


def test_proofs_of_leaves_are_those_of_the_whole_tree(grown):
    asked = [(0, 1), (0, SIZE), (255, 256), (256, 257), (300, 700), (1023, 1024), (1099, SIZE), (512, 1025)]
    assert [inclusion_path(grown, index=index, size=size) for index, size in asked] == [
        merkle.inclusion_path(DIGESTS[:size], index) for index, size in asked
    ]


def test_proofs_of_growth_are_those_of_the_whole_tree(grown):
    asked = [(0, 5), (5, 5), (1, 2), (256, 257), (300, 700), (512, 1024), (513, 1025), (1000, SIZE)]
    assert [consistency_path(grown, old_size=old, new_size=new) for old, new in asked] == [
        merkle.consistency_path(DIGESTS[:new], old) for old, new in asked
    ]


def test_tiles_hold_what_was_stored(grown):
    assert tile_bytes(grown, Tile(0, 1)) == hash_tile(DIGESTS[256:512])
    assert tile_bytes(grown, Tile(1, 0, 3)) == hash_tile([root(DIGESTS[at : at + 256]) for at in (0, 256, 512)])
    assert tile_bytes(grown, Tile(None, 4, 76)) == entry_tile([body(number) for number in range(1024, SIZE)])


def test_leaves_are_read_as_they_were_written(grown):
    (found,) = leaves(grown, 700, 701)
    assert (found.index, found.kind, found.at, found.leaf, found.leaf_hash, found.event_id) == (
        700,
        "test.leaf",
        AT,
        body(700),
        DIGESTS[700],
        "event-700",
    )


def test_what_is_missing_is_named(grown):
    with pytest.raises(LedgerError, match="lacks entry 1100"):
        leaves(grown, 1000, 1200)
    with pytest.raises(LedgerError, match="lacks hash of level 1 4"):
        hashes(grown, 1, 2, 6)


def test_a_proof_reads_a_few_hundred_hashes(grown):
    read = []
    counting = type("Store", (), {"run": lambda _, *asked: read.append(asked[1]) or grown.run(*asked)})()
    inclusion_path(counting, index=700, size=SIZE)
    assert sum(asked[-1] - asked[-2] for asked in read) < 600

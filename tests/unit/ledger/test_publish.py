"""What is signed was hashed again, gives one root in two ways, and goes on from what anybody has seen."""

from dataclasses import replace

import pytest

from bequest.ledger import witness
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import EMPTY_ROOT, Frontier, leaf_hash
from bequest.ledger.merkle import root as root_of
from bequest.ledger.publish import (
    Edge,
    Known,
    check_block,
    grow,
    own_checkpoint,
    refuse_fork,
    root,
    root_of_tiles,
    unfilled,
    witness_request,
)
from bequest.ledger.stored_tree import StoredLeaf
from bequest.ledger.tiles import Tile, parse_hash_tile, tile_root, tiles_since
from ledger_keys import ORIGIN, log_signer, signed, stated, witness_signer


def entry(number):
    leaf = f"{number}".encode()
    return StoredLeaf(number, "test.leaf", "at", leaf, leaf_hash(leaf), str(number))


def grown(start, end, edge=None):
    return grow(Edge() if edge is None else edge, [entry(number) for number in range(start, end)])


SIZES = [0, 1, 255, 256, 257, 600, 65_535, 65_536, 65_800]


@pytest.mark.parametrize("size", SIZES)
def test_tiles_and_frontier_give_the_root_of_the_whole_tree(size):
    edge, _ = grown(0, size)
    wanted = root_of([leaf_hash(f"{number}".encode()) for number in range(size)])
    assert root(edge, stored=edge.frontier) == wanted
    assert root_of_tiles(edge) == wanted


@pytest.mark.parametrize(("old", "new"), [(0, 1), (0, 600), (255, 256), (300, 700), (65_000, 65_800), (600, 600)])
def test_the_tiles_that_are_written_are_those_that_the_growth_asks_for(old, new):
    before, _ = grown(0, old)
    after, full = grown(old, new, before)
    written = [file.tile for file in (*full, *unfilled(after))]
    assert set(tiles_since(old, new)) <= set(written)
    assert len(set(written)) == len(written)
    assert not [file.tile for file in full if file.tile.width < 256]


def test_a_full_tile_holds_its_hashes_and_gives_the_root_above():
    edge, full = grown(0, 600)
    found = {file.tile: file.data for file in (*full, *unfilled(edge))}
    assert parse_hash_tile(found[Tile(1, 0, 2)], width=2) == (
        tile_root(found[Tile(0, 0)]),
        tile_root(found[Tile(0, 1)]),
    )


def test_an_empty_log_has_the_root_of_nothing():
    assert root(Edge(), stored=Frontier()) == EMPTY_ROOT
    assert list(unfilled(Edge())) == []


def test_an_entry_whose_bytes_were_altered_is_refused():
    with pytest.raises(LedgerError, match="Entry 1 was altered"):
        grow(Edge(), [entry(0), replace(entry(1), leaf=b"other")])


def test_an_entry_whose_hash_was_altered_is_refused():
    with pytest.raises(LedgerError, match="Entry 0 was altered"):
        grow(Edge(), [replace(entry(0), leaf_hash=bytes(32))])


def test_an_entry_that_is_missing_is_named():
    with pytest.raises(LedgerError, match="Entry 1 is missing before entry 2"):
        grow(Edge(), [entry(0), entry(2)])


def test_a_head_that_does_not_fit_the_entries_is_refused():
    edge, _ = grown(0, 5)
    with pytest.raises(LedgerError, match="The head of the log does not fit"):
        root(edge, stored=grown(0, 4)[0].frontier)


def test_one_flipped_bit_in_a_tile_ends_the_signing():
    edge, _ = grown(0, 300)
    flipped = replace(
        edge, rows=((bytes([edge.rows[0][0][0] ^ 1]) + edge.rows[0][0][1:], *edge.rows[0][1:]), edge.rows[1])
    )
    with pytest.raises(LedgerError, match="Tiles and frontier give two roots"):
        root(flipped, stored=edge.frontier)


def test_the_root_of_a_block_that_was_altered_is_refused():
    _, full = grown(0, 256)
    block = next(file for file in full if file.tile.level == 0)
    check_block(block, tile_root(block.data))
    with pytest.raises(LedgerError, match="was altered"):
        check_block(block, bytes(32))


def test_a_log_that_begins_with_what_was_seen_is_not_refused():
    refuse_fork(Known("A", stated(5)), size=9, root=stated(5).root)


def test_a_log_with_other_entries_than_were_seen_has_forked():
    with pytest.raises(LedgerError, match=r"A has seen other entries .* the log has forked"):
        refuse_fork(Known("A", stated(5)), size=9, root=stated(4).root)


def test_a_log_shorter_than_what_was_seen_is_a_restored_backup():
    with pytest.raises(LedgerError, match=r"A has seen 5 entries .* the database holds 3: .* restored backup"):
        refuse_fork(Known("A", stated(5)), size=3, root=None)


def test_a_checkpoint_of_the_log_is_read_under_its_keys():
    assert own_checkpoint(signed(5).to_bytes(), origin=ORIGIN, keys=[log_signer().key]) == stated(5)


@pytest.mark.parametrize(
    ("note", "keys"),
    [
        (signed(5), [log_signer(2).key]),
        (signed(5, log_signer(1, "log.example/other")), [log_signer(1, "log.example/other").key]),
    ],
)
def test_a_checkpoint_of_another_log_is_refused(note, keys):
    with pytest.raises(LedgerError):
        own_checkpoint(note.to_bytes(), origin="log.example/third", keys=keys)


def test_a_witness_reads_what_it_is_asked():
    note = signed(5)
    asked = witness.parse(witness_request(old_size=3, proof=[bytes(32)] * 2, signed=note.to_bytes()))
    assert (asked.old_size, asked.proof, asked.checkpoint) == (3, (bytes(32),) * 2, stated(5))
    found = witness.answer(asked, keys={}, seen=witness.Seen(), signer=witness_signer())
    assert found.status == 404

"""A log as plain files."""

import pytest

from bequest.ledger.errors import LedgerError
from bequest.ledger.tiles import (
    Tile,
    entry_tile,
    filled,
    hash_tile,
    parse_entry_tile,
    parse_hash_tile,
    parse_path,
    tile_root,
    tiles_of,
    tiles_since,
)
from ledger_keys import leaves


@pytest.mark.parametrize("tile", [Tile(0, 0), Tile(None, 1_234_067, 3), Tile(63, 999), Tile(2, 1000, 255)])
def test_a_path_is_read_as_it_is_written(tile):
    assert parse_path(tile.path()) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/64/000", "tile/0/0", "tile/0/x000/001", "tile/00/000", "tile/0/000.p/0", "tile/0/000.p/256",
     "tile/0/000.p/01", "tile/0/000/001", "tile/x/000", "x/tile/0/000", "tile/0/000\n"],
)  # fmt: skip
def test_another_spelling_of_a_path_is_refused(path):
    with pytest.raises(LedgerError, match="is no path of a tile"):
        parse_path(path)


def test_a_log_that_grows_publishes_the_tiles_that_changed():
    before, after = set(tiles_of(300)), set(tiles_of(600))
    assert set(tiles_since(300, 600)) == after - before
    assert Tile(0, 0) in before & after


def test_a_tile_is_filled_as_far_as_the_log_goes():
    assert [filled(Tile(0, 1), size) for size in (256, 300, 512, 600)] == [0, 44, 256, 256]
    assert filled(Tile(1, 0), 600) == 2


def test_hashes_are_read_as_they_were_written():
    hashes = tuple(leaves(256))
    assert parse_hash_tile(hash_tile(hashes)) == hashes
    assert len(tile_root(hash_tile(hashes))) == 32


def test_entries_are_read_as_they_were_written():
    entries = (b"", b"a", b"x" * 65_535)
    assert parse_entry_tile(entry_tile(entries), width=3) == entries


@pytest.mark.parametrize("hashes", [[], [b"short"], leaves(257)])
def test_a_tile_of_no_or_other_hashes_is_refused(hashes):
    with pytest.raises(LedgerError, match="A tile holds 1 to 256 hashes"):
        hash_tile(hashes)


@pytest.mark.parametrize("entries", [[], [b"x" * 65_536], [b""] * 257])
def test_a_bundle_of_no_or_too_long_entries_is_refused(entries):
    with pytest.raises(LedgerError, match="A bundle holds 1 to 256 entries"):
        entry_tile(entries)


def test_a_tile_of_another_length_is_refused():
    with pytest.raises(LedgerError, match="A tile of 2 hashes has 64 bytes"):
        parse_hash_tile(bytes(63), width=2)


@pytest.mark.parametrize("data", [b"", b"\x00", b"\x00\x02a", b"\x00\x01a\x00", b"\x00\x01a\x00\x01b\x00\x01c"])
def test_a_bundle_that_does_not_hold_its_entries_is_refused(data):
    with pytest.raises(LedgerError, match="does not hold 2 whole entries"):
        parse_entry_tile(data, width=2)

"""Knows the tiles (C2SP tlog-tiles) in which a log is published as plain files: 256 hashes, or 256 entries, a file."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import HASH_BYTES, root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

WIDTH = 256
LARGEST_ENTRY_BYTES = 65_535
_HIGHEST_LEVEL = 63
_GROUP = 1000
_LENGTH_BYTES = 2
_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?")


class Tile(NamedTuple):
    """Hold one file of a log: its level (None: entries), its number there, and how many of 256 places are filled."""

    level: int | None
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """Return the path under the log's prefix."""
        level = "entries" if self.level is None else str(self.level)
        part = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{number_path(self.number)}{part}"


def number_path(number: int) -> str:
    """Return a tile's number in groups of three digits, all but the last marked with an x: 1234067 is x001/x234/067."""
    groups = [f"{number % _GROUP:03}"]
    while number := number // _GROUP:
        groups.append(f"x{number % _GROUP:03}")
    return "/".join(reversed(groups))


def parse_path(path: str) -> Tile:
    """Return the tile that a path names; raise `LedgerError` if it names none, or in another spelling than its own."""
    matched = _PATH.fullmatch(path)
    if matched is not None:
        level, number, width = matched.groups()
        digits = int(number.replace("x", "").replace("/", ""))
        tile = Tile(None if level == "entries" else int(level), digits, int(width or WIDTH))
        if tile.path() == path and tile.width <= WIDTH and (tile.level or 0) <= _HIGHEST_LEVEL:
            return tile
    raise LedgerError(f"{path!r} is no path of a tile.")


def tiles_of(size: int) -> Iterator[Tile]:
    """Yield every tile of hashes and of entries that a tree of `size` leaves is published in, the entries first."""
    for number in range(-(-size // WIDTH)):
        yield Tile(None, number, min(WIDTH, size - number * WIDTH))
    level, hashes = 0, size
    while hashes:
        for number in range(-(-hashes // WIDTH)):
            yield Tile(level, number, min(WIDTH, hashes - number * WIDTH))
        level, hashes = level + 1, hashes // WIDTH


def tiles_since(old_size: int, new_size: int) -> Iterator[Tile]:
    """Yield the tiles of the tree of `new_size` that the tree of `old_size` does not have in this width."""
    for tile in tiles_of(new_size):
        if filled(tile, old_size) != tile.width:
            yield tile


def filled(tile: Tile, size: int) -> int:
    """Return how many places of a tile are filled in a tree of `size` leaves."""
    hashes = size >> (8 * (tile.level or 0))
    return max(0, min(WIDTH, hashes - tile.number * WIDTH))


def hash_tile(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a tile of 1 to 256 hashes."""
    if not 1 <= len(hashes) <= WIDTH or any(len(each) != HASH_BYTES for each in hashes):
        raise LedgerError(f"A tile holds 1 to {WIDTH} hashes of {HASH_BYTES} bytes.")
    return b"".join(hashes)


def parse_hash_tile(data: bytes, *, width: int = WIDTH) -> tuple[bytes, ...]:
    """Return the hashes of a tile; raise `LedgerError` if it does not hold `width` of them."""
    if len(data) != width * HASH_BYTES:
        raise LedgerError(f"A tile of {width} hashes has {width * HASH_BYTES} bytes, not {len(data)}.")
    return tuple(data[place : place + HASH_BYTES] for place in range(0, len(data), HASH_BYTES))


def tile_root(data: bytes) -> bytes:
    """Return the hash that a full tile puts into the tile above it."""
    return root(parse_hash_tile(data))


def entry_tile(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of a bundle of 1 to 256 entries, each behind its length in two bytes."""
    if not 1 <= len(entries) <= WIDTH or any(len(each) > LARGEST_ENTRY_BYTES for each in entries):
        raise LedgerError(f"A bundle holds 1 to {WIDTH} entries of at most {LARGEST_ENTRY_BYTES} bytes.")
    return b"".join(len(each).to_bytes(_LENGTH_BYTES, "big") + each for each in entries)


def parse_entry_tile(data: bytes, *, width: int = WIDTH) -> tuple[bytes, ...]:
    """Return the entries of a bundle; raise `LedgerError` if it does not hold `width` of them and nothing else."""
    found: list[bytes] = []
    place = 0
    while place < len(data) and len(found) <= width:
        start = place + _LENGTH_BYTES
        place = start + int.from_bytes(data[place:start], "big")
        found.append(data[start:place])
    if len(found) != width or place != len(data):
        raise LedgerError(f"The bundle does not hold {width} whole entries.")
    return tuple(found)

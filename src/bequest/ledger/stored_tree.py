"""Knows how leaves, tiles, roots and proofs are read from the database without reading all of the log.

Hashes of single leaves stand beside the entries, roots of complete blocks of 256, 65,536 and so on in a table of their
own; a proof of any leaf reads some hundreds of them. What is read here is what was stored: the publisher hashes again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import consistency_ranges, inclusion_ranges, root_of_blocks
from bequest.ledger.tiles import WIDTH, Tile
from bequest.ledger.tiles import entry_tile as bundle_of
from bequest.ledger.tiles import hash_tile as tile_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bequest.ledger.store import Store


@dataclass(frozen=True, slots=True)
class StoredLeaf:
    """Hold one entry as it stands in the database: its leaf, and the hash that was stored beside it."""

    index: int
    kind: str
    at: str
    leaf: bytes
    leaf_hash: bytes
    event_id: str


def leaves(store: Store, start: int, end: int) -> tuple[StoredLeaf, ...]:
    """Return the entries from `start` to below `end`; raise `LedgerError` if one of them is missing."""
    rows = store.run(
        "SELECT idx, kind, at, leaf, leaf_hash, event_id FROM ledger_entry WHERE idx >= ? AND idx < ? ORDER BY idx",
        (start, end),
    ).fetchall()
    found = tuple(_leaf(*row) for row in rows)
    _check_whole([each.index for each in found], start, end, what="entry")
    return found


def newest_index(store: Store, kind: str, *, since: int) -> int | None:
    """Return the index of the newest entry of a kind from an index on, None where there is none."""
    row = store.run("SELECT max(idx) FROM ledger_entry WHERE idx >= ? AND kind = ?", (since, kind)).fetchone()
    # The column has this type.
    return None if row is None or row[0] is None else cast("int", row[0])


def hashes(store: Store, level: int, start: int, end: int) -> tuple[bytes, ...]:
    """Return the hashes of a tile level, of leaves at level 0, from `start` to below `end`.

    Raises `LedgerError` if one of them is missing.
    """
    rows = (
        store.run("SELECT idx, leaf_hash FROM ledger_entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, end))
        if level == 0
        else store.run(
            "SELECT idx, hash FROM ledger_subroot WHERE tlevel = ? AND idx >= ? AND idx < ? ORDER BY idx",
            (level, start, end),
        )
    ).fetchall()
    # The columns have these types.
    _check_whole([cast("int", row[0]) for row in rows], start, end, what=f"hash of level {level}")
    return tuple(bytes(cast("bytes", row[1])) for row in rows)


def tile_bytes(store: Store, tile: Tile) -> bytes:
    """Return what the file of a tile holds, of entries or of hashes."""
    start = tile.number * WIDTH
    if tile.level is None:
        return bundle_of([each.leaf for each in leaves(store, start, start + tile.width)])
    return tile_of(hashes(store, tile.level, start, start + tile.width))


def root_at(store: Store, size: int) -> bytes:
    """Return the root of the tree of the first `size` leaves."""
    return _range_root(store, 0, size)


def inclusion_path(store: Store, *, index: int, size: int) -> tuple[bytes, ...]:
    """Return the hashes, nearest first, that prove leaf `index` in the tree of `size` leaves."""
    return tuple(_range_root(store, start, end) for start, end in inclusion_ranges(index=index, size=size))


def consistency_path(store: Store, *, old_size: int, new_size: int) -> tuple[bytes, ...]:
    """Return the hashes that prove that the tree of `new_size` leaves begins with that of `old_size`."""
    ranges = consistency_ranges(old_size=old_size, new_size=new_size)
    return tuple(_range_root(store, start, end) for start, end in ranges)


def _range_root(store: Store, start: int, end: int) -> bytes:
    """Return the root over a range that is a subtree: it starts at a multiple of a power of two that is no smaller."""
    return root_of_blocks(
        (WIDTH**level, digest)
        for level, first, last in _runs(start, end)
        for digest in hashes(store, level, first, last)
    )


def _runs(start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield level, first and end of the runs of hashes that make up a range, the largest blocks first."""
    level = 0
    while WIDTH ** (level + 1) <= end - start:
        level += 1
    while start < end:
        span = WIDTH**level
        if count := (end - start) // span:
            yield level, start // span, start // span + count
            start += count * span
        level -= 1


def _leaf(*row: object) -> StoredLeaf:
    index, kind, at, leaf, digest, event_id = row
    # The columns have these types; `bytes` because a driver may hand out a view.
    return StoredLeaf(
        cast("int", index), cast("str", kind), cast("str", at), bytes(cast("bytes", leaf)),
        bytes(cast("bytes", digest)), cast("str", event_id),
    )  # fmt: skip


def _check_whole(found: list[int], start: int, end: int, *, what: str) -> None:
    if found != list(range(start, end)):
        missing = next(each for each in range(start, end) if each not in set(found))
        raise LedgerError(f"The database lacks {what} {missing}; restore it from a copy before anything is signed.")

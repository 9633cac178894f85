"""Knows the steps of publishing a log: hash again what was stored, grow the tiles, refuse to sign what does not fit.

Nothing of what the database says about itself is believed: every leaf is hashed again, and the root is worked out in
two ways. Whoever calls reads the leaves, keeps the signed checkpoint durably before anybody sees it, and writes files.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from bequest.ledger import checkpoint, note
from bequest.ledger.encoding import base64_text
from bequest.ledger.errors import LedgerError
from bequest.ledger.merkle import Frontier, leaf_hash, root_of_blocks
from bequest.ledger.merkle import root as root_of
from bequest.ledger.tiles import WIDTH, Tile, entry_tile, hash_tile, tile_root

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bequest.ledger.checkpoint import Checkpoint
    from bequest.ledger.keys import PublicKey
    from bequest.ledger.stored_tree import StoredLeaf

_STOP = "Nothing is signed; keep the database as it is and find out what happened to it."


@dataclass(frozen=True, slots=True)
class Edge:
    """Hold the right edge of a log: what stands in the tiles that are not full, and the frontier beside it."""

    frontier: Frontier = field(default_factory=Frontier)
    entries: tuple[bytes, ...] = ()
    rows: tuple[tuple[bytes, ...], ...] = ()

    @property
    def size(self) -> int:
        """Return the number of leaves."""
        return self.frontier.size


class TileFile(NamedTuple):
    """Hold a tile and its bytes."""

    tile: Tile
    data: bytes


class Known(NamedTuple):
    """Hold a checkpoint that somebody has, and who."""

    where: str
    checkpoint: Checkpoint


def grow(edge: Edge, leaves: Iterable[StoredLeaf]) -> tuple[Edge, tuple[TileFile, ...]]:
    """Return the edge after further entries, and the tiles that they fill.

    Raises `LedgerError` at the first entry that is not the next one, or whose bytes do not have the hash beside them.
    """
    frontier, entries, rows = edge.frontier, list(edge.entries), [list(row) for row in edge.rows]
    files: list[TileFile] = []
    for each in leaves:
        digest = leaf_hash(each.leaf)
        if each.index != frontier.size:
            raise LedgerError(f"Entry {frontier.size} is missing before entry {each.index}. {_STOP}")
        if digest != each.leaf_hash:
            raise LedgerError(
                f"Entry {each.index} was altered: its bytes do not have the hash stored with them. {_STOP}"
            )
        frontier = frontier.with_leaf(digest)
        entries.append(each.leaf)
        if len(entries) == WIDTH:
            files.append(TileFile(Tile(None, each.index // WIDTH), entry_tile(entries)))
            entries.clear()
        files += _filled(rows, digest, size=frontier.size)
    return Edge(frontier, tuple(entries), tuple(tuple(row) for row in rows)), tuple(files)


def unfilled(edge: Edge) -> Iterator[TileFile]:
    """Yield the tiles at the edge that are not full, the entries first."""
    if edge.entries:
        yield TileFile(Tile(None, edge.size // WIDTH, len(edge.entries)), entry_tile(edge.entries))
    for level, row in enumerate(edge.rows):
        if row:
            yield TileFile(Tile(level, edge.size // WIDTH ** (level + 1), len(row)), hash_tile(row))


def root(edge: Edge, *, stored: Frontier) -> bytes:
    """Return the root to sign; raise `LedgerError` where tiles, frontier and stored head do not give the same.

    `stored` is the head of the log when its size was that of the edge.
    """
    by_tiles = root_of_tiles(edge)
    if by_tiles != edge.frontier.root():
        raise LedgerError(f"Tiles and frontier give two roots of the first {edge.size} entries. {_STOP}")
    if stored != edge.frontier:
        raise LedgerError(f"The head of the log does not fit its first {edge.size} entries. {_STOP}")
    return by_tiles


def root_of_tiles(edge: Edge) -> bytes:
    """Return the root over the hashes in the tiles at the edge."""
    levels = reversed(list(enumerate(edge.rows)))
    return root_of_blocks((WIDTH**level, digest) for level, row in levels for digest in row)


def check_block(filled: TileFile, stored: bytes) -> None:
    """Return if the database keeps the root of a full tile of hashes as it is; raise `LedgerError` otherwise."""
    if tile_root(filled.data) != stored:
        path = filled.tile.path()
        raise LedgerError(f"The root of the block {path}, from which proofs are made, was altered. {_STOP}")


def refuse_fork(known: Known, *, size: int, root: bytes | None) -> None:
    """Return if a log of `size` entries begins with what somebody has seen; raise `LedgerError` if it does not.

    `root` is that of its first entries, as many as the known checkpoint has; None where it has not so many.
    """
    seen = known.checkpoint
    if root is None:
        raise LedgerError(
            f"{known.where} has seen {seen.size} entries of {seen.origin}, and the database holds {size}: entries that"
            f" were published are gone, as after a restored backup. {_STOP}"
        )
    if root != seen.root:
        raise LedgerError(
            f"{known.where} has seen other entries of {seen.origin} among the first {seen.size} than the database:"
            f" the log has forked. {_STOP}"
        )


def own_checkpoint(data: bytes, *, origin: str, keys: Sequence[PublicKey]) -> Checkpoint:
    """Return the checkpoint of a published note; raise `LedgerError` if it is not this log's, under one of its keys."""
    published = note.parse(data)
    note.verified_by(published, keys)
    stated = checkpoint.parse(published.text)
    if stated.origin != origin:
        raise LedgerError(f"The checkpoint is that of {stated.origin}, not of {origin}.")
    return stated


def witness_request(*, old_size: int, proof: Sequence[bytes], signed: bytes) -> bytes:
    """Return what a log sends to a witness: the size it last saw, the proof from there, and the signed checkpoint."""
    lines = (f"old {old_size}", *(base64_text(each) for each in proof), "")
    return "".join(f"{line}\n" for line in lines).encode() + signed


def _filled(rows: list[list[bytes]], digest: bytes, *, size: int) -> Iterator[TileFile]:
    """Put the hash of the newest leaf into the tiles; yield those that it fills, and empty them."""
    level, reached = 0, digest
    while True:
        if level == len(rows):
            rows.append([])
        row = rows[level]
        row.append(reached)
        if len(row) < WIDTH:
            return
        yield TileFile(Tile(level, size // WIDTH ** (level + 1) - 1), hash_tile(row))
        reached = root_of(row)
        row.clear()
        level += 1

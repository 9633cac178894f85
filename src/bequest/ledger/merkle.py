"""Knows the Merkle tree of RFC 6962: hashes of leaves and nodes, roots, and the paths that prove their place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.ledger.errors import LedgerError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

HASH_BYTES = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()


def leaf_hash(data: bytes) -> bytes:
    """Return the 32-byte hash of a leaf's bytes (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the 32-byte hash of an inner node over its two children (RFC 6962, section 2.1)."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def root(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over the hashes of all leaves, in their order; of none, the hash of nothing."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = [_whole(digest) for digest in leaf_hashes]
    while len(level) > 1:
        pairs = [node_hash(level[place], level[place + 1]) for place in range(0, len(level) - 1, 2)]
        level = [*pairs, level[-1]] if len(level) % 2 else pairs
    return level[0]


def root_of_blocks(blocks: Iterable[tuple[int, bytes]]) -> bytes:
    """Return the root over leaves that are at hand as blocks, left to right, each its number of leaves and its root.

    The numbers are powers of two, and none is larger than the one before it.
    """
    made: list[tuple[int, bytes]] = []
    for leaves, digest in blocks:
        span, reached = leaves, _whole(digest)
        while made and made[-1][0] == span:
            span, reached = 2 * span, node_hash(made.pop()[1], reached)
        made.append((span, reached))
    if not made:
        return EMPTY_ROOT
    reached = made.pop()[1]
    for _, larger in reversed(made):
        reached = node_hash(larger, reached)
    return reached


def inclusion_ranges(*, index: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges [start, end) whose roots prove leaf `index` in the tree of `size` leaves, nearest first.

    Raises `LedgerError` if there is no such leaf.
    """
    if not 0 <= index < size:
        raise LedgerError(f"Leaf {index} is not in a tree of {size} leaves; ask for an index from 0 to {size - 1}.")
    found: list[tuple[int, int]] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return tuple(reversed(found))


def consistency_ranges(*, old_size: int, new_size: int) -> tuple[tuple[int, int], ...]:
    """Return the ranges of leaves whose roots prove that the tree of `new_size` begins with the tree of `old_size`.

    None are needed from an empty tree or between equal sizes. Raises `LedgerError` if the old tree is the larger one.
    """
    if not 0 <= old_size <= new_size:
        raise LedgerError(
            f"A tree of {new_size} leaves cannot begin with {old_size} leaves; give the smaller size first."
        )
    if old_size in {0, new_size}:
        return ()
    found: list[tuple[int, int]] = []
    start, end = 0, new_size
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    if start:
        found.append((start, end))
    else:
        assert old_size & (old_size - 1) == 0, "what begins the tree and is complete in it is a power of two"
    return tuple(reversed(found))


def inclusion_path(leaf_hashes: Sequence[bytes], index: int) -> tuple[bytes, ...]:
    """Return the hashes, nearest first, that prove leaf `index` under `root(leaf_hashes)`."""
    ranges = inclusion_ranges(index=index, size=len(leaf_hashes))
    return tuple(root(leaf_hashes[start:end]) for start, end in ranges)


def inclusion_paths(leaf_hashes: Sequence[bytes], indexes: Iterable[int]) -> list[tuple[bytes, ...]]:
    """Return for each index what `inclusion_path` returns; the tree is hashed once for all of them."""
    levels = [[_whole(digest) for digest in leaf_hashes]]
    while len(levels[-1]) > 1:
        below = levels[-1]
        pairs = [node_hash(below[place], below[place + 1]) for place in range(0, len(below) - 1, 2)]
        levels.append([*pairs, below[-1]] if len(below) % 2 else pairs)
    return [
        tuple(
            level[index >> height ^ 1]
            for height, level in enumerate(levels)
            if index >> height ^ 1 < len(level)
        )
        for index in indexes
    ]  # fmt: skip


def consistency_path(leaf_hashes: Sequence[bytes], old_size: int) -> tuple[bytes, ...]:
    """Return the hashes that prove that `root(leaf_hashes)` begins with the tree of its first `old_size` leaves."""
    ranges = consistency_ranges(old_size=old_size, new_size=len(leaf_hashes))
    return tuple(root(leaf_hashes[start:end]) for start, end in ranges)


def verify_inclusion(digest: bytes, *, index: int, size: int, path: Sequence[bytes], under: bytes) -> None:
    """Return if `path` leads from `digest` to the root `under`; raise `LedgerError` otherwise (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        raise LedgerError(f"Leaf {index} is not in a tree of {size} leaves.")
    node, last, reached = index, size - 1, _whole(digest)
    for sibling in path:
        if last == 0:
            raise LedgerError(f"The proof of leaf {index} in {size} has {len(path)} hashes, which are too many.")
        if node % 2 or node == last:
            reached = node_hash(_whole(sibling), reached)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            reached = node_hash(reached, _whole(sibling))
        node, last = node // 2, last // 2
    if last or reached != _whole(under):
        raise LedgerError(f"The proof of leaf {index} does not lead to the root of the tree of {size} leaves.")


def verify_consistency(
    *, old_size: int, new_size: int, old_root: bytes, new_root: bytes, path: Sequence[bytes]
) -> None:
    """Return if `path` proves that the new tree begins with the old; raise `LedgerError` if not (RFC 9162, 2.1.4.2)."""
    expected = len(consistency_ranges(old_size=old_size, new_size=new_size))
    failed = f"The tree of {new_size} leaves does not begin with the tree of {old_size} leaves."
    old, new, hashes = _whole(old_root), _whole(new_root), [_whole(digest) for digest in path]
    if len(hashes) != expected:
        raise LedgerError(f"A proof from {old_size} to {new_size} leaves has {expected} hashes, not {len(hashes)}.")
    if not hashes:
        if (old_size == 0 and old != EMPTY_ROOT) or (old_size == new_size and old != new):
            raise LedgerError(failed)
        return
    if old_size & (old_size - 1) == 0:
        hashes.insert(0, old)
    if _roots_by(hashes, old_size=old_size, new_size=new_size) != (old, new):
        raise LedgerError(failed)


@dataclass(frozen=True, slots=True)
class Frontier:
    """Hold the roots of the complete subtrees that make a tree of `size` leaves, the largest first: enough to go on."""

    size: int = 0
    roots: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a frontier whose number of roots does not fit its size."""
        if (
            self.size < 0
            or len(self.roots) != self.size.bit_count()
            or any(len(each) != HASH_BYTES for each in self.roots)
        ):
            raise LedgerError(
                f"A frontier of {self.size} leaves does not have {len(self.roots)} roots of {HASH_BYTES} bytes."
            )

    def with_leaf(self, digest: bytes) -> Frontier:
        """Return the frontier after one more leaf, given by its hash."""
        roots, rest, reached = list(self.roots), self.size, _whole(digest)
        while rest % 2:
            reached, rest = node_hash(roots.pop(), reached), rest // 2
        return Frontier(self.size + 1, (*roots, reached))

    def root(self) -> bytes:
        """Return the root of the tree."""
        if not self.roots:
            return EMPTY_ROOT
        reached = self.roots[-1]
        for larger in reversed(self.roots[:-1]):
            reached = node_hash(larger, reached)
        return reached


def _split(size: int) -> int:
    """Return the largest power of two below `size`."""
    return 1 << (size - 1).bit_length() - 1


def _roots_by(hashes: Sequence[bytes], *, old_size: int, new_size: int) -> tuple[bytes, bytes]:
    """Return the old and the new root to which a proof of the right length leads."""
    node, last = old_size - 1, new_size - 1
    while node % 2:
        node, last = node // 2, last // 2
    old = new = hashes[0]
    for sibling in hashes[1:]:
        if node % 2 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while node % 2 == 0 and node:
                node, last = node // 2, last // 2
        else:
            new = node_hash(new, sibling)
        node, last = node // 2, last // 2
    assert last == 0, "a proof of the right length ends at the root"
    return old, new


def _whole(digest: bytes) -> bytes:
    if len(digest) != HASH_BYTES:
        raise LedgerError(f"A hash has {HASH_BYTES} bytes, not {len(digest)}.")
    return digest

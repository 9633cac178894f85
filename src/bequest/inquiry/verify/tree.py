"""Knows the tree of hashes as RFC 6962 defines it, and how proofs are read by that definition.

A tree over n leaves is split after the largest power of two below n. Both checks of a proof follow that sentence from
the root downwards, so that they can be read beside the standard.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

LENGTH = 32
NOTHING = sha256(b"").digest()
"""The root of a tree without leaves."""


def of_leaf(data: bytes) -> bytes:
    """Return the hash of one leaf."""
    return sha256(b"\x00" + data).digest()


def of_pair(left: bytes, right: bytes) -> bytes:
    """Return the hash of two subtrees."""
    return sha256(b"\x01" + left + right).digest()


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, by pairing neighbours until one is left; a last one alone goes up as it is."""
    row = list(leaves)
    if not row:
        return NOTHING
    while len(row) > 1:
        above = [of_pair(row[i], row[i + 1]) for i in range(0, len(row) - 1, 2)]
        row = above + row[len(above) * 2 :]
    return row[0]


def beginnings(leaves: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    """Return the root over the first leaf hashes, for each of the sizes, in one pass over all of them.

    `whole` are the roots of the full subtrees so far, the largest first, each with its number of leaves.
    """
    found = {0: NOTHING}
    wanted, whole = set(sizes), list[tuple[int, bytes]]()
    for size, leaf in enumerate(leaves, 1):
        whole.append((1, leaf))
        while len(whole) > 1 and whole[-1][0] == whole[-2][0]:
            (count, right), (_, left) = whole.pop(), whole.pop()
            whole.append((count * 2, of_pair(left, right)))
        if size in wanted:
            root = whole[-1][1]
            for _, left in reversed(whole[:-1]):
                root = of_pair(left, root)
            found[size] = root
    return {size: root for size, root in found.items() if size in wanted}


def check_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Raise BrokenError unless the proof puts this leaf hash at this index under this root."""
    if not 0 <= index < size:
        raise BrokenError(f"leaf {index} cannot be in a tree of {size} leaves")
    _check_lengths((leaf, root, *proof))
    left = iter(reversed(proof))
    found = _rebuilt(leaf, index, size, left)
    if next(left, None) is not None:
        raise BrokenError(f"the proof of leaf {index} has hashes left over")
    if found != root:
        raise BrokenError(f"the proof of leaf {index} leads to another root")


def check_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> None:
    """Raise BrokenError unless the proof shows that the new tree (size, root) begins with the whole old one."""
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 <= old_size <= new_size:
        raise BrokenError(f"a tree of {new_size} leaves cannot begin with one of {old_size}")
    _check_lengths((old_root, new_root, *proof))
    if old_size in {0, new_size}:
        wanted = NOTHING if old_size == 0 else new_root
        if proof or old_root != wanted:
            raise BrokenError(f"the trees of {old_size} and {new_size} leaves do not fit each other")
        return
    left = iter(reversed(proof))
    found_old, found_new = _both(old_size, new_size, left, known=old_root)
    if next(left, None) is not None:
        raise BrokenError("the proof of consistency has hashes left over")
    if (found_old, found_new) != (old_root, new_root):
        raise BrokenError(f"the tree of {new_size} leaves does not begin with the tree of {old_size}")


def _rebuilt(leaf: bytes, index: int, size: int, proof: Iterator[bytes]) -> bytes:
    """Return the root of a subtree that holds the leaf, taking the hashes of the other halves from the proof."""
    if size == 1:
        return leaf
    half = _half(size)
    other = _next(proof)
    if index < half:
        return of_pair(_rebuilt(leaf, index, half, proof), other)
    return of_pair(other, _rebuilt(leaf, index - half, size - half, proof))


def _both(old_size: int, size: int, proof: Iterator[bytes], *, known: bytes | None) -> tuple[bytes, bytes]:
    """Return the old and the new root of a subtree in which the old tree has `old_size` leaves.

    `known` is the old root as long as the subtree begins where the log begins; what is complete in both trees there
    needs no hash of the proof.
    """
    if old_size == size:
        same = known if known is not None else _next(proof)
        return same, same
    half = _half(size)
    other = _next(proof)
    if old_size <= half:
        old, new = _both(old_size, half, proof, known=known)
        return old, of_pair(new, other)
    old, new = _both(old_size - half, size - half, proof, known=None)
    return of_pair(other, old), of_pair(other, new)


def _next(proof: Iterator[bytes]) -> bytes:
    found = next(proof, None)
    if found is None:
        raise BrokenError("the proof has too few hashes")
    return found


def _half(size: int) -> int:
    """Return the largest power of two below the size."""
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def _check_lengths(hashes: Sequence[bytes]) -> None:
    if any(len(each) != LENGTH for each in hashes):
        raise BrokenError(f"a hash does not have {LENGTH} bytes")

"""Knows how the leaf of an erasure commits to the leaves that it closes, and what of a closed leaf stays open.

With a person's key go the keys of the events about them. What every bundle opens of these leaves identifies nobody, and
is kept as it was opened; so is that a registration was on a list, without its facts, and that a referral was counted.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.commitment import field_commitment, opening
from bequest.ledger.leaf_kinds import public_names
from bequest.ledger.merkle import inclusion_paths, leaf_hash, root

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from bequest.ledger.commitment import Salts, Value

    Field = Mapping[str, Value]

KIND = "subject.erased"
_OF_LISTS = ("facts", "organ", "previous", "registration")
LEFT_OPEN: Mapping[str, tuple[str, ...]] = {
    "listing.created": _OF_LISTS,
    "listing.changed": _OF_LISTS,
    "listing.suspended": _OF_LISTS,
    "listing.removed": _OF_LISTS,
    "exception.decided": _OF_LISTS,
    "appeal.decided": _OF_LISTS,
    "donor.referred": ("hospital", "referral_number"),
}
"""By kind, the fields beside those of every bundle that an erasure leaves open for whoever is shown whole leaves."""


def left_open(kind: str, salts: Salts, fields: Mapping[str, Value]) -> list[dict[str, object]]:
    """Return the opening of a leaf that is left once its person is erased; empty where nothing of it stays open."""
    names = {*public_names(kind), *LEFT_OPEN.get(kind, ())} & fields.keys()
    return opening(salts, fields, names) if names else []


def open_fields(left: Iterable[Field]) -> dict[str, Value]:
    """Return the fields that an opening shows, by name."""
    return {str(each["name"]): each["value"] for each in left if "name" in each}


def narrowed(left: Iterable[Field], names: Collection[str]) -> list[dict[str, object]]:
    """Return an opening in which only the named fields are open, the others as their commitments."""
    return [
        dict(each)
        if "name" not in each or each["name"] in names
        else {"commitment": field_commitment(bytes.fromhex(str(each["salt"])), str(each["name"]), each["value"]).hex()}
        for each in left
    ]


def closed_root(key: bytes, leaves: Sequence[int]) -> str:
    """Return in hexadecimal the root over the numbers of the leaves that an erasure closes, in their order.

    Each has a salt of its own under the 32-byte key, so that one can be shown without the others.
    """
    return root([_hash(key, leaf) for leaf in leaves]).hex()


def closed_leaves(key: bytes, leaves: Sequence[int]) -> list[dict[str, object]]:
    """Return of each leaf that an erasure closes the number, its salt, and the path that proves it under the root."""
    hashes = [_hash(key, leaf) for leaf in leaves]
    return [
        {
            "leaf": leaf,
            "salt": _salt(key, leaf).hex(),
            "index": index,
            "size": len(leaves),
            "path": [each.hex() for each in path],
        }
        for index, (leaf, path) in enumerate(zip(leaves, inclusion_paths(hashes, range(len(leaves))), strict=True))
    ]


def _salt(key: bytes, leaf: int) -> bytes:
    return hmac.digest(key, str(leaf).encode(), "sha256")


def _hash(key: bytes, leaf: int) -> bytes:
    return leaf_hash(_salt(key, leaf) + canonical_bytes(leaf))

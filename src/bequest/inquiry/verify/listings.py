"""Knows how a registration goes on and off its list: put on once, each change upon the one before, off once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.inquiry.verify.leaves import Leaf

    Say = Callable[[str], None]

_DECIDED = frozenset({"exception.decided", "appeal.decided"})
LISTING = frozenset({"listing.created", "listing.changed", "listing.suspended", "listing.removed"}) | _DECIDED
"""Kinds that change a list, decisions among them where they were granted."""


def changes_list(leaf: Leaf) -> bool:
    """Tell whether a leaf changes a list; a decision does so where it names facts, which a refused one does not."""
    return leaf.kind in LISTING and (leaf.kind not in _DECIDED or "facts" in leaf.fields)


def check_listings(leaves: Sequence[Leaf], say: Say) -> int | None:
    """Return how many changes of lists follow each other; None where a bundle opens none of them."""
    newest: dict[str, Leaf] = {}
    count = 0
    for leaf in leaves:
        if "registration" not in leaf.fields:
            continue
        if leaf.kind in _DECIDED and leaf.fields.get("decision") == "granted" and not changes_list(leaf):
            say(f"leaf {leaf.number} ({leaf.kind}) grants something, and names no facts that it changes")
        if not changes_list(leaf):
            continue
        before = newest.get(leaf.text("registration"))
        # An appeal against a removal that is granted puts the registration back, as of that leaf.
        back = before is not None and before.kind == "listing.removed" and leaf.kind == "appeal.decided"
        on_list = back or (before is not None and before.kind != "listing.removed")
        if leaf.kind == "listing.created":
            if on_list and before is not None:
                say(f"leaf {leaf.number} puts on a list whom leaf {before.number} had put there")
        elif not on_list or before is None:
            say(f"leaf {leaf.number} ({leaf.kind}) is of a registration that was on no list")
        elif leaf.integer("previous") != before.number or leaf.fields.get("organ") != before.fields.get("organ"):
            say(f"leaf {leaf.number} ({leaf.kind}) does not go on from leaf {before.number}, the one before it")
        newest[leaf.text("registration")] = leaf
        count += 1
    return count or None

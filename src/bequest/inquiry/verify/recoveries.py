"""Knows whether a log that goes on from one that was lost says so, and what of the lost one it does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.log import read_state
from bequest.inquiry.verify.notes import decoded
from bequest.inquiry.verify.plain_json import bytes_of, list_of, number_of, read_object, text_of
from bequest.inquiry.verify.tree import LENGTH, beginnings, check_consistency, of_leaf

if TYPE_CHECKING:
    from collections.abc import Callable

    from bequest.inquiry.verify.bundle import Verification
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.log import SignedState

    Say = Callable[[str], None]

_KIND, _VERSION = "log.recovery", 1


@dataclass(frozen=True)
class _Recovery:
    """Hold one lost log: the leaf with which another goes on from it, its last state, and how much of it is here."""

    leaf: int
    lost: SignedState
    kept: int


def check_recoveries(found: Verification, say: Say) -> dict[str, int]:
    """Return by name of each lost log how many of its leaves are not in this one; say what does not fit.

    Raises BrokenError where a leaf states another end of the lost log than its own key signed, where the leaves that
    it says are here are not its, or where a checkpoint is of a log from which no leaf says that this one goes on.
    """
    told = [leaf for leaf in found.leaves if leaf.kind == _KIND]
    hashes = [of_leaf(entry) for entry in found.entries] if told else []
    recoveries = [_recovery(found, leaf, hashes) for leaf in told]
    names = [each.lost.checkpoint.origin for each in recoveries]
    own = found.state.checkpoint.origin
    if len({*names, own}) <= len(names):
        say("the log goes on from a lost one under a name that was used before")
    first: dict[str, int] = {}
    last: dict[str, int] = {own: len(found.entries)}
    for each, name in zip(recoveries, [*names, own][1:], strict=True):
        last[each.lost.checkpoint.origin] = each.kept
        first[name] = each.leaf + 1
    _check_kept(found, recoveries, hashes, say)
    for state in [*found.states, *(each for each in found.own if each.checkpoint.origin not in names)]:
        size, origin = state.checkpoint.size, state.checkpoint.origin
        if origin not in last:
            raise BrokenError(
                f"the checkpoint of {size} leaves is of {origin}, and no leaf says that this log goes on from that one"
            )
        if not first.get(origin, 0) <= size <= last[origin]:
            say(f"the checkpoint of {size} leaves of {origin} does not lie between its beginning and its end")
    return {each.lost.checkpoint.origin: each.lost.checkpoint.size - each.kept for each in recoveries}


def _check_kept(found: Verification, recoveries: list[_Recovery], hashes: list[bytes], say: Say) -> None:
    """Hold what the reader kept of lost logs against their ends; say what lies between, where nobody can look now."""
    for each in recoveries:
        end = each.lost.checkpoint
        for state in (own for own in found.own if own.checkpoint.origin == end.origin):
            size, root = state.checkpoint.size, state.checkpoint.root
            if size <= each.kept or size == end.size:
                known = end.root if size == end.size else beginnings(hashes, {size})[size]
                if root != known:
                    raise BrokenError(f"the lost {end.origin} does not begin with the {size} leaves that you kept")
            else:
                say(f"the checkpoint of {size} leaves that you kept lies in what was lost of {end.origin}")


def _recovery(found: Verification, leaf: Leaf, hashes: list[bytes]) -> _Recovery:
    path = f"recovered/{leaf.number}.json"
    data = found.evidence.read(path)
    if data is None:
        raise BrokenError(f"{path}, the last checkpoint of the lost log, is missing from the bundle")
    record = read_object(data, path)
    if set(record) != {"v", "checkpoint", "proof"} or number_of(record, "v", path) != _VERSION:
        raise BrokenError(f"{path} does not hold a checkpoint and its proof")
    lost = read_state(decoded(text_of(record, "checkpoint", path)), found.trust)
    stated, kept = lost.checkpoint, leaf.integer("kept")
    if (leaf.integer("old_size"), leaf.text("old_root")) != (stated.size, stated.root.hex()):
        raise BrokenError(f"leaf {leaf.number} states another end of the lost log than {path}")
    if not kept <= leaf.number or kept >= stated.size:
        raise BrokenError(f"leaf {leaf.number} says that {kept} leaves of the lost log are here, which cannot be")
    proof = [bytes_of(each, LENGTH, path) for each in list_of(record, "proof", path)]
    check_consistency((kept, beginnings(hashes, {kept})[kept]), (stated.size, stated.root), proof)
    return _Recovery(leaf.number, lost, kept)

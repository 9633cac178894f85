"""Knows whether each key that signs for a log was introduced by the key before it, and how long it may sign."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.log import SignedState
    from bequest.inquiry.verify.notes import Key

    Say = Callable[[str], None]

_KIND = "key.rotated"


@dataclass(frozen=True)
class _Rotation:
    """Hold one change of a key: the leaf that states it, and both keys."""

    leaf: int
    old: Key
    new: Key


def check_rotations(
    leaves: list[Leaf], states: Sequence[SignedState], keys: Sequence[Key], introduced: Iterable[Key], say: Say
) -> int:
    """Return how many keys were replaced; say where one was not introduced by the key before it.

    `introduced` are keys that the reader did not name: BrokenError is raised unless a leaf under a checkpoint that a
    trusted key signed introduces each, and where a checkpoint is not signed by the key that was the log's own then.
    """
    rotations = list(_rotations(leaves, keys, say))
    _check_introduced(rotations, states, frozenset(introduced))
    for rotation in rotations:
        if not any(_signed_by_both(state, rotation) for state in states):
            say(f"no checkpoint that holds leaf {rotation.leaf} is signed by both the old key and the new one")
    _check_signed(states, rotations, say)
    return len(rotations)


def _rotations(leaves: list[Leaf], keys: Sequence[Key], say: Say) -> Iterable[_Rotation]:
    """Yield the changes that are what they must be: from the newest key so far to one that was never the log's."""
    named = {key.digest: key for key in keys}
    replaced: set[str] = set()
    followers: set[str] = set()
    for leaf in leaves:
        if leaf.kind != _KIND:
            continue
        old, new = leaf.text("old_key"), leaf.text("new_key")
        if old not in named or new not in named or named[old].name != named[new].name:
            say(f"leaf {leaf.number} replaces a key of the log, and the trust file does not name both, under one name")
        elif old == new or old in replaced or new in replaced | followers:
            say(f"leaf {leaf.number} replaces a key that was not the newest of the log, or by one that was before")
        else:
            replaced.add(old)
            followers.add(new)
            yield _Rotation(leaf.number, named[old], named[new])


def _check_introduced(rotations: list[_Rotation], states: Sequence[SignedState], introduced: frozenset[Key]) -> None:
    unproven = set(introduced)
    for rotation in rotations:
        signed = any(state.checkpoint.size > rotation.leaf and rotation.old in state.signers for state in states)
        if rotation.old not in unproven and signed:
            unproven.discard(rotation.new)
    if unproven:
        line = min(key.line for key in unproven)
        raise BrokenError(
            f"the key {line} came from the bundle, and no leaf under a key that you trust introduces it; if the "
            "operator has published it as theirs, add its line to your trust file"
        )


def _signed_by_both(state: SignedState, rotation: _Rotation) -> bool:
    signers = state.signers
    return state.checkpoint.size > rotation.leaf and rotation.old in signers and rotation.new in signers


def _check_signed(states: Sequence[SignedState], rotations: list[_Rotation], say: Say) -> None:
    """Raise BrokenError where the key that was a log's own then did not sign; say where keys change without a leaf."""
    common: dict[str, frozenset[Key]] = {}
    for state in sorted(states, key=lambda each: each.checkpoint.size):
        size, name = state.checkpoint.size, state.checkpoint.origin
        of_log = [each for each in rotations if each.new.name == name]
        done = [each for each in of_log if each.leaf < size]
        if done and done[-1].new not in state.signers:
            raise BrokenError(
                f"the checkpoint of {size} leaves is not signed by the key that leaf {done[-1].leaf} had put in the "
                "place of the one before"
            )
        if of_log and not done and of_log[0].old not in state.signers:
            raise BrokenError(f"the checkpoint of {size} leaves is signed by a key that only a later leaf introduces")
        if not of_log:
            own = frozenset(key for key in state.signers if not key.is_witness and key.name == name)
            common[name] = common.get(name, own) & own
            if not common[name]:
                say(f"the checkpoint of {size} leaves is signed by another key than those before, and no leaf says so")
                common[name] = own

"""Knows how a whole log is checked: signatures, witnesses, every entry, and every older checkpoint."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.notes import check_signatures, read_checkpoint
from bequest.inquiry.verify.tiles import WIDTH, audit, paths_of, tile_path
from bequest.inquiry.verify.tree import beginnings, of_leaf

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.inquiry.verify.evidence import Evidence
    from bequest.inquiry.verify.leaves import Leaf
    from bequest.inquiry.verify.notes import Checkpoint, Key
    from bequest.inquiry.verify.trust import Trust

_SKEW_SECONDS, _MINUTE_SECONDS = 2, 60
_NOTE_PATH = re.compile(r"checkpoints/(0|[1-9][0-9]{0,18})\.note")


@dataclass(frozen=True)
class SignedState:
    """Hold one state of the log and who signed it; a witness with the second at which it looked."""

    checkpoint: Checkpoint
    signers: dict[Key, int | None]

    def witnesses(self) -> frozenset[Key]:
        """Return the witnesses among the signers."""
        return frozenset(key for key, at in self.signers.items() if at is not None)


def read_state(data: bytes, trust: Trust) -> SignedState:
    """Return a state of a log that one of the trusted keys signed; raise BrokenError where none did."""
    text, signers = check_signatures(data, (*trust.logs, *trust.witnesses.values()))
    checkpoint = read_checkpoint(text)
    if not any(key in trust.logs and key.name == checkpoint.origin for key in signers):
        raise BrokenError(f"the checkpoint of {checkpoint.size} leaves is not signed by the key of its log")
    return SignedState(checkpoint, signers)


def newest_state(evidence: Evidence, trust: Trust) -> SignedState:
    """Return the newest state of the log in a bundle."""
    data = evidence.read("log/checkpoint")
    if data is None:
        raise BrokenError("log/checkpoint is missing from the bundle")
    return read_state(data, trust)


def entries_of(evidence: Evidence, state: SignedState) -> list[bytes]:
    """Return every entry of the log after all were hashed up to the root, and no file of it was left over."""
    if -(-state.checkpoint.size // WIDTH) > len(evidence.sizes):
        raise BrokenError(f"the bundle holds fewer files than a log of {state.checkpoint.size} leaves has")
    known = {tile_path(level, number, width) for level, number, width in paths_of(state.checkpoint.size)}
    known |= {
        tile_path("entries", number, width) for level, number, width in paths_of(state.checkpoint.size) if level == "0"
    }
    over = sorted(path for path in evidence.sizes if path.startswith("log/") and path.removeprefix("log/") not in known)
    if over != ["log/checkpoint"]:
        raise BrokenError(f"{next(path for path in over if path != 'log/checkpoint')} belongs to no log of this size")
    return list(audit(state.checkpoint, lambda path: evidence.read(f"log/{path}")))


def older_states(evidence: Evidence, trust: Trust) -> list[SignedState]:
    """Return the older states of the log in a bundle, by rising size; raise BrokenError where one is not signed."""
    sizes: list[int] = []
    for path in evidence.sizes:
        if path.startswith("checkpoints/"):
            named = _NOTE_PATH.fullmatch(path)
            if named is None:
                raise BrokenError(f"{path[:80]} is no checkpoint")
            sizes.append(int(named.group(1)))
    found: list[SignedState] = []
    for size in sorted(sizes):
        data = evidence.read(f"checkpoints/{size}.note")
        assert data is not None, "the path is listed"
        state = read_state(data, trust)
        if state.checkpoint.size != size:
            raise BrokenError(f"checkpoints/{size}.note is of another size")
        found.append(state)
    return found


def check_begins(entries: list[bytes], states: Sequence[SignedState]) -> int:
    """Return how many older states the log begins with; raise BrokenError at one that it does not begin with.

    A state under another name is one of a log that was lost, from which this one says that it goes on: `recoveries`.
    """
    roots = beginnings([of_leaf(entry) for entry in entries], {state.checkpoint.size for state in states})
    for state in states:
        stated = state.checkpoint
        if stated.size > len(entries):
            raise BrokenError(f"the checkpoint of {stated.size} leaves is not of this log, or the log was cut short")
        if roots[stated.size] != stated.root:
            raise BrokenError(
                f"the log does not begin with the {stated.size} leaves that its earlier checkpoint states"
            )
    return len(states)


def check_times(leaves: list[Leaf], states: list[SignedState], say: Callable[[str], None]) -> int:
    """Say where a leaf's time does not lie between what witnesses saw before it and after it, by 2 s of clocks.

    Returns how many of the states have witnesses.

    Whoever signed under a leaf had it before them, so it is not later than the earliest of them. It was entered after
    the state before was signed by the log, which the witnesses of that state saw a moment later: the leaf's minute ends
    after the earliest of them.
    """
    before, first, count = None, 0, 0
    for state in states:
        seen = [at for at in state.signers.values() if at is not None]
        if not seen:
            continue
        for leaf in leaves[first : state.checkpoint.size]:
            too_early = before is not None and leaf.at.timestamp() + _MINUTE_SECONDS <= before - _SKEW_SECONDS
            if too_early or leaf.stated_at.timestamp() > min(seen) + _SKEW_SECONDS:
                say(
                    f"leaf {leaf.number} states a time that does not lie between what the witnesses saw before and "
                    "after it"
                )
        before, first, count = min(seen), state.checkpoint.size, count + 1
    return count

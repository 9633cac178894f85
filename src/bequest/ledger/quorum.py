"""Knows since when a log is without a quorum of witnesses, and what everybody is told of it.

Nothing waits for witnesses: entries are recorded and signed without them. But until enough of them have signed too,
only the operator vouches for the newest entries, and whoever relies on the log has a right to know.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bequest.ledger import stored_checkpoints

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bequest.ledger.note import Signature
    from bequest.ledger.store import Store

    HasQuorum = Callable[[Iterable[Signature]], bool]

BANNER_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class QuorumState:
    """Hold how far witnesses have confirmed a log: entries in the newest checkpoint, and in the newest with a quorum.

    `waiting_since` is when the first checkpoint after the confirmed one was signed; None where there is none.
    """

    signed: int
    confirmed: int | None
    waiting_since: datetime | None


def quorum_state(store: Store, has_quorum: HasQuorum) -> QuorumState | None:
    """Return how far witnesses have confirmed the log of a database, None before its first checkpoint."""
    newest = stored_checkpoints.newest(store)
    if newest is None:
        return None
    confirmed = next(
        (
            size
            for size in stored_checkpoints.cosigned_sizes(store)
            if has_quorum(stored_checkpoints.cosignatures(store, size))
        ),
        None,
    )
    since = stored_checkpoints.first_signed_after(store, confirmed)
    return QuorumState(newest.checkpoint.size, confirmed, None if since is None else datetime.fromisoformat(since))


def waited(state: QuorumState | None, *, at: datetime) -> timedelta:
    """Return how long a log has waited for its quorum at an instant; nothing where it has one."""
    if state is None or state.waiting_since is None:
        return timedelta()
    return at - state.waiting_since


def banner(state: QuorumState | None, *, at: datetime) -> str | None:
    """Return what everybody is told after ten minutes without a quorum; None before, or where there is one."""
    if state is None or state.waiting_since is None or waited(state, at=at) < BANNER_AFTER:
        return None
    return (
        f"No quorum of witnesses since {state.waiting_since:%Y-%m-%d %H:%M} UTC, for {_in_words(waited(state, at=at))}."
        f" {_vouched(state)} Allocation goes on, and nothing is lost; see to the witnesses."
    )


def _vouched(state: QuorumState) -> str:
    if state.confirmed is None:
        return f"None of the {state.signed:,} entries is confirmed by outsiders: the operator alone vouches for them."
    newer = state.signed - state.confirmed
    which = "For the newest entry" if newer == 1 else f"For the newest {newer:,} entries"
    return f"{which} the operator alone vouches; the {state.confirmed:,} before are confirmed by outsiders."


def _in_words(time: timedelta) -> str:
    """Return a time of minutes or more in its two largest units."""
    minutes = int(time.total_seconds()) // 60
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    units = [(days, "day"), (hours, "hour"), (minutes, "minute")]
    first = next(place for place, (count, _) in enumerate(units) if count)
    named = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in units[first : first + 2] if count]
    return " and ".join(named)

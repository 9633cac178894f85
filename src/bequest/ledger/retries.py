"""Knows when the work of a transaction is done again: where the database stopped it in favour of another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_Result = TypeVar("_Result")
_STOPPED = frozenset({"40001", "40P01"})
"""PostgreSQL's codes for transactions that could not be put in an order, and for those that waited for each other."""


def with_retries(
    work: Callable[[], _Result], *, error: type[Exception], tries: int, pause: Callable[[int], None]
) -> _Result:
    """Return what `work`, one whole transaction from beginning to commit, gives at last.

    `error` is the driver's own error, `psycopg.Error`; any but those two codes, and that of the last try, goes on to
    the caller. `pause` waits before the next try and is told how many have failed. `work` rolls back what failed.
    """
    for failed in range(1, tries):
        try:
            return work()
        except error as stopped:
            if getattr(stopped, "sqlstate", None) not in _STOPPED:
                raise
        pause(failed)
    return work()

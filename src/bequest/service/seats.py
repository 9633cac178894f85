"""Knows the threads in which requests are answered: a fixed number a process, each with a connection that it keeps.

Django gives every request of ASGI a thread of its own, which dies with it, and its connection to the database as well.
Here a request takes the seat at which the fewest wait: nobody connects anew, and when many ask at once the database
meets as many of them as there are seats.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import ASGIHandler

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Scope = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
    Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

SEATS = 12
"""How many requests of a process are answered at once; more would only share its one interpreter."""


@dataclass(slots=True)
class _Seat:
    """Hold one thread, and how many requests have taken it."""

    thread: ThreadPoolExecutor
    taken: int = 0


class SeatedHandler(ASGIHandler):
    """Answer each request in one of a fixed number of threads."""

    def __init__(self, seats: int = SEATS) -> None:
        """Make the seats; a thread begins with its first request."""
        super().__init__()
        names = [f"seat-{number}" for number in range(seats)]
        self._seats = [_Seat(ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)) for name in names]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; whatever else a server tells, such as that it begins, is not for us."""
        if scope["type"] != "http":
            raise ValueError(f"Bequest answers HTTP only, and no {scope['type']}.")
        # Of equals the first: few threads do what few can do.
        seat = min(self._seats, key=lambda each: each.taken)
        seat.taken += 1
        try:
            async with ThreadSensitiveContext(executor=seat.thread):
                await self.handle(scope, receive, send)
        finally:
            seat.taken -= 1

"""Knows the threads in which requests are answered: a fixed number a process, each with a connection that it keeps.

Django gives every request of ASGI a thread of its own, which dies with it, and its connection to the database as well.
Here a request takes the seat at which the fewest wait: nobody connects anew, and when many ask at once the database
meets as many of them as there are seats. Whoever changes something may have to wait for a list that is being ranked;
so reading has seats of its own, and waits for no list.
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

READING, CHANGING = 6, 16
"""How many requests of a process are answered at once; those that change something mostly wait for each other."""
_READING = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(slots=True)
class _Seat:
    """Hold one thread, and how many requests have taken it."""

    thread: ThreadPoolExecutor
    taken: int = 0


class SeatedHandler(ASGIHandler):
    """Answer each request in one of a fixed number of threads."""

    def __init__(self, reading: int = READING, changing: int = CHANGING) -> None:
        """Make the seats; a thread begins with its first request."""
        super().__init__()
        self._reading, self._changing = (
            [_Seat(ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"{kind}-{each}")) for each in range(seats)]
            for kind, seats in (("reading", reading), ("changing", changing))
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; whatever else a server tells, such as that it begins, is not for us."""
        if scope["type"] != "http":
            raise ValueError(f"Bequest answers HTTP only, and no {scope['type']}.")
        # Of equals the first: few threads do what few can do.
        seats = self._reading if scope["method"] in _READING else self._changing
        seat = min(seats, key=lambda each: each.taken)
        seat.taken += 1
        try:
            async with ThreadSensitiveContext(executor=seat.thread):
                await self.handle(scope, receive, send)
        finally:
            seat.taken -= 1

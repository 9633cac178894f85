"""Knows the live stream of the log: a hint to whoever keeps a page open that something has changed.

What it tells of an entry everybody may read (`/ledger/entries`); every page is right without it after it is loaded
again. It ends by itself after a while, and whoever listens asks again, with the last entry that came.
"""

from __future__ import annotations

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from django.db import connections
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router

from bequest.ledger.store import head
from bequest.ledger.stored_tree import leaves
from bequest.registry.rows import store_of
from bequest.service.office import office
from bequest.service.problem import ProblemError
from bequest.service.rest.common import ERRORS, Problem

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

router = Router(tags=["desk"])
LONGEST_SECONDS = 900.0
"""How long a stream goes on: whoever may sign in no more is let go of with its end."""
MOST_STREAMS = 500
"""How many a process keeps open at once."""
_EVERY_SECONDS, _STILL_HERE_SECONDS = 1.0, 15.0
_AT_ONCE = 200
_LONGEST_NUMBER = 18
_LAST = "Last-Event-ID"
_STREAM = {
    "responses": {
        200: {
            "description": "Events of the kind `leaf`: the number of an entry as `id`, its number and kind as data.",
            "content": {
                "text/event-stream": {
                    "schema": {
                        "type": "object",
                        "properties": {name: {"type": "string"} for name in ("id", "event", "data")},
                    }
                }
            },
        }
    },
    "parameters": [
        {
            "name": _LAST,
            "in": "header",
            "required": False,
            "description": "The last entry that came; without it the stream begins with the next one.",
            "schema": {"type": "string", "pattern": "^[0-9]{1,18}$"},
        }
    ],
}


class Feed:
    """Tell streams what is new in the log; one thread asks the database, how far the log goes once a second."""

    def __init__(self) -> None:
        """Begin without having asked; the thread begins with the first question."""
        self.open = 0
        self._begin()

    async def size(self) -> int:
        """Return how many entries the log has, or had a second ago."""
        if time.monotonic() >= self._asked_at + _EVERY_SECONDS:
            # Whoever comes while the first question is open asks as well: before its answer nobody knows a size.
            self._size = await asyncio.get_running_loop().run_in_executor(self._thread, _size)
            self._asked_at = time.monotonic()
        return self._size

    async def after(self, start: int) -> list[tuple[int, str]]:
        """Return the number and the kind of entries from one on, some at once; none where there are none yet."""
        end = min(await self.size(), start + _AT_ONCE)
        if start >= end:
            return []
        return await asyncio.get_running_loop().run_in_executor(self._thread, _entries, start, end)

    def forget(self) -> None:
        """Forget how far the log went, and begin anew with another thread."""
        self._thread.shutdown()
        self._begin()

    def _begin(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="events")
        self._asked_at, self._size = float("-inf"), 0


FEED = Feed()


@router.get("/events", response={ERRORS: Problem}, openapi_extra=_STREAM)
def follow(request: HttpRequest) -> StreamingHttpResponse:
    """Follow the log live, as server-sent events, for a quarter of an hour; a reader goes on with `Last-Event-ID`."""
    last = request.headers.get(_LAST, "")
    if last and (not last.isascii() or not last.isdigit() or len(last) > _LONGEST_NUMBER):
        raise ProblemError(422, "input", f"{_LAST} is the number of the last entry that came; leave it out to begin.")
    if FEED.open >= MOST_STREAMS:
        raise ProblemError(503, "busy", "As many follow the log here as can; load the page again instead.")
    stream = StreamingHttpResponse(_told(None if not last else int(last) + 1), content_type="text/event-stream")
    # A proxy that gathers before it sends would hold every hint back.
    stream["X-Accel-Buffering"] = "no"
    return stream


async def _told(start: int | None) -> AsyncIterator[bytes]:
    """Yield what a stream says; from the end of the log on where it begins nowhere."""
    FEED.open += 1
    try:
        until, said_at = time.monotonic() + LONGEST_SECONDS, time.monotonic()
        at = await FEED.size() if start is None else start
        yield b"retry: 1000\n\n"
        while time.monotonic() < until:
            entries = await FEED.after(at)
            for index, kind in entries:
                data = json.dumps({"index": index, "kind": kind}, sort_keys=True)
                yield f"id: {index}\nevent: leaf\ndata: {data}\n\n".encode()
                at, said_at = index + 1, time.monotonic()
            if not entries:
                if time.monotonic() >= said_at + _STILL_HERE_SECONDS:
                    said_at = time.monotonic()
                    yield b": still here\n\n"
                await asyncio.sleep(min(_EVERY_SECONDS, LONGEST_SECONDS))
    finally:
        FEED.open -= 1


def _size() -> int:
    try:
        return head(store_of(office().using)).size
    finally:
        connections[office().using].close()


def _entries(start: int, end: int) -> list[tuple[int, str]]:
    try:
        return [(each.index, each.kind) for each in leaves(store_of(office().using), start, end)]
    finally:
        connections[office().using].close()

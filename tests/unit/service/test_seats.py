"""Requests are answered in a fixed number of threads, which stay."""

import asyncio
import threading
from functools import partial

import pytest
from asgiref.sync import sync_to_async

from bequest.service.seats import SeatedHandler


class Counting(SeatedHandler):
    """Note in which thread each request is answered."""

    def __init__(self, seats):
        super().__init__(seats, seats)
        self.threads = []

    async def handle(self, *_):
        """Answer as a view would, in the thread of the seat."""
        self.threads.append(await sync_to_async(threading.get_ident)())


async def asked(handler, times):
    """Ask many times at once."""
    await asyncio.gather(*(handler({"type": "http", "method": "GET"}, None, None) for _ in range(times)))


def test_many_requests_at_once_share_the_seats_that_there_are():
    handler = Counting(3)
    asyncio.run(asked(handler, 40))
    assert len(handler.threads) == 40
    assert len(set(handler.threads)) == 3


def test_one_request_after_the_other_keeps_one_thread():
    handler = Counting(3)

    async def in_turn():
        for _ in range(5):
            await handler({"type": "http", "method": "GET"}, None, None)

    asyncio.run(in_turn())
    assert len(set(handler.threads)) == 1


def test_whoever_reads_never_waits_for_somebody_who_changes_something():
    free = threading.Event()

    class Waiting(SeatedHandler):
        """Have changes wait until something was read."""

        async def handle(self, scope, *_):
            done = free.set if scope["method"] == "GET" else partial(free.wait, 60)
            await sync_to_async(done)()

    async def changes_then_reading():
        handler = Waiting(2, 2)
        changes = [asyncio.create_task(handler({"type": "http", "method": "POST"}, None, None)) for _ in range(9)]
        await asyncio.sleep(0)
        await handler({"type": "http", "method": "GET"}, None, None)
        await asyncio.gather(*changes)

    asyncio.run(changes_then_reading())
    assert free.is_set()


def test_a_seat_is_free_again_after_a_mistake():
    class Failing(SeatedHandler):
        async def handle(self, *_):
            raise KeyError("ours")

    async def often():
        handler = Failing(1)
        for _ in range(3):
            with pytest.raises(KeyError):
                await handler({"type": "http", "method": "GET"}, None, None)

    asyncio.run(often())


def test_nothing_but_http_is_answered():
    with pytest.raises(ValueError, match="HTTP only"):
        asyncio.run(SeatedHandler(1)({"type": "lifespan"}, None, None))

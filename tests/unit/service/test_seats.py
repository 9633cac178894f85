"""Requests are answered in a fixed number of threads, which stay."""

import asyncio
import threading

import pytest
from asgiref.sync import sync_to_async

from bequest.service.seats import SeatedHandler


class Counting(SeatedHandler):
    """Note in which thread each request is answered."""

    def __init__(self, seats):
        super().__init__(seats)
        self.threads = []

    async def handle(self, *_):
        """Answer as a view would, in the thread of the seat."""
        self.threads.append(await sync_to_async(threading.get_ident)())


async def asked(handler, times):
    """Ask many times at once."""
    await asyncio.gather(*(handler({"type": "http"}, None, None) for _ in range(times)))


def test_many_requests_at_once_share_the_seats_that_there_are():
    handler = Counting(3)
    asyncio.run(asked(handler, 40))
    assert len(handler.threads) == 40
    assert len(set(handler.threads)) == 3


def test_one_request_after_the_other_keeps_one_thread():
    handler = Counting(3)

    async def in_turn():
        for _ in range(5):
            await handler({"type": "http"}, None, None)

    asyncio.run(in_turn())
    assert len(set(handler.threads)) == 1


def test_a_seat_is_free_again_after_a_mistake():
    class Failing(SeatedHandler):
        async def handle(self, *_):
            raise KeyError("ours")

    async def often():
        handler = Failing(1)
        for _ in range(3):
            with pytest.raises(KeyError):
                await handler({"type": "http"}, None, None)

    asyncio.run(often())


def test_nothing_but_http_is_answered():
    with pytest.raises(ValueError, match="HTTP only"):
        asyncio.run(SeatedHandler(1)({"type": "lifespan"}, None, None))

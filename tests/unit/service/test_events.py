"""Whoever keeps a page open is told what is new in the log, live; a reader that was cut off misses nothing."""

import asyncio
import json

import pytest
from django.test import Client

from bequest.ledger.store import head
from bequest.registry.listings import Change, change_registration
from bequest.registry.rows import store_of
from bequest.service.rest import events
from registry_offices import ask
from service_desks import own_registration

ADDRESS = "/api/v1/events"


async def heard(stream, between=lambda _: None):
    """Return what a stream says until it ends; `between` is called with each piece."""
    said = []
    async for each in stream:
        said.append(each.decode())
        between(each.decode())
    return said


def told(desk, **headers):
    """Return the numbers of the entries that a stream tells of, and their data."""
    answer = desk.client("allocator").get(ADDRESS, headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/event-stream")
    said = asyncio.run(heard(answer.streaming_content))
    assert said[0] == "retry: 1000\n\n"
    lines = [each.splitlines() for each in said[1:]]
    return [int(each[0].removeprefix("id: ")) for each in lines], [json.loads(each[2][6:]) for each in lines]


def size(desk):
    return head(store_of(desk.office.using)).size


def change(desk):
    name = own_registration(elsewhere=False)["registration"]
    change_registration(desk.office, ask("lucia"), Change(name, {"weight_kg": "71.0"}))


def test_a_reader_that_was_cut_off_goes_on_behind_the_last_entry_that_came(desk):
    last = size(desk) - 4
    numbers, data = told(desk, **{"Last-Event-ID": str(last)})
    assert numbers == [last + 1, last + 2, last + 3]
    assert [each["index"] for each in data] == numbers
    entries = desk.get("allocator", "/ledger/entries?limit=200").json()["entries"]
    kinds = {each["index"]: each["kind"] for each in entries}
    assert all(kinds.get(each["index"], each["kind"]) == each["kind"] for each in data)
    assert set(data[0]) == {"index", "kind"}


def test_without_a_last_entry_the_stream_begins_with_the_next_one(desk):
    assert told(desk) == ([], [])


def test_two_that_begin_at_once_are_not_told_the_log_from_its_beginning(desk, monkeypatch):
    monkeypatch.setattr(events, "LONGEST_SECONDS", 0.4)
    monkeypatch.setattr(events, "_EVERY_SECONDS", 0.05)
    streams = [desk.client("allocator").get(ADDRESS).streaming_content for _ in range(2)]

    async def both():
        return await asyncio.gather(*(heard(each) for each in streams))

    assert asyncio.run(both()) == [["retry: 1000\n\n"]] * 2


def test_what_happens_meanwhile_is_told(desk, monkeypatch):
    monkeypatch.setattr(events, "LONGEST_SECONDS", 1.0)
    monkeypatch.setattr(events, "_EVERY_SECONDS", 0.05)
    first = size(desk)
    waiting = [lambda: change(desk)]

    def once(said):
        if said.startswith("retry") and waiting:
            waiting.pop()()

    answer = desk.client("allocator").get(ADDRESS)
    # The entry is made by another thread than the one that tells of it.
    said = asyncio.run(
        heard(answer.streaming_content, lambda each: asyncio.get_running_loop().run_in_executor(None, once, each))
    )
    assert f"id: {first}\n" in "".join(said)
    assert '"kind": "listing.changed"' in "".join(said)


def test_a_quiet_stream_says_that_it_is_still_here(desk, monkeypatch):
    monkeypatch.setattr(events, "_STILL_HERE_SECONDS", 0.0)
    answer = desk.client("allocator").get(ADDRESS)
    assert ": still here\n\n" in asyncio.run(heard(answer.streaming_content))


@pytest.mark.parametrize("last", ["-1", "one", "1" * 19, "٣"])
def test_what_is_no_number_of_an_entry_is_refused(desk, last):
    answer = desk.client("allocator").get(ADDRESS, headers={"Last-Event-ID": last})
    assert answer.status_code == 422
    assert "is the number of the last entry that came" in answer.json()["detail"]


def test_nobody_follows_the_log_live_without_signing_in(desk):
    del desk
    assert Client().get(ADDRESS).status_code == 401


def test_more_than_a_process_can_bear_are_told_so_and_who_leaves_makes_room(desk, monkeypatch):
    monkeypatch.setattr(events, "MOST_STREAMS", 0)
    assert desk.client("allocator").get(ADDRESS).status_code == 503
    monkeypatch.setattr(events, "MOST_STREAMS", 1)
    told(desk)
    assert events.FEED.open == 0
    told(desk)

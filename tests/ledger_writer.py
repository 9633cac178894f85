"""Knows how to write to a log until it is killed: `python ledger_writer.py PLACE`, a line for each confirmed entry."""

from __future__ import annotations

import sys
from itertools import count

from bequest.cli.ledger_database import open_store, transaction
from bequest.ledger.store import append

AT = "2026-11-01T00:00:00.000000Z"


def main():
    """Write an event and its entry in each transaction, and say so once it is confirmed."""
    store = open_store(sys.argv[1])
    known = store.run("SELECT count(*) FROM event").fetchone()[0]
    for number in count(known):
        with transaction(store):
            store.run("INSERT INTO event VALUES (?)", (f"event-{number}",))
            append(store, kind="test.leaf", at=AT, leaf=f"leaf {number}".encode(), event_id=f"event-{number}")
        print(number, flush=True)  # noqa: T201  whoever started it reads it


if __name__ == "__main__":
    main()

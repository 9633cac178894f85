"""Measure durable appends to the log: one event with its entry in each transaction, confirmed by the database.

On SQLite one writer; on PostgreSQL 1, 4 and 8 at once, each a process of its own, where a server is reached
(BEQUEST_BENCH_POSTGRES, else the one of this machine). The disk decides: `syncs` is how often a second it confirms a
write of its own, 512 bytes appended to a file, measured before each row. A commit of SQLite with TRUNCATE and FULL
syncs five times (the journal, its folder, the journal's header, the database, the emptied journal; counted with
strace), one of PostgreSQL once: `of the disk` says how much of what the disk confirms was reached. Where the
processors have more to do than this, as the load tells, the rates are those of a busy machine. Last comes what a
publisher does at its start: hash everything again.
"""

from __future__ import annotations

import os
import secrets
import statistics
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from rich.console import Console
from rich.table import Table

from bequest.cli.ledger_database import make_store, open_store, transaction
from bequest.ledger.publish import Edge, grow, root
from bequest.ledger.store import append, head
from bequest.ledger.stored_tree import inclusion_path, leaves

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bequest.ledger.store import Store

SERVER = os.environ.get("BEQUEST_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
AT = "2026-11-01T00:00:00.000000Z"
LEAF = b"x" * 500
SECONDS = 5.0
WRITERS = (1, 4, 8)
CHUNK = 4096
BULK = 100_000


@dataclass(frozen=True)
class Measured:
    """Hold what some writers reached together: entries a second, and how long one transaction took."""

    database: str
    writers: int
    a_second: float
    median_ms: float
    slowest_ms: float  # of a hundred, the slowest
    promised: float | None
    syncs: float  # that the disk confirms a second
    syncs_each: int


def main() -> None:
    """Print one table of writers, and what a publisher reads."""
    console = Console(width=130)
    with tempfile.TemporaryDirectory(dir=Path.cwd()) as folder:
        console.print(f"Load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors.")
        place = str(Path(folder) / "log.db")
        prepare(make_store(place))
        rows = [measured("SQLite, TRUNCATE, FULL", place, 1, folder=Path(folder), promised=1_000)]
        rows += postgresql(Path(folder))
        console.print(table_of(rows))
        console.print(published(str(Path(folder) / "bulk.db")))


def prepare(store: Store) -> None:
    """Make the table of events beside the log."""
    store.run("CREATE TABLE event (id VARCHAR(40) PRIMARY KEY, content VARCHAR(600))")
    store.connection.close()


def postgresql(folder: Path) -> list[Measured]:
    """Return what writers reach on PostgreSQL, nothing where there is no server."""
    try:
        server = psycopg.connect(SERVER, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        print(f"PostgreSQL is not measured: {error}")
        return []
    found: list[Measured] = []
    for writers in WRITERS:
        schema = f"bench_{secrets.token_hex(4)}"
        server.execute(f"CREATE SCHEMA {schema}")
        place = f"{SERVER}?options=-csearch_path%3D{schema}"
        prepare(make_store(place))
        promised = 800 if writers == max(WRITERS) else None
        found.append(measured("PostgreSQL", place, writers, folder=folder, promised=promised))
        server.execute(f"DROP SCHEMA {schema} CASCADE")
    server.close()
    return found


def measured(database: str, place: str, writers: int, *, folder: Path, promised: float | None) -> Measured:
    """Return what writers reach together in some seconds, beside what the disk confirms just before."""
    raw = syncs(folder)
    begins = time.time() + 1.0
    with ProcessPoolExecutor(writers, mp_context=get_context("spawn")) as pool:
        asked = [pool.submit(write, place, writer, begins + 1.0) for writer in range(writers)]
        took = [seconds for each in asked for seconds in each.result()]
    store = open_store(place)
    assert head(store).size == len(took), "every confirmed entry is there"
    store.connection.close()
    slowest = statistics.quantiles(took, n=100)[-1]
    median, each = 1000 * statistics.median(took), 5 if database.startswith("SQLite") else 1
    return Measured(database, writers, len(took) / SECONDS, median, 1000 * slowest, promised, raw, each)


def write(place: str, writer: int, begins: float) -> list[float]:
    """Append until the time is over; return how long each transaction took."""
    store = open_store(place)
    time.sleep(max(0.0, begins - time.time()))
    took: list[float] = []
    start = ends = time.perf_counter()
    ends += SECONDS
    while start < ends:
        name = f"{writer}-{len(took)}"
        with transaction(store):
            store.run("INSERT INTO event VALUES (?, ?)", (name, "x" * 500))
            append(store, kind="bench.leaf", at=AT, leaf=LEAF, event_id=name)
        now = time.perf_counter()
        took.append(now - start)
        start = now
    store.connection.close()
    return took


def published(place: str) -> str:
    """Return what hashing a whole log again costs, and a proof from what is stored."""
    store = make_store(place)
    with transaction(store):
        for number in range(BULK):
            append(store, kind="bench.leaf", at=AT, leaf=LEAF, event_id=str(number))

    def hash_again() -> None:
        edge = Edge()
        for start in range(0, BULK, CHUNK):
            edge, _ = grow(edge, leaves(store, start, min(BULK, start + CHUNK)))
        root(edge, stored=head(store))

    again = seconds(hash_again)
    proofs = seconds(lambda: [inclusion_path(store, index=index, size=BULK) for index in range(0, BULK, BULK // 200)])
    store.connection.close()
    return f"A publisher hashes {BULK / again:,.0f} entries a second; a proof is read in {5 * proofs:.2f} ms."


def syncs(folder: Path) -> float:
    """Return how many small writes a second the disk confirms."""
    with (folder / "syncs").open("wb", buffering=0) as file:

        def one() -> None:
            file.write(bytes(512))
            os.fsync(file.fileno())

        return 200 / seconds(lambda: [one() for _ in range(200)])


def seconds(work: Callable[[], object]) -> float:
    """Return the seconds of one call on the clock."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def table_of(rows: Sequence[Measured]) -> Table:
    """Return the measurements as a table."""
    table = Table(title="Durable appends: one event and its entry a transaction")
    for heading in (
        "database",
        "writers",
        "a second",
        "median ms",
        "slowest of 100, ms",
        "syncs",
        "of the disk",
        "promised",
        "reached",
    ):
        table.add_column(heading, justify="left" if heading == "database" else "right", no_wrap=True)
    for row in rows:
        is_promised = row.promised is not None
        table.add_row(
            row.database,
            str(row.writers),
            f"{row.a_second:,.0f}",
            f"{row.median_ms:.2f}",
            f"{row.slowest_ms:.1f}",
            f"{row.syncs:,.0f}",
            f"{row.a_second * row.syncs_each / row.syncs:.0%}",
            f"{row.promised:,.0f}" if row.promised is not None else "",
            ("yes" if row.a_second >= (row.promised or 0) else "NO") if is_promised else "",
        )
    return table


if __name__ == "__main__":
    main()

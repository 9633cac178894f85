"""Measure a nation's service under load: many people at once, reading and writing over REST, on PostgreSQL.

A new database is filled as an office moves in: places, policies, and its lists, which are taken over as a table is
(registry/listing_import.py). Then servers and a worker run as processes of their own. Each user is a thread with a
connection and an address of their own, asks for something drawn from the mixture, and thinks a while (`--think` seconds
on average) before the next: 200 users who think for 10 seconds ask about 20 times a second.

The lists are the benchmark's own split of a nation's: nearly all wait for a kidney, and every match run ranks those.
The mixture has one match run in 200 requests, about one in ten seconds. It is told how many requests a second were
answered; the 50th, 95th and 99th percentile of the time to the whole answer; errors by kind; the memory of the servers
at the start, in the middle and at the end; the load of the machine, which runs users, servers and database alike; and
the CPU time that one request of each kind takes of server and database when it is alone, which does not depend on who
else works there. Ends with 1 where something promised was not reached:

    everything p95 < 300 ms, a match run p95 < 1 s from end to end, no error, memory flat

    python benchmarks/service_load.py --registrations 5000 --users 20 --seconds 60
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import secrets
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import psycopg
from rich.console import Console
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SERVER = os.environ.get("BEQUEST_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
SPLIT = {"kidney": 850, "liver": 100, "heart": 35, "lung": 15}
"""Of a thousand registrations, how many wait for what: the benchmark's own."""
MIXTURE = {
    "read a registration": 76,
    "list registrations": 24,
    "list offers": 24,
    "read a run": 24,
    "explain a row": 20,
    "change a registration": 16,
    "report a donor": 15,
    "match run": 1,
}
"""Of 200 requests, how many ask for what."""
EVERYTHING_MS, MATCH_RUN_MS, GROWTH = 300, 1000, 1.10
"""What is promised: the 95th percentiles, and how many times the memory of the start is there at the end at most."""
DONORS = 100
"""How many have a kidney open: a run is made for each, and again only when all have had theirs."""
ALONE = 20
"""How often each kind is asked for when nobody else asks."""


class NowClock:
    """Give the instant by the clock of this machine."""

    @property
    def now(self) -> datetime:
        """Return the instant."""
        return datetime.now(UTC)

    def __call__(self) -> datetime:
        """Return the instant."""
        return self.now


@dataclass
class Filled:
    """Hold what the users know of the database: tokens by role, a centre's registrations, the donation and its run."""

    tokens: dict[str, str]
    own: list[str]
    hospital: str
    donations: Iterator[str]
    run: str
    ranked: list[str]
    port: int


@dataclass
class Measured:
    """Hold what was measured: milliseconds and errors by what was asked for."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    took_ms: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: Counter[str] = field(default_factory=Counter)

    def add(self, what: str, took_ms: float, status: int, detail: str) -> None:
        """Keep one answer."""
        with self.lock:
            self.took_ms[what].append(took_ms)
            if status >= 400 and status != 412:  # noqa: PLR2004  another user changed the registration first
                self.errors[f"{what}: {status} {detail[:120]}"] += 1


def environment(folder: Path, place: str, processes: int) -> dict[str, str]:
    """Return the environment of a service of invented people on PostgreSQL."""
    (folder / "secret").write_text(secrets.token_urlsafe(64))
    (folder / "wrapping").write_bytes(secrets.token_bytes(32))
    return {
        "BEQUEST_MODE": "demo",
        "BEQUEST_DATABASE": place,
        "BEQUEST_SECRET_KEY_FILE": str(folder / "secret"),
        "BEQUEST_WRAPPING_KEY_FILE": str(folder / "wrapping"),
        "BEQUEST_PROCESSES": str(processes),
        "BEQUEST_TRUSTED_PROXY": "yes",
    }


def fill(registrations: int) -> Filled:
    """Fill the database of the settings: lists, a donor whose kidneys and heart are open and ranked, and accounts."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    # These need Django, which is set up only now.
    offices = import_module("registry_offices")
    running = import_module("bequest.service.running")
    enums = import_module("bequest.model.enums")
    office = import_module("bequest.registry.office").Office(
        "ZZ",
        Path(os.environ["BEQUEST_WRAPPING_KEY_FILE"]).read_bytes(),
        NowClock(),
        secrets.token_bytes,
    )
    running.migrate()
    people = {
        organ: offices.people(max(12, registrations * share // 1000), enums.Organ(organ))
        for organ, share in SPLIT.items()
    }
    donors = offices.people()
    places = {each["centre"]: each for given in (donors, *people.values()) for each in given.places}
    import_module("bequest.registry.centres").add_centres(office, places.values())
    for organ in SPLIT:
        offices.enact(office, f"core/{organ}")
    own = move_in(office, people)
    run, donations = give(office, offices, enums.Organ.KIDNEY)
    hospital = donors.donors[0]["hospital"]
    centre = Counter(facts["centre"] for facts in own).most_common(1)[0][0]
    tokens = {}
    for role, at in (("allocator", None), ("list_keeper", centre), ("donor_coordinator", hospital)):
        running.add_user(role, role, "a heron waits by the weir", centre=at, candidate=None)
        tokens[role] = running.new_token(role, 2)
    places = import_module("bequest.registry.run_orders").places_of(office.using, run.event_id, 1, 200)
    return Filled(
        tokens=tokens,
        own=[facts["registration"] for facts in own if facts["centre"] == centre],
        hospital=hospital,
        donations=itertools.cycle(donations),
        run=run.event_id,
        ranked=[place.registration for place in places],
        port=free_port(),
    )


def give(office: object, offices: Any, organ: object) -> tuple[Any, list[str]]:  # noqa: ANN401  of the tests
    """Have donors' organs opened, a run of the first; return it, and the donations that wait for theirs."""
    given = []
    for number in range(DONORS):
        donation = offices.Donation.reported(office, name=f"giver-{number}").steps()
        donation.open(organ)
        given.append(donation)
    return given[0].run(organ), [each.donation for each in given[1:]]


def move_in(office: object, people: dict[str, Any]) -> list[dict[str, str]]:
    """Take the lists of an office over; return the facts of those who wait for a kidney."""
    imports = import_module("bequest.registry.listing_import")
    listing = import_module("bequest.registry.listings").Listing
    own: dict[str, list[dict[str, str]]] = {}
    named: set[str] = set()
    for organ, given in people.items():
        mine = [
            {**facts, "registration": f"{organ}-{facts['registration']}", "candidate": f"{organ}-{facts['candidate']}"}
            for facts in given.registrations
            if facts["status"] != "removed"
        ]
        listings = []
        for facts in mine:
            new = facts["candidate"] not in named
            named.add(facts["candidate"])
            listings.append(listing(facts, f"Invented person {facts['candidate']}" if new else None, resident=True))
        actors = {facts["centre"]: "lucia" for facts in mine}
        began = time.perf_counter()
        imports.import_listings(
            office, listings, imports.Source(actors, lambda row: f"row {row + 1}", lambda _done, _of: None)
        )
        print(f"{len(mine):,} registrations of the {organ} list taken over in {time.perf_counter() - began:.0f} s")
        own[organ] = mine
    return own["kidney"]


@dataclass
class User:
    """Ask one thing after the other, over a connection and from an address of one's own."""

    number: int
    known: Filled
    measured: Measured
    until: float
    think: float
    name: str = "load"

    def ask(self, what: str, draw: Random, key: str) -> None:
        """Ask for one thing of the mixture."""
        getattr(self, "_" + what.replace(" a ", " ").replace(" ", "_"))(what, draw, key)

    def work(self) -> None:
        """Work until the time is over."""
        draw = Random(f"{self.name} {self.number}")  # noqa: S311  it chooses what is asked
        asked = 0
        while True:
            time.sleep(draw.random() * 2 * self.think)
            if time.monotonic() >= self.until:
                return
            what = draw.choices(list(MIXTURE), list(MIXTURE.values()))[0]
            asked += 1
            self.ask(what, draw, f"{self.name}-{self.number}-{asked}")

    def _read_registration(self, what: str, draw: Random, _: str) -> None:
        self._ask(what, "GET", "list_keeper", f"/registrations/{draw.choice(self.known.own)}")

    def _list_registrations(self, what: str, _: Random, __: str) -> None:
        self._ask(what, "GET", "list_keeper", "/registrations?organ=kidney&limit=50")

    def _list_offers(self, what: str, _: Random, __: str) -> None:
        self._ask(what, "GET", "allocator", "/offers?limit=50")

    def _read_run(self, what: str, _: Random, __: str) -> None:
        self._ask(what, "GET", "allocator", f"/runs/{self.known.run}")

    def _explain_row(self, what: str, draw: Random, _: str) -> None:
        self._ask(what, "GET", "allocator", f"/runs/{self.known.run}/explain/{draw.choice(self.known.ranked)}")

    def _change_registration(self, what: str, draw: Random, key: str) -> None:
        address = f"/registrations/{draw.choice(self.known.own)}"
        etag = self._ask("read a registration", "GET", "list_keeper", address)
        body = {"facts": {"weight_kg": f"{draw.randrange(50, 100)}.5"}}
        self._ask(what, "PATCH", "list_keeper", address, body, {"Idempotency-Key": key, "If-Match": etag})

    def _report_donor(self, what: str, _: Random, key: str) -> None:
        body = {
            "donor": key, "hospital": self.known.hospital, "referred_at": "2026-03-01T07:00:00Z",
            "referrer": "ward 3", "ventilated": True, "cause_class": "trauma", "stage": "eligible",
        }  # fmt: skip
        self._ask(what, "POST", "donor_coordinator", "/donors", body, {"Idempotency-Key": key})

    def _match_run(self, what: str, _: Random, key: str) -> None:
        address = f"/donors/{next(self.known.donations)}/organs/kidney/runs"
        self._ask(what, "POST", "allocator", address, {}, {"Idempotency-Key": key})

    def _ask(self, what: str, method: str, role: str, address: str, body: object = None, more: object = None) -> str:  # noqa: PLR0913, PLR0917  a request has these
        """Ask, keep how long the whole answer took, and return its ETag."""
        address_of = f"10.0.{self.number // 250}.{self.number % 250 + 1}"
        headers = {
            "Authorization": f"Bearer {self.known.tokens[role]}",
            "Content-Type": "application/json",
            "X-Forwarded-For": address_of,
            **(more if isinstance(more, dict) else {}),
        }
        began = time.perf_counter()
        connection = http.client.HTTPConnection("127.0.0.1", self.known.port, timeout=120)
        try:
            connection.request(method, f"/api/v1{address}", None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read().decode()
            status, etag = answer.status, answer.headers.get("ETag", "")
        except (OSError, http.client.HTTPException) as error:
            status, etag, content = 599, "", type(error).__name__
        finally:
            connection.close()
        took_ms = (time.perf_counter() - began) * 1000
        self.measured.add(what, took_ms, status, content if status >= 400 else "")  # noqa: PLR2004  an error
        return etag


def memory_mb(parent: int) -> float:
    """Return the resident memory of a process and of its children."""
    total = 0
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            told = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
        except OSError:
            told = {"Pid": "0", "PPid": "0"}
        if parent in {int(told["Pid"]), int(told["PPid"])}:
            total += int(told.get("VmRSS", "0 kB").split()[0])
    return total / 1024


def cpu_seconds(parent: int, database: str) -> float:
    """Return the CPU time that a process and its children, and the backends of a database, have taken so far."""
    with psycopg.connect(SERVER) as server:
        rows = server.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", (database,)).fetchall()
    backends = {int(pid) for (pid,) in rows}
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        # A process may end while it is looked at.
        with suppress(OSError):
            told = stat.read_text().rpartition(")")[2].split()
            if int(stat.parent.name) in {parent, *backends} or int(told[1]) == parent:
                ticks += int(told[11]) + int(told[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def alone(known: Filled, parent: int, database: str) -> dict[str, float]:
    """Return the milliseconds of CPU that one request of each kind takes of servers and database, asked alone."""
    user = User(9999, known, Measured(), 0, 0)
    draw, took = Random(1), {}  # noqa: S311  it chooses what is asked
    for what in MIXTURE:
        times = ALONE if what != "match run" else 5
        before = cpu_seconds(parent, database)
        for number in range(times):
            user.ask(what, draw, f"alone-{what.replace(' ', '-')}-{number}")
        took[what] = (cpu_seconds(parent, database) - before) * 1000 / times
    return took


def began_verb(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a verb of the service."""
    return subprocess.Popen([sys.executable, "-m", "bequest", *words], stdout=subprocess.DEVNULL)  # noqa: S603  ours


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def pace() -> float:
    """Return the seconds that a plain loop takes of this machine, to compare figures of one machine with another's."""
    began, total = time.perf_counter(), 0
    for number in range(5_000_000):
        total += number * number
    return time.perf_counter() - began


def wait_for_server(port: int) -> None:
    """Wait until the server answers."""
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/api/v1/")
            if connection.getresponse().status == http.client.OK:
                return
        except OSError:
            time.sleep(0.2)
    sys.exit("the server does not answer")


def load(known: Filled, users: int, seconds: float, think: float, name: str = "load") -> Measured:
    """Have users work at once, and return what was measured."""
    measured = Measured()
    until = time.monotonic() + seconds
    threads = [
        threading.Thread(target=User(number, known, measured, until, think, name).work) for number in range(users)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return measured


def percentile(took: Sequence[float], hundredth: int) -> float:
    """Return the value below or at which so many hundredths are."""
    return sorted(took)[-(-hundredth * len(took) // 100) - 1]


def tell(measured: Measured, seconds: float, cpu: dict[str, float]) -> None:
    """Print the table of what was measured."""
    table = Table("asked", "times", "p50 ms", "p95 ms", "p99 ms", "most ms", "CPU ms alone")
    everything = [each for took in measured.took_ms.values() for each in took]
    for what, took in [*sorted(measured.took_ms.items()), ("everything", everything)]:
        table.add_row(
            what, f"{len(took):,}", *(f"{percentile(took, of):.0f}" for of in (50, 95, 99)), f"{max(took):.0f}",
            f"{cpu[what]:.0f}" if what in cpu else "",
        )  # fmt: skip
    Console(width=110).print(table)
    print(f"{len(everything) / seconds:.1f} requests a second; errors: {sum(measured.errors.values())}")
    for told, times in measured.errors.most_common(8):
        print(f"  {times} x {told}")


def broken_promises(measured: Measured, memory: Sequence[float]) -> list[str]:
    """Return a sentence for each promise that was not kept."""
    everything = [each for took in measured.took_ms.values() for each in took]
    found: list[str] = []
    if percentile(everything, 95) >= EVERYTHING_MS:
        found.append(f"everything: p95 is {percentile(everything, 95):.0f} ms, and {EVERYTHING_MS} are promised.")
    runs = measured.took_ms.get("match run", [])
    if not runs or percentile(runs, 95) >= MATCH_RUN_MS:
        told = f"p95 is {percentile(runs, 95):.0f} ms" if runs else "nobody asked for one"
        found.append(f"match run: {told}, and {MATCH_RUN_MS} ms are promised.")
    if measured.errors:
        found.append(f"{sum(measured.errors.values())} requests ended in an error.")
    if memory[-1] > GROWTH * memory[0]:
        found.append(f"memory: {memory[0]:.0f} MB at the start, {memory[-1]:.0f} MB at the end; it is to stay.")
    return found


def watched(known: Filled, chosen: argparse.Namespace, server: int) -> tuple[Measured, list[float]]:
    """Have the users work; return what was measured, and the memory at the start, in the middle and at the end."""
    memory = [memory_mb(server)]
    middle = threading.Timer(chosen.seconds / 2, lambda: memory.append(memory_mb(server)))
    middle.start()
    measured = load(known, chosen.users, chosen.seconds, chosen.think)
    middle.join()
    return measured, [*memory, memory_mb(server)]


def main() -> None:
    """Fill, serve, load and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--registrations", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--think", type=float, default=10.0)
    parser.add_argument("--processes", type=int, default=2)
    chosen = parser.parse_args()
    database = f"bequest_load_{secrets.token_hex(4)}"
    place = f"{SERVER.rpartition('/')[0]}/{database}"
    with psycopg.connect(SERVER, autocommit=True) as server, tempfile.TemporaryDirectory() as folder:
        server.execute(f"CREATE DATABASE {database}")
        started: list[subprocess.Popen[bytes]] = []
        try:
            os.environ.update(environment(Path(folder), place, chosen.processes))
            import_module("bequest.service.asgi").set_up(os.environ)
            began = time.perf_counter()
            known = fill(chosen.registrations)
            import_module("django.db").connections.close_all()
            # What PostgreSQL's own autovacuum does within minutes, where it is not switched off.
            with psycopg.connect(place, autocommit=True) as filled:
                filled.execute("VACUUM (ANALYZE)")
            print(f"{chosen.registrations:,} registrations in {time.perf_counter() - began:.0f} s")
            print(f"pace of the machine: {pace():.2f} s for a loop of 5,000,000 multiplications in Python")
            started.extend(began_verb(verb) for verb in (("serve", "--port", str(known.port)), ("worker",)))
            wait_for_server(known.port)
            # Both processes have read the lists, and every seat has its connection, before anything is measured.
            load(known, chosen.users, 20, 5, "first")
            for number in range(4 * chosen.processes):
                User(9000 + number, known, Measured(), 0, 0).ask("match run", Random(0), f"first-{number}")  # noqa: S311  as above
            cpu = alone(known, started[0].pid, database)
            before = os.getloadavg()
            measured, memory = watched(known, chosen, started[0].pid)
            tell(measured, chosen.seconds, cpu)
            print("memory of the servers: " + ", ".join(f"{each:.0f} MB" for each in memory) + " (start, middle, end)")
            print(f"load of the machine: {before[0]:.1f} before, {os.getloadavg()[0]:.1f} after; {os.cpu_count()} CPUs")
            broken = broken_promises(measured, memory)
        finally:
            for each in started:
                each.terminate()
                each.wait()
            server.execute(f"DROP DATABASE {database} WITH (FORCE)")
    for sentence in broken:
        print(f"not kept: {sentence}", file=sys.stderr)
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()

"""Measure a nation's service under load: many people at once, reading and writing over REST, on PostgreSQL.

A new database is filled through the registry's own steps, then servers and a worker run as processes of their own. Each
user is a thread with a connection and an address of their own, asks for something drawn from a mixture, and thinks a
while (`--think` seconds on average) before the next. Told are how many requests a second were answered, the 50th and
95th percentile of the time to the whole answer, errors, and the memory of the servers before and after. The machine
runs users, servers and database alike, so on few processors the figures are those of a machine that shares.

    python benchmarks/service_load.py --registrations 5000 --users 20 --seconds 60
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
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
    from collections.abc import Sequence

SERVER = os.environ.get("BEQUEST_BENCH_POSTGRES", "postgresql://postgres@127.0.0.1:5432/postgres")
MIXTURE = {
    "read a registration": 38,
    "list registrations": 12,
    "list offers": 10,
    "read a run": 12,
    "explain a row": 10,
    "change a registration": 12,
    "report a donor": 4,
    "match run": 2,
}


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
    donation: str
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
    """Fill the database of the settings: a list, a donor whose heart is open and ranked, and accounts."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    # These need Django, which is set up only now.
    offices = import_module("registry_offices")
    running = import_module("bequest.service.running")
    office = import_module("bequest.registry.office").Office(
        "ZZ",
        Path(os.environ["BEQUEST_WRAPPING_KEY_FILE"]).read_bytes(),
        NowClock(),
        secrets.token_bytes,
    )
    running.migrate()
    # A small list brings the places, their authorisations and the policy; the large one follows it.
    offices.opened(office)
    listed = put_on_list(office, offices, registrations)
    donation, run = offices.heart_run(office)
    centre = Counter(each["centre"] for each in listed).most_common(1)[0][0]
    hospital = offices.people().donors[0]["hospital"]
    tokens = {}
    for role, at in (("allocator", None), ("list_keeper", centre), ("donor_coordinator", hospital)):
        running.add_user(role, role, "a heron waits by the weir", centre=at, candidate=None)
        tokens[role] = running.new_token(role, 2)
    rows = import_module("bequest.registry.models").MatchRow.objects.filter(run_id=run.event_id).order_by("rank")
    return Filled(
        tokens=tokens,
        own=[each["registration"] for each in listed if each["centre"] == centre],
        hospital=hospital,
        donation=donation.donation,
        run=run.event_id,
        ranked=[row.registration_id for row in rows.exclude(rank=None)[:200]],
        port=free_port(),
    )


def put_on_list(office: object, offices: Any, registrations: int) -> list[dict[str, str]]:  # noqa: ANN401  of the tests
    """Put so many on the heart list, each by a step of its own; return their facts."""
    listings = import_module("bequest.registry.listings")
    made: list[dict[str, str]] = []
    seen: set[str] = set()
    for facts in offices.people(registrations).registrations:
        if facts["status"] == "removed":
            continue
        own = {**facts, "registration": f"N-{facts['registration']}", "candidate": f"N-{facts['candidate']}"}
        identity = None if own["candidate"] in seen else f"Invented person {own['candidate']}"
        seen.add(own["candidate"])
        listings.list_candidate(office, offices.ask("lucia"), listings.Listing(own, identity, resident=True))
        made.append(own)
    return made


@dataclass
class User:
    """Ask one thing after the other, over a connection and from an address of one's own."""

    number: int
    known: Filled
    measured: Measured
    until: float
    think: float

    def work(self) -> None:
        """Work until the time is over."""
        draw = Random(self.number)  # noqa: S311  it chooses what is asked
        asked = 0
        while True:
            time.sleep(draw.random() * 2 * self.think)
            if time.monotonic() >= self.until:
                return
            what = draw.choices(list(MIXTURE), list(MIXTURE.values()))[0]
            asked += 1
            getattr(self, "_" + what.replace(" a ", " ").replace(" ", "_"))(what, draw, f"load-{self.number}-{asked}")

    def _read_registration(self, what: str, draw: Random, _: str) -> None:
        self._ask(what, "GET", "list_keeper", f"/registrations/{draw.choice(self.known.own)}")

    def _list_registrations(self, what: str, _: Random, __: str) -> None:
        self._ask(what, "GET", "list_keeper", "/registrations?organ=heart&limit=50")

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
        address = f"/donors/{self.known.donation}/organs/heart/runs"
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


def began_verb(words: Sequence[str]) -> subprocess.Popen[bytes]:
    """Start a verb of the service."""
    return subprocess.Popen([sys.executable, "-m", "bequest", *words], stdout=subprocess.DEVNULL)  # noqa: S603  ours


def free_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


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


def load(known: Filled, users: int, seconds: float, think: float) -> Measured:
    """Have users work at once, and return what was measured."""
    measured = Measured()
    until = time.monotonic() + seconds
    threads = [threading.Thread(target=User(number, known, measured, until, think).work) for number in range(users)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return measured


def tell(measured: Measured, seconds: float) -> None:
    """Print the table of what was measured."""
    table = Table("asked", "times", "p50 ms", "p95 ms", "most ms")
    everything = [each for took in measured.took_ms.values() for each in took]
    for what, took in [*sorted(measured.took_ms.items()), ("everything", everything)]:
        ordered = sorted(took)
        table.add_row(
            what, f"{len(took):,}", f"{statistics.median(took):.0f}",
            f"{ordered[-(-95 * len(took) // 100) - 1]:.0f}", f"{ordered[-1]:.0f}",
        )  # fmt: skip
    Console(width=100).print(table)
    print(f"{len(everything) / seconds:.1f} requests a second; errors: {sum(measured.errors.values())}")
    for told, times in measured.errors.most_common(8):
        print(f"  {times} x {told}")


def main() -> None:
    """Fill, serve, load and tell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--registrations", type=int, default=100_000)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--think", type=float, default=2.0)
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
            print(f"{chosen.registrations:,} registrations in {time.perf_counter() - began:.0f} s")
            started.extend(began_verb(verb) for verb in (("serve", "--port", str(known.port)), ("worker",)))
            wait_for_server(known.port)
            load(known, chosen.users, 5, 0.5)
            before = memory_mb(started[0].pid)
            measured = load(known, chosen.users, chosen.seconds, chosen.think)
            after = memory_mb(started[0].pid)
            tell(measured, chosen.seconds)
            print(f"memory of the servers: {before:.0f} MB before, {after:.0f} MB after")
        finally:
            for each in started:
                each.terminate()
                each.wait()
            server.execute(f"DROP DATABASE {database} WITH (FORCE)")


if __name__ == "__main__":
    main()

"""Knows an office made of processes: a server, a worker, a publisher, a clerk; who is killed is started again."""

from __future__ import annotations

import http.client
import itertools
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from service_desks import hospital, own_registration

if TYPE_CHECKING:
    from office_clock import SharedClock

TESTS = Path(__file__).parent
SECONDS_TO_START = 60
ORIGIN = "log.example/zz"


def free_port():
    """Return a port at which nobody listens."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@dataclass
class Answers:
    """Hold what was acknowledged: keys of requests, and leaves with their events; whoever waits is woken."""

    keys: list = field(default_factory=list)
    leaves: list = field(default_factory=list)
    news: threading.Condition = field(default_factory=threading.Condition)

    def add(self, *, key=None, leaf=None):
        """Keep an answer."""
        with self.news:
            if key is not None:
                self.keys.append(key)
            if leaf is not None:
                self.leaves.append(leaf)
            self.news.notify_all()

    def count(self):
        """Return how many there are."""
        return len(self.keys) + len(self.leaves)

    def wait_for(self, more, seconds=SECONDS_TO_START):
        """Wait until there are so many more."""
        wanted = self.count() + more
        with self.news:
            assert self.news.wait_for(lambda: self.count() >= wanted, seconds), "nobody is answered any more"


@dataclass
class Processes:
    """Start the processes of an office, kill them, and end them."""

    place: str
    folder: Path
    clock: SharedClock
    answers: Answers
    port: int = field(default_factory=free_port)
    running: dict = field(default_factory=dict)
    lines: dict = field(default_factory=dict)
    numbers: itertools.count = field(default_factory=itertools.count)

    def __post_init__(self):
        """Write the files of secrets, and make the key of the log."""
        (self.folder / "secret").write_text("0123456789abcdefghijklmnopqrstuvwxyz-0123456789-abcdefg")
        (self.folder / "wrapping").write_bytes(bytes(32))
        self.once("ledger", "key", "--name", ORIGIN, "--out", str(self.folder / "log.key"))

    @property
    def names(self):
        """Return who works here: on SQLite the server does what is due itself."""
        beside = ("worker",) if self.place.startswith("postgresql") else ()
        return ("serve", *beside, "publisher", "clerk")

    def environment(self):
        """Return the environment of a process."""
        return os.environ | {
            "BEQUEST_MODE": "demo",
            "BEQUEST_DATABASE": self.place,
            "BEQUEST_SECRET_KEY_FILE": str(self.folder / "secret"),
            "BEQUEST_WRAPPING_KEY_FILE": str(self.folder / "wrapping"),
        }

    def words(self, name):
        """Return the words that start a process."""
        if name == "clerk":
            who = f"clerk{next(self.numbers)}"
            return [str(TESTS / "office_clerk.py"), str(self.clock.path), self.place, who]
        more = {
            "serve": ("serve", "--port", str(self.port)),
            "worker": ("worker",),
            "publisher": self.publisher(),
        }[name]
        return [str(TESTS / "office_process.py"), str(self.clock.path), *more]

    def publisher(self, *more):
        """Return the words of the publisher."""
        key, site = str(self.folder / "log.key"), str(self.folder / "site")
        return ("publisher", "--db", self.place, "--key", key, "--out", site, *more)

    def once(self, *words):
        """Run a verb to its end and return how it ended."""
        command = [sys.executable, str(TESTS / "office_process.py"), str(self.clock.path), *words]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, check=False)

    def start(self, name):
        """Start a process, and wait until it works."""
        errors = (self.folder / f"{name}.err").open("a")
        with errors:
            started = subprocess.Popen(
                [sys.executable, *self.words(name)], env=self.environment(), stdout=subprocess.PIPE, stderr=errors,
                text=True,
            )  # fmt: skip
        self.running[name] = started
        first = threading.Event()
        reader = threading.Thread(target=self._read, args=(name, started, first), daemon=True)
        reader.start()
        self.lines[name] = reader
        assert first.wait(SECONDS_TO_START), f"{name} does not start: {self.told(name)}"
        if name == "serve":
            Remote(self.port, self.answers, threading.Event()).get("allocator", "/")

    def _read(self, name, started, first):
        for line in started.stdout:
            if name == "clerk":
                self.answers.add(key=line.strip())
            if line.strip():
                first.set()

    def told(self, name):
        """Return the end of what a process wrote to its standard error."""
        return (self.folder / f"{name}.err").read_text()[-2000:]

    def check(self):
        """See that nobody ended by themselves."""
        for name, process in self.running.items():
            assert process.poll() is None, f"{name} ended with {process.returncode}: {self.told(name)}"

    def kill(self, name):
        """Kill a process as `kill -9` does."""
        self.end(name, signal.SIGKILL)

    def end(self, name, how=signal.SIGTERM):
        """End a process."""
        process = self.running.pop(name)
        process.send_signal(how)
        process.wait(SECONDS_TO_START)
        self.lines.pop(name).join()
        process.stdout.close()

    def end_all(self):
        """End everybody."""
        for name in sorted(self.running):
            self.end(name, signal.SIGKILL if name == "clerk" else signal.SIGTERM)


@dataclass
class Remote:
    """Ask a server over HTTP, again and again with the same key, until it answers."""

    port: int
    answers: Answers
    stopped: threading.Event

    def get(self, name, address, **headers):
        """Ask to read."""
        return self.send("GET", name, address, None, headers)

    def send(self, method, name, address, body, headers):
        """Return the status, the headers and the content of the answer; None once it should stop."""
        until = time.monotonic() + SECONDS_TO_START
        while not self.stopped.is_set():
            try:
                answer = self._once(method, name, address, body, headers)
            except (OSError, http.client.HTTPException):
                answer = None
            if answer is not None and answer[0] not in {429, 503}:
                return answer
            assert time.monotonic() < until, f"the server does not answer {method} {address}: {answer}"
            time.sleep(0.05)
        return None

    def _once(self, method, name, address, body, headers):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            sent = {"Authorization": f"Bearer bequest_{name}", "Content-Type": "application/json", **headers}
            connection.request(method, f"/api/v1{address}", None if body is None else json.dumps(body), sent)
            answer = connection.getresponse()
            content = json.loads(answer.read() or b"{}")
            return answer.status, dict(answer.getheaders()), content
        finally:
            connection.close()

    def post(self, name, address, body, key, method="POST", **headers):
        """Ask for something to be done, and keep the leaf of the answer."""
        answer = self.send(method, name, address, body, {"Idempotency-Key": key, **headers})
        if answer is not None:
            status, _, content = answer
            # Somebody else may have changed a registration first.
            assert status in {200, 201, 412}, (address, status, content)
            if status != 412:
                self.answers.add(leaf=(content["leaf"], content["event"]))
        return answer


def work_at_a_desk(remote, name):
    """Report possible donors and keep a registration over REST, until told to stop."""
    for number in itertools.count():
        referred = {
            "donor": f"{name}-D-{number}", "hospital": hospital(), "referred_at": "2026-03-01T07:00:00Z",
            "referrer": "ward 3", "identity": "A name", "ventilated": True, "cause_class": "trauma",
            "stage": "eligible",
        }  # fmt: skip
        answer = remote.post("donor_coordinator", "/donors", referred, f"{name}-report-{number}")
        if answer is None:
            return
        look_up = {
            "register": "donor_register", "run_by": "the registrar", "looked_up_at": "2026-03-01T07:05:00Z",
            "answer": "yes", "signer": "registrar-1",
        }  # fmt: skip
        address = f"/donors/{answer[2]['donation']}/look-ups"
        remote.post("donor_coordinator", address, look_up, f"{name}-look-up-{number}")
        change_weight(remote, f"{name}-change-{number}", number)


def change_weight(remote, key, number):
    """Change a registration as it was seen; somebody else may have been faster."""
    address = f"/registrations/{own_registration()['registration']}"
    seen = remote.get("list_keeper", address)
    if seen is None:
        return
    body = {"facts": {"weight_kg": f"{60 + number % 20}.5"}}
    etag = next(value for name, value in seen[1].items() if name.lower() == "etag")
    remote.post("list_keeper", address, body, key, method="PATCH", **{"If-Match": etag})

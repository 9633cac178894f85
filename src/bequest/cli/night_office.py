"""Knows the temporary office of a demo night: invented people, a database of its own, a free port; gone at the end."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import TYPE_CHECKING, Protocol, cast

from bequest.cli.night_clock import BEGINS, PlayedClock
from bequest.cli.service_setup import application, demo_environment, set_up
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from datetime import timedelta

    from bequest.cli.service_setup import Running
    from bequest.model.enums import Organ

HOST = "127.0.0.1"
_DATABASE = "BEQUEST_DATABASE"
_SECONDS = 10.0


class TemporaryOffice:
    """Hold an office that runs in this process, its clock, and the tokens of its people."""

    def __init__(self, running: Running, address: str, clock: PlayedClock) -> None:
        """Take what runs, and where."""
        self.running, self.address, self.clock = running, address, clock
        self._tokens: dict[str, str] = {}

    def headers(self, account: str) -> Mapping[str, str]:
        """Return what signs an account in: a token of its own."""
        if account not in self._tokens:
            self._tokens[account] = self.running.new_token(account, 1)
        return {"Authorization": f"Bearer {self._tokens[account]}"}


@contextmanager
def temporary_office(
    organ: Organ, *, database: str | None, day_before: timedelta, tell: Callable[[str], None]
) -> Generator[TemporaryOffice]:
    """Give an office that was made and filled for this night; it ends, and its folder goes, whatever happens.

    `database` is an empty one of PostgreSQL that stays, None for a file that goes with the folder. The country is
    filled `day_before` the night begins.
    """
    with TemporaryDirectory(prefix="bequest-night-") as folder:
        environment = demo_environment(Path(folder) / "office")
        if database is not None:
            environment[_DATABASE] = database
        running = set_up(environment)
        clock = PlayedClock(BEGINS - day_before)
        running.migrate()
        running.play(clock)
        running.fill_demo_list(organ, tell)
        running.check_start()
        running.compile_kernels()
        clock.let_pass(BEGINS - clock())
        with _served() as address:
            yield TemporaryOffice(running, address, clock)


class _Server(Protocol):
    """Name what is used of a server of uvicorn."""

    started: bool
    should_exit: bool

    def run(self, sockets: Sequence[socket.socket]) -> None:
        """Serve until it should end."""
        ...


class _Uvicorn(Protocol):
    """Name what is used of uvicorn."""

    def Config(self, app: object, **how: object) -> object: ...  # noqa: N802  uvicorn's name
    def Server(self, config: object) -> _Server: ...  # noqa: N802  uvicorn's name


@contextmanager
def _served() -> Generator[str]:
    """Give the address at which a thread serves the office, on a free port of this machine."""
    # It has these; it comes with `pip install bequest[service]` only.
    uvicorn = cast("_Uvicorn", cast("object", import_module("uvicorn")))
    with socket.socket() as listening:
        listening.bind((HOST, 0))
        config = uvicorn.Config(application(), lifespan="off", access_log=False, log_level="error", server_header=False)
        server = uvicorn.Server(config)
        thread = Thread(target=server.run, args=([listening],), daemon=True)
        thread.start()
        try:
            _await(server, thread)
            yield f"http://{HOST}:{listening.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(_SECONDS)


def _await(server: _Server, thread: Thread) -> None:
    """Wait until the server answers."""
    waited = 0.0
    while not server.started:
        thread.join(0.05)
        waited += 0.05
        if not thread.is_alive() or waited > _SECONDS:
            raise InputError("The temporary office did not start; run the command again.")

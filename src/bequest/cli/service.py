"""Knows the verbs `serve`, `worker`, `migrate` and `doctor`: the socket, the loop and the signals come in here."""

from __future__ import annotations

import os
import signal
import sys
import time
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, Protocol, cast

import typer

from bequest.cli.errors import DONE, FINDING
from bequest.cli.ledger_database import folders_of
from bequest.cli.output import write
from bequest.cli.service_setup import DemoAccount, Running, application, demo_environment, set_up, write_private
from bequest.cli.storage_check import check_storage
from bequest.model.errors import BequestError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_LAST_PORT = 65535
_EVERY_SECONDS, _DAILY_SECONDS = 1.0, 60.0
_GRACE_SECONDS = 10
_ACCOUNTS = "accounts.txt"
_COORDINATOR = "  coordinator-"
"""Begins the line of a centre's own coordinator."""

HostOption = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address of this machine to listen at.")]
PortOption = Annotated[
    int,
    typer.Option(
        "--port", metavar="N", min=0, max=_LAST_PORT, envvar="PORT", show_envvar=False, help="Port to listen at."
    ),
]
DemoOption = Annotated[
    Path | None,
    typer.Option("--demo", metavar="DIR", help="Serve the demo country from a folder; made and filled if missing."),
]
PaperFirstOption = Annotated[
    bool,
    typer.Option("--paper-first", help="Let nothing fall due yet: for entering what was written down in a downtime."),
]
OnceOption = Annotated[bool, typer.Option("--once", help="Do what is due now, and end.")]


def serve(
    *,
    host: HostOption = "127.0.0.1",
    port: PortOption = 8000,
    demo: DemoOption = None,
    paper_first: PaperFirstOption = False,
) -> None:
    """Serve the pages and the API of an allocation office, as the environment says.

    On SQLite it also does what is due, because one process alone writes there; after a downtime, once it is started
    without --paper-first. Runs until it is stopped (SIGTERM).
    """
    if demo is None:
        running = set_up()
    else:
        running = set_up(demo_environment(demo))
        running.migrate()
        _fill(running, demo)
    running.check_start()
    _check_storage(dict(os.environ) if demo is None else demo_environment(demo))
    running.compile_kernels()
    processes = 1 if demo is not None else int(os.environ.get("BEQUEST_PROCESSES", "1"))
    with_timers = not paper_first and (demo is not None or not _is_postgresql())
    if paper_first:
        write("\nNothing falls due. Enter the paper, then start again without --paper-first, and any worker.\n")
    _listen(running, Listening(host, port, processes, with_timers))


def worker(*, once: OnceOption = False) -> None:
    """Do what is due, again and again: let offers expire that nobody answered in time, strip referrals, close days.

    It may die and be started again at any place, and ends at once when it is told (SIGTERM). On SQLite `bequest serve`
    does this itself.
    """
    running = set_up()
    running.check_start()
    if not _is_postgresql() and not once:
        raise InputError("On SQLite `bequest serve` does what is due itself; a worker is for PostgreSQL.")
    if once:
        write(f"done: {running.run_due() + running.run_daily()}\n")
        return
    signal.signal(signal.SIGTERM, _end)
    write("worker runs.\n")
    _loop(running, Event())


def _end(_signal: int, _frame: object) -> None:
    """End at once, in the middle of a step too: its transaction is rolled back, and whoever is next does the step."""
    raise SystemExit(DONE)


def migrate() -> None:
    """Bring the tables of the database to this version."""
    set_up().migrate()
    write("The tables of the database are those of this version.\n")


def doctor() -> None:
    """Say of everything that the service stands on whether it is as it must be, and what to do if not."""
    environment = dict(os.environ)
    found = list(set_up(environment).findings(environment))
    for each in found:
        write(f"{'ok ' if each.ok else 'NOT'}  {each.what:<26} {each.says}\n")
    kept = _storage(environment)
    if kept is not None:
        write(
            f"{'NOT' if kept else 'ok '}  {'storage':<26} {kept or 'keeps what it confirms, as far as can be tried.'}\n"
        )
    raise typer.Exit(DONE if all(each.ok for each in found) and not kept else FINDING)


def _storage(environment: Mapping[str, str]) -> str | None:
    """Return what is wrong with the storage of a database in a file, "" for nothing; None where a server has it."""
    folders = folders_of(environment.get("BEQUEST_DATABASE", "bequest.db"))
    try:
        for folder in folders:
            check_storage(folder, entropy=os.urandom)
    except BequestError as error:
        return str(error)
    return "" if folders else None


def _check_storage(environment: Mapping[str, str]) -> None:
    """Raise `InputError` where the storage of the database does not keep what it confirms: nothing may be recorded."""
    wrong = _storage(environment)
    if wrong:
        raise InputError(wrong)


def _is_postgresql() -> bool:
    return os.environ.get("BEQUEST_DATABASE", "").startswith(("postgresql://", "postgres://"))


def _fill(running: Running, folder: Path) -> None:
    """Fill the demo country where it is not, and show its accounts, which a file keeps for the next time."""
    accounts = running.fill_demo(lambda sentence: write(f"  {sentence}\n"))
    path = folder / _ACCOUNTS
    if accounts:
        write_private(path, "".join(_line(each) for each in accounts).encode())
    if path.exists():
        write("\nDemo accounts (synthetic: true), name, password, where:\n")
        write(_shown(path))


def _shown(path: Path) -> str:
    """Return the accounts of a file to read; of the coordinators of all centres, who share a password, one."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    alike = [line for line in lines if line.startswith(_COORDINATOR)]
    shown = [line for line in lines if line not in alike[1:]]
    more = f"  and {len(alike) - 1} more coordinators, one a centre, with the same password: {path}\n"
    return "".join([*shown, more] if alike[1:] else shown)


def _line(account: DemoAccount) -> str:
    return f"  {account.name:<22} {account.password:<16} {account.belongs_to or ''}".rstrip() + "\n"


@dataclass(frozen=True, slots=True)
class Listening:
    """Hold where a server listens, with how many processes, and whether it does what is due."""

    host: str
    port: int
    processes: int
    with_timers: bool


class _Uvicorn(Protocol):
    """Name what is used of uvicorn."""

    def run(self, app: object, **how: object) -> None: ...


def _listen(running: Running, listening: Listening) -> None:
    # It has this function; it comes with `pip install bequest[service]` only.
    uvicorn = cast("_Uvicorn", cast("object", import_module("uvicorn")))
    proxied = os.environ.get("BEQUEST_TRUSTED_PROXY", "no") == "yes"
    how: dict[str, object] = {
        "host": listening.host,
        "port": listening.port,
        "lifespan": "off",
        # An address may hold somebody's number: nobody's requests are written down here.
        "access_log": False,
        "log_level": "warning",
        "server_header": False,
        "proxy_headers": proxied,
        # Whoever follows the log live is let go of: nobody waits for the end of a stream.
        "timeout_graceful_shutdown": _GRACE_SECONDS,
    }
    write(f"\nServing on http://{listening.host}:{listening.port} (stop with Ctrl-C)\n")
    sys.stdout.flush()
    stopped = Event()
    if listening.with_timers:
        Thread(target=_loop, args=(running, stopped), daemon=True).start()
    try:
        if listening.processes > 1:
            # Read by glibc where a process begins: with an arena for each thread a server grows from run to run.
            os.environ.setdefault("MALLOC_ARENA_MAX", "2")
            uvicorn.run("bequest.service.asgi:application", factory=True, workers=listening.processes, **how)
        else:
            uvicorn.run(application(), **how)
    except SystemExit as ended:
        if ended.code:
            raise InputError(
                f"--host {listening.host} --port {listening.port}: nothing can listen there; choose another one."
            ) from None
    finally:
        stopped.set()


def _loop(running: Running, stopped: Event) -> None:
    """Do what is due each second, and each minute what is due once a day; what fails is told, and tried again."""
    daily_at = time.monotonic()
    while not stopped.wait(_EVERY_SECONDS):
        try:
            running.run_due()
            if time.monotonic() >= daily_at:
                daily_at = time.monotonic() + _DAILY_SECONDS
                running.run_daily(_each_second(running.run_due))
        except Exception as error:  # noqa: BLE001  the loop must outlive whatever a database says
            print(f"bequest: timers: {type(error).__name__}; they are tried again.", file=sys.stderr, flush=True)


def _each_second(run_due: Callable[[], object]) -> Callable[[], None]:
    """Return what looks at the offers at most once a second: after a long pause a day's work is long, and they wait."""
    looked = time.monotonic()

    def between() -> None:
        nonlocal looked
        if time.monotonic() >= looked + _EVERY_SECONDS:
            run_due()
            looked = time.monotonic()

    return between

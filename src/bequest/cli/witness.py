"""Knows the verbs of a witness: make its key, and serve. The clock, the socket and the signals come in here."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import closing
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.output import write
from bequest.cli.storage_check import check_storage
from bequest.cli.witness_files import make_key, read_key, read_logs
from bequest.cli.witness_server import WitnessServer
from bequest.cli.witness_service import Witness
from bequest.cli.witness_state import State
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from types import FrameType

_LAST_PORT = 65535

NameOption = Annotated[
    str, typer.Option("--name", metavar="NAME", help="Name of the witness: an address of yours without https://.")
]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="New file for the key; none is overwritten.")]
KeyOption = Annotated[Path, typer.Option("--key", metavar="FILE", help="Key that `bequest witness key` made.")]
LogsOption = Annotated[
    Path, typer.Option("--logs", metavar="FILE", help="Logs to watch: a line `log KEY` for each, as the log gave it.")
]
StateOption = Annotated[
    Path, typer.Option("--state", metavar="FILE", help="What the witness has seen; made where it is missing.")
]
HostOption = Annotated[str, typer.Option("--host", metavar="ADDRESS", help="Address of this machine to listen at.")]
PortOption = Annotated[
    int, typer.Option("--port", metavar="N", min=0, max=_LAST_PORT, help="Port to listen at; 0 takes a free one.")
]


def key(*, name: NameOption, out: OutOption) -> None:
    """Make the key of a witness, in a file that only you can read, and print what others check it with.

    Whoever has the file can cosign in the witness's name: keep it on the machine of the witness, and nowhere else.
    """
    write(f"{make_key(name, out).public.vkey()}\n")


def serve(
    *, key: KeyOption, logs: LogsOption, state: StateOption, host: HostOption = "127.0.0.1", port: PortOption = 8091
) -> None:
    """Cosign every state of the logs named, as long as each goes on from the one before.

    What was seen is on the disk before the answer leaves; at the start it is tried whether the disk keeps what it
    confirms. Runs until it is stopped (SIGTERM).
    """
    witness_key, watched = read_key(key), read_logs(logs)
    with closing(State(state)) as remembered:
        check_storage(state.parent, entropy=os.urandom)
        witness = Witness(witness_key, watched, remembered, lambda: int(time.time()), _tell)
        with _listening(witness, host, port) as server:
            _stop_on_term(server)
            seen = sum(remembered.kept(origin) is not None for origin in watched)
            write(
                f"witness {witness_key.name} listens on http://{_shown(host)}:{server.server_port}; "
                f"logs watched: {len(watched)}, seen before: {seen}.\n"
            )
            server.serve_forever()


def _listening(witness: Witness, host: str, port: int) -> WitnessServer:
    try:
        return WitnessServer(witness, host=host, port=port)
    except OSError as error:
        raise InputError(
            f"--host {host} --port {port}: nothing can listen there ({error.strerror}); choose another one."
        ) from None


def _stop_on_term(server: WitnessServer) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        # Only another thread may wait for the loop that this one runs.
        Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)


def _shown(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _tell(sentence: str) -> None:
    print(f"bequest: {sentence}", file=sys.stderr, flush=True)

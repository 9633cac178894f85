"""Knows the verbs `ledger key`, `ledger init` and `ledger status`: what a log needs at first, and how it stands."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.errors import DONE, FINDING
from bequest.cli.key_file import make_key
from bequest.cli.ledger_database import make_store, open_store
from bequest.cli.ledger_options import DatabaseOption
from bequest.cli.output import write
from bequest.cli.witness_policy import read_witness_policy
from bequest.ledger import stored_checkpoints
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import check_name
from bequest.ledger.quorum import QuorumState, banner, quorum_state
from bequest.ledger.store import head
from bequest.model.errors import InputError

NameOption = Annotated[
    str,
    typer.Option("--name", metavar="ORIGIN", help="Name of the log and of its key: an address without https://."),
]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="New file for the private key.")]
PolicyOption = Annotated[
    Path,
    typer.Option("--witness-policy", metavar="FILE", help="Trust file: the log, its witnesses, and what is a quorum."),
]


def key(*, name: NameOption, out: OutOption) -> None:
    """Make the key of a log in a new file that only its owner can read, and print the public key."""
    try:
        check_name(name)
    except LedgerError as error:
        raise InputError(f"--name: {error}") from None
    write(f"{make_key(name, out).vkey()}\n")


def init(*, db: DatabaseOption) -> None:
    """Make the tables of a log in a new file of SQLite, or in an empty schema of PostgreSQL."""
    make_store(db).connection.close()
    write(f"The tables of the log are made in {'PostgreSQL' if '://' in db else db}.\n")


def status(*, db: DatabaseOption, witness_policy: PolicyOption) -> None:
    """Say how far a log is signed, and confirmed by its witnesses; in plain words where it waits for them too long.

    Exit code 0; 1 where it has been without a quorum of witnesses for ten minutes.
    """
    store = open_store(db)
    with closing(store.connection):
        entries, newest = head(store).size, stored_checkpoints.newest(store)
        if newest is None:
            write(f"{entries:,} entries; nothing is signed yet. Next: bequest publisher\n")
            return
        policy = read_witness_policy(witness_policy, origin=newest.checkpoint.origin)
        state = quorum_state(store, policy.has_quorum)
    assert state is not None, "a checkpoint was signed"
    told = banner(state, at=datetime.now(UTC))
    write(
        "\n".join([f"{newest.checkpoint.origin}: {entries:,} entries", *_reached(state), *([told] if told else [])])
        + "\n"
    )
    raise typer.Exit(FINDING if told else DONE)


def _reached(state: QuorumState) -> list[str]:
    """Return how far the log and its witnesses have signed, a line each."""
    return [
        f"signed by the log: {state.signed:,}",
        f"confirmed by a quorum of witnesses: {'none' if state.confirmed is None else f'{state.confirmed:,}'}",
    ]

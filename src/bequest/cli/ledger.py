"""Knows the verbs `ledger key` and `ledger init`: what a log needs before its first entry."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.key_file import make_key
from bequest.cli.ledger_database import make_store
from bequest.cli.ledger_options import DatabaseOption
from bequest.cli.output import write
from bequest.ledger.errors import LedgerError
from bequest.ledger.keys import check_name
from bequest.model.errors import InputError

NameOption = Annotated[
    str,
    typer.Option("--name", metavar="ORIGIN", help="Name of the log and of its key: an address without https://."),
]
OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="New file for the private key.")]


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

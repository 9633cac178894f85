"""Knows the verbs of accounts: add, password, factor, token, close. A password comes from a file or the terminal."""

from __future__ import annotations

import sys
from getpass import getpass
from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.output import write
from bequest.cli.private_key import read_private
from bequest.cli.service_setup import set_up
from bequest.model.errors import InputError

_MOST_DAYS = 366

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="Name with which the person signs in.")]
RoleOption = Annotated[str, typer.Option("--role", metavar="ROLE", help="Role of the account; one an account.")]
CentreOption = Annotated[
    str | None, typer.Option("--centre", metavar="ID", help="Transplant centre or donor hospital of the account.")
]
CandidateOption = Annotated[
    str | None, typer.Option("--candidate", metavar="ID", help="For the role patient: which candidate it is.")
]
PasswordOption = Annotated[
    Path | None,
    typer.Option("--password-file", metavar="FILE", help="File with the password, closed to others; else it is asked."),
]
DaysOption = Annotated[
    int, typer.Option("--days", metavar="N", min=1, max=_MOST_DAYS, help="For how many days the token holds.")
]


def add(
    name: NameArgument,
    *,
    role: RoleOption,
    centre: CentreOption = None,
    candidate: CandidateOption = None,
    password_file: PasswordOption = None,
) -> None:
    """Make an account for a person."""
    running = set_up()
    running.add_user(name, role, _password(password_file), centre=centre, candidate=candidate)
    write(f"Account {name} is made; the person sets up a second factor at the first sign-in.\n")


def password(name: NameArgument, *, password_file: PasswordOption = None) -> None:
    """Set the password of an account anew; whoever is signed in with the old one is signed out."""
    set_up().new_password(name, _password(password_file))
    write(f"The password of {name} is set.\n")


def token(name: NameArgument, *, days: DaysOption = 30) -> None:
    """Make a token with which a program signs in as an account, and print it once."""
    write(f"{set_up().new_token(name, days)}\n")


def factor(name: NameArgument) -> None:
    """End the second factors of an account whose owner lost them; the person sets up another at the next sign-in.

    Make sure first, face to face or by a number that you know, that it is the owner who asks.
    """
    count = set_up().end_factors(name)
    write(f"{count} second factor{'' if count == 1 else 's'} of {name} ended, and every session.\n")


def close(name: NameArgument) -> None:
    """Close an account; it stays, because the log names it, and nobody signs in to it any more."""
    set_up().close_user(name)
    write(f"Account {name} is closed.\n")


def _password(path: Path | None) -> str:
    if path is not None:
        return read_private(path).strip("\n")
    if not sys.stdin.isatty():
        raise InputError("Give the password in a file with --password-file; it is asked for on a terminal only.")
    first = getpass("Password: ")
    if getpass("Again: ") != first:
        raise InputError("The two passwords differ; nothing was changed.")
    return first

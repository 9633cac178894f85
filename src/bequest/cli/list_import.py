"""Knows the verbs `import places` and `import registrations`: what was kept elsewhere is taken over."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.output import write
from bequest.cli.private_key import read_private
from bequest.cli.progress import progress_of
from bequest.cli.service_setup import set_up

_LONGEST = 200_000_000
"""Characters of identities: those of a million people."""

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Table of registrations: .csv, .parquet or .json.")]
PlacesArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Table of places: .csv, .parquet or .json.")]
AccountOption = Annotated[
    list[str],
    typer.Option("--account", metavar="NAME", help="Account that answers for its centre's rows; once for each centre."),
]
IdentitiesOption = Annotated[
    Path | None,
    typer.Option(
        "--identities", metavar="FILE", help="CSV of candidate, identity, resident and agreement, closed to others."
    ),
]


def places(file: PlacesArgument) -> None:
    """Add the transplant centres and hospitals of a table, before the first match run.

    The whole table is judged first: where a row is wrong, nothing is written. What is there already stays as it is.
    """
    running = set_up()
    running.check_start()
    new, known = running.import_places(file)
    write(f"{new} places are added; {known} were there already.\n")


def registrations(file: FileArgument, *, account: AccountOption, identities: IdentitiesOption = None) -> None:
    """Put everybody in a table on the lists of the service, each with a leaf of its own.

    The whole table is judged first: where a row is wrong, nothing is written. The same table brought again goes on
    where it was stopped, and lists nobody twice.
    """
    known = None if identities is None else read_private(identities, longest=_LONGEST)
    running = set_up()
    running.check_start()
    with progress_of("listed") as tell:
        imported = running.import_registrations(file, account, identities=known, tell=tell)
    write(f"{imported.listed} registrations are listed; {imported.known} were there already.\n")

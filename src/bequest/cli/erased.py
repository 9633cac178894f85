"""Knows the verbs `erased list` and `erased again`: whom an office erased, and erasing them again after a restore."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.errors import FINDING
from bequest.cli.output import write
from bequest.cli.service_setup import set_up, write_private
from bequest.cli.text_file import read_text

_LONGEST = 100_000_000

OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="File for the list; it is written anew.")]
ListArgument = Annotated[Path, typer.Argument(metavar="FILE", help="The list that `bequest erased list` wrote.")]


def list_erased(*, out: OutOption) -> None:
    """Write the list of everybody whom the office erased, to be kept apart from the database and its backups.

    It names nobody: only a backup from before an erasure leads from it to anybody. Whoever stands in the file already
    stays in it.
    """
    before = read_text(out, longest=_LONGEST) if out.exists() else ""
    text = set_up().erased_list(before, str(out))
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    write_private(part, text.encode())
    part.replace(out)
    count = len(text.splitlines())
    write(f"{count:,} erased {'person stands' if count == 1 else 'persons stand'} in {out}.\n")


def again(listed: ListArgument) -> None:
    """Erase again everybody of a list whose key is in the database all the same, as after a backup was restored."""
    running = set_up()
    done = running.erase_again(read_text(listed, longest=_LONGEST), str(listed))
    write(f"{done.erased:,} {'person was' if done.erased == 1 else 'persons were'} erased again.\n")
    for sentence in done.open:
        write(f"NOT  {sentence}\n")
    if done.open:
        write("Do what is said, then call this again.\n")
        raise typer.Exit(FINDING)

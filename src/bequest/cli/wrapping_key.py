"""Knows the verbs `key make` and `key rotate`: the wrapping key of a service, and another one in its place."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.output import write
from bequest.cli.service_setup import set_up, write_private
from bequest.model.errors import InputError

_BYTES = 32
_OTHERS_MAY = 0o077

OutOption = Annotated[Path, typer.Option("--out", metavar="FILE", help="New file for the wrapping key.")]
NewOption = Annotated[Path, typer.Option("--new-key", metavar="FILE", help="Wrapping key that is put in force.")]


def make(*, out: OutOption) -> None:
    """Make a wrapping key in a new file that only its owner can read."""
    try:
        write_private(out, secrets.token_bytes(_BYTES))
    except FileExistsError:
        raise InputError(f"{out}: something stands here already, perhaps a key; choose another --out.") from None
    write(f"The wrapping key is in {out}; keep a copy in two places apart from every backup.\n")


def rotate(*, new_key: NewOption) -> None:
    """Put another wrapping key in force: the keys of the office are sealed under it, and the old one opens nothing.

    Every server must know both keys before (BEQUEST_NEXT_WRAPPING_KEY_FILE). It may die and be called again.
    """
    generation = set_up().rotate_wrapping_key(_read(new_key))
    write(
        f"{new_key} is in force; what is sealed from here on is of generation {generation}.\n"
        f"Next: name it as BEQUEST_WRAPPING_KEY_FILE, and start every server and worker again.\n"
    )


def _read(path: Path) -> bytes:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the key cannot be read ({error.strerror}); name its file.") from None
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & _OTHERS_MAY:
        raise InputError(f"{path}: others than its owner may read or write this file; run: chmod 600 {path}")
    return data

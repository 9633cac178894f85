"""Knows the options that the verbs of the log share."""

from __future__ import annotations

from typing import Annotated

import typer

DatabaseOption = Annotated[
    str,
    typer.Option("--db", metavar="FILE|URL", help="Database of the log: a file of SQLite, or postgresql://..."),
]

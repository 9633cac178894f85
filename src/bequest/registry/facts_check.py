"""Knows whether facts that somebody gives are facts of the data dictionary, said column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from bequest.files.judge import judge
from bequest.files.one_row import is_surely_right
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame
from bequest.files.rows import check_registrations
from bequest.files.typings import check_typings
from bequest.ledger.facts import pool_columns
from bequest.model.column import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def check_facts(rows: Sequence[Mapping[str, str]], table: Table) -> None:
    """Raise `InputError` with every fact that is none, or `LedgerError` for one in another spelling than facts have."""
    if len(rows) == 1 and is_surely_right(rows[0], table):
        pool_columns(rows, table)
        return
    names = sorted({name for row in rows for name in row})
    frame = pl.DataFrame({name: pl.Series([row.get(name) for row in rows], dtype=pl.String) for name in names})
    judged = judge(raw_frame(frame, f"The facts of the {table.value}"), table)
    if table is Table.REGISTRATION:
        check_registrations(judged)
    check_typings(judged)
    raise_problems(judged.problems)
    pool_columns(rows, table)

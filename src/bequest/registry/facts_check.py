"""Knows whether facts that somebody gives are facts of the data dictionary, said column by column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from bequest.files.judge import judge
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame
from bequest.files.rows import check_registrations
from bequest.ledger.facts import pool_columns
from bequest.model.column import Table

if TYPE_CHECKING:
    from collections.abc import Mapping


def check_facts(facts: Mapping[str, str], table: Table) -> None:
    """Raise `InputError` with every fact that is none, or `LedgerError` for one in another spelling than facts have."""
    frame = pl.DataFrame({name: [text] for name, text in facts.items()}, schema=dict.fromkeys(facts, pl.String))
    judged = judge(raw_frame(frame, f"The facts of the {table.value}"), table)
    if table is Table.REGISTRATION:
        check_registrations(judged)
    raise_problems(judged.problems)
    pool_columns([facts], table)

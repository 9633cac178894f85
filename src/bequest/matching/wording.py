"""Knows how the integers of a run are written for people: values with units, and the facts behind them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.program import POINTS_KEY
from bequest.matching.quantise import decimal_text, plain_text, quantise_one
from bequest.model.column import MISSING, Column, Kind, Table
from bequest.model.columns import column
from bequest.policy.expression import Space
from bequest.policy.spoken import column_text

if TYPE_CHECKING:
    from bequest.matching.match_run import MatchRun
    from bequest.matching.program import KeyPlan
    from bequest.policy.expression import Reference


def ids_of(bits: int, ids: list[str]) -> tuple[str, ...]:
    """Return the screen ids whose bits are set."""
    return tuple(screen for bit, screen in enumerate(ids) if bits >> bit & 1)


def key_text(run: MatchRun, key: KeyPlan, *, listing: int, row: int) -> str | None:
    """Return the value of an order key of one entry as decimal text, None when it is missing."""
    if key.column == POINTS_KEY:
        return decimal_text(int(run.evaluation.points[listing, row]), run.program.decimals)
    value = run.facts.value(key.column, row)
    if value == MISSING:
        return None
    if key.column >= len(run.program.columns):
        return str(value)  # the lot drawn
    return plain_text(value, run.program.columns[key.column].column)


def value_of(run: MatchRun, reference: Reference, *, row: int) -> int:
    """Return the integer that a reference reads for one candidate."""
    found = run.facts.run_values.get(reference)
    return run.facts.value(run.program.row_of(reference), row) if found is None else found


def value_text(value: int, entry: Column) -> str | None:
    """Return a value as people read it, with its unit and without needless zeros; None when it is missing."""
    if value == MISSING:
        return None
    if entry.kind is Kind.DATE:
        return str(np.datetime64(value, "D"))
    if entry.kind is Kind.INSTANT:
        return f"{np.datetime64(value, 's')}Z"
    text = plain_text(value, entry)
    if entry.kind is Kind.CODE:
        return text.replace("_", " ")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if entry.unit is None:
        return text
    return f"{text} {entry.unit.removesuffix('s') if text == '1' else entry.unit}"


def facts_behind(run: MatchRun, reference: Reference, *, row: int) -> tuple[tuple[str, str | None], ...]:
    """Return in words the facts from which a candidate's factor was computed, each with its value.

    Where the factor is missing these are the facts that are missing, if any are; where it is a number, those that are
    there. Facts of places are left out.
    """
    entry = reference.column
    if reference.space is not Space.CANDIDATE or entry.table is not Table.FACTOR or _is_given(run, entry, row=row):
        return ()
    found: list[tuple[str, str | None]] = []
    for name in entry.inputs:
        table, _, bare = name.partition(".")
        read = column(Table(table), bare)
        if read is not None and read.table is not Table.CENTRE:
            before = "donor " if read.table is Table.DONOR else ""
            text = _fact_text(run, read, row=row)
            # Where such a column says nothing of somebody, nothing is missing.
            if text is not None or not read.may_be_absent:
                found.append((column_text(read, before=before), text))
    missing = tuple(each for each in found if each[1] is None)
    if value_of(run, reference, row=row) == MISSING:
        return missing or tuple(found)
    return tuple(each for each in found if entry.kind is Kind.TRUTH or each[1] is not None)


def _is_given(run: MatchRun, entry: Column, *, row: int) -> bool:
    given = run.pool.given.get(entry.name)
    return given is not None and int(given[row]) != MISSING


def _fact_text(run: MatchRun, entry: Column, *, row: int) -> str | None:
    if entry.table is Table.DONOR:
        held = run.donor.facts.get(entry.name)
        text = held if entry.kind in {Kind.TEXT, Kind.TYPING} else None
        return str(text) if text is not None else value_text(quantise_one(held, entry), entry)
    texts = run.pool.texts.get(entry.name)
    return value_text(run.pool.columns[entry.name].at(row), entry) if texts is None else texts[row]

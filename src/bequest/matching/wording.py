"""Knows how the integers of a run are written for people: names in words, values with units, the facts behind them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.matching.program import POINTS_KEY
from bequest.matching.quantise import decimal_text, plain_text, quantise_one
from bequest.model.column import MISSING, Column, Kind, Table
from bequest.model.columns import column
from bequest.policy.expression import Space

if TYPE_CHECKING:
    from bequest.matching.match_run import MatchRun
    from bequest.matching.program import KeyPlan
    from bequest.policy.expression import Reference

_AS_WRITTEN = {
    "abo": "ABO", "hla": "HLA", "meld": "MELD", "kdpi": "KDPI", "cpra": "cPRA", "hcv": "hepatitis C",
}  # fmt: skip
"""Words of names that people write otherwise."""
_NAMES = {
    "candidate_weight_percent": "weight as a share of the donor's", "dialysis_days": "time on dialysis",
    "donor_age_years_max": "highest donor age accepted", "donor_age_years_min": "lowest donor age accepted",
    "donor_weight_percent": "donor weight as a share of the candidate's", "hla_mismatches_a": "HLA-A mismatches",
    "hla_mismatches_b": "HLA-B mismatches", "hla_mismatches_dr": "HLA-DR mismatches",
    "preservation_hours": "expected preservation time", "renal_waiting_days": "time since listing or first dialysis",
    "travel_hours": "travel time", "urgency_days": "time at this urgency", "waiting_days": "waiting time",
}  # fmt: skip
"""Whole names that say more in other words."""
_UNIT_WORDS = (
    "_mg_per_dl", "_per_mm2", "_percent", "_years", "_hours", "_days", "_cm", "_kg", "_km", "_nm",
)  # fmt: skip
"""Ends of names that say the unit, which stands behind the value anyway."""

_BEFORE = {Space.DONOR: "donor ", Space.INPUT: "input ", Space.GEOGRAPHY: "", Space.CANDIDATE: ""}


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
    return text if entry.unit is None else f"{text} {entry.unit}"


def name_text(reference: Reference) -> str:
    """Return the name of a value in words, without its unit: `donor weight` for `donor.weight_kg`."""
    entry = reference.column
    return _spoken(entry.name, entry.unit is not None, before=_BEFORE[reference.space])


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
            found.append((_spoken(bare, read.unit is not None, before=before), _fact_text(run, read, row=row)))
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


@cache
def _spoken(name: str, has_unit: bool, *, before: str) -> str:  # noqa: FBT001  a fact about the name, and a cache key
    if name in _NAMES:
        return before + _NAMES[name]
    if has_unit:
        name = next((name.removesuffix(end) for end in _UNIT_WORDS if name.endswith(end)), name)
    return before + " ".join(_AS_WRITTEN.get(word, word) for word in name.split("_"))

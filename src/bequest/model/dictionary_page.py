"""Knows how the data dictionary reads as a page; `python -m bequest.model.dictionary_page` writes it to the output."""

from __future__ import annotations

import sys
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model.column import Column, Kind, Table
from bequest.model.columns import columns_of
from bequest.model.enums import Organ

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEAD = """# The data dictionary

Every column of every table that Bequest reads, and every factor that it computes for a match run. The page is made from
`src/bequest/model/columns.py`; do not edit it by hand, but run

    python -m bequest.model.dictionary_page > docs/reference/data-dictionary.md

A directory holds `registrations`, `donors` and `centres`, each as `.parquet`, `.csv` or `.json`. CSV is UTF-8 with a
header and commas; JSON is a list of objects. An empty cell is a missing value, never 0. Dates are written `2026-11-01`,
instants `2026-11-01T00:00:00Z`, truth values `true` and `false`. Every wrong row is reported, all of them at once, and
nothing is loaded by half.

*Needed*: a row without a value is refused. *Policies*: what a policy calls the column; empty where none may read it.
"""

_ABOUT: Mapping[Table, tuple[str, str]] = MappingProxyType({
    Table.REGISTRATION: (
        "Registrations",
        "One row for each candidate on each organ's list. A column of some organs is empty for the others.",
    ),
    Table.DONOR: (
        "Donors",
        (
            "One row for each donor. Without consent basis, custody result and the instant of death or of the opened "
            "pathway a row is refused; so is a living donor, a person in custody, and one who objected."
        ),
    ),
    Table.CENTRE: ("Centres", "One row for each transplant centre and each donor hospital."),
    Table.FACTOR: ("Factors", "Computed for one donor and one list; never read from a file."),
})  # fmt: skip


def dictionary_page() -> str:
    """Return the whole page as Markdown, the same text for the same dictionary."""
    return "\n".join([_HEAD, *(_section(table) for table in Table)])


def _section(table: Table) -> str:
    title, about = _ABOUT[table]
    last = "Computed from" if table is Table.FACTOR else "Needed"
    rows = [
        f"| Column | Holds | Unit | Organs | {last} | Policies | Meaning | Source |",
        "| --- | --- | --- | --- | --- | --- | --- | --- |",
        *(_row(entry) for entry in columns_of(table)),
    ]
    return "\n".join([f"## {title}", "", about, "", *rows, ""])


def _row(entry: Column) -> str:
    last = ", ".join(f"`{name}`" for name in entry.inputs) if entry.table is Table.FACTOR else "yes" * entry.required
    cells = [
        f"`{entry.name}`",
        _holds(entry),
        entry.unit or "",
        _organs(entry),
        last,
        _policy_name(entry),
        entry.meaning,
        entry.source,
    ]
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _organs(entry: Column) -> str:
    others = [organ.value for organ in Organ if organ not in entry.organs]
    if not entry.organs:
        return "all"
    return "all but " + ", ".join(others) if len(others) == 1 else ", ".join(organ.value for organ in entry.organs)


def _holds(entry: Column) -> str:
    if entry.kind is Kind.CODE:
        return "one of " + ", ".join(f"`{code}`" for code in entry.codes)
    if entry.low is None or entry.high is None:
        return entry.kind.value
    places = {0: "", 1: ", 1 decimal"}.get(entry.decimals, f", {entry.decimals} decimals")
    return f"{entry.kind.value} {entry.low} to {entry.high}{places}"


def _policy_name(entry: Column) -> str:
    if not entry.in_policies:
        return ""
    return f"`donor.{entry.name}`" if entry.table is Table.DONOR else f"`candidate.{entry.name}`"


if __name__ == "__main__":
    sys.stdout.write(dictionary_page())

"""Knows the rules that several cells of one row, or several rows of one table, must keep together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from bequest.files.problems import quoted
from bequest.model.column import Table
from bequest.model.columns import column, columns_of
from bequest.model.donor import SYNTHETIC_COUNTRY
from bequest.model.enums import CentreKind

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bequest.files.judge import Judged
    from bequest.model.column import Column

    # One spelling of a rule is asked of Polars' columns and of plain values, and no type is both.
    _Question = Callable[[Callable[[str], Any]], Any]


@dataclass(frozen=True, slots=True, eq=False)
class _Rule:
    """Say when a row breaks a rule, which column is to blame and what to do; an empty cell breaks none.

    `broken` is asked with what gives a column by its name: of a whole table, or of one row.
    """

    reads: frozenset[str]
    broken: _Question
    column: str
    sentence: str


_PLACES = {
    Table.REGISTRATION: ("centre", (CentreKind.TRANSPLANT.value,)),
    Table.DONOR: ("hospital", (CentreKind.DONOR_HOSPITAL.value, CentreKind.TRANSPLANT.value)),
}
_CALLED = {CentreKind.TRANSPLANT.value: "transplant centre", CentreKind.DONOR_HOSPITAL.value: "donor hospital"}
_REGISTRATION_RULES = (
    _Rule(
        frozenset({"born_on", "listed_on"}),
        lambda of: of("born_on") > of("listed_on"),
        "born_on",
        "the date of birth is after 'listed_on'; correct the one that is wrong.",
    ),
    _Rule(
        frozenset({"consent_to_listing_on", "listed_on"}),
        lambda of: of("listed_on") < of("consent_to_listing_on"),
        "listed_on",
        "the candidate was listed before 'consent_to_listing_on'; nobody is listed without consent. Correct the date "
        "that is wrong.",
    ),
    _Rule(
        frozenset({"born_on", "dialysis_since_on"}),
        lambda of: of("dialysis_since_on") < of("born_on"),
        "dialysis_since_on",
        "dialysis began before 'born_on'; correct the date that is wrong.",
    ),
    _Rule(
        frozenset({"donor_age_years_min", "donor_age_years_max"}),
        lambda of: of("donor_age_years_min") > of("donor_age_years_max"),
        "donor_age_years_min",
        "the lowest donor age is above 'donor_age_years_max'; no donor could ever fit. Correct one of them.",
    ),
    _Rule(
        frozenset({"synthetic", "country"}),
        lambda of: of("synthetic") != (of("country") == SYNTHETIC_COUNTRY),
        "country",
        "synthetic people, and they alone, have country ZZ; correct 'synthetic' or 'country'.",
    ),
)


def check_registrations(judged: Judged) -> None:
    """Report registrations that contradict themselves, each other, or the organ that they wait for."""
    frame = judged.frame
    for rule in _REGISTRATION_RULES:
        if rule.reads <= set(frame.columns):
            _report(judged, rule.broken(pl.col), rule.column, rule.sentence)
    if "organ" in frame.columns:
        for entry in columns_of(Table.REGISTRATION):
            if entry.organs and entry.name in frame.columns:
                organs = _organs_of(entry)
                _report(
                    judged,
                    pl.col(entry.name).is_not_null() & ~pl.col("organ").is_in(organs),
                    entry.name,
                    f"this belongs to registrations for {_listed(organs)} only; leave the cell empty.",
                )
    if {"candidate", "born_on"} <= set(frame.columns):
        _report(
            judged,
            pl.col("candidate").is_not_null()
            & (pl.col("born_on") != pl.col("born_on").drop_nulls().first().over("candidate")),
            "born_on",
            "another registration of the same candidate has another date of birth; correct the one that is wrong.",
        )


def breaks_a_rule(row: Mapping[str, object]) -> bool:
    """Tell whether one registration, given as cells that were read, contradicts itself or waits for another organ."""
    if any(rule.reads <= row.keys() and rule.broken(row.__getitem__) for rule in _REGISTRATION_RULES):
        return True
    return any(
        entry.organs and entry.name in row and row.get("organ") not in _organs_of(entry)
        for entry in columns_of(Table.REGISTRATION)
    )


def _organs_of(entry: Column) -> list[str]:
    return [organ.value for organ in entry.organs]


def check_one_world(*tables: Judged) -> None:
    """Report invented and real people side by side, in one table or in tables that belong together."""
    first: dict[bool, str] = {}
    for judged in tables:
        if "synthetic" not in judged.frame.columns:
            continue
        values = judged.frame["synthetic"]
        for synthetic in (True, False):
            rows = (values == synthetic).fill_null(value=False).arg_true()
            if len(rows):
                first.setdefault(synthetic, f"{judged.origin.file}, {judged.origin.row(int(rows[0]))}")
        if len(first) == 2:  # noqa: PLR2004  both truth values
            tables[0].problems.refuse(
                f"{first[True]} is about synthetic people and {first[False]} about real ones; keep them in directories "
                "of their own."
            )
            return


def check_places(judged: Judged, centres: Judged) -> None:
    """Report rows whose place is not in the centres table, or stands there as another kind of place."""
    name, kinds = _PLACES[judged.table]
    # Where the centres themselves are wrong, every row that names one of them would only echo it.
    if name not in judged.frame.columns or centres.problems.count:
        return
    kind_of: dict[str, str] = dict(zip(centres.frame["centre"].to_list(), centres.frame["kind"].to_list(), strict=True))
    fitting = [centre for centre, kind in kind_of.items() if kind in kinds]
    named = judged.frame[name]
    wanted = _listed([_CALLED[kind] for kind in kinds])

    def sentence(row: int) -> str:
        place = str(named[row])
        if place in kind_of:
            return f"{quoted(place)} is a {_CALLED[kind_of[place]]} in {centres.origin.file}; name a {wanted}."
        return f"{quoted(place)} is not in {centres.origin.file}; add the place there or correct this row."

    entry = column(judged.table, name)
    assert entry is not None, "the dictionary has this column"
    judged.problems.add_cells((named.is_not_null() & ~named.is_in(fitting)).to_numpy(), entry, sentence)


def _report(judged: Judged, broken: pl.Expr, name: str, sentence: str) -> None:
    rows = judged.frame.select(broken.fill_null(value=False)).to_series().to_numpy()
    entry = column(judged.table, name)
    assert entry is not None, "rules name columns of the dictionary"
    judged.problems.add_cells(rows, entry, lambda _: sentence)


def _listed(words: list[str]) -> str:
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]

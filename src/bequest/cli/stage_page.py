"""Knows the page that shows a stage of a policy: those who remain after the run, in their new order."""

from __future__ import annotations

from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from bequest.cli.layout import Heading, Line, columns, counted, folded, labelled, number
from bequest.cli.output import SYNTHETIC
from bequest.matching.program import screens_of
from bequest.model.match_run import NO_CLASS_REASON

if TYPE_CHECKING:
    from bequest.matching.stage_run import StageEntry, StageRun

_DIGITS = 16
_SAID = {
    "not-ranked": "is ranked by the run",
    "already-offered": "was not offered the organ before",
    NO_CLASS_REASON: "fits a class of the stage",
}


def stage_page(stage_run: StageRun, *, top: int, width: int | None) -> list[Line]:
    """Return the page of a stage in lines of at most `width`; `top` limits the rows of the table."""
    run, stage = stage_run.run, stage_run.stage
    title = f"{run.organ.value.capitalize()} of donor {run.donor.donor}, stage {stage.id}: {stage.say}"
    listed = f"{counted(len(run), 'place', 'places')} in the run, {number(len(stage_run))} in the stage"
    pairs = [
        ("policy", f"{run.policy.title} ({run.policy.name}, edition {run.policy.edition})"),
        ("begins", stage.begins),
        ("list", listed),
        ("digest", f"stage {stage_run.digest[:_DIGITS]}, run {run.digest[:_DIGITS]}"),
    ]
    lines = [Line(text, "bold") for text in folded(title, width, hang=2)]
    lines += [Line(text) for text in labelled(pairs, width)]
    if run.donor.synthetic or run.pool.synthetic:
        lines.append(Line(SYNTHETIC, "italic"))
    return [*lines, Line(), *_ranked(stage_run, top, width), *_left(stage_run, width)]


def _ranked(stage_run: StageRun, top: int, width: int | None) -> list[Line]:
    entries = stage_run.ranked(top)
    if not entries:
        return [Line("Listed: nobody." if not len(stage_run) else f"Listed: {number(len(stage_run))}.", "bold")]
    rows = [_row(stage_run, entry) for entry in entries]
    headings = (
        Heading(("rank",), right=True, keep=True),
        Heading(("registration",), keep=True),
        Heading(("centre",), keep=True),
        Heading(("rank", "in the run"), right=True, keep=True),
    )
    table = columns(headings, rows)
    first = f", the first {number(len(entries))}:" if len(entries) < len(stage_run) else "."
    lines = [Line(f"Listed: {number(len(stage_run))}{first}", "bold")]
    lines += [Line(text, "dim") for text in table.heading_lines()]
    said = {each.id: each.say for each in stage_run.stage.classes}
    for class_id, group in groupby(entries, key=lambda entry: entry.class_id):
        lines += [Line(text, "bold cyan") for text in folded(f"{class_id}: {said[class_id]}", width, hang=2)]
        lines += [Line(table.line(rows[entry.rank - 1])) for entry in group]
    return lines


def _row(stage_run: StageRun, entry: StageEntry) -> list[str]:
    row = stage_run.row_at(entry.rank - 1)
    centre = str(stage_run.run.pool.texts["centre"][row])
    return [number(entry.rank), entry.registration, centre, number(entry.rank_in_run)]


def _left(stage_run: StageRun, width: int | None) -> list[Line]:
    """Return how many miss each requirement, facts that are missing counted apart."""
    left = stage_run.not_listed()
    if not left:
        return []
    said = {screen.id: screen.say for screen in screens_of(stage_run.policy)} | _SAID
    failed = Counter(name for entry in left for name in entry.failed)
    unknown = Counter(name for entry in left for name in entry.unknown)
    told = [(number(failed[name]), f"{name}: {said[name]}") for name in said if failed[name]]
    told += [(number(unknown[name]), f"{name} cannot be judged: {said[name]}") for name in said if unknown[name]]
    table = columns((Heading(("fail",), right=True), Heading(("requirement",), keep=True)), told)
    lines = [Line(), Line(f"Not listed: {number(len(left))}.", "bold")]
    lines += [Line(text, "dim") for text in table.heading_lines()]
    return lines + [Line(text) for row in told for text in table.text_lines(row, width)]

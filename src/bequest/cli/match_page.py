"""Knows the page that shows a match run: who comes first and by what, who is left out and why, whose facts lack."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from bequest.cli.layout import Columns, Heading, Line, columns, counted, folded, labelled, number, shell
from bequest.cli.missing import Unsettled, counts, not_judged, passed_over, short_of_points
from bequest.cli.output import CONDITIONAL, SYNTHETIC
from bequest.cli.ranked_table import ranked_lines
from bequest.matching.program import screens_of
from bequest.model.enums import PolicyStatus
from bequest.model.match_run import NO_CLASS_REASON
from bequest.policy.expression import number_text
from bequest.policy.standing import status_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bequest.cli.options import Asked
    from bequest.matching.match_run import MatchRun
    from bequest.model.match_run import NotRankedEntry

NAMED = 10
"""How many of those whose facts are missing the page names; the JSON has all of them."""
_DIGITS = 16


def match_page(run: MatchRun, asked: Asked, *, top: int, width: int | None) -> list[Line]:
    """Return the page of a run in lines of at most `width`; `top` limits the rows of the ranked table."""
    left = run.not_ranked()
    blocks = (
        _head(run, len(left), width),
        ranked_lines(run, top=top, width=width),
        _ruled_out(run, left, width),
        _not_judged(not_judged(run, left), width),
        _ranked_low(passed_over(run), _PASSED_OVER, width),
        _ranked_low(short_of_points(run), _SHORT_OF_POINTS, width),
        _foot(run, asked, width),
    )
    lines: list[Line] = []
    for block in blocks:
        if block:
            lines += [Line(), *block] if lines else block
    return lines


def _head(run: MatchRun, left: int, width: int | None) -> list[Line]:
    policy = run.policy
    title = f"{run.organ.value.capitalize()} of donor {run.donor.donor}, {run.at.strftime('%Y-%m-%d %H:%M:%S')} UTC"
    unverified = policy.status is PolicyStatus.UNVERIFIED
    lines = [Line(title, "bold")]
    lines += _styled([("policy", f"{policy.title} ({policy.name}, edition {policy.edition})")], width)
    lines += _styled([("status", status_words(policy))], width, style="bold red" if unverified else "")
    lines += _styled([("donor", _donor(run))], width)
    if run.donor.conditional:
        lines += _styled([("offers", CONDITIONAL)], width, style="bold yellow")
    lines += _styled([("list", _totals(run, left))], width)
    lines += _styled([("digest", f"run {run.digest[:_DIGITS]}, policy {policy.hash[:_DIGITS]}")], width)
    return [*lines, Line(SYNTHETIC, "italic")] if run.donor.synthetic or run.pool.synthetic else lines


def _styled(pairs: list[tuple[str, str]], width: int | None, *, style: str = "") -> list[Line]:
    return [Line(text, style) for text in labelled([(f"{label:<6}", text) for label, text in pairs], width)]


def _donor(run: MatchRun) -> str:
    facts = run.donor.facts
    known = [
        f"blood group {facts['blood_group']}",
        f"{_age(run)} years",
        f"hospital {run.donor.hospital}",
        f"death by {facts['death_criteria']} criteria",
    ]
    return ", ".join(known)


def _age(run: MatchRun) -> str:
    age = run.donor.facts["age_years"]
    assert isinstance(age, Decimal), "an age is a number"
    return number_text(age)


def _totals(run: MatchRun, left: int) -> str:
    total = len(run.pool)
    ranked = total - left
    places = "" if len(run) == ranked else f" in {number(len(run))} places"
    listed = counted(total, "registration", "registrations")
    return f"{listed}: {number(ranked)} ranked{places}, {number(left)} not ranked"


def _ruled_out(run: MatchRun, left: Iterable[NotRankedEntry], width: int | None) -> list[Line]:
    """Return how many miss each requirement; one registration may miss several."""
    failed = [entry.failed for entry in left if entry.failed]
    if not failed:
        return []
    counter = Counter(reason for reasons in failed for reason in reasons)
    said = {screen.id: screen.say for screen in screens_of(run.policy)} | {NO_CLASS_REASON: "fits a class of the list"}
    frequent = sorted((name for name in said if counter[name]), key=lambda name: -counter[name])
    rows = [(number(counter[name]), f"{name}: {said[name]}") for name in frequent]
    table = columns((Heading(("fail",), right=True), Heading(("requirement",), keep=True)), rows)
    title = f"Not ranked, ruled out: {number(len(failed))}. Some fail more than one requirement."
    return [*_folded(title, width, style="bold"), *_text_table(table, rows, width)]


def _not_judged(open_: Sequence[Unsettled], width: int | None) -> list[Line]:
    if not open_:
        return []
    hopeful = [each for each in open_ if each.rank is not None]
    title = f"Not ranked, cannot be judged: {number(len(open_))}. Facts are missing."
    lines = [*_folded(title, width, style="bold yellow"), *_missing_counts(open_, width)]
    if not hopeful:
        return lines + _folded("No class of the list would take any of them, whatever the missing facts are.", width)
    lines += [Line(), *_folded("Best rank that each could have if the missing facts were in their favour:", width)]
    return lines + _unsettled_table(hopeful, ("could", "be"), width)


_PASSED_OVER = "Ranked, perhaps too low: {}. Facts are missing, so an earlier class was passed over."
_SHORT_OF_POINTS = "Ranked, perhaps with too few points: {}. Facts are missing for which points are given."


def _ranked_low(open_: Sequence[Unsettled], why: str, width: int | None) -> list[Line]:
    if not open_:
        return []
    title = why.format(number(len(open_)))
    lines = [*_folded(title, width, style="bold yellow"), *_missing_counts(open_, width), Line()]
    return lines + _unsettled_table(open_, ("ranked",), width)


def _missing_counts(open_: Iterable[Unsettled], width: int | None) -> list[Line]:
    told = ", ".join(f"{name} {number(count)}" for name, count in counts(open_))
    return _folded(f"Missing: {told}.", width, hang=2)


def _unsettled_table(open_: Sequence[Unsettled], rank: tuple[str, ...], width: int | None) -> list[Line]:
    rows = [(number(each.rank or 0), each.registration, each.centre, ", ".join(each.missing)) for each in open_[:NAMED]]
    headings = (
        Heading(rank, right=True),
        Heading(("registration",), keep=True),
        Heading(("centre",), keep=True),
        Heading(("missing",), keep=True),
    )
    lines = _text_table(columns(headings, rows), rows, width)
    if len(open_) > NAMED:
        lines.append(Line(f"... and {number(len(open_) - NAMED)} more; --json FILE has every one."))
    return lines


def _foot(run: MatchRun, asked: Asked, width: int | None) -> list[Line]:
    command = ["bequest", "explain", str(asked.directory), "--donor", asked.donor, "--organ", asked.organ.value]
    command += ["--policy", asked.policy] if asked.policy is not None else []
    command += ["--pack", str(asked.pack), "--desk-key", str(asked.desk_key)] if asked.pack is not None else []
    command += ["--at", asked.at]
    command += ["--inputs", str(asked.inputs)] if asked.inputs is not None else []
    command += ["--lottery-seed", asked.lottery_seed] if asked.lottery_seed is not None else []
    command += ["--allow-unverified"] if asked.allow_unverified else []
    example = str(run.pool.registrations[0]) if len(run.pool) else "ID"
    lines = shell([*command, "--registration", example], width)
    return [Line("The reason for any one of them:"), *(Line(line) for line in lines)]


def _text_table(table: Columns, rows: Iterable[Sequence[str]], width: int | None) -> list[Line]:
    lines = [Line(text, "dim") for text in table.heading_lines()]
    return lines + [Line(text) for row in rows for text in table.text_lines(row, width)]


def _folded(text: str, width: int | None, *, hang: int = 0, style: str = "") -> list[Line]:
    return [Line(line, style) for line in folded(text, width, hang=hang)]

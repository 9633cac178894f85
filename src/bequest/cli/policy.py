"""Knows the verbs that read policies: list, show, check, diff. They need neither data frames nor a compiler."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.layout import Columns, Heading, Line, columns, folded, labelled
from bequest.cli.output import show as show_lines
from bequest.cli.output import terminal_width, write_to
from bequest.model.enums import PolicyStatus
from bequest.model.errors import InputError
from bequest.policy import library
from bequest.policy.check import check_file, check_plan_file
from bequest.policy.diff import diff as differences
from bequest.policy.diff import plan_diff as plan_differences
from bequest.policy.page import plan_page, policy_page
from bequest.policy.plan import DonorPlan
from bequest.policy.plan_show import cited_by_plan, show_plan
from bequest.policy.plans import loaded_plan, names_plan, plan_names, plan_versions
from bequest.policy.plans import plan as plan_of
from bequest.policy.policy import Policy
from bequest.policy.show import ShownRule, ShownSection, cited, show_sources
from bequest.policy.show import show as sections_of
from bequest.policy.standing import status_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bequest.policy.policy import Citation

_WHICH = "name in the library (core/heart, or one edition: core/heart@core-2026-1), or the path of a policy file"

PolicyArgument = Annotated[str, typer.Argument(metavar="POLICY", help=f"Policy: {_WHICH}.")]
HtmlOption = Annotated[
    str | None,
    typer.Option(
        "--html",
        metavar="FILE|-",
        help="Write the page as HTML to a file, or to standard output (-), and nothing else.",
    ),
]
FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help="Path of a policy file.")]
BeforeArgument = Annotated[str, typer.Argument(metavar="A", help=f"Policy before: {_WHICH}.")]
AfterArgument = Annotated[str, typer.Argument(metavar="B", help="Policy after, written in the same way.")]


def list_policies() -> None:
    """List the policies and donor plans of the library, every version with the day from which it is in force."""
    width = terminal_width()
    rows = [_row(library.loaded(version)) for name in library.names() for version in library.versions(name)]
    plans = [_plan_row(loaded_plan(version)) for name in plan_names() for version in plan_versions(name)]
    lines = _listed(("name", "organ", "edition", "effective", "status", "title"), rows, width)
    lines += [Line(), *_listed(("donor plan", "edition", "effective", "status", "title"), plans, width)]
    show_lines(lines)


def _listed(words: tuple[str, ...], rows: list[tuple[str, ...]], width: int | None) -> list[Line]:
    """Return a table of versions; where a title has no room beside its row, it stands under it."""
    headings = [Heading((word,), keep=True) for word in words]
    table = columns(headings, rows)
    if width is None or max(map(len, table.lines(rows))) <= width:
        return [*_dim(table), *map(Line, table.lines(rows))]
    table = columns(headings[:-1], [row[:-1] for row in rows])
    lines = [*_dim(table)]
    for row in rows:
        lines += [Line(table.line(row)), *(Line(f"    {text}") for text in folded(row[-1], width - 4))]
    return lines


def show(policy: PolicyArgument, *, html: HtmlOption = None) -> None:
    """Show a policy or a donor plan as a page to read: what it decides, in which words, and by which source."""
    if names_plan(policy):
        _show_plan(plan_of(policy), html=html)
        return
    read = library.policy(policy)
    if html is not None:
        write_to(html, policy_page(read), option="--html")
        return
    show_lines(_read_lines(read, sections_of(read), cited(read)))


def _read_lines(
    read: Policy | DonorPlan, sections: Iterable[ShownSection], citations: Iterable[Citation]
) -> list[Line]:
    width = terminal_width()
    lines = _titled(f"{read.name}, edition {read.edition}: {read.title}", width)
    lines.append(Line(f"hash {read.hash}"))
    if read.status is PolicyStatus.UNVERIFIED:
        lines += [Line(piece, "bold yellow") for piece in folded(status_words(read), width)]
    for section in sections:
        lines += [Line(), Line(section.title, "bold cyan")]
        lines += [line for rule in section.rules for line in _rule_lines(rule, width)]
    lines += [Line(), Line("Sources", "bold cyan")]
    lines += [line for rule in show_sources(citations) for line in _rule_lines(rule, width)]
    return lines


def check(file: FileArgument) -> None:
    """Check the file of a policy or a donor plan: its words, names, numbers, citations, classes and date.

    Says `ok` with name, edition, hash and status; or every mistake with its line, its place and what to do.
    """
    if file.is_dir():
        raise InputError(f"{file}: this is a folder; give the path of one policy file.")
    written = library.read_text(file)
    read = check_plan_file(file) if library.is_plan(written) else check_file(file)
    show_lines([Line(f"ok: {read.name} {read.edition} {read.hash} {read.status.value}")])


def diff(before: BeforeArgument, after: AfterArgument) -> None:
    """Say in words how two policies, or two donor plans, differ, rule by rule."""
    width = terminal_width()
    if names_plan(before) and names_plan(after):
        old, new = plan_of(before), plan_of(after)
        told = plan_differences(old, new)
    elif names_plan(before) or names_plan(after):
        raise InputError("A policy and a donor plan were given; give two policies, or two donor plans.")
    else:
        old, new = library.policy(before), library.policy(after)
        told = differences(old, new)
    lines = _titled(f"From {_edition(old)} to {_edition(new)}", width)
    if told:
        lines += [Line(text) for sentence in told for text in folded(f"- {sentence}", width, hang=2)]
    else:
        lines.append(Line("No difference: the two say the same."))
    show_lines(lines)


def _show_plan(plan: DonorPlan, *, html: str | None) -> None:
    if html is not None:
        write_to(html, plan_page(plan), option="--html")
        return
    show_lines(_read_lines(plan, show_plan(plan), cited_by_plan(plan)))


def _plan_row(read: DonorPlan) -> tuple[str, ...]:
    return (read.name, read.edition, read.effective.isoformat(), read.status.value, read.title)


def _dim(table: Columns) -> list[Line]:
    return [Line(text, "dim") for text in table.heading_lines()]


def _row(read: Policy) -> tuple[str, ...]:
    return (read.name, read.organ.value, read.edition, read.effective.isoformat(), read.status.value, read.title)


def _rule_lines(rule: ShownRule, width: int | None) -> list[Line]:
    inner = None if width is None else width - 4
    parts = [Line(f"    {text}") for text in labelled(rule.parts, inner)]
    return [Line(f"  {rule.name}", "bold"), *parts]


def _edition(read: Policy | DonorPlan) -> str:
    return f"{read.name} {read.edition} ({read.place}, hash {read.hash[:16]})"


def _titled(text: str, width: int | None) -> list[Line]:
    return [Line(line, "bold") for line in folded(text, width, hang=2)]

"""Knows the verb `policy test`: the golden cases, in which a clinician said who comes before whom."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bequest.cli.errors import DONE, FINDING
from bequest.cli.layout import Line, counted, folded, number
from bequest.cli.output import show, terminal_width
from bequest.matching.cases import CaseResult, read_cases, run_case
from bequest.model.errors import InputError
from bequest.policy import policy as policy_of

ChosenArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="POLICY",
        help="Only the cases of this policy: its name in the library, or the path of a draft, to which they are put.",
        show_default=False,
    ),
]
CasesOption = Annotated[Path, typer.Option("--cases", metavar="DIR", help="Folder with the golden cases.")]


def run_golden_cases(policy: ChosenArgument = None, *, cases: CasesOption = Path("cases")) -> None:
    """Run the golden cases of the policies: in each a clinician said who must come before whom, and why.

    One line a case; of a case that fails, what differs and how each candidate is explained.
    """
    chosen = None if policy is None else policy_of(policy)
    known = [case for path in _files(cases) for case in read_cases(path)]
    wanted = [case for case in known if chosen is None or case.policy == chosen.name]
    if not wanted:
        named = "" if chosen is None else f" of {chosen.name}"
        raise InputError(f"{cases}: there is no case{named} in this folder; give the folder with --cases.")
    width = terminal_width()
    failed = 0
    for case in wanted:
        result = run_case(case, policy_of(case.policy, on=case.at) if chosen is None else chosen)
        failed += not result.passed
        show(_lines(result, width))
    verdict = "all passed" if not failed else f"{number(failed)} FAILED"
    told = f"{counted(len(wanted), 'case', 'cases')} of invented people, {verdict}."
    show([Line(), Line(told, "bold" if not failed else "bold red")])
    raise typer.Exit(FINDING if failed else DONE)


def _lines(result: CaseResult, width: int | None) -> list[Line]:
    case = result.case
    verdict = "ok    " if result.passed else "FAILED"
    lines = folded(f"{verdict}  {case.policy}: {case.name}", width, hang=8)
    if result.passed:
        return [Line(line) for line in lines]
    told = [line for difference in result.differences for line in difference.splitlines()]
    return [
        *(Line(line, "bold red") for line in lines),
        *(Line(f"        {line}") for line in told),
    ]


def _files(folder: Path) -> list[Path]:
    """Return the case files of a folder and of the folders in it, in a fixed order."""
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; give the folder with the golden cases with --cases.")
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())

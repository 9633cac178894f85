"""Knows the verb `policy test`: the golden cases, in which a clinician said who comes before whom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bequest.cli.errors import DONE, FINDING
from bequest.cli.layout import Line, counted, folded, number
from bequest.cli.output import show, terminal_width
from bequest.cli.sign_off import signed_off
from bequest.matching.cases import Case, CaseResult, read_cases, run_case
from bequest.matching.plan_cases import PlanCase, PlanCaseResult, is_plan_file, read_plan_cases, run_plan_case
from bequest.model.errors import InputError
from bequest.policy import policy as policy_of
from bequest.policy.plan import DonorPlan
from bequest.policy.plans import names_plan
from bequest.policy.plans import plan as plan_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bequest.policy import Policy

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

    One line a case; of a case that fails, what differs and how each candidate is explained; and who signed the cases.
    """
    chosen = None if policy is None else _named(policy)
    known = [(case, path) for path in _files(cases) if chosen is None or _names(path, chosen) for case in _read(path)]
    wanted = [(case, path) for case, path in known if chosen is None or case.policy == chosen.name]
    if not wanted:
        named = "" if chosen is None else f" of {chosen.name}"
        raise InputError(f"{cases}: there is no case{named} in this folder; give the folder with --cases.")
    width = terminal_width()
    signed = _signed(dict.fromkeys(path for _, path in wanted), cases, width)
    failed = 0
    for case, _ in wanted:
        result = _result(case, chosen)
        failed += not result.passed
        show(_lines(result, width))
    verdict = "all passed" if not failed else f"{number(failed)} FAILED"
    told = f"{counted(len(wanted), 'case', 'cases')} of invented people, {verdict}."
    show([Line(), Line(told, "bold" if not failed else "bold red"), *signed])
    raise typer.Exit(FINDING if failed else DONE)


def _named(written: str) -> Policy | DonorPlan:
    """Return the policy or the donor plan that is named."""
    return plan_of(written) if names_plan(written) else policy_of(written)


def _names(path: Path, chosen: Policy | DonorPlan) -> bool:
    """Return whether a file may hold cases of the policy: reading a hundred others would take most of the time."""
    return chosen.name.encode() in path.read_bytes()


def _read(path: Path) -> Sequence[Case | PlanCase]:
    return read_plan_cases(path) if is_plan_file(path) else read_cases(path)


def _result(case: Case | PlanCase, chosen: Policy | DonorPlan | None) -> CaseResult | PlanCaseResult:
    """Return how a case comes out under what was chosen, or under what is in force at its instant."""
    if isinstance(case, PlanCase):
        plan = chosen if isinstance(chosen, DonorPlan) else plan_of(case.policy, on=case.at)
        return run_plan_case(case, plan, lambda name: policy_of(name, on=case.at))
    policy = policy_of(case.policy, on=case.at) if chosen is None or isinstance(chosen, DonorPlan) else chosen
    return run_case(case, policy)


def _lines(result: CaseResult | PlanCaseResult, width: int | None) -> list[Line]:
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


def _signed(paths: Iterable[Path], folder: Path, width: int | None) -> list[Line]:
    """Return how many of the files a clinician signed off, and who signed which."""
    signatures = [(path.relative_to(folder), signed_off(path)) for path in paths]
    named = [f"  {path}: {signature}" for path, signature in signatures if signature is not None]
    told = f"Signed off by a clinician: {len(named)} of {counted(len(signatures), 'file', 'files')}."
    return [Line(line) for text in (told, *named) for line in folded(text, width, hang=4)]


def _files(folder: Path) -> list[Path]:
    """Return the case files of a folder and of the folders in it, in a fixed order."""
    if not folder.is_dir():
        raise InputError(f"{folder}: there is no such folder; give the folder with the golden cases with --cases.")
    return sorted(path for path in folder.rglob("*.yaml") if path.is_file())

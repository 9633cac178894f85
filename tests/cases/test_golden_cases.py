"""Every golden case of `cases/`, under both evaluators; a clinician reads and signs the YAML, not this file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bequest.matching.cases import Case, read_cases, run_case
from bequest.matching.plan_cases import PlanCase, is_plan_file, read_plan_cases, run_plan_case
from bequest.policy import policy
from bequest.policy.plans import plan

PATHS = sorted(Path("cases").rglob("*.yaml"))
CASES = [case for path in PATHS if not is_plan_file(path) for case in read_cases(path)]
PLAN_CASES = [case for path in PATHS if is_plan_file(path) for case in read_plan_cases(path)]


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.policy}: {case.place}")
def test_the_golden_case_comes_out_as_signed(case: Case, evaluator: str) -> None:
    result = run_case(case, policy(case.policy, on=case.at.date()), evaluator=evaluator)
    assert result.passed, "\n".join((case.place, case.why, *result.differences))


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
@pytest.mark.parametrize("case", PLAN_CASES, ids=lambda case: f"{case.policy}: {case.place}")
def test_the_golden_case_of_a_plan_comes_out_as_signed(case: PlanCase, evaluator: str) -> None:
    day = case.at.date()
    result = run_plan_case(case, plan(case.policy, on=day), lambda name: policy(name, on=day), evaluator=evaluator)
    assert result.passed, "\n".join((case.place, case.why, *result.differences))

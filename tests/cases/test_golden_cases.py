"""Every golden case of `cases/`, under both evaluators; a clinician reads and signs the YAML, not this file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bequest.matching.cases import Case, read_cases, run_case
from bequest.policy import policy

CASES = [case for path in sorted(Path("cases").rglob("*.yaml")) for case in read_cases(path)]


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.policy}: {case.place}")
def test_the_golden_case_comes_out_as_signed(case: Case, evaluator: str) -> None:
    result = run_case(case, policy(case.policy, on=case.at.date()), evaluator=evaluator)
    assert result.passed, "\n".join((case.place, case.why, *result.differences))

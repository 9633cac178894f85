"""How golden cases of a donor plan are written, and what is told when they come out otherwise."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bequest.matching.plan_cases import is_plan_file, read_plan_cases, run_plan_case
from bequest.model.errors import InputError
from bequest.policy import policy
from bequest.policy.plans import plan

CORE = Path("cases/core/donor-plan.yaml")
US = Path("cases/us/donor-plan.yaml")
SMALL = """plan: core/donor-plan
at: 2026-11-01T00:00:00Z
donor: {blood_group: O, age_years: 40}
lists: {kidney: {status: active}}
cases:
- {name: one, why: because, people: {Anna: {kidney: {}}}, expect: {kidney: [Anna]}}
"""


def read(tmp_path: Path, text: str):
    path = tmp_path / "plan.yaml"
    path.write_text(text, encoding="utf-8")
    return read_plan_cases(path)


def result(case):
    return run_plan_case(case, plan(case.policy), policy)


def test_a_file_of_plan_cases_is_told_by_its_first_word(tmp_path: Path) -> None:
    assert is_plan_file(CORE)
    assert not is_plan_file(Path("cases/core/heart.yaml"))


def test_a_case_that_comes_out_as_expected_passes() -> None:
    assert result(read_plan_cases(CORE)[0]).passed


def test_an_organ_that_the_consent_does_not_cover_is_not_even_ranked() -> None:
    (case,) = [each for each in read_plan_cases(CORE) if each.donor.get("consented_organs") == "kidney"]
    assert result(replace(case, expect={**case.expect, "heart": ()})).passed


def test_another_order_is_told_with_everybodys_explanation(tmp_path: Path) -> None:
    text = (
        CORE.read_text(encoding="utf-8")
        .replace("heart: [Anna]\n", "heart: [Ben]\n")
        .replace("liver: [Cleo with", "liver: [Cleo perhaps with")
    )
    found = result(read(tmp_path, text)[0])
    assert not found.passed
    assert found.differences[0] == "step heart: expected ['Ben'], got ['Anna']"
    assert found.differences[1] == "step liver: expected ['Cleo perhaps with kidney'], got ['Cleo with kidney']"
    assert "place 1 of the plan" in found.differences[2]


def test_whoever_is_on_a_list_that_was_not_ranked_for_this_donor_is_left_out_of_the_explanations() -> None:
    (case,) = [each for each in read_plan_cases(CORE) if each.donor.get("consented_organs") == "kidney"]
    assert any("heart" in lists for lists in case.people.values())
    found = result(replace(case, expect={**case.expect, "kidney": ("Nobody",)}))
    assert found.differences[0].startswith("step kidney: expected ['Nobody'], got [")
    assert not [line for line in found.differences if "heart" in line.partition(":")[0]]


def test_a_step_that_the_plan_does_not_have_is_told(tmp_path: Path) -> None:
    text = CORE.read_text(encoding="utf-8").replace("      heart: [Anna]\n", "      hart: [Anna]\n", 1)
    found = result(read(tmp_path, text)[0])
    assert found.differences[0] == "step hart: expected ['Anna'], got no such step"


def test_a_rule_of_a_divided_organ_that_comes_out_otherwise_is_told() -> None:
    case = replace(read_plan_cases(CORE)[0], divides={"halves": True})
    assert result(case).differences == ("divides halves: expected True, got no such rule",)


def test_a_rule_of_a_divided_organ_that_comes_out_as_expected_passes() -> None:
    (case,) = [each for each in read_plan_cases(US) if each.divides == {"divisible-liver": True}]
    assert result(case).passed


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("plan: core/donor-plan\n", "plan: core/donor-plan\npolicy: x\n", "'policy' is not known here"),
        ("at: 2026-11-01T00:00:00Z", "at: today", "write an instant"),
        ("why: because, ", "", "'why' is missing"),
        ("{kidney: {}}}", "{liver: {}}}", "'liver' is none of the lists; use: kidney"),
    ],
)
def test_a_mistake_in_a_file_of_plan_cases_is_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        read(tmp_path, SMALL.replace(old, new))


def test_a_lottery_seed_may_be_stated(tmp_path: Path) -> None:
    (case,) = read(tmp_path, SMALL.replace("why: because", 'why: because, lottery_seed: "ab"'))
    assert case.lottery_seed == "ab"

from __future__ import annotations

from importlib.resources import files

import pytest

CASES = """
policy: core/heart
at: 2026-11-01T00:00:00Z
donor: {{blood_group: O, age_years: 40, weight_kg: 80, hla: A1 A2 B8 B44 DR4 DR17, hcv_positive: false}}
candidate: {{status: active, blood_group: O, age_years: 50, weight_kg: 80, hla: A1 A2 B8 B44 DR4 DR17,
  unacceptable_antigens: none, urgency_granted: 9, preservation_hours: 3, accepts_circulatory_donor: false,
  accepts_hcv_positive_donor: false}}
cases:
  - name: The longer wait wins
    why: a test
    candidates: {{Anna: {{waiting_days: 30}}, Ben: {{waiting_days: 31}}}}
    expect: {{order: [{order}]}}
"""


@pytest.fixture
def folder(tmp_path):
    def written(order: str):
        inner = tmp_path / "cases" / "core"
        inner.mkdir(parents=True)
        (inner / "heart.yaml").write_text(CASES.format(order=order), encoding="utf-8")
        return tmp_path / "cases"

    return written


def test_a_case_that_holds_is_one_line(ask, folder):
    answer = ask("policy", "test", "--cases", folder("Ben, Anna"))
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == (
        "ok      core/heart: The longer wait wins\n\n"
        "1 case of invented people, all passed.\nSigned off by a clinician: 0 of 1 file.\n"
    )


def test_whoever_signed_a_file_is_named(ask, folder):
    cases = folder("Ben, Anna")
    with (cases / "core" / "heart.yaml").open("a", encoding="utf-8") as file:
        file.write("signed_off: {by: Dr. A. Invented, on: 2026-11-01}\n")
    told = ask("policy", "test", "--cases", cases).out
    assert told.endswith("Signed off by a clinician: 1 of 1 file.\n  core/heart.yaml: Dr. A. Invented on 2026-11-01\n")


def test_a_case_that_fails_is_a_finding_with_its_differences(ask, folder):
    answer = ask("policy", "test", "--cases", folder("Anna, Ben"))
    assert answer.code == 1
    assert answer.out.startswith("FAILED  core/heart: The longer wait wins\n        order: expected")
    assert "\n1 case of invented people, 1 FAILED.\n" in answer.out


def test_the_cases_of_one_policy_are_run_alone(ask, folder):
    assert ask("policy", "test", "core/heart", "--cases", folder("Ben, Anna")).code == 0


def test_a_draft_is_put_to_the_cases_of_its_name(ask, folder, tmp_path):
    draft = tmp_path / "draft.yaml"
    written = ask("policy", "show", "core/heart").out
    assert written
    draft.write_text(_shorter_wait_first(), encoding="utf-8")
    assert ask("policy", "test", draft, "--cases", folder("Ben, Anna")).code == 1


def test_a_policy_without_cases_is_told(ask, folder):
    answer = ask("policy", "test", "core/lung", "--cases", folder("Ben, Anna"))
    assert (answer.code, answer.out) == (2, "")
    assert "there is no case of core/lung in this folder" in answer.err


def test_a_folder_without_cases_is_told(ask, tmp_path):
    assert "there is no case in this folder" in ask("policy", "test", "--cases", tmp_path).err


def test_a_missing_folder_is_told(ask, tmp_path):
    answer = ask("policy", "test", "--cases", tmp_path / "nothing")
    assert answer.code == 2
    assert "there is no such folder" in answer.err


def test_an_unknown_policy_is_told(ask, folder):
    assert "did you mean core/heart?" in ask("policy", "test", "core/hart", "--cases", folder("Ben, Anna")).err


def _shorter_wait_first() -> str:
    written = files("bequest.policies").joinpath("core", "heart-core-2026-1.yaml").read_text(encoding="utf-8")
    return written.replace("waiting_days desc", "waiting_days")

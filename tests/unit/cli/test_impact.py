"""What a person reads who asks what a change of policy would do."""

from __future__ import annotations

from importlib.resources import files

import pytest

AT = "2026-11-01T00:00:00Z"


@pytest.fixture
def shorter(tmp_path):
    """Return the core heart policy as a draft in which nobody waits longer than others."""
    written = files("bequest.policies").joinpath("core", "heart-core-2026-1.yaml").read_text(encoding="utf-8")
    path = tmp_path / "draft.yaml"
    path.write_text(written.replace("waiting_days desc", "waiting_days"), encoding="utf-8")
    return path


def test_the_same_policy_moves_nobody(ask, hearts):
    answer = ask("policy", "impact", "core/heart", "core/heart", hearts, "--at", AT)
    assert (answer.code, answer.err) == (0, "")
    assert "synthetic: true" in answer.out
    assert "0 rise, 0 fall, 0 gain a place, 0 lose theirs." in answer.out


def test_whoever_moves_is_told_with_the_reason(ask, hearts, shorter):
    answer = ask("policy", "impact", "core/heart", shorter, hearts, "--at", AT, "--donor", "D-0001", "--top", "3")
    assert answer.code == 0
    table = answer.out.split("before  after", 1)[1].splitlines()
    assert len(table) == 5
    assert table[1].split()[2].startswith("R-")
    assert table[4].startswith("... and ")
    assert table[4].endswith(" more; --top N shows the first N.")


def test_a_place_that_is_lost_stands_as_none(ask, hearts, shorter):
    written = shorter.read_text(encoding="utf-8")
    shorter.write_text(
        written.replace("when: abo_compatible", "when: abo_compatible and age_years < 30"), encoding="utf-8"
    )
    answer = ask("policy", "impact", "core/heart", shorter, hearts, "--at", AT, "--top", "300")
    assert "none" in answer.out
    assert " 0 lose theirs" not in answer.out


def test_two_organs_are_not_compared(ask, hearts):
    answer = ask("policy", "impact", "core/heart", "core/lung", hearts, "--at", AT)
    assert (answer.code, answer.err) == (2, "bequest: core/heart ranks heart and core/lung lung; compare one organ.\n")


def test_a_donor_who_is_not_there_is_told(ask, hearts):
    answer = ask("policy", "impact", "core/heart", "core/heart", hearts, "--at", AT, "--donor", "D-9")
    assert answer.code == 2
    assert "holds no donor D-9; name one with --donor." in answer.err


def test_inputs_that_a_policy_does_not_name_are_not_asked_of_it(ask, hearts, tmp_path):
    path = tmp_path / "inputs.json"
    path.write_text('{"balance": 3}', encoding="utf-8")
    assert ask("policy", "impact", "core/heart", "core/heart", hearts, "--at", AT, "--inputs", path).code == 0

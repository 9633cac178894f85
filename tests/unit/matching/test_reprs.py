"""What a prompt or a log shows of a run: what it is, and nothing about anyone in it."""

from __future__ import annotations

import pytest

from small_runs import small_policy, small_run

RUN = small_run({"Anna": {"hla": "A1 A2", "height_cm": 171}}, donor={"hla": "A3 B7", "weight_kg": 81.5})


def test_a_run_names_itself():
    assert repr(RUN) == (
        "MatchRun(core/kidney core-2026-1, kidney, donor D-CASE, at 2026-11-01T00:00:00Z, 1 registrations, 1 ranked)"
    )


def test_a_pool_names_its_list():
    assert repr(RUN.pool) == "Pool(kidney, 1 registrations, as of 2026-11-01T00:00:00Z)"


def test_a_donor_is_an_identifier():
    assert repr(RUN.donor) == "Donor(D-CASE)"


def test_a_policy_names_its_edition():
    policy = small_policy()
    assert repr(policy) == f"Policy(core/kidney core-2026-1, own, {policy.hash[:12]})"


def test_an_explanation_is_its_text():
    explanation = RUN.explain("R-Anna")
    assert repr(explanation) == str(explanation)


def test_nothing_shows_what_is_known_of_a_person():
    shown = " ".join(repr(each) for each in (RUN, RUN.pool, RUN.donor, RUN.policy, RUN.evaluation))
    assert not any(secret in shown for secret in ("A1", "A3", "171", "81.5", "Anna"))


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
def test_a_result_is_not_rewritten(evaluator):
    result = small_run({"Anna": {}}, evaluator=evaluator).evaluation
    with pytest.raises(ValueError, match="read-only"):
        result.points[0, 0] = 1

"""UKELD."""

from __future__ import annotations

import pytest

from bequest.clinical.scores.score import score_one
from bequest.clinical.scores.ukeld import SCORES

GIVEN = {"inr": 1.0, "bilirubin_umol_per_l": 212, "creatinine_umol_per_l": 54, "sodium_mmol_per_l": 126}


def test_the_published_value_agrees() -> None:
    assert score_one(SCORES[0], GIVEN).values["ukeld"] == pytest.approx(63.22, abs=0.005)


def test_without_sodium_there_is_no_score() -> None:
    scored = score_one(SCORES[0], {**GIVEN, "sodium_mmol_per_l": None})
    assert scored.values["ukeld"] is None
    assert scored.missing == ("sodium_mmol_per_l",)


def test_a_higher_bilirubin_never_lowers_it() -> None:
    assert score_one(SCORES[0], {**GIVEN, "bilirubin_umol_per_l": 213}).values["ukeld"] > 63.22

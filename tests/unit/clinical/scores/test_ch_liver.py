"""The points of the Swiss liver list."""

from __future__ import annotations

import pytest

from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_one

ONES = {"creatinine_mg_per_dl": 1.0, "bilirubin_mg_per_dl": 1.0, "inr": 1.0, "oral_anticoagulation": False}


def points(**changes):
    return score_one(score_named("ch-liver"), {**ONES, **changes}).values


def refresh(value):
    found = score_one(score_named("ch-liver-refresh"), {"points": value}).values
    return found["refresh_days"], found["refresh_months"], found["laboratory_hours"]


@pytest.mark.parametrize(
    ("changes", "whole", "unrounded"),
    [
        # Worked values of the annex in the version of 2017.
        ({}, 6, 6.43),
        ({"creatinine_mg_per_dl": 1.8, "bilirubin_mg_per_dl": 4.2, "inr": 1.6}, 23, 22.7438),
        ({"creatinine_mg_per_dl": 0.6, "bilirubin_mg_per_dl": 9.0, "inr": 2.3}, 24, 24.0641),
        ({"creatinine_mg_per_dl": 3.9, "bilirubin_mg_per_dl": 30.0, "inr": 4.5}, 40, 49.1567),
        ({"creatinine_mg_per_dl": 2.2, "bilirubin_mg_per_dl": 14.0, "inr": 2.9, "dialysis": True}, 40, 41.5972),
        ({"creatinine_mg_per_dl": 1.4, "bilirubin_mg_per_dl": 2.5, "oral_anticoagulation": True}, 18, 18.0792),
    ],
)
def test_the_worked_values_agree(changes, whole, unrounded):
    found = points(**changes)
    assert found["points"] == whole
    assert found["points_unrounded"] == pytest.approx(unrounded, abs=5e-5)


def test_the_inr_counts_only_without_medicines_against_clotting():
    assert points(inr=None)["points"] is None
    assert points(inr=None, oral_anticoagulation=True) == points(inr=9, oral_anticoagulation=True)


@pytest.mark.parametrize("name", sorted(ONES.keys() - {"inr"}))
def test_without_another_value_there_are_no_points(name):
    assert points(**{name: None})["points"] is None


@pytest.mark.parametrize(("age", "value"), [(11.99, None), (12, 6.0), (None, 6.0)])
def test_below_12_there_are_no_points_from_laboratory_values(age, value):
    assert points(age_years=age)["points"] == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (6, (None, 12, 720)), (10, (None, 12, 720)), (11, (None, 3, 336)), (18, (None, 3, 336)),
        (19, (None, 1, 168)), (24, (None, 1, 168)), (25, (7, None, 48)), (40, (7, None, 48)), (None, (None,) * 3),
    ],
)  # fmt: skip
def test_the_more_points_the_sooner_they_are_worked_out_anew(value, expected):
    assert refresh(value) == expected

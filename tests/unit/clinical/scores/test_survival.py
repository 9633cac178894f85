"""Expected days alive."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bequest.clinical.scores.survival import Curve, expected_days

CURVE = Curve(survivors=np.array([1.0, 0.9, 0.8]), days=np.array([1.0, 1.0, 2.0]))


def test_the_baseline_gives_the_area_under_the_curve() -> None:
    assert expected_days(CURVE, np.array([0.0])).tolist() == pytest.approx([3.5])


def test_a_predictor_bends_the_curve() -> None:
    assert expected_days(CURVE, np.array([math.log(2)])).tolist() == pytest.approx([1 + 0.81 + 2 * 0.64])


def test_a_day_is_rounded_where_the_source_rounds() -> None:
    rounded = Curve(survivors=np.array([0.94]), days=np.array([10.0]), decimals=1)
    assert expected_days(rounded, np.array([0.0])).tolist() == pytest.approx([9.0])


def test_a_missing_predictor_gives_no_days() -> None:
    assert np.isnan(expected_days(CURVE, np.array([math.nan]))).all()


def test_many_people_are_taken_in_blocks_and_get_the_same() -> None:
    predictors = np.linspace(-1, 1, 2500)
    assert expected_days(CURVE, predictors)[2000] == expected_days(CURVE, predictors[2000:2001])[0]


def test_nobody_is_no_error() -> None:
    assert len(expected_days(CURVE, np.array([]))) == 0

"""Numbers of formulas in packaged files."""

from __future__ import annotations

import pytest

from bequest.clinical.scores.coefficients import number, numbers, series


def test_a_number_is_found_by_its_path() -> None:
    assert number("scores/lung_cas.json", "waitlist.pco2.floor") == 40


def test_numbers_are_found_by_name() -> None:
    assert numbers("scores/lung_cas.json", "points.under_12.waitlist") == {"1": 1.9073, "2": 0.4406}


def test_a_series_cannot_be_changed() -> None:
    knots = series("scores/lung_cas.json", "points.travel.knots")
    assert knots.tolist() == [43.44, 67.17, 86.9]
    with pytest.raises(ValueError, match="read-only"):
        knots[0] = 1

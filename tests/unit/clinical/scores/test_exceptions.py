"""The curve between mortality and exception MELD."""

from __future__ import annotations

import pytest

from bequest.clinical.scores.exceptions import SCORES
from bequest.clinical.scores.score import score_one

EXCEPTION, RESEARCH, BONUS = SCORES


def meld(score, **given) -> float | None:
    return score_one(score, given).values["meld"]


@pytest.mark.parametrize(("percent", "points"), [(10, 20), (15, 22), (0, 6), (100, 40), (99.99, 40)])
def test_a_mortality_has_the_points_of_the_liver_manual(percent, points) -> None:
    assert meld(EXCEPTION, mortality_percent=percent) == points


def test_the_points_are_known_before_rounding() -> None:
    assert score_one(EXCEPTION, {"mortality_percent": 10}).values["meld_unrounded"] == pytest.approx(19.514, abs=1e-3)


def test_the_research_curve_ends_at_36() -> None:
    assert meld(RESEARCH, mortality_percent=100) == 36


def test_a_bonus_is_added_to_the_rounded_mortality_of_the_laboratory_meld() -> None:
    # MELD 20 has 89.1 % survival, rounded to 11 % mortality; with 10 % more it is 21 %.
    scored = score_one(BONUS, {"lab_meld": 20, "bonus_percent": 10}).values
    assert scored == {"meld": 24.1, "mortality_percent": 21}


def test_a_bonus_beyond_100_percent_gives_40() -> None:
    scored = score_one(BONUS, {"lab_meld": 40, "bonus_percent": 50}).values
    assert scored == {"meld": 40, "mortality_percent": 100}


def test_a_missing_mortality_gives_no_points() -> None:
    assert meld(EXCEPTION) is None

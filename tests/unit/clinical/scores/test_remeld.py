"""The MELD scores of Eurotransplant."""

from __future__ import annotations

import math

import pytest

from bequest.clinical.scores.remeld import SCORES
from bequest.clinical.scores.score import score_one

LAB, REMELD, REMELD_NA = SCORES
GIVEN = {"bilirubin_mg_per_dl": 3.0, "creatinine_mg_per_dl": 1.5, "inr": 1.8}


def values(score, **given) -> dict[str, float | None]:
    return dict(score_one(score, {**GIVEN, **given}).values)


def test_the_laboratory_meld_agrees_with_the_thesis() -> None:
    assert values(LAB) == {"meld": 21, "meld_unrounded": pytest.approx(21.0463, abs=1e-4)}


def test_values_below_1_and_creatinine_above_4_count_as_the_bound() -> None:
    assert values(LAB, bilirubin_mg_per_dl=0.2, inr=0.9, creatinine_mg_per_dl=0.5)["meld_unrounded"] == 6.43
    assert values(LAB, creatinine_mg_per_dl=9) == values(LAB, creatinine_mg_per_dl=4)


def test_dialysis_counts_as_the_greatest_creatinine() -> None:
    assert values(LAB, dialysis=True) == values(LAB, creatinine_mg_per_dl=4)
    assert values(REMELD_NA, dialysis=True, sodium_mmol_per_l=130) == values(
        REMELD_NA, creatinine_mg_per_dl=2.5, sodium_mmol_per_l=130
    )


def test_points_stay_within_6_and_40() -> None:
    assert values(LAB, bilirubin_mg_per_dl=60, inr=9)["meld"] == 40
    assert values(REMELD, bilirubin_mg_per_dl=0.3, creatinine_mg_per_dl=0.7, inr=0.5)["meld"] == 6


def test_remeld_is_the_sum_of_its_terms() -> None:
    expected = 8.422 + 3.446 * math.log(3) + 7.728 * math.log(1.5) + 10.597 * math.log(1.8)
    assert values(REMELD)["meld_unrounded"] == pytest.approx(expected)


def test_remeld_na_is_the_sum_of_its_terms() -> None:
    expected = (
        7.853
        + 2.968 * math.log(3)
        + 9.025 * math.log(1.5)
        + 9.518 * math.log(1.8)
        + 0.392 * 8.6
        - 0.3509 * 8.6 * math.log(1.5)
    )
    assert values(REMELD_NA, sodium_mmol_per_l=130)["meld_unrounded"] == pytest.approx(expected)


def test_sodium_counts_between_120_and_138_6() -> None:
    assert values(REMELD_NA, sodium_mmol_per_l=145) == values(REMELD_NA, sodium_mmol_per_l=138.6)
    assert values(REMELD_NA, sodium_mmol_per_l=110) == values(REMELD_NA, sodium_mmol_per_l=120)


def test_remeld_na_without_sodium_is_no_score() -> None:
    assert values(REMELD_NA)["meld"] is None


def test_only_the_score_in_use_is_verified() -> None:
    assert [score.verified for score in SCORES] == [True, False, False]

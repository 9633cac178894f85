"""The lung allocation score of 2021."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bequest.clinical.scores.lung_las import SCORES
from bequest.clinical.scores.score import score_columns, score_one

(LAS,) = SCORES
# github ClevelandClinicQHS/COMET@867567f R/tests.R
FIRST = {
    "diagnosis_group": "A",
    "age_years": 60,
    "bmi_kg_per_m2": 22.01188,
    "functional_status": "no assistance",
    "walk_6_minutes_feet": 1000,
    "oxygen_at_rest_l_per_min": 0,
    "pa_systolic_mmhg": 30,
    "pco2_mmhg": 39,
    "pco2_rise": 0,
    "ventilated": 0,
    "creatinine_mg_per_dl": 0.6,
    "bilirubin_mg_per_dl": 0.3,
    "cardiac_index_l_per_min_per_m2": 2.1,
}
SECOND = {
    "diagnosis_group": "C",
    "age_years": 62,
    "bmi_kg_per_m2": 30.13895,
    "functional_status": "some assistance",
    "walk_6_minutes_feet": 500,
    "oxygen_at_rest_l_per_min": 0,
    "pa_systolic_mmhg": 40,
    "pco2_mmhg": 45,
    "pco2_rise": 0,
    "ventilated": 0,
    "creatinine_mg_per_dl": 0.8,
    "bilirubin_mg_per_dl": 0.5,
    "cardiac_index_l_per_min_per_m2": 2.3,
}


def las(**given) -> dict[str, float | None]:
    return dict(score_one(LAS, {**FIRST, **given}).values)


def test_the_first_published_example_agrees() -> None:
    found = las()
    assert found["las"] == pytest.approx(32.2179656608508, abs=1e-10)
    assert found["waitlist_predictor"] == pytest.approx(0.66233093189656, abs=1e-10)


def test_the_second_published_example_agrees() -> None:
    assert las(**SECOND)["las"] == pytest.approx(42.378180681953, abs=1e-10)


def test_it_is_known_from_one_programme_only() -> None:
    assert not LAS.verified


def test_a_child_below_12_years_has_no_las_and_learns_why() -> None:
    scored = score_one(LAS, {"age_years": 11.9, "diagnosis_group": "A"})
    assert set(scored.values.values()) == {None}
    assert scored.outside == "This score is for candidates of 12 years and older."


def test_a_missing_value_takes_the_default_of_the_model() -> None:
    defaults = {
        "age_years": 50,
        "diagnosis_group": "D",
        "bmi_kg_per_m2": 100,
        "functional_status": "no assistance",
        "oxygen_at_rest_l_per_min": None,
        "pa_systolic_mmhg": 20,
        "pco2_mmhg": 40,
        "pco2_rise": 0,
        "bilirubin_mg_per_dl": 0.7,
        "cardiac_index_l_per_min_per_m2": 3,
    }
    assert score_one(LAS, {"age_years": 50, "diagnosis_group": "D"}).values == score_one(LAS, defaults).values


def test_creatinine_counts_from_18_years() -> None:
    assert las(age_years=17, creatinine_mg_per_dl=9) == las(age_years=17)
    assert las(age_years=18, creatinine_mg_per_dl=9) != las(age_years=18)


def test_a_low_cardiac_index_adds_its_term() -> None:
    added = las(cardiac_index_l_per_min_per_m2=1.99)["post_transplant_predictor"] - las()["post_transplant_predictor"]
    assert added == pytest.approx(0.1448727551614)


@pytest.mark.parametrize(
    ("diagnosis", "waiting", "after"),
    [
        ("bronchiectasis", 0.40107198445555, 0.12048575705296),
        ("sarcoidosis", 1.39885489102977, 0.98051166673574),
        ("pulmonary fibrosis, not idiopathic", 0.2088684500011, 0),
        ("obliterative bronchiolitis", 0, -0.33402539276216),
        ("constrictive bronchiolitis", 0, -0.33402539276216),
    ],
)
def test_a_diagnosis_adds_its_terms(diagnosis: str, waiting: float, after: float) -> None:
    found = las(diagnosis=diagnosis)
    assert found["waitlist_predictor"] - las()["waitlist_predictor"] == pytest.approx(waiting)
    assert found["post_transplant_predictor"] - las()["post_transplant_predictor"] == pytest.approx(after)


def test_sarcoidosis_in_group_d_subtracts_while_waiting() -> None:
    found, without = las(diagnosis="sarcoidosis", diagnosis_group="D"), las(diagnosis_group="D")
    assert found["waitlist_predictor"] - without["waitlist_predictor"] == pytest.approx(-0.64590852776042)


def test_sarcoidosis_outside_groups_a_and_d_gives_no_score() -> None:
    assert las(diagnosis="sarcoidosis", diagnosis_group="B")["las"] is None


def test_pulmonary_pressure_counts_above_40_in_group_a_and_from_20_elsewhere() -> None:
    def predictor(group: str, pressure: float) -> float | None:
        return las(diagnosis_group=group, pa_systolic_mmhg=pressure)["waitlist_predictor"]

    assert predictor("A", 40) == predictor("A", 10)
    assert predictor("A", 50) - predictor("A", 40) == pytest.approx(0.55767046368853)
    assert predictor("B", 20) == predictor("B", 10)
    assert predictor("B", 30) - predictor("B", 20) == pytest.approx(0.1230478043299)


def test_many_people_get_what_each_gets_alone() -> None:
    columns = {
        "age_years": np.array([60.0, math.nan, 11.0]),
        "diagnosis_group": np.array([0.0, 0.0, 0.0]),
    }
    found = score_columns(LAS, columns)["las"]
    assert found[0] == score_one(LAS, {"age_years": 60, "diagnosis_group": "A"}).values["las"]
    assert np.isnan(found[1:]).all()

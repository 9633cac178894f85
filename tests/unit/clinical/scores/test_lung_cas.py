"""The lung composite allocation score and its parts."""

from __future__ import annotations

import math

import numpy as np
import pytest

from bequest.clinical.scores.lung_cas import SCORES
from bequest.clinical.scores.score import score_columns, score_one
from bequest.model.errors import InputError

MARCH, SEPTEMBER, POLICY = SCORES
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
    "ecmo": 0,
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
    "pa_systolic_mmhg": 40,
    "pco2_mmhg": 45,
    "creatinine_mg_per_dl": 0.8,
    "bilirubin_mg_per_dl": 0.5,
    "cardiac_index_l_per_min_per_m2": 2.3,
}
REST = {
    "blood_group": "O",
    "height_cm": 170,
    "age_at_registration_years": 60,
    "prior_living_donor": False,
    "distance_nm": 0,
}


def parts(score=POLICY, **given) -> dict[str, float | None]:
    return dict(score_one(score, given).values)


def clinical(**given) -> dict[str, float | None]:
    return parts(**{**FIRST, **given})


@pytest.mark.parametrize(
    ("given", "waiting", "after", "waitlist_points", "post_transplant_points"),
    [
        (FIRST, 0.66233093189656, 0.24646650673566, 0.019242, 20.797365),
        ({**FIRST, **SECOND}, 4.16897933857662, 0.355521568339, 0.755154, 20.373303),
    ],
)
def test_the_published_examples_agree(given, waiting, after, waitlist_points, post_transplant_points) -> None:
    found = parts(**given)
    assert found["waitlist_predictor"] == pytest.approx(waiting, abs=1e-6)
    assert found["post_transplant_predictor"] == pytest.approx(after, abs=1e-6)
    assert found["waitlist_points"] == pytest.approx(waitlist_points, abs=1e-5)
    assert found["post_transplant_points"] == pytest.approx(post_transplant_points, abs=1e-5)


@pytest.mark.parametrize(
    ("distance_nm", "of_the_programme", "of_the_policy", "proximity"),
    [
        (0, 5, 5, 5),
        (45, 4.971853, 4.971373, 5),
        (89.99, 4.608584, 4.601919, 4.250167),
        (250, 4.466368, 4.457281, 4.190866),
        (1000, 3.79977, 3.779334, 3.400687),
        (2500, 2.466575, 2.423438, 0.33188),
    ],
)
def test_distance_gives_the_points_of_its_edition(distance_nm, of_the_programme, of_the_policy, proximity) -> None:
    assert parts(SEPTEMBER, distance_nm=distance_nm)["travel_points"] == pytest.approx(of_the_programme, abs=1e-6)
    assert parts(POLICY, distance_nm=distance_nm)["travel_points"] == pytest.approx(of_the_policy, abs=1e-6)
    assert parts(POLICY, distance_nm=distance_nm)["proximity_points"] == pytest.approx(proximity, abs=1e-6)


def test_travel_points_reach_0_at_5181_nautical_miles_and_go_below() -> None:
    assert parts(distance_nm=5181)["travel_points"] == pytest.approx(0, abs=1e-4)
    assert parts(distance_nm=6000)["travel_points"] < 0


def test_proximity_drops_a_little_at_90_nautical_miles() -> None:
    assert parts(distance_nm=90)["proximity_points"] == pytest.approx(4.249835, abs=1e-6)


@pytest.mark.parametrize(
    ("blood_group", "before", "after"),
    [("O", 0.4550, 5.0), ("B", 0.2439, 2.2382), ("A", 0.0455, 0.3032), ("AB", 0, 0)],
)
def test_blood_group_points_changed_in_2023(blood_group, before, after) -> None:
    assert parts(MARCH, blood_group=blood_group)["blood_group_points"] == pytest.approx(before, abs=5e-5)
    assert parts(SEPTEMBER, blood_group=blood_group)["blood_group_points"] == pytest.approx(after, abs=5e-5)
    assert parts(POLICY, blood_group=blood_group)["blood_group_points"] == pytest.approx(after, abs=5e-5)


def test_blood_group_points_have_the_digits_of_the_example() -> None:
    assert parts(blood_group="B")["blood_group_points"] == pytest.approx(2.238186, abs=1e-6)


@pytest.mark.parametrize(("percent", "points"), [(0, 0), (50, 0.454545), (95, 3.961254), (99.9, 4.976795), (None, 0)])
def test_sensitisation_gives_points_and_no_list_gives_none(percent, points) -> None:
    assert parts(cpra_percent=percent)["cpra_points"] == pytest.approx(points, abs=1e-6)


def test_cpra_may_come_as_a_fraction() -> None:
    assert parts(cpra_fraction=0.5)["cpra_points"] == pytest.approx(0.454545, abs=1e-6)


def test_height_points_follow_the_table_of_the_group() -> None:
    expected = 5 * (100**0.9989110707803993 - 1) / 99
    assert parts(height_cm=60, diagnosis_group="A")["height_points"] == pytest.approx(expected)
    assert parts(height_cm=230, diagnosis_group="C")["height_points"] == pytest.approx(5)


def test_a_height_between_two_centimetres_is_rounded_half_up() -> None:
    assert parts(height_cm=170.5, diagnosis_group="A") == parts(height_cm=171, diagnosis_group="A")


def test_a_height_outside_the_table_is_refused() -> None:
    with pytest.raises(InputError, match="accepted are 60 to 230 cm"):
        parts(height_cm=59)


@pytest.mark.parametrize(("age", "points"), [(17.9, 20), (18, 0)])
def test_a_child_is_who_was_registered_below_18(age, points) -> None:
    assert parts(age_at_registration_years=age)["child_points"] == points


def test_a_prior_living_donor_gets_5_points() -> None:
    assert parts(prior_living_donor=True)["prior_living_donor_points"] == 5
    assert parts(prior_living_donor=False)["prior_living_donor_points"] == 0


@pytest.mark.parametrize(("priority", "points"), [("1", 1.9073), ("2", 0.4406), (None, None)])
def test_below_12_years_the_priority_gives_the_points(priority, points) -> None:
    found = clinical(age_years=11.9, priority_under_12=priority)
    assert found["waitlist_points"] == points
    assert found["post_transplant_points"] == 18.6336
    assert found["waitlist_predictor"] is None


def test_the_score_is_the_sum_of_its_parts() -> None:
    found = clinical(**REST)
    assert found["candidate_points"] == pytest.approx(found["cas"] - 10)
    assert found["cas"] == pytest.approx(
        0.019242 + 20.797365 + 5 + found["height_points"] + 5 + 5,
        abs=1e-5,
    )


@pytest.mark.parametrize("name", ["blood_group", "height_cm", "age_at_registration_years", "prior_living_donor"])
def test_without_one_part_there_is_no_score(name) -> None:
    found = clinical(**{**REST, name: None})
    assert found["cas"] is None
    assert found["candidate_points"] is None
    assert found["waitlist_points"] is not None


def test_without_a_donor_hospital_there_are_still_the_points_of_the_candidate() -> None:
    found = clinical(**{**REST, "distance_nm": None})
    assert found["cas"] is None
    assert found["candidate_points"] is not None


def test_ecmo_counts_as_ventilation_and_as_the_most_oxygen() -> None:
    added = clinical(ecmo=1)["waitlist_predictor"] - clinical()["waitlist_predictor"]
    assert added == pytest.approx(1.57618530736936 + 26.33 * 0.08232292818591)
    after = clinical(ecmo=1)["post_transplant_predictor"] - clinical()["post_transplant_predictor"]
    assert after == pytest.approx(0.267537018672253)


def test_missing_support_helps_nobody() -> None:
    without = clinical(ventilated=None, ecmo=None)
    assert without["waitlist_predictor"] == clinical()["waitlist_predictor"]
    assert without["post_transplant_predictor"] == clinical(ventilated=1)["post_transplant_predictor"]


def test_missing_values_after_transplant_take_the_defaults() -> None:
    given = {"age_years": 50, "diagnosis_group": "D"}
    defaults = {
        "functional_status": "total assistance",
        "walk_6_minutes_feet": 200,
        "ventilated": 1,
        "creatinine_mg_per_dl": 1.6,
        "cardiac_index_l_per_min_per_m2": 5,
    }
    missing, stated = parts(**given), parts(**given, **defaults)
    assert missing["post_transplant_predictor"] == stated["post_transplant_predictor"]


@pytest.mark.parametrize(
    ("given", "term"),
    [
        ({"age_years": 15}, 5 * 0.0676308559079852 + 0.78241832),
        ({"age_years": 20}, 0.78241832),
        ({"age_years": 35}, 0),
        ({"age_years": 80}, 0.42051611 + 10 * 0.0612288624399672),
        ({"cardiac_index_l_per_min_per_m2": 1}, 0.04030226 - 0.48374911399062),
        ({"cardiac_index_l_per_min_per_m2": 9}, 0.094460208 + 0.5 * 0.069693883923919),
        ({"walk_6_minutes_feet": 100}, 0.11168755 - 100 * 0.0002535116049789),
        ({"walk_6_minutes_feet": 2000}, -0.0809956 - 400 * 0.0007428583659073),
    ],
)
def test_the_pieces_of_the_model_after_transplant(given, term) -> None:
    # Group B, no creatinine below 18 years and some assistance add nothing; an age of 35, a cardiac index of 2.5 add 0.
    base = {
        "diagnosis_group": "B",
        "age_years": 35,
        "functional_status": "some assistance",
        "walk_6_minutes_feet": 600,
        "ventilated": 0,
        "ecmo": 0,
        "creatinine_mg_per_dl": 0.8,
        "cardiac_index_l_per_min_per_m2": 2.5,
    }
    creatinine = 0.24129311 * (given.get("age_years", 35) >= 18)
    walk = -0.00198468 * ("walk_6_minutes_feet" not in given)
    found = parts(**{**base, **given})["post_transplant_predictor"]
    assert found == pytest.approx(term + creatinine + walk, abs=1e-7)


@pytest.mark.parametrize(
    ("diagnosis", "waiting", "after"),
    [
        ("bronchiectasis", 0.40107198445555, -0.026706663),
        ("sarcoidosis", 1.39885489102977, 0.501743373724746),
        ("pulmonary fibrosis, not idiopathic", 0.2088684500011, 0.046504644),
        ("COVID-19 fibrosis", 0.2088684500011, 0.046504644),
        ("lymphangioleiomyomatosis", 0, -0.271420385917441),
        ("obliterative bronchiolitis", 0, -0.13263497847748),
        ("constrictive bronchiolitis", 0, -0.13263497847748),
    ],
)
def test_a_diagnosis_adds_its_terms(diagnosis, waiting, after) -> None:
    found, without = clinical(diagnosis=diagnosis), clinical()
    assert found["waitlist_predictor"] - without["waitlist_predictor"] == pytest.approx(waiting)
    assert found["post_transplant_predictor"] - without["post_transplant_predictor"] == pytest.approx(after)


def test_more_oxygen_than_the_known_rule_is_refused() -> None:
    with pytest.raises(InputError, match=r"accepted are 0 to 26\.33 L/min"):
        parts(oxygen_at_rest_l_per_min=30)


def test_many_people_get_what_each_gets_alone() -> None:
    found = score_columns(
        POLICY,
        {
            "age_years": np.array([60.0, 40.0, math.nan]),
            "diagnosis_group": np.array([0.0, 3.0, math.nan]),
            "height_cm": np.array([170.0, math.nan, 180.0]),
        },
    )
    alone = parts(age_years=60, diagnosis_group="A", height_cm=170)
    assert found["waitlist_points"][0] == alone["waitlist_points"]
    assert found["height_points"][0] == alone["height_points"]
    assert np.isnan(found["height_points"][1:]).all()
    assert np.isnan(found["waitlist_points"]).tolist() == [False, False, True]


def test_the_editions_are_told_apart_and_say_what_is_not_sourced() -> None:
    assert [score.edition for score in SCORES] == ["cas-2023-03", "cas-2023-09", "optn-2025-12-10"]
    assert not any(score.verified for score in SCORES)
    assert "116989.1" in POLICY.caution

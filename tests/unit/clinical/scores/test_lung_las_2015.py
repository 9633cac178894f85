"""The lung allocation score of 2015."""

from __future__ import annotations

import pytest

from bequest.clinical.scores.lung_las_2015 import SCORES
from bequest.clinical.scores.score import score_one

(LAS,) = SCORES
NAMES = (
    "diagnosis_group", "age_years", "bmi_kg_per_m2", "functional_status", "walk_6_minutes_feet",
    "oxygen_at_rest_l_per_min", "pa_systolic_mmhg", "pco2_mmhg", "pco2_rise", "ventilated", "creatinine_mg_per_dl",
    "bilirubin_mg_per_dl", "cardiac_index_l_per_min_per_m2", "central_venous_pressure_mmhg",
    "forced_vital_capacity_percent", "diabetes", "bilirubin_rise", "creatinine_rise",
)  # fmt: skip
# github ClevelandClinicQHS/COMET@867567f R/tests.R: the four candidates, then what it prints for each.
CANDIDATES = (
    ("A", 60, 22.01188, "no assistance", 1000, 0, 30, 39, 0, 0, 0.6, 0.3, 2.1, 3, 50, 0, 0, 0),
    ("B", 61, 20.56127, "some assistance", 750, 0, 35, 42, 0, 0, 0.7, 0.7, 2.2, 4, 45, 1, 0, 0),
    ("C", 62, 30.13895, "some assistance", 500, 0, 40, 45, 0, 0, 0.8, 0.5, 2.3, 5, 40, 0, 0, 0),
    ("D", 63, 24.77494, "total assistance", 250, 15, 45, 48, 1, 1, 0.9, 0.2, 2.4, 6, 35, 1, 0, 0),
)
WAITING = (-0.04415314781117408, 2.902302442847062, 2.414470767289233, 7.119497767640454)
AFTER = (0.23359530425982747, 1.0687723549915433, 0.8535327474493093, 1.8444475112989387)
FIRST = dict(zip(NAMES, CANDIDATES[0], strict=True))


def las(**given) -> dict[str, float | None]:
    return dict(score_one(LAS, {**FIRST, **given}).values)


def differs(output: str, than: dict[str, object] | None = None, **given) -> float:
    before = than or {}
    return las(**before | given)[output] - las(**before)[output]


@pytest.mark.parametrize(("candidate", "printed"), list(zip(CANDIDATES, WAITING, strict=True)))
def test_the_printed_predictors_of_waiting_agree(candidate, printed):
    assert las(**dict(zip(NAMES, candidate, strict=True)))["waitlist_predictor"] == pytest.approx(printed, abs=1e-12)


@pytest.mark.parametrize(("candidate", "printed"), list(zip(CANDIDATES, AFTER, strict=True)))
def test_the_printed_predictors_after_transplant_agree_but_for_the_walk_that_the_source_leaves_out(candidate, printed):
    given = dict(zip(NAMES, candidate, strict=True))
    walk = 0.0004594953809594 * (1200 - given["walk_6_minutes_feet"])
    assert las(**given)["post_transplant_predictor"] == pytest.approx(printed + walk, abs=1e-12)
    assert las(**given | {"walk_6_minutes_feet": 1200})["post_transplant_predictor"] == pytest.approx(
        printed, abs=1e-12
    )


def test_a_longer_walk_than_1200_feet_changes_nothing_after_transplant():
    assert differs("post_transplant_predictor", {"walk_6_minutes_feet": 1200}, walk_6_minutes_feet=2000) == 0


def test_a_low_cardiac_index_adds_its_terms_once_however_low_it_is():
    assert differs("waitlist_predictor", cardiac_index_l_per_min_per_m2=1.9) == pytest.approx(0.54353688880282)
    assert differs("post_transplant_predictor", cardiac_index_l_per_min_per_m2=1.9) == pytest.approx(0.34993816798224)
    low, lower = ({"cardiac_index_l_per_min_per_m2": index} for index in (1.9, 1.0))
    assert las(**low) == las(**lower)


def test_a_rise_of_bilirubin_and_the_venous_pressure_count_in_group_b_only():
    group_b = {"diagnosis_group": "B", "central_venous_pressure_mmhg": 7}
    assert differs("waitlist_predictor", group_b, bilirubin_rise=1) == pytest.approx(1.41440589068302)
    assert differs("waitlist_predictor", group_b, central_venous_pressure_mmhg=17) == pytest.approx(0.173841981251578)
    assert differs("waitlist_predictor", bilirubin_rise=1) == 0
    assert differs("waitlist_predictor", central_venous_pressure_mmhg=17) == 0


def test_a_low_vital_capacity_counts_in_group_d_only():
    at_80, at_70 = ({"diagnosis_group": "D", "forced_vital_capacity_percent": share} for share in (80, 70))
    assert las(**at_80) == las(diagnosis_group="D", forced_vital_capacity_percent=95)
    assert las(**at_70)["waitlist_predictor"] - las(**at_80)["waitlist_predictor"] == pytest.approx(0.18294763505874)
    assert differs("waitlist_predictor", forced_vital_capacity_percent=40) == 0


def test_a_rise_of_creatinine_counts_from_1_mg_per_dl():
    assert differs("post_transplant_predictor", {"creatinine_mg_per_dl": 1.0}, creatinine_rise=1) == pytest.approx(
        0.77086160246981
    )
    assert differs("post_transplant_predictor", {"creatinine_mg_per_dl": 0.99}, creatinine_rise=1) == 0


@pytest.mark.parametrize(
    ("diagnosis", "waiting", "after"),
    [
        ("bronchiectasis", 0.66805180556847, 0.18891003790994),
        ("Eisenmenger's syndrome", -0.627865782483, 0.91467278867447),
        ("lymphangioleiomyomatosis", -0.31629378389846, -1.51944162067494),
        ("obliterative bronchiolitis", 0.44532844110811, -1.20505087507026),
        ("pulmonary fibrosis, not idiopathic", -0.20911700181255, -0.07235967613676),
        ("sarcoidosis", 0.93308462399067, -0.13893636360193),
    ],
)
def test_a_diagnosis_adds_its_terms(diagnosis, waiting, after):
    assert differs("waitlist_predictor", diagnosis=diagnosis) == pytest.approx(waiting)
    assert differs("post_transplant_predictor", diagnosis=diagnosis) == pytest.approx(after)


def test_sarcoidosis_with_a_high_pressure_is_of_group_d():
    assert differs("waitlist_predictor", {"diagnosis_group": "D"}, diagnosis="sarcoidosis") == pytest.approx(
        -0.45777493546386
    )


def test_diabetes_counts_while_waiting():
    assert differs("waitlist_predictor", diabetes=1) == pytest.approx(0.46802540267357)


@pytest.mark.parametrize("name", ["functional_status", "bilirubin_rise", "creatinine_rise"])
def test_what_the_source_has_no_default_for_is_required(name):
    given = {key: value for key, value in FIRST.items() if key != name}
    scored = score_one(LAS, given)
    assert scored.missing == (name,)
    assert scored.values["las"] is None


def test_everybody_is_alive_on_the_first_day_so_the_score_of_the_printed_candidate_is_known():
    # By the printed predictors and the same two tables, without the second row of day 0.
    assert las()["waitlist_days"] == pytest.approx(360.8691038925092, abs=1e-9)


def test_it_says_that_nobody_is_to_be_ranked_by_it():
    assert not LAS.verified
    assert "never to rank anybody" in LAS.caution


def test_a_child_below_12_years_has_none():
    assert score_one(LAS, {**FIRST, "age_years": 11}).outside == "This score is for candidates of 12 years and older."

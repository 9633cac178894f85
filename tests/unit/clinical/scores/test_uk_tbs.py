"""The UK transplant benefit score."""

from __future__ import annotations

import numpy as np
import pytest

from bequest.clinical.scores.score import score_columns, score_one
from bequest.clinical.scores.uk_tbs import SCORES
from bequest.model.errors import InputError

(TBS,) = SCORES
# The case printed in the workbook "Liver TBS calculator v1.4d".
PRINTED = {
    "age_years": 52,
    "female": 0,
    "hepatitis_c": 0,
    "disease_group": "1",
    "creatinine_umol_per_l": 90,
    "bilirubin_umol_per_l": 20,
    "inr": 1,
    "sodium_mmol_per_l": 135,
    "potassium_mmol_per_l": 4.5,
    "albumin_g_per_l": 30,
    "renal_replacement": 0,
    "inpatient": 0,
    "registration_year": 2017,
    "abdominal_surgery": 0,
    "encephalopathy": 0,
    "ascites": 0,
    "waiting_days": 30,
    "diabetes": 0,
    "afp_max": 40,
    "tumours": 1,
    "tumour_size_max": 3,
    "donor_age_years": 52,
    "donor_cause_of_death": "1",
    "donor_bmi_kg_per_m2": 25,
    "donor_diabetes": "1",
    "donor_type": "DBD",
    "blood_group_not_identical": 0,
    "split_criteria": 0,
}
OTHER_DISEASE = {
    **PRINTED,
    "female": 1,
    "disease_group": "8",
    "creatinine_umol_per_l": 63,
    "bilirubin_umol_per_l": 74,
    "inr": 1.2,
    "sodium_mmol_per_l": 138,
    "potassium_mmol_per_l": 4.1,
    "albumin_g_per_l": 31,
    "waiting_days": 68,
    "afp_max": 0,
    "tumours": 0,
    "tumour_size_max": 0,
}


def tbs(**given) -> dict[str, float | None]:
    return dict(score_one(TBS, {**PRINTED, **given}).values)


def test_the_printed_case_of_the_workbook_agrees() -> None:
    assert tbs() == pytest.approx(
        {
            "m1_predictor": -0.14274,
            "m1_days": 1298.6446,
            "m2_predictor": 0.10867,
            "m2_days": 1614.25285,
            "tbs_days": 315.60825,
        },
        abs=1e-6,
    )


def test_the_case_of_another_disease_agrees() -> None:
    found = tbs(**OTHER_DISEASE)
    assert found["m1_predictor"] == pytest.approx(-0.42538, abs=1e-5)
    assert found["m2_predictor"] == pytest.approx(0.20896, abs=1e-5)
    assert found["m1_days"] == pytest.approx(900.418, abs=0.02)
    assert found["m2_days"] == pytest.approx(1580.038, abs=0.02)
    assert found["tbs_days"] == pytest.approx(679.62, abs=0.02)


def test_without_a_donor_only_the_days_without_a_transplant_are_known() -> None:
    found = tbs(donor_age_years=None)
    assert found["m1_days"] == pytest.approx(1298.6446, abs=1e-6)
    assert found["m2_days"] is None
    assert found["tbs_days"] is None


def test_a_tumour_is_read_for_cancer_only() -> None:
    without = {"afp_max": None, "tumours": None, "tumour_size_max": None}
    assert tbs(**without)["m1_days"] is None
    assert tbs(**{**OTHER_DISEASE, **without}) == tbs(**OTHER_DISEASE)


@pytest.mark.parametrize(
    ("tumours", "m1", "m2"), [(2, 0.19005, 0.01906), (3, 0.01301, -0.35068), (7, 0.01301, -0.35068)]
)
def test_the_number_of_tumours_adds_its_term(tumours, m1, m2) -> None:
    found, one = tbs(tumours=tumours), tbs()
    assert found["m1_predictor"] - one["m1_predictor"] == pytest.approx(m1)
    assert found["m2_predictor"] - one["m2_predictor"] == pytest.approx(m2)


@pytest.mark.parametrize(
    ("given", "m2"),
    [
        ({"donor_cause_of_death": "2"}, 0.83592),
        ({"donor_cause_of_death": "3"}, -0.86246),
        ({"donor_cause_of_death": "4"}, -0.003),
        ({"donor_diabetes": "2"}, 0.16656),
        ({"donor_diabetes": "9"}, -0.0645),
        ({"blood_group_not_identical": 1}, 1.26327),
        ({"split_criteria": 1}, 0.42794),
        ({"donor_type": "DCD"}, 1.74717 + 0.03521 * 52 - round(0.7407 * 4.49981, 5)),
        ({"hepatitis_c": 1}, -1.06678 + round(0.02709 * 52, 5)),
        ({"hepatitis_c": 1, "donor_diabetes": "2"}, -1.06678 + round(0.02709 * 52, 5) + 0.16656 + 1.50486),
    ],
)
def test_a_donor_adds_the_terms_of_the_table(given, m2) -> None:
    assert tbs(**given)["m2_predictor"] - tbs()["m2_predictor"] == pytest.approx(m2, abs=1e-9)


def test_the_year_of_registration_counts_from_2007_to_2012() -> None:
    assert tbs(registration_year=2012)["m1_predictor"] - tbs()["m1_predictor"] == pytest.approx(-0.33815)
    assert tbs(registration_year=2013) == tbs()


def test_sex_is_named_as_sensitive() -> None:
    assert TBS.sensitive == ("female",)


def test_an_inr_that_the_workbook_would_repair_is_refused() -> None:
    with pytest.raises(InputError, match=r"accepted are 0\.3 to 10"):
        tbs(inr=12)


def test_nobody_gets_other_days_among_many_than_alone() -> None:
    alone = [tbs(age_years=age)["tbs_days"] for age in (30, 45, 60)]
    numbers = PRINTED | dict.fromkeys(("disease_group", "donor_cause_of_death", "donor_diabetes", "donor_type"), 0)
    columns = {name: np.full(3, float(value)) for name, value in numbers.items()}
    together = score_columns(TBS, {**columns, "age_years": np.array([30.0, 45.0, 60.0])})["tbs_days"]
    assert together.tolist() == alone

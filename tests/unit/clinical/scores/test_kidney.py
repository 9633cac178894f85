"""KDRI, KDPI and EPTS: their rules, their tables and their laws."""

from __future__ import annotations

import numpy as np
import pytest

from bequest.clinical.scores.percentiles import percentile
from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_one

REFERENCE_DONOR = {
    "donor_age_years": 40,
    "donor_height_cm": 170,
    "donor_weight_kg": 80,
    "hypertension": False,
    "diabetes": False,
    "cerebrovascular_death": False,
    "creatinine_mg_per_dl": 1.0,
    "circulatory_death": False,
}
RAO = {"african_american": False, "hcv_positive": False}
CANDIDATE = {"age_years": 45, "diabetes": False, "prior_transplant": False, "dialysis_years": 0}


def kdri(label="2025", **changes):
    more = RAO if int(label) < 2024 else {}
    return score_one(score_named(f"kdpi@{label}"), REFERENCE_DONOR | more | changes).values


def epts(label="2024", **changes):
    return score_one(score_named(f"epts@{label}"), CANDIDATE | changes).values


@pytest.mark.parametrize("label", [str(year) for year in range(2014, 2026)])
def test_the_reference_donor_has_risk_1(label):
    assert kdri(label)["kdri"] == 1


@pytest.mark.parametrize("label", [str(year) for year in range(2014, 2026)])
def test_the_median_donor_of_each_year_has_50_percent(label):
    assert percentile(np.array([0.9999999999]), "scores/kdpi_mapping.csv", label=label)[0] == 50


def test_the_example_of_the_guide():
    found = kdri(
        "2024",
        donor_age_years=52,
        donor_height_cm=183,
        donor_weight_kg=81,
        hypertension=True,
        cerebrovascular_death=True,
        creatinine_mg_per_dl=1.7,
        circulatory_death=True,
    )
    assert found["kdri"] == pytest.approx(1.71235565748184, abs=1e-14)
    assert found["kdpi_percent"] == 79


def test_creatinine_above_8_counts_as_8():
    assert kdri(creatinine_mg_per_dl=20) == kdri(creatinine_mg_per_dl=8)


def test_unknown_conditions_count_as_their_share_among_donors():
    unknown = kdri(hypertension=None, diabetes=None)["kdri"]
    assert unknown == pytest.approx(np.exp(0.1106 * 0.43697057162578 + 0.2577 * 0.17280542134655))


def test_the_refit_lowers_the_risk_of_children_and_rao_raises_it():
    assert kdri("2025", donor_age_years=5)["kdri"] < np.exp(0.0092 * -35)
    assert kdri("2023", donor_age_years=5)["kdri"] > np.exp(0.0128 * -35)


def test_an_age_counts_in_completed_years():
    assert kdri(donor_age_years=40.9) == kdri(donor_age_years=40)


def test_only_the_old_editions_read_race_and_they_say_that_it_is_sensitive():
    for label in range(2014, 2024):
        assert score_named(f"kdpi@{label}").sensitive == ("african_american",)
    for label in (2024, 2025):
        assert not {"african_american", "hcv_positive"} & {i.name for i in score_named(f"kdpi@{label}").inputs}


def test_a_bound_belongs_to_its_row():
    bounds = np.array([0.43756347366936, 0.4375634737, 5.0, np.nan])
    found = percentile(bounds, "scores/kdpi_mapping.csv", label="2025")
    assert np.array_equal(found, [0, 1, 100, np.nan], equal_nan=True)


def test_a_child_has_no_epts():
    scored = score_one(score_named("epts"), CANDIDATE | {"age_years": 17.99})
    assert set(scored.values.values()) == {None}
    assert scored.outside == "This score is for candidates of 18 years and older."


def test_an_adult_has_epts_from_the_18th_birthday():
    assert epts(age_years=18)["epts_raw"] == pytest.approx(0.13)


def test_above_the_table_of_2018_the_percentile_is_not_known_and_surely_not_in_the_top():
    found = epts("2018", age_years=80, dialysis_years=20, prior_transplant=True)
    assert (found["epts_percent"], found["epts_top_20"]) == (None, 0)


@pytest.mark.parametrize(("raw", "percent"), [(1.526431514, 20), (1.526431515, 21)])
def test_the_threshold_of_the_top_20(raw, percent):
    assert percentile(np.array([raw]), "scores/epts_mapping.csv", label="2024")[0] == percent


def test_more_age_means_a_higher_epts():
    assert epts(age_years=60)["epts_raw"] > epts(age_years=45)["epts_raw"]

"""The risk indices of the UK kidney offering scheme."""

from __future__ import annotations

import numpy as np
import pytest

from bequest.clinical.scores.score import score_one
from bequest.clinical.scores.uk_kidney_risk import SCORES, donor_quartile, recipient_quartile

DONOR, RECIPIENT = SCORES


def recipient(age: float, dialysis: int, days: float, diabetes: int) -> dict[str, float | None]:
    given = {
        "age_years": age,
        "on_dialysis_at_listing": dialysis,
        "waiting_days": days,
        "diabetes": diabetes,
    }
    return dict(score_one(RECIPIENT, given).values)


def donor(**given) -> dict[str, float | None]:
    base = {
        "donor_age_years": 50,
        "donor_height_cm": 170,
        "donor_female": 0,
        "donor_hypertension": 0,
        "donor_cmv_positive": 0,
        "donor_egfr_ml_per_min": 90,
        "donor_hospital_days": 0,
    }
    return dict(score_one(DONOR, {**base, **given}).values)


def test_the_published_recipients_agree() -> None:
    # github johnasher/transplantr tests/testthat/test_kri.R
    assert recipient(45, 0, 750, 0) == {"krri": pytest.approx(0.61, abs=0.005), "quartile": 1}
    assert recipient(55, 1, 960, 1) == {"krri": pytest.approx(1.34, abs=0.005), "quartile": 4}


def test_the_published_donors_agree() -> None:
    found = donor(donor_hypertension=1, donor_female=1, donor_hospital_days=2)
    assert found == {"kdri": pytest.approx(1.0, abs=0.005), "quartile": 2}
    assert donor(donor_age_years=55)["kdri"] == pytest.approx(1.12, abs=0.005)


@pytest.mark.parametrize(
    ("given", "logarithm"),
    [
        ({"donor_height_cm": 180}, -0.152),
        ({"donor_female": 1}, -0.184),
        ({"donor_cmv_positive": 1}, 0.190),
        ({"donor_egfr_ml_per_min": 100}, -0.023),
        ({"donor_hospital_days": 1}, 0.015),
    ],
)
def test_each_term_of_the_donor_counts(given, logarithm) -> None:
    assert np.log(donor(**given)["kdri"]) == pytest.approx(logarithm)


def test_the_index_falls_at_the_26th_birthday() -> None:
    assert recipient(25, 0, 950, 0)["krri"] == 1
    assert np.log(recipient(26, 0, 950, 0)["krri"]) == pytest.approx(-0.784)


def test_a_limit_belongs_to_the_quartile_below() -> None:
    donors = donor_quartile(np.array([0.79, 0.7901, 1.01, 1.12, 1.36, 1.5, 1.51]))
    assert donors.tolist() == [1, 2, 2, 2, 3, 3, 4]
    assert recipient_quartile(np.array([0.74, 0.94, 1.01, 1.2, 1.21])).tolist() == [1, 2, 3, 3, 4]


def test_a_missing_index_has_no_quartile() -> None:
    assert np.isnan(donor_quartile(np.array([np.nan]))).all()
    assert recipient(45, 0, 750, None) == {"krri": None, "quartile": None}


def test_the_donor_index_is_of_the_donor_and_reads_sex() -> None:
    assert DONOR.of_donor
    assert DONOR.sensitive == ("donor_female",)
    assert not RECIPIENT.of_donor

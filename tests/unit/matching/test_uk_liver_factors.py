"""The liver factors of the United Kingdom against the score of the workbook, and what leaves them without a value."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace

import numpy as np
import pytest

from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_one
from bequest.matching.case_people import case_donor
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.pool import build_pool
from bequest.matching.uk_liver_factors import FACTORS
from bequest.model.column import MISSING, Table
from bequest.model.columns import candidate_column, known_column
from bequest.model.columns_uk_liver import FACTORS as ENTRIES
from bequest.model.enums import Organ
from small_runs import small_case, small_policy

AT = datetime(2018, 1, 1, tzinfo=UTC)
CENTRES = {
    "centre": ["CENTRE", "HOSPITAL"],
    "country": ["GB", "GB"],
    "region": [None, None],
    "latitude_deg": [51.5, 52.0],
    "longitude_deg": [0.0, 0.1],
}
PERSON = {
    "born_on": np.datetime64("1965-06-01", "D"),
    "listed_on": np.datetime64("2017-12-02", "D"),
    "sex": "male",
    "blood_group": "A",
    "tbs_disease_group": "1",
    "hepatitis_c": False,
    "creatinine_umol_per_l": 90.0,
    "bilirubin_umol_per_l": 20.0,
    "inr": 1.0,
    "sodium_mmol_per_l": 135.0,
    "potassium_mmol_per_l": 4.5,
    "albumin_g_per_l": 30.0,
    "renal_replacement": False,
    "inpatient": False,
    "abdominal_surgery": False,
    "encephalopathy": False,
    "ascites": False,
    "diabetes_with_liver_disease": False,
    "afp_max": 40.0,
    "tumours": 1.0,
    "tumour_size_max": 3.0,
}
DONOR = {
    "blood_group": "A",
    "age_years": 52,
    "weight_kg": 81,
    "height_cm": 180,
    "death_criteria": "neurological",
    "tbs_cause_of_death": "1",
    "tbs_diabetes": "1",
    "liver_meets_split_criteria": False,
}


def values(*, donor=None, **changes):
    """Return M1, M2 and the benefit of one candidate with these facts, each None where it is missing."""
    facts = {**PERSON, **changes}
    registrations = {"registration": ["R-1"], "centre": ["CENTRE"], "synthetic": [True]}
    registrations |= {fact: [held] for fact, held in facts.items()}
    pool = build_pool(Organ.LIVER, as_of=AT, registrations=registrations, centres=CENTRES)
    person = case_donor(small_case({}, {**DONOR, **(donor or {})}), small_policy())
    pair = pair_of(person, pool, at=AT)
    columns = [int(factor_column(pair, candidate_column(entry.name))[0]) for entry in ENTRIES]
    return tuple(None if found == MISSING else found / 10**5 for found in columns)


def test_every_factor_of_the_dictionary_is_worked_out():
    assert set(FACTORS) == {entry.name for entry in ENTRIES}


def test_the_example_of_the_workbook_is_met():
    assert values() == pytest.approx((1298.6446, 1614.25285, 315.60825), abs=0.02)


@pytest.mark.parametrize(
    ("changes", "theirs"),
    [
        ({"sex": "female"}, {"female": True}),
        ({"inr": 2.5}, {"inr": 2.5}),
        ({"tbs_disease_group": "4"}, {"disease_group": "4"}),
        ({"blood_group": "AB"}, {"blood_group_not_identical": True}),
        ({"blood_group": "A2"}, {"blood_group_not_identical": False}),
        ({"listed_on": np.datetime64("2016-12-31", "D")}, {"registration_year": 2016, "waiting_days": 366}),
        ({"donor": {"age_years": 70, "tbs_cause_of_death": "3"}}, {"donor_age_years": 70, "donor_cause_of_death": "3"}),
        ({"donor": {"liver_meets_split_criteria": True, "tbs_diabetes": "2"}},
         {"split_criteria": True, "donor_diabetes": "2"}),
    ],
)  # fmt: skip
def test_a_changed_fact_changes_the_factor_as_it_changes_the_score(changes, theirs):
    score = score_named("uk-tbs@nhsbt-1.4d")
    given = {
        **{name: PERSON[name] for name in PERSON if name in {entry.name for entry in score.inputs}},
        "age_years": 52, "female": False, "disease_group": "1", "registration_year": 2017, "waiting_days": 30,
        "diabetes": False, "donor_age_years": 52, "donor_cause_of_death": "1", "donor_bmi_kg_per_m2": 25.0,
        "donor_diabetes": "1", "donor_type": "DBD", "blood_group_not_identical": False, "split_criteria": False,
    }  # fmt: skip
    found = score_one(score, {**given, **theirs}).values
    expected = SimpleNamespace(**found)
    assert values(**changes) == pytest.approx((expected.m1_days, expected.m2_days, expected.tbs_days), abs=1e-5)


def test_codes_stand_in_the_order_of_the_score():
    inputs = {entry.name: entry.choices for entry in score_named("uk-tbs@nhsbt-1.4d").inputs}
    assert known_column(Table.REGISTRATION, "tbs_disease_group").codes == inputs["disease_group"]
    assert known_column(Table.DONOR, "tbs_cause_of_death").codes == inputs["donor_cause_of_death"]
    assert known_column(Table.DONOR, "tbs_diabetes").codes == inputs["donor_diabetes"]
    assert inputs["donor_type"].index("DCD") == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"sodium_mmol_per_l": np.nan},
        {"sex": None},
        {"inr": 10.5},
        {"listed_on": np.datetime64("2018-01-02", "D")},
        {"born_on": np.datetime64("NaT", "D")},
    ],
)
def test_without_a_fact_of_the_candidate_there_is_no_benefit(changes):
    assert values(**changes) == (None, None, None)


@pytest.mark.parametrize("changes", [{"blood_group": None}, {"donor": {"tbs_diabetes": None}}])
def test_without_a_fact_of_the_pair_only_the_time_without_a_transplant_is_known(changes):
    without, with_, benefit = values(**changes)
    assert without == pytest.approx(1298.6446, abs=0.02)
    assert (with_, benefit) == (None, None)

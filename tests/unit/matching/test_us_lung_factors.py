"""The lung factors of the United States against the score of the same edition, and at the edges of its ranges."""

from __future__ import annotations

import numpy as np
import pytest

from bequest.clinical.scores.lung_cas import DIAGNOSES
from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_one
from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.pool import build_pool
from bequest.matching.us_lung_factors import EDITION, FACTORS
from bequest.model.column import MISSING, Table
from bequest.model.columns import candidate_column, known_column
from bequest.model.columns_us_lung import FACTORS as ENTRIES
from bequest.model.enums import Organ
from small_runs import AT, small_case, small_policy

CENTRES = {
    "centre": ["CENTRE", "HOSPITAL"],
    "country": ["US", "US"],
    "region": [None, None],
    "latitude_deg": [40.0, 41.0],
    "longitude_deg": [-90.0, -91.0],
}
SCORE = score_named(f"lung-cas@{EDITION}")
PERSON = {
    "born_on": np.datetime64("1976-05-01", "D"),
    "lung_diagnosis_group": "D",
    "lung_diagnosis": "fibrosis_not_idiopathic",
    "height_cm": 170.0,
    "weight_kg": 50.0,
    "functional_status": "total_assistance",
    "walk_6_minutes_feet": 700.0,
    "oxygen_at_rest_l_per_min": 6.0,
    "pa_systolic_mmhg": 45.0,
    "pco2_mmhg": 52.5,
    "pco2_rise": True,
    "ventilated": False,
    "ecmo": False,
    "creatinine_mg_per_dl": 0.9,
    "bilirubin_mg_per_dl": 1.4,
    "cardiac_index_l_per_min_per_m2": 2.2,
    "cpra_percent": 33.0,
    "blood_group": "A2B",
}
THEIRS = {
    "age_years": 50,
    "diagnosis_group": "D",
    "diagnosis": "pulmonary fibrosis, not idiopathic",
    "height_cm": 170,
    "bmi_kg_per_m2": 50 / 1.7**2,
    "functional_status": "total assistance",
    "walk_6_minutes_feet": 700,
    "oxygen_at_rest_l_per_min": 6,
    "pa_systolic_mmhg": 45,
    "pco2_mmhg": 52.5,
    "pco2_rise": True,
    "ventilated": False,
    "ecmo": False,
    "creatinine_mg_per_dl": 0.9,
    "bilirubin_mg_per_dl": 1.4,
    "cardiac_index_l_per_min_per_m2": 2.2,
    "cpra_percent": 33,
    "blood_group": "AB",
}


def value(name, *, decimals=6, **changes):
    """Return one factor of one candidate with these facts, None where it is missing."""
    facts = {**PERSON, **changes}
    registrations = {"registration": ["R-1"], "centre": ["CENTRE"], "synthetic": [True]}
    registrations |= {fact: [held] for fact, held in facts.items()}
    pool = build_pool(Organ.LUNG, as_of=AT, registrations=registrations, centres=CENTRES)
    person = case_donor(small_case({}), small_policy())
    found = int(factor_column(pair_of(person, pool, at=AT), candidate_column(name))[0])
    return None if found == MISSING else found / 10**decimals


def test_every_factor_of_the_dictionary_is_worked_out():
    assert set(FACTORS) == {entry.name for entry in ENTRIES}


@pytest.mark.parametrize("part", ["waitlist", "post_transplant", "blood_group", "cpra", "height"])
def test_a_part_is_that_of_the_score(part):
    expected = score_one(SCORE, THEIRS).values[f"{part}_points"]
    assert value(f"lung_{part}_points") == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(("ours", "theirs"), [("travel", "travel_points"), ("proximity", "proximity_points")])
def test_placement_is_that_of_the_distance(ours, theirs):
    miles = value("distance_nm", decimals=4)
    expected = score_one(SCORE, {"distance_nm": miles}).values[theirs]
    assert value(f"lung_{ours}_points") == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("name", "field", "choices"),
    [
        ("lung_diagnosis_group", "diagnosis_group", None),
        ("functional_status", "functional_status",
         {f"{help_}_assistance": f"{help_} assistance" for help_ in ("no", "some", "total")}),
        ("lung_priority_under_12", "priority_under_12", None),
    ],
)  # fmt: skip
def test_codes_stand_in_the_order_of_the_score(name, field, choices):
    (entry,) = [entry for entry in SCORE.inputs if entry.name == field]
    codes = known_column(Table.REGISTRATION, name).codes
    assert tuple((choices or {}).get(code, code) for code in codes) == entry.choices


def test_diagnoses_stand_in_the_order_of_the_score_and_the_others_behind_them():
    codes = known_column(Table.REGISTRATION, "lung_diagnosis").codes
    assert [code[:5] for code in codes] == [
        "bronc", "sarco", "fibro", "covid", "lymph", "oblit", "const", "other",
    ]  # fmt: skip
    assert [name[:5] for name in DIAGNOSES] == ["bronc", "sarco", "pulmo", "COVID", "lymph", "oblit", "const"]


@pytest.mark.parametrize("changes", [{"lung_diagnosis": "other"}, {"lung_diagnosis": None}])
def test_another_diagnosis_has_no_number_of_its_own(changes):
    expected = score_one(SCORE, {**THEIRS, "diagnosis": None}).values["waitlist_points"]
    assert value("lung_waitlist_points", **changes) == pytest.approx(expected, abs=5e-7)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("lung_waitlist_points", {"born_on": np.datetime64("NaT", "D")}),
        ("lung_waitlist_points", {"lung_diagnosis_group": None}),
        ("lung_blood_group_points", {"blood_group": None}),
        ("lung_height_points", {"height_cm": np.nan}),
        ("lung_height_points", {"height_cm": 50.0}),
        ("lung_waitlist_points", {"born_on": np.datetime64("2020-01-01", "D")}),
    ],
)
def test_what_is_not_known_leaves_no_points(name, changes):
    assert value(name, **changes) is None


def test_a_small_child_has_the_points_of_its_priority():
    child = {"born_on": np.datetime64("2020-01-01", "D"), "lung_priority_under_12": "1"}
    assert (value("lung_waitlist_points", **child), value("lung_post_transplant_points", **child)) == (1.9073, 18.6336)


def test_without_a_listed_antigen_there_are_no_points_for_any():
    assert value("lung_cpra_points", cpra_percent=np.nan) == 0


def test_a_distance_that_a_case_states_counts_in_place_of_the_places():
    case = small_case({"Anna": {"distance_nm": 45}, "Ben": {"distance_nm": None}})
    policy = small_policy(policy="core/lung", organ="lung")
    pair = pair_of(case_donor(case, policy), case_pool(case, policy), at=AT)
    travel = factor_column(pair, candidate_column("lung_travel_points"))
    expected = score_one(SCORE, {"distance_nm": 45}).values["travel_points"]
    assert travel[0] / 10**6 == pytest.approx(expected, abs=5e-7)

"""The factors of the policies of single countries, one candidate at a time and whole pools."""

from __future__ import annotations

import math

import numpy as np
import pytest

import bequest
from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING
from bequest.model.columns import candidate_column
from bequest.model.enums import Organ
from small_runs import AT, small_case, small_policy

CENTRES = {
    "centre": ["CENTRE", "HOSPITAL"],
    "country": ["CH", "CH"],
    "region": [None, None],
    "latitude_deg": [47.0, 46.5],
    "longitude_deg": [8.0, 7.0],
}
TYPED = "A1 A2 B8 B44 DR4 DR17"
LABORATORY = {
    "creatinine_mg_per_dl": 1.8,
    "bilirubin_mg_per_dl": 4.2,
    "inr": 1.6,
    "dialysis_with_creatinine": None,
    "oral_anticoagulation": False,
    "born_on": np.datetime64("1976-11-01", "D"),
}
RISKY = {"height_cm": 170, "sex": "female", "hypertension": True, "cmv_positive": False, "hospital_days": 2}


def day(text):
    return np.datetime64(text, "D")


def second(text):
    return np.datetime64(text, "s")


def value(name, *, donor=None, organ=Organ.KIDNEY, **facts):
    """Return one factor of one candidate with these facts, None where it is missing."""
    registrations = {"registration": ["R-1"], "centre": ["CENTRE"], "synthetic": [True]}
    registrations |= {fact: [held] for fact, held in facts.items()}
    pool = build_pool(organ, as_of=AT, registrations=registrations, centres=CENTRES)
    person = case_donor(small_case({}, {"age_years": 50, **(donor or {})}), small_policy())
    found = int(factor_column(pair_of(person, pool, at=AT), candidate_column(name))[0])
    return None if found == MISSING else found


URGENT = {
    "urgency_granted": 1,
    "urgency_since_on": day("2026-10-01"),
    "urgency_valid_until": second("2026-11-01T00:00:00"),
    "urgency_confirmed_on": day("NaT"),
}


@pytest.mark.parametrize(
    ("changes", "days"),
    [
        ({}, 31),
        ({"urgency_confirmed_on": day("2026-10-30")}, 2),
        ({"urgency_confirmed_on": day("2026-11-01")}, 0),
        ({"urgency_confirmed_on": day("2026-11-02")}, None),
        ({"urgency_confirmed_on": day("2026-09-01")}, 31),
        ({"urgency_since_on": day("NaT")}, None),
        ({"urgency_since_on": day("NaT"), "urgency_confirmed_on": day("2026-10-30")}, None),
        ({"urgency_valid_until": second("2026-10-31T23:59:59")}, None),
        ({"urgency_valid_until": second("NaT")}, None),
        ({"urgency_granted": np.nan}, None),
    ],
)
def test_urgency_counts_from_its_last_confirmation_while_it_is_in_force(changes, days):
    assert value("urgency_confirmed_days", **{**URGENT, **changes}) == days


@pytest.mark.parametrize(("needed", "several"), [("none", 0), ("heart", 1), ("several", 1), (None, None)])
def test_whoever_needs_another_organ_needs_several(needed, several):
    assert value("needs_several_organs", needed_with=needed) == several


@pytest.mark.parametrize(
    ("here", "there", "same"),
    [("Pune", "Pune", 1), ("Pune", "Surat", 0), ("Pune", None, None), (None, "Pune", None)],
)
def test_a_city_is_the_same_by_its_name(here, there, same):
    assert value("same_city", donor={"city": here}, city=there) == same


@pytest.mark.parametrize(
    ("approved", "hla", "carries"),
    [("A2 B51", TYPED, 1), ("A24", TYPED, 0), (None, TYPED, 0), ("none", None, 0), ("A2", None, None)],
)
def test_the_donor_carries_an_approved_antigen_or_not(approved, hla, carries):
    assert value("carries_approved_antigen", donor={"hla": hla}, approved_antigens=approved) == carries


@pytest.mark.parametrize(
    ("since", "full", "months"),
    [
        ("2024-11-01", 2, 24_000_000), ("2024-11-02", 1, 23_967_123), ("2026-11-01", 0, 0), ("2026-11-02", None, None),
        ("NaT", None, None), ("2020-02-29", 6, 80_120_548),
    ],
)  # fmt: skip
def test_dialysis_counts_in_anniversaries_and_in_twelfths_of_365_days(since, full, months):
    assert value("dialysis_full_years", dialysis_since_on=day(since)) == full
    assert value("dialysis_months", dialysis_since_on=day(since)) == months


@pytest.mark.parametrize(
    ("since", "months"),
    [("2026-10-01", 1), ("2026-10-02", 0), ("2025-11-30", 11), ("2026-11-02", None), ("NaT", None)],
)
def test_points_rise_with_each_full_month(since, months):
    assert value("monthly_points_months", organ=Organ.LIVER, monthly_points_since_on=day(since)) == months


@pytest.mark.parametrize(
    ("hla", "homozygous"),
    [(TYPED, 0), ("A1 A2 B8 DR4", 1), ("A1 A2 B8 DR4 DR4", 1), ("A1 A2 B8", None), (None, None)],
)
def test_one_antigen_at_dr_is_on_both_copies(hla, homozygous):
    assert value("dr_homozygous", hla=hla) == homozygous


@pytest.mark.parametrize(
    ("donor", "hla", "same"),
    [
        (TYPED, "DR17 DR4 B44 B8 A2 A1", 1), (TYPED, "A1 A2 B8 B44 DR4", 0), (TYPED, "A1 A2 B8 B44", None),
        (TYPED, None, None), (None, TYPED, None), (TYPED, f"{TYPED} Cw7", 1),
    ],
)  # fmt: skip
def test_the_same_antigens_at_three_loci_in_any_order_are_identical(donor, hla, same):
    assert value("hla_identical", donor={"hla": donor}, hla=hla) == same


def test_one_pool_is_compared_with_several_donors():
    registrations = {"registration": ["R-1", "R-2"], "centre": ["CENTRE"] * 2, "synthetic": [True] * 2}
    pool = build_pool(
        Organ.KIDNEY,
        as_of=AT,
        registrations={**registrations, "hla": [TYPED, "A3 A11 B7 B35 DR1 DR15"]},
        centres=CENTRES,
    )
    for typing, expected in ((TYPED, [1, 0]), ("A3 A11 B7 B35 DR1 DR15", [0, 1]), ("A1 B8 DR4", [0, 0])):
        person = case_donor(small_case({}, {"hla": typing}), small_policy())
        found = factor_column(pair_of(person, pool, at=AT), candidate_column("hla_identical"))
        assert found.tolist() == expected


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 23),
        ({"oral_anticoagulation": True, "inr": np.nan}, 24),
        ({"oral_anticoagulation": None}, None),
        ({"inr": np.nan}, None),
        ({"dialysis_with_creatinine": True}, 30),
        ({"born_on": day("2014-11-02")}, None),
        ({"born_on": day("2014-11-01")}, 23),
        ({"born_on": day("NaT")}, None),
    ],
)
def test_points_of_laboratory_values_are_missing_where_something_is(changes, points):
    assert value("meld_or_meld_xi", organ=Organ.LIVER, **{**LABORATORY, **changes}) == points


@pytest.mark.parametrize(("born", "age"), [("1972-11-01", 54), ("2026-06-01", 0), ("2026-11-02", None), ("NaT", None)])
def test_the_curves_of_age(born, age):
    known = age is not None
    assert value("inverse_age_per_year", born_on=day(born)) == (round(1e9 / max(age, 1)) if known else None)
    assert value("cosine_of_age_by_18_years", born_on=day(born)) == (round(1e8 * math.cos(age / 18)) if known else None)
    assert value("sine_of_age_by_50_years", born_on=day(born)) == (round(1e8 * math.sin(age / 50)) if known else None)


def test_an_age_that_a_case_states_counts_and_one_that_it_does_not_is_computed():
    case = small_case({"Anna": {"age_years": 40}, "Ben": {"born_on": day("2001-11-01").item()}})
    pool = case_pool(case, small_policy())
    pair = pair_of(case_donor(case, small_policy()), pool, at=AT)
    found = factor_column(pair, candidate_column("inverse_age_per_year"))
    assert found.tolist() == [25_000_000, 40_000_000]


RECIPIENT = {
    "born_on": day("1981-11-01"),
    "listed_on": day("2024-10-12"),  # 750 days
    "dialysis_since_on": day("NaT"),
    "diabetes": False,
}


@pytest.mark.parametrize(
    ("changes", "quartile"),
    [
        ({}, 1),
        # 0.607 with dialysis at listing is 0.87, with diabetes as well 1.12, and at 75 years 1.81.
        ({"dialysis_since_on": day("2024-10-12")}, 2),
        ({"dialysis_since_on": day("2024-10-13")}, 1),
        ({"dialysis_since_on": day("2024-10-12"), "diabetes": True}, 3),
        ({"dialysis_since_on": day("2024-10-12"), "diabetes": True, "born_on": day("1951-11-01")}, 4),
        ({"diabetes": None}, None),
        ({"listed_on": day("NaT")}, None),
        ({"listed_on": day("2026-11-02")}, None),
        ({"born_on": day("NaT")}, None),
    ],
)
def test_the_quartile_of_a_recipient(changes, quartile):
    assert value("kidney_risk_quartile", **{**RECIPIENT, **changes}) == quartile


@pytest.mark.parametrize(
    ("changes", "quartile"),
    [
        # exp(0.149 - 0.184 + 0.03) = 0.995; 1.18 without -0.184; 1.42 with CMV; 0.79 with 73 years less.
        ({}, 2),
        ({"sex": "male"}, 3),
        ({"sex": "male", "cmv_positive": True, "age_years": 60}, 4),
        ({"age_years": 30}, 1),
        ({"sex": None}, None),
        ({"egfr_ml_per_min": None}, None),
    ],
)
def test_the_quartile_of_a_donor_is_the_same_for_everybody(changes, quartile):
    donor = {**RISKY, "egfr_ml_per_min": 90.0, **changes}
    assert value("donor_kidney_risk_quartile", donor=donor) == quartile


@pytest.mark.parametrize(
    ("percent", "hundredths"), [(99.994, 9999), (99.995, 10000), (0, 0), (80.0049, 8000), (np.nan, None)]
)
def test_a_share_of_donors_with_two_decimals_is_rounded_half_up(percent, hundredths):
    assert value("cpra_percent_two_decimals", cpra_percent=percent) == hundredths


def test_the_points_for_matchability_are_those_of_the_published_curve():
    policy = bequest.policy("uk/kidney@uk-2019-09")
    (term,) = (term for term in policy.points.terms if term.id == "matchability")
    assert [(int(score), float(points)) for score, points in term.steps] == [
        (score, round(40 * (1 + (score / 4.5) ** 4.7), 4)) for score in range(1, 11)
    ]

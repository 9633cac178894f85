"""The factors of the policies of the United States, one candidate at a time and whole pools."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

from bequest.matching.case_people import case_donor
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING
from bequest.model.columns import candidate_column
from bequest.model.enums import Organ
from small_runs import AT, small_case, small_policy

CENTRES = {
    "centre": ["CENTRE", "HOSPITAL"],
    "country": ["US", "US"],
    "region": [None, None],
    "latitude_deg": [40.0, 41.0],
    "longitude_deg": [-90.0, -91.0],
}
TYPED = "A1 A2 B8 B44 DR4 DR17"


def day(text):
    return np.datetime64(text, "D")


def second(text):
    return np.datetime64(text, "s")


def value(name, *, donor=None, at=AT, organ=Organ.KIDNEY, **facts):
    """Return one factor of one candidate with these facts, None where it is missing."""
    registrations = {"registration": ["R-1"], "centre": ["CENTRE"], "synthetic": [True]}
    registrations |= {fact: [held] for fact, held in facts.items()}
    pool = build_pool(organ, as_of=AT, registrations=registrations, centres=CENTRES)
    person = case_donor(small_case({}, {"age_years": 40, **(donor or {})}), small_policy())
    found = int(factor_column(pair_of(person, pool, at=at), candidate_column(name))[0])
    return None if found == MISSING else found


def coded(name, **arguments):
    """Return one factor as its code."""
    found = value(name, **arguments)
    return None if found is None else candidate_column(name).codes[found]


@pytest.mark.parametrize(("since", "days"), [("2026-10-31", 1), ("2026-11-01", 0), ("2026-11-02", None), ("NaT", None)])
def test_waiting_counts_from_its_date(since, days):
    assert value("counted_waiting_days", waiting_since_on=day(since)) == days


@pytest.mark.parametrize(
    ("since", "urgent", "days"),
    [("2026-10-02", 1, 30), ("2026-11-01", 1, 0), ("2026-11-02", 0, None), ("NaT", 0, None)],
)
def test_who_has_a_date_behind_them_is_medically_urgent(since, urgent, days):
    assert value("medically_urgent", medically_urgent_since_on=day(since)) == urgent
    assert value("medically_urgent_days", medically_urgent_since_on=day(since)) == days


@pytest.mark.parametrize(
    ("percent", "whole"),
    [(0, 0), (0.4999, 0), (0.5, 1), (97.4999, 97), (99.5, 100), (100, 100)],
)
def test_a_share_of_donors_is_rounded_half_up(percent, whole):
    assert value("cpra_whole_percent", cpra_percent=percent, unacceptable_antigens="A24") == whole


@pytest.mark.parametrize(("listed", "whole"), [("none", 0), (None, None), ("A24", None)])
def test_without_a_share_only_a_list_that_is_known_to_be_empty_counts_as_0(listed, whole):
    assert value("cpra_whole_percent", cpra_percent=np.nan, unacceptable_antigens=listed) == whole


@pytest.mark.parametrize(
    ("candidate", "zero", "mismatches"),
    [
        (TYPED, 1, 0), ("A1 A2 B8 B44 DR4 DR1", 0, 1), ("A3 B7 DR1 DR15", 0, 2), (None, None, None),
        ("A1 A2 B8", 0, None), ("A1 A2 B8 B44", None, None),
    ],
)  # fmt: skip
def test_mismatches_are_counted_by_equivalences(candidate, zero, mismatches):
    donor = {"hla": TYPED}
    assert value("zero_abdr_mismatch", donor=donor, hla=candidate) == zero
    assert value("equivalence_mismatches_dr", donor=donor, hla=candidate) == mismatches


EPTS = {
    "born_on": day("1976-11-01"),
    "diabetes": False,
    "previous_transplants": 0,
    "dialysis_since_on": day("NaT"),
    "previous_transplant_on": day("NaT"),
}


@pytest.mark.parametrize(
    ("changes", "percent"),
    [
        # 0.047 * 25 + 0.130 = 1.305, in the row of the table of 2024 that ends at 1.3145.
        ({}, 15),
        # 0.130: nothing but no dialysis counts at 18.
        ({"born_on": day("2008-11-01")}, 1),
        ({"born_on": day("2008-11-02")}, None),
        ({"born_on": day("NaT")}, None),
        ({"diabetes": None}, None),
        ({"previous_transplants": np.nan}, None),
        ({"dialysis_since_on": day("2026-11-02")}, 15),
        ({"dialysis_since_on": day("2025-01-01"), "previous_transplant_on": day("2025-01-02")}, None),
    ],
)
def test_expected_survival_is_a_percentile_and_missing_where_something_it_needs_is(changes, percent):
    assert value("epts_percent", **{**EPTS, **changes}) == percent


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({}, {"diabetes": True}),
        ({}, {"previous_transplants": 1}),
        ({"dialysis_since_on": day("2026-01-01")}, {"dialysis_since_on": day("2016-01-01")}),
        ({"born_on": day("1990-01-01")}, {"born_on": day("1950-01-01")}),
    ],
)
def test_a_higher_percentile_means_a_shorter_expected_survival(better, worse):
    assert value("epts_percent", **{**EPTS, **better}) < value("epts_percent", **{**EPTS, **worse})


def test_dialysis_before_the_latest_transplant_leaves_expected_survival_open():
    dates = {"dialysis_since_on": day("2010-01-01"), "previous_transplant_on": day("2012-01-01")}
    assert value("epts_percent", **{**EPTS, **dates, "previous_transplants": 1}) is None
    dates["dialysis_since_on"] = day("2013-01-01")
    assert value("epts_percent", **{**EPTS, **dates, "previous_transplants": 1}) is not None


@pytest.mark.parametrize(
    ("donor", "candidate", "relation"),
    [
        ("O", "O", "identical"), ("O", "B", "zero_mismatch_only"), ("O", "AB", "zero_mismatch_only"),
        ("A1", "A2", "identical"), ("A", "AB", "permitted"), ("A", "B", "incompatible"), ("A", "O", "incompatible"),
        ("B", "B", "identical"), ("B", "AB", "zero_mismatch_only"), ("B", "A", "incompatible"),
        ("AB", "A1B", "identical"), ("AB", "A", "incompatible"), ("A2", "AB", "permitted"),
        ("A2B", "A", "incompatible"), ("A1B", "B", "incompatible"), ("O", None, None), ("A2", None, None),
    ],
)  # fmt: skip
def test_the_groups_of_donor_and_candidate_stand_in_one_relation_for_kidneys(donor, candidate, relation):
    facts = {"blood_group": candidate, "eligible_for_non_a1_kidney": True}
    assert coded("abo_kidney_relation", donor={"blood_group": donor}, **facts) == relation


@pytest.mark.parametrize("donor", ["A2", "A2B"])
@pytest.mark.parametrize(("eligible", "relation"), [(True, "non_a1_to_b"), (False, "incompatible"), (None, None)])
def test_a_kidney_that_is_not_a1_goes_to_group_b_where_eligible(donor, eligible, relation):
    facts = {"blood_group": "B", "eligible_for_non_a1_kidney": eligible}
    assert coded("abo_kidney_relation", donor={"blood_group": donor}, **facts) == relation


@pytest.mark.parametrize(
    ("donor", "candidate", "relation"),
    [
        ("O", "O", "primary"), ("O", "B", "primary"), ("O", "A2", "secondary"), ("O", "AB", "secondary"),
        ("A", "AB", "primary"), ("A", "B", "incompatible"), ("B", "A1B", "primary"), ("AB", "A", "incompatible"),
        ("A", None, None),
    ],
)  # fmt: skip
def test_the_groups_of_donor_and_candidate_stand_in_one_relation_for_hearts(donor, candidate, relation):
    facts = {"organ": Organ.HEART, "blood_group": candidate}
    assert coded("abo_heart_relation", donor={"blood_group": donor}, **facts) == relation


HEART = {"organ": Organ.HEART, "listed_for_other_organ": False}
NOW = second("2026-11-01T00:00:00")


@pytest.mark.parametrize(
    ("granted", "until", "other", "status"),
    [
        ("adult_1", NOW, False, "adult_1"),
        ("adult_1", NOW - 1, False, "adult_6"),
        ("adult_2", NOW - 1, True, "adult_5"),
        ("adult_5", NOW - 1, True, "adult_5"),
        ("adult_5", NOW - 1, None, "adult_6"),
        ("adult_4", second("NaT"), False, "adult_6"),
        ("adult_6", second("NaT"), False, "adult_6"),
        ("pediatric_1A", NOW - 1, False, "pediatric_1B"),
        ("pediatric_1A", NOW + 1, False, "pediatric_1A"),
        ("pediatric_1B", NOW - 1, False, "pediatric_1B"),
        ("pediatric_2", second("NaT"), False, "pediatric_2"),
        (None, NOW, False, None),
    ],
)
def test_a_heart_status_that_is_not_renewed_lapses(granted, until, other, status):
    facts = {"heart_status_granted": granted, "heart_status_valid_until": until, "listed_for_other_organ": other}
    assert coded("heart_status", **{**HEART, **facts}) == status


def test_time_at_a_heart_status_counts_from_its_date():
    assert value("heart_status_days", **HEART, heart_status_since_on=day("2026-10-31")) == 1
    assert value("heart_status_days", **HEART, heart_status_since_on=day("NaT")) is None


def test_what_is_kept_for_a_pool_changes_with_the_day():
    facts = {**EPTS, "born_on": day("1956-11-01")}
    later = AT + timedelta(days=3653)
    assert value("epts_percent", at=later, **facts) > value("epts_percent", **facts)

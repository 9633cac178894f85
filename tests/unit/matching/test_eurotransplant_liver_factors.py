"""Checks the liver factors of Eurotransplant that no golden case states."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

import bequest
from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.eurotransplant_liver_factors import FACTORS
from bequest.matching.pair import pair_of
from bequest.model.column import MISSING
from bequest.model.columns_eurotransplant_liver import FACTORS as ENTRIES
from small_runs import AT, small_case

POLICY = bequest.policy("eurotransplant/elas@elas-2016")
SOON, PAST = datetime(2026, 12, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


def value(name, facts, donor=None):
    case = small_case({"Anna": facts}, donor)
    pair = pair_of(case_donor(case, POLICY), case_pool(case, POLICY), at=AT)
    return FACTORS[name](pair).whole().tolist()[0]


def test_every_factor_of_the_dictionary_is_worked_out():
    assert set(FACTORS) == {entry.name for entry in ENTRIES}


@pytest.mark.parametrize(
    ("facts", "national", "international"),
    [
        ({"meld": 12}, 1200, 1200),
        ({"meld": None}, 600, 600),
        ({"meld": 30, "downmarked_meld": 20}, 2000, 3000),
        ({"meld": 12, "standard_exception_meld": 22.5, "standard_exception_valid_until": SOON}, 2250, 1200),
        ({"meld": 12, "nonstandard_exception_meld": 20, "nonstandard_exception_valid_until": PAST}, 1200, 1200),
        ({"meld": 12, "nonstandard_exception_meld": 20, "nonstandard_exception_valid_until": None}, 1200, 1200),
        ({"meld": None, "paediatric_exception_meld": 28, "paediatric_exception_valid_until": SOON}, 2800, 2800),
    ],
)
def test_exceptions_in_force_raise_the_meld(facts, national, international):
    assert (value("national_meld", facts), value("international_meld", facts)) == (national, international)


SINCE = {"national_meld_since_on": date(2026, 10, 22), "international_meld_since_on": date(2026, 10, 27)}
URGENT = {"urgency_granted": 1, "urgency_since_on": date(2026, 10, 30)}


@pytest.mark.parametrize(
    ("facts", "days"),
    [
        (SINCE, 10),
        ({**SINCE, **URGENT, "urgency_valid_until": SOON}, 2),
        ({**SINCE, **URGENT, "urgency_valid_until": PAST}, 10),
        ({**SINCE, "combined_organ_approved": True, "combined_organ_since_on": date(2026, 10, 2)}, 30),
        ({}, MISSING),
    ],
)
def test_time_counts_at_what_gives_the_place(facts, days):
    assert value("liver_match_days", facts) == days


def test_the_blood_group_of_a_donor_may_be_unknown():
    case = small_case({"Anna": {"blood_group": "A"}})
    donor = replace(case_donor(case, POLICY), facts={})
    pair = pair_of(donor, case_pool(case, POLICY), at=AT)
    assert FACTORS["abo_liver_priority"](pair).whole().tolist() == [MISSING]


@pytest.mark.parametrize(
    ("group", "priority", "restricted"), [("O", 1, 1), ("B", 1, 0), ("A", 0, 0), (None, MISSING, MISSING)]
)
def test_group_o_goes_to_o_and_with_priority_to_b(group, priority, restricted):
    donor = {"blood_group": "O"}
    found = [value(name, {"blood_group": group}, donor) for name in ("abo_liver_priority", "abo_liver_restricted")]
    assert found == [priority, restricted]


@pytest.mark.parametrize(
    ("born", "age"),
    [(date(2010, 11, 1), 1600), (date(2010, 10, 28), 1601), (date(2027, 1, 1), MISSING), (None, MISSING)],
)
def test_age_is_counted_in_years_of_365_days_and_a_quarter(born, age):
    assert value("age_in_mean_years", {"born_on": born, "age_years": None}) == age

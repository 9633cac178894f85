from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from bequest.matching.case_people import case_donor, case_pool
from bequest.model.column import MISSING
from bequest.model.errors import InputError, RefusedError
from small_runs import AT, small_case, small_policy

POLICY = small_policy()


def donor(**facts):
    return case_donor(small_case({}, facts), POLICY)


def pool(**facts):
    return case_pool(small_case({"Anna": facts}), POLICY)


def test_a_donor_is_lawful_and_synthetic_unless_the_case_says_otherwise():
    found = donor()
    assert (found.synthetic, found.country, found.conditional) == (True, "ZZ", False)
    assert found.allocation_open_at == AT - timedelta(hours=6)


def test_a_circulatory_donor_has_an_open_pathway():
    assert donor(death_criteria="circulatory").conditional


def test_a_fact_of_the_donor_that_is_null_is_missing():
    assert "age_years" not in donor(weight_kg=None).facts or donor(weight_kg=None).facts.get("weight_kg") is None


def test_the_facts_of_a_donor_are_kept():
    assert donor(weight_kg=70.5).facts["weight_kg"] == Decimal("70.5")


def test_what_no_donor_may_be_is_refused_in_a_case_too():
    with pytest.raises(RefusedError, match="small run: the donor is living"):
        donor(kind="living")


def test_a_person_may_be_listed_twice():
    people = case_pool(small_case({"Anna": {}, "Again": {"person": "Anna"}}), POLICY)
    assert people.texts["candidate"] == ("C-Anna", "C-Anna")


def test_waiting_days_say_when_somebody_was_listed():
    assert pool(waiting_days=10).columns["listed_on"].whole().tolist() == [(AT.date() - date(1970, 1, 11)).days]


def test_a_date_of_listing_stands_as_it_is():
    found = pool(listed_on=date(2026, 1, 2), waiting_days=5)
    assert found.columns["listed_on"].whole().tolist() == [(date(2026, 1, 2) - date(1970, 1, 1)).days]


def test_without_waiting_days_nobody_was_listed():
    found = pool(waiting_days=None)
    assert found.columns["listed_on"].whole().tolist() == [MISSING]
    assert found.columns["consent_to_listing_on"].whole().tolist() == [MISSING]


def test_a_factor_is_given_as_it_is_stated():
    found = pool(preservation_hours=3.25)
    assert found.given["preservation_hours"].tolist() == [325]
    assert "distance_km" not in found.given


def test_every_kind_of_column_can_be_stated():
    found = pool(
        height_cm=171.5, meld=20, prior_living_donor=True, blood_group="A2", born_on=date(1970, 1, 2), hla="A1 A2",
        urgency_valid_until=datetime(2026, 1, 1, tzinfo=UTC), unacceptable_antigens="none", centre="HOSPITAL",
    )  # fmt: skip
    names = ("height_cm", "meld", "prior_living_donor", "born_on", "urgency_valid_until")
    instant = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())
    assert [found.columns[name].whole().tolist() for name in names] == [[1715], [20], [1], [1], [instant]]
    assert found.texts["centre"] == ("HOSPITAL",)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"hight_cm": 170}, "small run, candidate Anna: 'hight_cm' is no registration column and no factor"),
        ({"registration": "R-1"}, "candidate Anna: 'registration' follows from the case itself; remove it"),
        ({"height_cm": "tall"}, "'height_cm' is 'tall'; write a number within 20 to 250"),
        ({"height_cm": True}, "'height_cm' is 'True'; write a number within 20 to 250"),
        ({"height_cm": 900}, "'height_cm' is '900'; write a number within 20 to 250"),
        ({"height_cm": 3}, "'height_cm' is '3'; write a number within 20 to 250"),
        ({"waiting_days": 12.5}, "'waiting_days' is '12.5'; write a whole number within 0 to 40000"),
        ({"prior_living_donor": "yes"}, "'prior_living_donor' is 'yes'; write true or false"),
        ({"blood_group": "C"}, "'blood_group' is 'C'; write one of O, A, A1"),
        ({"born_on": "1970"}, "'born_on' is '1970'; write a date"),
        ({"born_on": datetime(1970, 1, 1, tzinfo=UTC)}, "write a date"),
        ({"urgency_valid_until": date(2026, 1, 1)}, "'urgency_valid_until' is '2026-01-01'; write an instant"),
        ({"centre": "NOWHERE"}, "'NOWHERE' is not in the centres table"),
    ],
)
def test_a_wrong_fact_of_a_candidate_is_told(facts, sentence):
    with pytest.raises(InputError, match=sentence):
        pool(**facts)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"ages": 40}, "small run, donor: 'ages' is no donor column"),
        ({"age_years": "forty"}, "small run, donor: 'age_years' is 'forty'; write a number within 0 to 120"),
    ],
)
def test_a_wrong_fact_of_the_donor_is_told(facts, sentence):
    with pytest.raises(InputError, match=sentence):
        donor(**facts)

"""Checks the columns that follow from other facts."""

import numpy as np
import pytest

from bequest.model.enums import Organ

DAY = np.datetime64("2026-11-01")


def test_the_body_mass_index_of_a_donor_is_that_of_height_and_weight(made):
    donors = made(country="us", organ=Organ.PANCREAS, candidates=1, donors=50).donors

    assert donors["body_mass_index_kg_per_m2"] == pytest.approx(
        donors["weight_kg"] / (donors["height_cm"] / 100) ** 2, abs=0.00006
    )


def test_a_list_without_dialysis_counts_from_listing(made):
    listed = made(country="us", organ=Organ.PANCREAS, candidates=50, donors=1).registrations

    assert (listed["waiting_since_on"] == listed["listed_on"]).all()


def test_the_last_renewal_of_an_urgency_lies_between_its_beginning_and_its_end(made):
    livers = made(country="ch", organ=Organ.LIVER, candidates=20_000, donors=1).registrations
    confirmed, until = livers["urgency_confirmed_on"], livers["urgency_valid_until"]
    renewed = ~np.isnat(confirmed)

    assert renewed.any()
    assert (confirmed[renewed] > livers["urgency_since_on"][renewed]).all()
    assert ((until[renewed] - confirmed[renewed]).astype("timedelta64[D]").astype(int) == 2).all()
    assert np.isnat(confirmed[np.isnat(until)]).all()


def test_a_heart_status_lapses_for_a_few_and_never_in_its_first_period(made):
    hearts = made(country="us", organ=Organ.HEART, candidates=5_000, donors=1).registrations
    until = hearts["heart_status_valid_until"].astype("datetime64[D]")
    ends = ~np.isnat(until)

    assert 0 < (until[ends] <= DAY).mean() < 0.1
    assert (until[ends] > hearts["heart_status_since_on"][ends]).all()
    assert set(np.array(hearts["heart_status_granted"])[~ends]) == {"adult_6", "pediatric_1B", "pediatric_2"}


def test_an_approved_antigen_is_neither_own_nor_unacceptable(made):
    kidneys = made(country="ch", organ=Organ.KIDNEY, candidates=5_000, donors=1).registrations
    approved = [row for row, antigen in enumerate(kidneys["approved_antigens"]) if antigen is not None]

    assert approved
    assert not [
        row
        for row in approved
        if kidneys["approved_antigens"][row] in (kidneys["hla"][row] + kidneys["unacceptable_antigens"][row]).split()
    ]
    assert (kidneys["cpra_percent"][approved] >= 85).all()


def test_a_child_at_the_earlier_transplant_was_younger_than_18(kidneys):
    listed = kidneys.registrations
    child = np.array([answer is True for answer in listed["previous_transplant_paediatric"]])
    years = (listed["previous_transplant_on"] - listed["born_on"]).astype(float) / 365.25

    never = listed["previous_transplants"] == 0

    assert child.any()
    assert not child[never].any()
    assert (years[child] < 18).all()


def test_a_stand_in_centre_and_the_hospital_of_its_city_share_the_city(made):
    hearts = made(country="es", organ=Organ.HEART, candidates=200, donors=40)

    assert "Madrid" in set(hearts.registrations["city"]) & set(hearts.donors["city"])


def test_german_and_hungarian_hospitals_have_a_subregion_and_no_others(kidneys):
    country = dict(zip(kidneys.centres["centre"], kidneys.centres["country"], strict=True))
    having = {
        country[hospital]
        for hospital, name in zip(kidneys.donors["hospital"], kidneys.donors["subregion"], strict=True)
        if name is not None
    }

    assert having == {"DE", "HU"}

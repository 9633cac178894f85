"""Checks what teams accept, and the columns of single organs."""

import numpy as np
import pytest

from bequest.model.enums import Organ
from bequest.simulation.population.people import Coded
from bequest.simulation.population.profile import acceptance, organ_columns

LEVELS = ("1", "2", "9")


def columns(people, all_of, organ, *, age=50.0, urgency="9", band="50-64"):
    return organ_columns(
        people(organ=organ),
        all_of("DE"),
        age_band=all_of(band),
        age_years=np.full(1000, age),
        urgency=Coded(LEVELS, np.full(1000, LEVELS.index(urgency))),
    )


def test_what_is_not_stated_is_missing(people, all_of):
    found = acceptance(people(), all_of("18-49"))

    assert {True, False, None} == set(found["accepts_circulatory_donor"])
    assert np.isnan(found["donor_age_years_max"]).mean() == pytest.approx(0.35, abs=0.05)
    assert set(found["donor_age_years_max"][~np.isnan(found["donor_age_years_max"])]) == {55.0, 65.0, 75.0}


def test_children_are_not_offered_old_hearts(people, all_of):
    highest = acceptance(people(organ=Organ.HEART), all_of("0-17"))["donor_age_years_max"]

    assert np.nanmax(highest) == 60


def test_old_kidney_candidates_accept_both_kidneys_most_often(people, all_of):
    old = columns(people, all_of, Organ.KIDNEY, band="65+")["willing_both_kidneys"]
    young = columns(people, all_of, Organ.KIDNEY, band="18-49")["willing_both_kidneys"]

    assert old.count(True) > 2 * young.count(True)


def test_the_german_meld_has_the_printed_quartiles(people, all_of):
    meld = columns(people, all_of, Organ.LIVER)["meld"]

    assert np.quantile(meld, [0.25, 0.75]) == pytest.approx([9, 16], abs=1)
    assert 6 <= meld.min() <= meld.max() <= 40


def test_the_most_urgent_have_a_high_meld(people, all_of):
    assert np.median(columns(people, all_of, Organ.LIVER, urgency="1")["meld"]) == pytest.approx(32, abs=1)


def test_young_children_have_no_meld(people, all_of):
    assert np.isnan(columns(people, all_of, Organ.LIVER, age=11.9)["meld"]).all()


def test_a_perforated_cornea_asks_for_a_penetrating_or_tectonic_graft(people, all_of):
    assert set(columns(people, all_of, Organ.CORNEA, urgency="1")["procedure"]) == {"penetrating", "tectonic"}


def test_planned_corneas_have_the_shares_of_the_eye_banks(people, all_of):
    found = columns(people, all_of, Organ.CORNEA)

    assert found["procedure"].count("posterior_lamellar") / 1000 == pytest.approx(30_098 / 49_110, abs=0.04)
    assert True in found["only_functioning_eye"]
    assert True in found["blind_in_both_eyes"]


def test_a_heart_has_no_columns_of_its_own(people, all_of):
    assert columns(people, all_of, Organ.HEART) == {}

"""Checks the donors."""

import numpy as np
import pytest

from bequest.model.column import Table
from bequest.model.columns import columns_of
from bequest.model.columns_donor import DONOR_COLUMNS
from bequest.model.enums import Organ

PARTS = [
    (Organ.KIDNEY_PANCREAS, {"kidney", "pancreas", "kidney-pancreas"}),
    (Organ.ISLET, {"islet", "pancreas"}),
    (Organ.LIVER_INTESTINE, {"liver", "intestine", "liver-intestine"}),
    (Organ.HEART_LUNG, {"heart", "lung", "heart-lung"}),
    (Organ.HEART, {"heart"}),
]


def share(values, wanted):
    return sum(value == wanted for value in values) / len(values)


@pytest.mark.parametrize("organ", Organ)
def test_the_columns_are_those_of_the_dictionary_in_its_order(made, organ):
    columns = made(organ=organ, candidates=1, donors=3).donors
    wanted = [column.name for column in columns_of(Table.DONOR) if not column.organs or organ in column.organs]

    assert list(columns) == [name for name in wanted if name in columns]
    assert {column.name for column in DONOR_COLUMNS} & set(wanted) <= set(columns)


def test_the_identifier_comes_first(made):
    donors = made().donors

    assert next(iter(donors)) == "donor"
    assert donors["donor"][:2] == ["D-0001", "D-0002"]


def test_every_donor_is_lawful(kidneys):
    donors = kidneys.donors

    assert set(donors["kind"]) == {"deceased"}
    assert set(donors["identity_established"]) == {True}
    assert set(donors["objection_found"]) == {False}
    assert set(donors["custody_result"]) == {"clear", "released_by_magistrate"}


@pytest.mark.parametrize(("organ", "given"), PARTS)
def test_the_consent_covers_the_organ_asked_for_and_its_parts(made, organ, given):
    scopes = [set(text.split()) for text in made(organ=organ, candidates=1).donors["consented_organs"]]

    assert all(given <= scope for scope in scopes)
    assert len({frozenset(scope) for scope in scopes}) > 1


def test_a_tissue_donor_gives_corneas_only_and_is_not_typed(made):
    donors = made(organ=Organ.CORNEA, candidates=1).donors

    assert set(donors["consented_organs"]) == {"cornea"}
    assert set(donors["hla"]) == {None}


def test_every_other_donor_is_typed(made):
    assert None not in made(candidates=1).donors["hla"]


@pytest.mark.parametrize(("group", "printed"), [("O", 0.3863), ("A", 0.4394), ("B", 0.1274), ("AB", 0.0469)])
def test_blood_groups_have_the_shares_of_the_eurotransplant_donors(kidneys, group, printed):
    groups = [text.replace("1", "").replace("2", "") for text in kidneys.donors["blood_group"]]

    assert share(groups, group) == pytest.approx(printed, abs=0.011)


def test_one_in_five_subtyped_donors_of_group_a_is_a2(kidneys):
    groups = kidneys.donors["blood_group"]

    assert groups.count("A2") / (groups.count("A1") + groups.count("A2")) == pytest.approx(0.2, abs=0.02)
    assert {"A1B", "A2B", "AB", "A"} <= set(groups)


@pytest.mark.parametrize(
    ("cause", "printed"), [("cerebrovascular", 0.5518), ("anoxia", 0.2307), ("trauma", 0.1914), ("other", 0.0261)]
)
def test_causes_of_death_have_the_shares_of_the_eurotransplant_donors(kidneys, cause, printed):
    assert share(kidneys.donors["cause_of_death"], cause) == pytest.approx(printed, abs=0.011)


def test_circulatory_death_and_women_have_the_shares_of_the_eurotransplant_donors(kidneys):
    assert share(kidneys.donors["death_criteria"], "circulatory") == pytest.approx(0.1729, abs=0.009)
    assert share(kidneys.donors["sex"], "female") == pytest.approx(0.4431, abs=0.011)


def test_ages_have_the_shares_of_the_eurotransplant_donors(kidneys):
    shares = np.histogram(kidneys.donors["age_years"], [0, 18, 50, 65, 121])[0] / 20_000

    assert shares == pytest.approx([0.0395, 0.3313, 0.3962, 0.2330], abs=0.011)


def test_no_heart_of_the_demo_country_comes_from_a_circulatory_donor(made):
    assert set(made(organ=Organ.HEART, candidates=1, donors=500).donors["death_criteria"]) == {"neurological"}


def test_infants_have_an_age_in_hundredths_and_everybody_else_in_years(made):
    age = made(organ=Organ.INTESTINE, candidates=1, donors=2000).donors["age_years"]

    assert (np.floor(age[age >= 2]) == age[age >= 2]).all()
    assert (np.floor(age[age < 2]) < age[age < 2]).any()


def test_the_index_of_a_young_donor_is_lower(kidneys):
    kdpi, age = kidneys.donors["kdpi_percent"], kidneys.donors["age_years"]

    assert kdpi[age < 40].mean() + 30 < kdpi[age > 65].mean()


def test_there_may_be_no_donor_at_all(made):
    donors = made(candidates=1, donors=0).donors

    assert {len(values) for values in donors.values()} == {0}

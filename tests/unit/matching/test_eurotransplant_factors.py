"""Factors of the Eurotransplant policies: what each means for one donor and one candidate."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import pytest

from bequest.matching.case_people import case_donor
from bequest.matching.factors import factor_column
from bequest.matching.pair import pair_of
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING
from bequest.model.columns import candidate_column
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from small_runs import AT, small_case, small_policy

CENTRES = {
    "centre": ["CENTRE", "HOSPITAL"],
    "country": ["AT", "AT"],
    "latitude_deg": [48.2, 47.0],
    "longitude_deg": [16.4, 15.4],
}
HOMOZYGOUS = "A2 B7 DR4"


def value(name, *, donor=None, **facts):
    """Return one factor of one candidate with these facts, None where it is missing."""
    registrations = {"registration": ["R-1"], "centre": ["CENTRE"], "synthetic": [True]}
    registrations |= {fact: [held] for fact, held in facts.items()}
    pool = build_pool(Organ.KIDNEY, as_of=AT, registrations=registrations, centres=CENTRES)
    person = case_donor(small_case({}, {"age_years": 40, **(donor or {})}), small_policy())
    found = int(factor_column(pair_of(person, pool, at=AT), candidate_column(name))[0])
    return None if found == MISSING else found


def day(text):
    return np.datetime64(text, "D")


def second(text):
    return np.datetime64(text, "s")


def test_the_runs_of_this_file_are_at_a_known_instant():
    assert datetime(2026, 11, 1, tzinfo=UTC) == AT


@pytest.mark.parametrize(
    ("facts", "millionths"),
    [
        ({"dialysis_began_at": second("2025-10-31T18:00:00")}, 1_000_000),  # 365.25 days
        ({"dialysis_began_at": second("2025-10-31T18:00:00"), "dialysis_since_on": day("2020-01-01")}, 1_000_000),
        ({"dialysis_since_on": day("2026-10-31")}, 2_738),  # 1 / 365.25
        ({"dialysis_began_at": second("2026-11-01T00:00:00")}, 0),
        ({"dialysis_began_at": second("2026-11-01T00:00:01")}, None),
        ({}, None),
    ],
)
def test_dialysis_counts_in_mean_years_to_the_second_where_the_hour_is_known(facts, millionths):
    assert value("dialysis_years", **facts) == millionths


@pytest.mark.parametrize(
    ("listed", "years"), [("2018-05-06", 17), ("2018-05-07", 18), ("2000-05-06", None), ("NaT", None)]
)
def test_age_at_listing_counts_birthdays(listed, years):
    assert value("listed_age_years", born_on=day("2000-05-07"), listed_on=day(listed)) == years


def test_age_at_listing_is_missing_without_a_date_of_birth():
    assert value("listed_age_years", listed_on=day("2020-01-01")) is None


@pytest.mark.parametrize(
    ("facts", "years"),
    [
        ({"dialysis_since_on": day("2018-05-06")}, 17),
        ({"dialysis_began_at": second("2018-05-07T01:00:00")}, 18),
        ({}, None),
    ],
)
def test_age_at_the_first_dialysis_counts_birthdays(facts, years):
    assert value("first_dialysis_age_years", born_on=day("2000-05-07"), **facts) == years


@pytest.mark.parametrize(
    ("before", "listed", "ten_thousandths"),
    [
        ("2000-01-01", "2018-01-01", 180_014),  # 6575 days
        ("2018-01-01", "2018-01-01", 0),
        ("2018-01-02", "2018-01-01", None),
        ("NaT", "2018-01-01", None),
        ("2000-01-01", "NaT", None),
    ],
)
def test_the_time_to_being_listed_again_counts_from_the_transplant(before, listed, ten_thousandths):
    found = value("relisting_years", previous_transplant_on=day(before), listed_on=day(listed))
    assert found == ten_thousandths


def test_age_at_the_earlier_transplant_counts_birthdays():
    facts = {"born_on": day("2000-05-07"), "previous_transplant_on": day("2018-05-06")}
    assert value("previous_transplant_age_years", **facts) == 17


@pytest.mark.parametrize("group", ["A", "A1", "A2"])
def test_the_mismatch_probability_reads_the_group_without_its_subgroup(group):
    facts = {"hla": "A1 A2 B7 B8 DR1 DR4", "cpra_percent": 0}
    plain = value("mismatch_probability_percent", blood_group="A", **facts)
    assert value("mismatch_probability_percent", blood_group=group, **facts) == plain


@pytest.mark.parametrize(
    ("hla", "group", "percent", "published"),
    [
        ("A24 A3 B44 B52 DR17 DR14 DQ4 DQ5", "A", 50, 637_317),
        ("A11 A2 B39 B35 DR1 DR15 DQ9 DQ5", "AB", 95, 990_972),
    ],
)
def test_the_mismatch_probability_is_the_published_one_by_splits(hla, group, percent, published):
    # Rows of tests/published/data/eurotransplant/mmp.json.
    found = value("mismatch_probability_percent", hla=hla, blood_group=group, cpra_percent=percent)
    assert found == published


@pytest.mark.parametrize("lacking", ["hla", "blood_group", "cpra_percent"])
def test_the_mismatch_probability_is_missing_where_a_fact_is(lacking):
    facts = {"hla": "A1 A2 B7 B8 DR1 DR4", "blood_group": "O", "cpra_percent": 0}
    facts[lacking] = np.nan if lacking == "cpra_percent" else None
    assert value("mismatch_probability_percent", **facts) is None


@pytest.mark.parametrize(
    ("candidate", "loci"),
    [
        ("A2 B7 DR4", 3),
        ("A2 B7 DR4 DR11", 2),
        ("A2 A3 B7 DR4 DR11", 1),
        ("A2 A3 B7 B8 DR4 DR11", 0),
        ("A23 A9 B7 DR4", 3),  # A23 is a split of A9: one broad antigen
        ("A2 B7 DR17 DR18", 3),  # both are matched as DR3
        ("A2 B7 DR11 DR12", 2),  # splits of DR5 are two
        ("A2 DR4", None),
        (None, None),
    ],
)
def test_homozygous_loci_are_counted_for_a_donor_who_is_homozygous_at_all(candidate, loci):
    assert value("homozygous_loci_as_donor", donor={"hla": HOMOZYGOUS}, hla=candidate) == loci


@pytest.mark.parametrize(
    ("donor", "loci"),
    [
        ("A2 A3 B7 DR4", 0),
        ("A2 B7 B8 DR4", 0),
        ("A2 B7 DR4 DR11", 0),
        ("A2 B7 DR17 DR18", 3),
        ("A2 B7", None),
        ("A2 B7 DR5", None),  # which split of DR5 is not known
        (None, None),
    ],
)
def test_homozygous_loci_do_not_count_for_another_donor(donor, loci):
    assert value("homozygous_loci_as_donor", donor={"hla": donor}, hla=HOMOZYGOUS) == loci


@pytest.mark.parametrize(
    ("refused", "hla", "accepted"),
    [
        (None, "A2 B7 DR4", 1),
        (None, None, 1),
        ("", None, 1),
        ("222", "A2 B7 DR4", 1),
        ("000", "A2 B7 DR4", 0),
        ("110 111", "A3 B8 DR4", 0),
        ("101", "A3 B8 DR4", 1),
        ("222", None, None),
    ],
)
def test_a_team_refuses_counts_of_mismatches(refused, hla, accepted):
    donor = {"hla": HOMOZYGOUS}
    assert value("hla_mismatches_accepted", donor=donor, refused_hla_mismatches=refused, hla=hla) == accepted


def test_whose_team_refuses_nothing_is_accepted_beside_others_that_refuse():
    registrations = {
        "registration": ["R-1", "R-2", "R-3"],
        "centre": ["CENTRE"] * 3,
        "synthetic": [True] * 3,
        "refused_hla_mismatches": [None, "000", "222"],
        "hla": [None, HOMOZYGOUS, None],
    }
    pool = build_pool(Organ.KIDNEY, as_of=AT, registrations=registrations, centres=CENTRES)
    person = case_donor(small_case({}, {"age_years": 40, "hla": HOMOZYGOUS}), small_policy())
    found = factor_column(pair_of(person, pool, at=AT), candidate_column("hla_mismatches_accepted"))
    assert found.tolist() == [1, 0, MISSING]


@pytest.mark.parametrize("wrong", ["22", "223", "1111", "none"])
def test_what_is_no_count_of_mismatches_is_told(wrong):
    with pytest.raises(InputError, match=f"'{wrong}' is no count of A, B and DR mismatches"):
        value("hla_mismatches_accepted", donor={"hla": HOMOZYGOUS}, refused_hla_mismatches=wrong, hla=HOMOZYGOUS)


@pytest.mark.parametrize(
    ("donor", "candidate", "same"),
    [("RHINE", "RHINE", 1), ("RHINE", "RUHR", 0), ("RHINE", None, None), (None, "RUHR", None), (None, None, None)],
)
def test_a_subregion_that_is_not_written_down_is_not_guessed(donor, candidate, same):
    assert value("same_subregion", donor={"subregion": donor}, subregion=candidate) == same

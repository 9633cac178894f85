from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from bequest.matching.case_people import case_donor
from bequest.matching.factors import factor_column
from bequest.matching.pair import donor_fact, pair_of
from bequest.matching.pool import build_pool
from bequest.model.column import MISSING, Table
from bequest.model.columns import candidate_column, column
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from small_runs import AT, small_case, small_policy

CENTRES = {
    "centre": ["CENTRE", "FAR", "HOSPITAL", "ISLE"],
    "country": ["AT", "DE", "AT", "AT"],
    "region": ["east", "north", "west", None],
    "latitude_deg": [48.2, 52.5, 47.0, 48.2],
    "longitude_deg": [16.4, 13.4, 15.4, 16.4],
}


def value(name, *, donor=None, at=AT, organ=Organ.KIDNEY, given=None, **facts):
    """Return one factor of one candidate with these facts, None where it is missing."""
    registrations = {"registration": ["R-1"], "centre": ["CENTRE"], "synthetic": [True]}
    registrations |= {fact: [held] for fact, held in facts.items()}
    pool = build_pool(organ, as_of=AT, registrations=registrations, centres=CENTRES, given=given)
    person = case_donor(small_case({}, {"age_years": 40, **(donor or {})}), small_policy())
    found = int(factor_column(pair_of(person, pool, at=at), candidate_column(name))[0])
    return None if found == MISSING else found


def day(text):
    return np.datetime64(text, "D")


ACTIVE = {"status": "active", "listed_on": day("2026-11-01"), "consent_to_listing_on": day("2026-10-01")}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, 1),
        ({"status": "suspended"}, 0),
        ({"status": None}, 0),
        ({"listed_on": day("2026-11-02")}, 0),
        ({"listed_on": day("NaT")}, 0),
        ({"consent_to_listing_on": day("2026-11-02")}, 0),
        ({"consent_to_listing_on": day("NaT")}, 0),
    ],
)
def test_only_who_is_active_listed_and_consenting_takes_part(changes, expected):
    assert value("active", **{**ACTIVE, **changes}) == expected


@pytest.mark.parametrize(
    ("born", "expected"),
    [
        ("1976-11-01", 50),
        ("1976-11-02", 49),
        ("2026-11-01", 0),
        ("2026-11-02", None),
        ("NaT", None),
        ("1976-02-29", 50),
    ],
)
def test_age_counts_completed_years(born, expected):
    assert value("age_years", born_on=day(born)) == expected


def test_whoever_was_born_on_a_leap_day_is_older_from_the_first_of_march():
    ages = [
        value("age_years", born_on=day("2008-02-29"), at=datetime(2027, 2, 28, tzinfo=UTC) + timedelta(days=more))
        for more in (0, 1)
    ]
    assert ages == [18, 19]


@pytest.mark.parametrize(
    ("listed", "expected"), [("2026-11-01", 0), ("2026-10-31", 1), ("2026-11-02", None), ("NaT", None)]
)
def test_waiting_counts_days_since_listing(listed, expected):
    assert value("waiting_days", listed_on=day(listed)) == expected


@pytest.mark.parametrize(
    ("listed", "dialysis", "expected"),
    [
        ("2026-10-01", "2026-01-01", 304),
        ("2026-01-01", "2026-10-01", 304),
        ("2026-01-01", "NaT", 304),
        ("NaT", "2026-01-01", 304),
        ("NaT", "NaT", None),
    ],
)
def test_renal_waiting_begins_with_whichever_came_earlier(listed, dialysis, expected):
    assert value("renal_waiting_days", listed_on=day(listed), dialysis_since_on=day(dialysis)) == expected


def test_dialysis_counts_days():
    assert value("dialysis_days", dialysis_since_on=day("2026-10-22")) == 10


UNTIL = np.datetime64("2026-11-01T00:00:00", "s")


@pytest.mark.parametrize(
    ("granted", "until", "expected"),
    [
        (1.0, UNTIL, (1, 31)),
        (1.0, UNTIL - np.timedelta64(1, "s"), (9, None)),
        (1.0, np.datetime64("NaT", "s"), (9, None)),
        (9.0, np.datetime64("NaT", "s"), (9, 31)),
        (float("nan"), UNTIL, (None, 31)),
    ],
)
def test_an_urgency_that_was_not_renewed_counts_as_the_base_level(granted, until, expected):
    facts = {"urgency_granted": granted, "urgency_valid_until": until, "urgency_since_on": day("2026-10-01")}
    assert (value("urgency", **facts), value("urgency_days", **facts)) == expected


@pytest.mark.parametrize(
    ("donor", "group", "compatible", "identical"),
    [("O", "A", 1, 0), ("A", "O", 0, 0), ("A", "A2", 1, 1), ("O", None, None, None), ("AB", "AB", 1, 1)],
)
def test_blood_groups_are_compared_with_the_donors(donor, group, compatible, identical):
    facts = {"donor": {"blood_group": donor}, "blood_group": group}
    assert (value("abo_compatible", **facts), value("abo_identical", **facts)) == (compatible, identical)


def test_without_the_donors_blood_group_nothing_is_compared():
    pool = build_pool(
        Organ.KIDNEY,
        as_of=AT,
        registrations={"registration": ["R-1"], "centre": ["CENTRE"], "blood_group": ["O"]},
        centres=CENTRES,
    )
    donor = case_donor(small_case({}), small_policy())
    nameless = replace(donor, facts={name: held for name, held in donor.facts.items() if name != "blood_group"})
    pair = pair_of(nameless, pool, at=AT)
    assert factor_column(pair, candidate_column("abo_compatible")).tolist() == [MISSING]


def test_distances_and_times_go_from_the_donor_hospital_to_the_centre():
    near, far = (
        [value(name, centre=centre) for name in ("distance_km", "distance_nm", "travel_hours", "preservation_hours")]
        for centre in ("CENTRE", "FAR")
    )
    assert 1_500_000 < near[0] < 1_600_000
    assert near[1] == pytest.approx(near[0] / 1.852, abs=1)
    assert all(there > here for here, there in zip(near, far, strict=True))


def test_a_stated_distance_gives_the_times():
    given = {"distance_km": np.array([0])}
    assert value("travel_hours", given=given) < value("travel_hours")
    assert value("preservation_hours", given=given) < value("preservation_hours")
    assert value("distance_km", given=given) == 0


def test_a_distance_stated_for_somebody_else_is_computed():
    assert value("distance_km", given={"distance_km": np.array([MISSING])}) == value("distance_km")


def test_a_registration_fact_may_be_stated():
    assert value("height_cm", given={"height_cm": np.array([1234])}, height_cm=170.0) == 1234


def test_a_cornea_has_no_preservation_hours():
    assert value("preservation_hours", organ=Organ.CORNEA) is None


@pytest.mark.parametrize(
    ("centre", "expected"),
    [("HOSPITAL", (1, 1, 1)), ("CENTRE", (0, 1, 0)), ("FAR", (0, 0, 0)), ("ISLE", (0, 1, None))],
)
def test_centre_country_and_region_are_compared_with_the_hospitals(centre, expected):
    assert tuple(value(name, centre=centre) for name in ("same_centre", "same_country", "same_region")) == expected


def test_mismatches_are_counted_by_locus_and_together():
    facts = {"donor": {"hla": "A1 A2 B8 B44 DR4 DR17"}, "hla": "A1 A3 B8 B44 DR1 DR7"}
    names = ("hla_mismatches_a", "hla_mismatches_b", "hla_mismatches_dr", "hla_mismatches")
    assert [value(name, **facts) for name in names] == [1, 0, 2, 3]


def test_without_a_full_typing_no_mismatch_is_counted():
    facts = {"donor": {"hla": "A1 A2 B8 B44 DR4 DR17"}, "hla": "A1 A3 B8 B44"}
    names = ("hla_mismatches_a", "hla_mismatches_b", "hla_mismatches_dr", "hla_mismatches")
    assert [value(name, **facts) for name in names] == [None] * 4


@pytest.mark.parametrize(("listed", "expected"), [("A1", 1), ("A3", 0), ("none", 0), (None, None)])
def test_a_virtual_crossmatch_asks_for_what_the_donor_carries(listed, expected):
    assert value("crossmatch", donor={"hla": "A1 A2 B8 B44 DR4 DR17"}, unacceptable_antigens=listed) == expected


@pytest.mark.parametrize(
    ("donor", "own", "expected"),
    [(80, 100.0, (800, 1250)), (80, float("nan"), (None, None)), (None, 100.0, (None, None))],
)
def test_weights_are_compared_as_shares(donor, own, expected):
    facts = {"donor": {"weight_kg": donor}, "weight_kg": own}
    assert (value("donor_weight_percent", **facts), value("candidate_weight_percent", **facts)) == expected


@pytest.mark.parametrize(
    ("donor", "own", "expected"), [(180, 170.5, 95), (160, 170.5, -105), (None, 170.5, None), (180, float("nan"), None)]
)
def test_heights_are_compared_by_their_difference(donor, own, expected):
    assert value("height_difference_cm", donor={"height_cm": donor}, height_cm=own) == expected


@pytest.mark.parametrize(
    ("donor", "born", "expected"), [(40.5, "1976-11-01", 950), (60, "1976-11-01", 1000), (40, "NaT", None)]
)
def test_ages_are_compared_by_their_difference(donor, born, expected):
    assert value("age_difference_years", donor={"age_years": donor}, born_on=day(born)) == expected


@pytest.mark.parametrize(
    ("age", "lowest", "highest", "expected"),
    [
        (40, float("nan"), float("nan"), 1), (40, 40.0, 40.0, 1), (39.99, 40.0, 80.0, 0), (65.99, 18.0, 65.0, 1),
        (66, 18.0, 65.0, 0), (66, 18.0, float("nan"), 1),
    ],
)  # fmt: skip
def test_the_teams_bounds_for_the_donors_age_are_kept_to(age, lowest, highest, expected):
    facts = {"donor_age_years_min": lowest, "donor_age_years_max": highest}
    assert value("donor_age_accepted", donor={"age_years": age}, **facts) == expected


def test_without_the_donors_age_no_bound_can_be_judged():
    pool = build_pool(
        Organ.KIDNEY, as_of=AT, registrations={"registration": ["R-1"], "centre": ["CENTRE"]}, centres=CENTRES
    )
    donor = case_donor(small_case({}), small_policy())
    ageless = replace(donor, facts={name: held for name, held in donor.facts.items() if name != "age_years"})
    names = ("donor_age_accepted", "age_difference_years")
    found = [factor_column(pair_of(ageless, pool, at=AT), candidate_column(name)).tolist() for name in names]
    assert found == [[MISSING], [MISSING]]


@pytest.mark.parametrize(("hours", "expected"), [(36, 150), (0, 0), (-1, None), (None, None)])
def test_a_cornea_has_been_stored_since_it_was_preserved(hours, expected):
    preserved = None if hours is None else AT - timedelta(hours=hours)
    assert value("storage_days", donor={"preserved_at": preserved}, organ=Organ.CORNEA) == expected


def test_a_fact_of_the_donor_is_quantised():
    donor = case_donor(small_case({}, {"weight_kg": 70.25}), small_policy())
    assert donor_fact(donor, column(Table.DONOR, "weight_kg")) == 703
    assert donor_fact(donor, column(Table.DONOR, "height_cm")) == MISSING


def test_a_hospital_outside_the_places_is_told():
    pool = build_pool(Organ.KIDNEY, as_of=AT, registrations={"registration": [], "centre": []}, centres=CENTRES)
    donor = replace(case_donor(small_case({}), small_policy()), hospital="H-9")
    with pytest.raises(InputError, match="donor 'D-CASE', column 'hospital': 'H-9' is not in the centres table"):
        pair_of(donor, pool, at=AT)


def test_a_day_begins_at_midnight_in_utc():
    late = datetime(2026, 11, 1, 23, 59, tzinfo=UTC)
    assert value("waiting_days", listed_on=np.datetime64(date(2026, 10, 31)), at=late) == 1

"""What is asked at every offer."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bequest.model.enums import BloodGroup, Organ
from bequest.model.identifiers import PersonId
from bequest.model.team import Role
from bequest.safeguards.offer_rules import (
    Exchange,
    ExportCheck,
    Residence,
    authorised_places,
    blood_group_twice,
    characterised,
    exchange_agreed,
    export_after_national_run,
    resident_first,
    within_preservation,
)
from donor_files import LAWFUL, OFFER, OFFERED, hours, release, said

FORECAST = OFFERED.forecast
PROCUREMENT, TRANSPLANT = OFFERED.authorisations
FIRST, SECOND = LAWFUL.blood_groups
EXCHANGE = Exchange(
    "agreement 7",
    hours(-100),
    traceable_both_ways=True,
    equivalent_standard=True,
    joint_list=False,
    national_run_exhausted_at=hours(11),
)
ABROAD = replace(OFFERED, centre_country="XX", exchange=EXCHANGE)
EXPORTED = ExportCheck(LAWFUL, Organ.HEART, "XX", OFFERED.authorisations, EXCHANGE, OFFERED.ranked_group)
GUEST = Residence(resident=False, agreement="agreement 7", resident_as_urgent=False)


def of_file(**changes):
    return replace(OFFERED, file=replace(LAWFUL, **changes))


@pytest.mark.parametrize(
    "rule",
    [
        within_preservation,
        resident_first,
        characterised,
        authorised_places,
        exchange_agreed,
        export_after_national_run,
        blood_group_twice,
    ],
)
def test_a_lawful_offer_passes(rule):
    assert rule(OFFERED, OFFER) == ()


@pytest.mark.parametrize(
    ("forecast", "verdict"),
    [
        (None, "held"),
        (replace(FORECAST, hours=None), "held"),
        (replace(FORECAST, limit_hours=None), "held"),
        (replace(FORECAST, hours=Decimal("4.1")), "blocked"),
        (replace(FORECAST, skipped_for_distance=True), "flagged"),
        (replace(FORECAST, skipped_for_distance=None), "flagged"),
    ],
)
def test_too_far_is_blocked_and_a_skip_within_reach_is_flagged(forecast, verdict):
    (found,) = said(within_preservation(replace(OFFERED, forecast=forecast), OFFER))
    assert found[0] == verdict


@pytest.mark.parametrize(
    ("residence", "verdicts"),
    [
        (None, ["held"]),
        (replace(GUEST, resident=None), ["held"]),
        (GUEST, []),
        (replace(GUEST, agreement=None), ["held"]),
        (replace(GUEST, resident_as_urgent=True), ["held"]),
        (replace(GUEST, resident_as_urgent=None), ["held"]),
    ],
)
def test_residents_go_first(residence, verdicts):
    found = said(resident_first(replace(OFFERED, residence=residence), OFFER))
    assert [verdict for verdict, _ in found] == verdicts


def test_the_authority_releases_an_offer_to_somebody_who_is_not_resident():
    check = replace(
        of_file(releases=(release("ALC-06", Role.COMPETENT_AUTHORITY),)), residence=replace(GUEST, agreement=None)
    )
    assert [verdict for verdict, _ in said(resident_first(check, OFFER))] == ["flagged"]


def test_a_donor_is_characterised_by_all_of_annex_a():
    found = said(characterised(of_file(characterised=LAWFUL.characterised[1:-1]), OFFER))
    absent = (
        "establishment and general data of the procurement; basic information to judge function of the donated organ"
    )
    assert found == [("blocked", f"The donor is not characterised by: {absent}.")]


@pytest.mark.parametrize(
    ("signatures", "verdict"),
    [
        ([(Role.PROCUREMENT_DOCTOR, "P-1"), (Role.ACCEPTING_SURGEON, "P-2")], "flagged"),
        ([(Role.PROCUREMENT_DOCTOR, "P-1"), (Role.ACCEPTING_SURGEON, "P-1")], "blocked"),
        ([(Role.PROCUREMENT_DOCTOR, "P-1"), (Role.PROCUREMENT_DOCTOR, "P-2")], "blocked"),
        ([(Role.ACCEPTING_SURGEON, "P-2")], "blocked"),
    ],
)
def test_two_doctors_of_two_roles_may_let_an_organ_pass_in_an_emergency(signatures, verdict):
    releases = tuple(release("TRC-03", role, person=person, service=None) for role, person in signatures)
    (found,) = said(characterised(of_file(characterised=(), releases=releases), OFFER))
    assert found[0] == verdict


@pytest.mark.parametrize(
    ("authorisations", "count"),
    [
        ((), 2),
        ((PROCUREMENT,), 1),
        ((PROCUREMENT, replace(TRANSPLANT, organ=Organ.LIVER)), 1),
        ((PROCUREMENT, replace(TRANSPLANT, from_at=hours(13))), 1),
        ((PROCUREMENT, replace(TRANSPLANT, until_at=hours(12))), 1),
        ((PROCUREMENT, replace(TRANSPLANT, until_at=None)), 1),
        ((replace(PROCUREMENT, place=TRANSPLANT.place), TRANSPLANT), 1),
    ],
)
def test_both_places_are_authorised_on_the_day_for_the_organ(authorisations, count):
    found = said(authorised_places(replace(OFFERED, authorisations=authorisations), OFFER))
    assert [verdict for verdict, _ in found] == ["blocked"] * count


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({}, []),
        ({"centre_country": None}, ["held"]),
        ({"exchange": None}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, agreement=None)}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, agreement_published_at=None)}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, agreement_published_at=hours(13))}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, traceable_both_ways=False)}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, equivalent_standard=False)}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, equivalent_standard=None)}, ["held"]),
    ],
)
def test_an_organ_crosses_a_border_under_a_published_agreement(changes, verdicts):
    found = said(exchange_agreed(replace(ABROAD, **changes), OFFER))
    assert [verdict for verdict, _ in found] == verdicts


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({}, []),
        ({"centre_country": None}, ["held"]),
        ({"exchange": None}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, national_run_exhausted_at=None)}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, national_run_exhausted_at=hours(13))}, ["blocked"]),
        ({"exchange": replace(EXCHANGE, national_run_exhausted_at=None, joint_list=True)}, []),
    ],
)
def test_an_organ_leaves_after_the_national_run(changes, verdicts):
    found = said(export_after_national_run(replace(ABROAD, **changes), OFFER))
    assert [verdict for verdict, _ in found] == verdicts


@pytest.mark.parametrize(
    ("results", "words"),
    [
        ((), "not confirmed by two samples"),
        ((FIRST,), "not confirmed by two samples"),
        ((FIRST, replace(SECOND, sample=FIRST.sample)), "not confirmed by two samples"),
        ((FIRST, replace(SECOND, drawn_by=FIRST.drawn_by)), "not confirmed by two samples"),
        ((FIRST, replace(SECOND, group=None)), "not confirmed by two samples"),
        ((FIRST, replace(SECOND, resulted_at=hours(13))), "not confirmed by two samples"),
        ((FIRST, SECOND, replace(SECOND, sample="S-3", group=BloodGroup.B)), "The blood groups read differ: A, B."),
    ],
)
def test_a_blood_group_is_read_from_two_samples_that_two_people_drew(results, words):
    (found,) = said(blood_group_twice(of_file(blood_groups=results), OFFER))
    assert (found[0], words in found[1]) == ("blocked", True)


def test_a_third_reading_of_the_same_group_changes_nothing():
    more = replace(FIRST, sample="S-3", drawn_by=PersonId("P-N3"), group=BloodGroup.A2)
    assert blood_group_twice(of_file(blood_groups=(FIRST, SECOND, more)), OFFER) == ()


def test_without_the_group_that_was_ranked_by_nobody_can_compare():
    (found,) = said(blood_group_twice(replace(OFFERED, ranked_group=None), OFFER))
    assert (found[0], "ranked is not known" in found[1]) == ("held", True)


def test_samples_that_agree_with_one_another_and_not_with_what_was_ranked_block_the_offer():
    other = BloodGroup.B if OFFERED.ranked_group is not BloodGroup.B else BloodGroup.O
    read = tuple(replace(each, group=other) for each in (FIRST, SECOND))
    (found,) = said(blood_group_twice(of_file(blood_groups=read), OFFER))
    assert (found[0], "and the samples read" in found[1]) == ("blocked", True)


@pytest.mark.parametrize(
    "rule", [characterised, authorised_places, exchange_agreed, export_after_national_run, blood_group_twice]
)
def test_a_lawful_export_passes(rule):
    assert rule(EXPORTED, OFFER) == ()


def test_abroad_only_the_hospital_at_home_is_asked_for_its_authorisation():
    assert authorised_places(replace(EXPORTED, authorisations=(PROCUREMENT,)), OFFER) == ()
    assert [each.verdict.value for each in authorised_places(replace(EXPORTED, authorisations=()), OFFER)] == [
        "blocked"
    ]

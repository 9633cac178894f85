"""Certifiers, coordinators and those who end a pause stand outside the teams."""

from dataclasses import replace

import pytest

from bequest.model.death import Pause, PauseReason
from bequest.model.donor_file import LiveOffer, LiveOfferKind
from bequest.model.identifiers import PersonId
from bequest.model.team import CareTeam, Roster, Team
from bequest.safeguards.independence import certifiers_outside, coordinator_outside, no_open_pause
from bequest.safeguards.jurisdiction import Parameter
from donor_files import (
    ALLOCATION,
    CENTRE,
    LAWFUL,
    OTHER,
    RECOVERY,
    REGISTRATION,
    certifier,
    hours,
    law_with,
    law_without,
    said,
)

ROSTER = LAWFUL.rosters[0]
PAUSE = Pause(hours(10), PersonId("P-NURSE"), PauseReason.SIGN_OF_LIFE, hours(11), PersonId("P-IND"))
PRIMARY = LiveOffer(REGISTRATION, LiveOfferKind.PRIMARY)


def with_certifier(person):
    return replace(LAWFUL, certifiers=(*LAWFUL.certifiers, certifier(person)))


@pytest.mark.parametrize("setting", [ALLOCATION, RECOVERY])
def test_independent_certifiers_pass(setting):
    assert certifiers_outside(LAWFUL, setting) == ()


@pytest.mark.parametrize("team", [Team.RECOVERY, Team.TRANSPLANT])
@pytest.mark.parametrize(("from_at", "until_at"), [(hours(1), hours(20)), (None, None), (hours(20), None)])
def test_a_certifier_in_a_team_that_takes_blocks(team, from_at, until_at):
    file = replace(with_certifier("P-X"), rosters=(Roster(team, CENTRE, (PersonId("P-X"),), from_at, until_at),))
    assert said(certifiers_outside(file, ALLOCATION)) == [
        ("blocked", "'P-X' certifies the death and is in a recovery or transplant team.")
    ]


def test_an_examiner_counts_as_certifier():
    file = replace(LAWFUL, rosters=(replace(ROSTER, members=(PersonId("P-C1"),)),), certifiers=())
    assert [verdict for verdict, _ in said(certifiers_outside(file, ALLOCATION))] == ["blocked"]


def test_a_duty_that_ended_before_the_referral_does_not_count():
    file = replace(with_certifier("P-X"), rosters=(replace(ROSTER, members=(PersonId("P-X"),), until_at=hours(0)),))
    assert certifiers_outside(file, ALLOCATION) == ()


@pytest.mark.parametrize("kind", [LiveOfferKind.PRIMARY, LiveOfferKind.BACKUP])
def test_a_certifier_who_treats_an_intended_recipient_blocks(kind):
    file = replace(with_certifier("P-T1"), live_offers=(LiveOffer(REGISTRATION, kind),))
    assert said(certifiers_outside(file, ALLOCATION)) == [
        ("blocked", "'P-T1' certifies the death and treats the intended recipient 'R-1'.")
    ]


def test_a_certifier_who_treats_another_ranked_candidate_is_flagged():
    file = replace(with_certifier("P-T2"), ranked=(REGISTRATION, OTHER), live_offers=(PRIMARY,))
    assert said(certifiers_outside(file, ALLOCATION)) == [
        ("flagged", "'P-T2' certifies the death and treats the ranked candidate 'R-2'.")
    ]


def test_a_provisional_offer_makes_no_intended_recipient():
    file = replace(with_certifier("P-T2"), live_offers=(LiveOffer(OTHER, LiveOfferKind.PROVISIONAL),))
    assert [verdict for verdict, _ in said(certifiers_outside(file, ALLOCATION))] == ["flagged"]


def test_an_intended_recipient_whose_doctors_are_not_known_is_held():
    file = replace(LAWFUL, care_teams=(), live_offers=(PRIMARY,), ranked=(OTHER,))
    assert said(certifiers_outside(file, ALLOCATION)) == [
        ("held", "Who treats the intended recipient 'R-1' is not known.")
    ]


def test_doctors_of_several_teams_of_one_recipient_all_count():
    more = CareTeam(REGISTRATION, (PersonId("P-T9"),))
    file = replace(with_certifier("P-T9"), care_teams=(*LAWFUL.care_teams, more), live_offers=(PRIMARY,))
    assert [verdict for verdict, _ in said(certifiers_outside(file, ALLOCATION))] == ["blocked"]


@pytest.mark.parametrize(
    "rosters",
    [(), (replace(ROSTER, from_at=hours(13)),), (replace(ROSTER, until_at=hours(12)),), (replace(ROSTER, members=()),)],
)
def test_recovery_waits_for_the_recovery_team_to_say_who_it_is(rosters):
    file = replace(LAWFUL, rosters=rosters)
    assert said(certifiers_outside(file, RECOVERY)) == [("held", "The recovery team has not declared who is on duty.")]
    assert certifiers_outside(file, ALLOCATION) == ()


def test_a_roster_without_a_beginning_is_on_duty():
    assert certifiers_outside(replace(LAWFUL, rosters=(replace(ROSTER, from_at=None, until_at=None),)), RECOVERY) == ()


@pytest.mark.parametrize(
    ("law", "verdict"),
    [
        (law_with(coordinator_independent=False), "flagged"),
        (law_with(coordinator_independent=True), "blocked"),
        (law_without(Parameter.COORDINATOR_INDEPENDENT), "blocked"),
    ],
)
def test_a_coordinator_in_a_team_that_takes_is_flagged_or_blocked_as_the_law_says(law, verdict):
    file = replace(LAWFUL, coordinator=PersonId("P-S1"))
    assert [found[0] for found in said(coordinator_outside(file, replace(ALLOCATION, law=law)))] == [verdict]


def test_a_coordinator_outside_passes_and_one_not_named_is_held():
    assert coordinator_outside(LAWFUL, ALLOCATION) == ()
    assert [verdict for verdict, _ in said(coordinator_outside(replace(LAWFUL, coordinator=None), ALLOCATION))] == [
        "held"
    ]


@pytest.mark.parametrize("coordinator", [PersonId("P-CO"), None])
def test_a_pause_that_an_independent_doctor_ended_is_over(coordinator):
    assert no_open_pause(replace(LAWFUL, pauses=(PAUSE,), coordinator=coordinator), RECOVERY) == ()


@pytest.mark.parametrize("changes", [{"resumed_at": None}, {"resumed_by": None}, {"resumed_at": hours(13)}])
def test_an_open_pause_blocks(changes):
    file = replace(LAWFUL, pauses=(PAUSE, replace(PAUSE, **changes)))
    assert said(no_open_pause(file, RECOVERY)) == [
        (
            "blocked",
            "The recovery is paused at 2026-11-01T10:00:00Z (sign_of_life); only an independent doctor resumes it.",
        )
    ]


@pytest.mark.parametrize("person", ["P-S1", "P-C1", "P-CO", "P-T1", "P-NURSE", "P-REF"])
def test_nobody_with_a_part_in_the_donation_ends_a_pause(person):
    file = replace(LAWFUL, pauses=(replace(PAUSE, resumed_by=PersonId(person)),))
    assert [verdict for verdict, _ in said(no_open_pause(file, RECOVERY))] == ["blocked"]

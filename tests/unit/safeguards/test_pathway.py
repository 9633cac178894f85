"""Organs are offered before a death by circulatory criteria only on a lawful pathway, and taken never."""

from dataclasses import replace

import pytest

from bequest.model.identifiers import PersonId
from bequest.model.team import Roster, Team
from bequest.safeguards.jurisdiction import Parameter
from bequest.safeguards.pathway import death_or_pathway, decision_before_approach
from donor_files import (
    ALLOCATION,
    CENTRE,
    CIRCULATORY,
    CONDITIONAL,
    LAWFUL,
    PATHWAY,
    RECOVERY,
    hours,
    law_with,
    law_without,
    said,
)


@pytest.mark.parametrize("setting", [ALLOCATION, RECOVERY])
@pytest.mark.parametrize("file", [LAWFUL, CIRCULATORY])
def test_a_declared_death_passes(file, setting):
    assert death_or_pathway(file, setting) == ()


def test_offers_on_the_pathway_are_conditional_and_say_until_when():
    (found,) = death_or_pathway(CONDITIONAL, ALLOCATION)
    assert (found.verdict.value, found.by) == ("flagged", hours(24))


def test_a_death_declared_later_is_not_declared_yet():
    file = replace(CIRCULATORY, death=replace(CIRCULATORY.death, declared_at=hours(13)))
    assert [verdict for verdict, _ in said(death_or_pathway(file, ALLOCATION))] == ["flagged"]


@pytest.mark.parametrize(
    ("file", "setting", "words"),
    [
        (replace(LAWFUL, death=None), ALLOCATION, "Neither a declared death nor an open circulatory pathway"),
        (replace(LAWFUL, death=replace(LAWFUL.death, declared_at=None)), ALLOCATION, "Death is not declared."),
        (replace(LAWFUL, death=replace(LAWFUL.death, declared_at=hours(13))), RECOVERY, "Death is not declared."),
        (CONDITIONAL, RECOVERY, "Death is not declared."),
    ],
)
def test_without_death_nothing_is_taken(file, setting, words):
    found = said(death_or_pathway(file, setting))
    assert [(verdict, words in sentence) for verdict, sentence in found[:1]] == [("blocked", True)]


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({"decided_by": (PersonId("P-D1"),)}, "blocked", "1 of 2"),
        ({"decided_by": (PersonId("P-D1"), PersonId("P-D1"))}, "blocked", "1 of 2"),
        ({"decided_at": None}, "held", "is not known"),
        ({"approached_at": None}, "held", "is not known"),
        ({"approached_at": hours(1)}, "blocked", "not decided before donation was spoken of"),
        ({"decided_at": hours(8), "kin_raised_it": True}, "blocked", "opened before the withdrawal was decided"),
        ({"consented_acts": None}, "held", "each act before death"),
        ({"consented_acts": False}, "blocked", "An act before death was not consented to."),
        ({"expires_at": None}, "held", "ends by itself is not known"),
        ({"expires_at": hours(12)}, "blocked", "offers lapse and the file is sealed"),
        ({"opened_at": hours(13)}, "blocked", "The circulatory pathway opens at"),
    ],
)
def test_the_pathway_needs(changes, verdict, words):
    found = said(death_or_pathway(replace(CONDITIONAL, pathway=replace(PATHWAY, **changes)), ALLOCATION))
    assert [(each, words in sentence) for each, sentence in found if each != "flagged"] == [(verdict, True)]


def test_a_pathway_may_open_with_the_decision():
    file = replace(CONDITIONAL, pathway=replace(PATHWAY, opened_at=hours(1)))
    assert [verdict for verdict, _ in said(death_or_pathway(file, ALLOCATION))] == ["flagged"]


def test_a_pathway_that_was_never_opened_blocks():
    assert said(death_or_pathway(replace(CONDITIONAL, pathway=None), ALLOCATION)) == [
        ("blocked", "The circulatory pathway was not opened.")
    ]


def test_a_death_after_the_end_of_the_pathway_comes_too_late():
    file = replace(CIRCULATORY, pathway=replace(PATHWAY, expires_at=hours(11)))
    assert [verdict for verdict, _ in said(death_or_pathway(file, RECOVERY))] == ["blocked"]


@pytest.mark.parametrize("team", [Team.RECOVERY, Team.TRANSPLANT, Team.COORDINATION])
def test_nobody_with_a_part_in_the_donation_decides_the_withdrawal(team):
    file = replace(CONDITIONAL, rosters=(Roster(team, CENTRE, (PersonId("P-D1"),), None, None),))
    assert [verdict for verdict, _ in said(death_or_pathway(file, ALLOCATION))] == ["blocked", "blocked", "flagged"]


def test_the_coordinator_does_not_decide_the_withdrawal():
    found = said(death_or_pathway(replace(CONDITIONAL, coordinator=PersonId("P-D2")), ALLOCATION))
    assert [verdict for verdict, _ in found] == ["blocked", "blocked", "flagged"]


@pytest.mark.parametrize(
    ("law", "verdict"),
    [
        (law_with(circulatory_pathway=False), "blocked"),
        (law_without(Parameter.CIRCULATORY_PATHWAY), "held"),
        (law_without(Parameter.WITHDRAWAL_SIGNERS), "held"),
    ],
)
def test_the_pathway_is_shut_unless_the_law_opens_it(law, verdict):
    found = said(death_or_pathway(CONDITIONAL, replace(ALLOCATION, law=law)))
    assert found[0][0] == verdict


@pytest.mark.parametrize(
    ("changes", "count"),
    [
        ({}, 0),
        ({"decided_at": hours(4)}, 1),
        ({"decided_at": hours(4), "kin_raised_it": None}, 1),
        ({"decided_at": hours(4), "kin_raised_it": True}, 0),
        ({"decided_at": None}, 0),
        ({"approached_at": None}, 0),
    ],
)
def test_an_approach_before_the_decision_is_flagged_unless_patient_or_kin_began(changes, count):
    file = replace(CONDITIONAL, pathway=replace(PATHWAY, **changes))
    assert [verdict for verdict, _ in said(decision_before_approach(file, ALLOCATION))] == ["flagged"] * count


def test_without_a_pathway_there_was_no_decision():
    assert decision_before_approach(LAWFUL, ALLOCATION) == ()

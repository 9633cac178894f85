"""A death is certified as the law of the place asks."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.model.death import CoronerRelease, DeathManner, ObservationResult
from bequest.model.enums import Organ
from bequest.model.identifiers import PersonId
from bequest.model.team import Role
from bequest.safeguards.death import (
    coroner_released,
    enough_certifiers,
    neurological_examinations,
    no_touch_observed,
)
from bequest.safeguards.finding import Verdict
from bequest.safeguards.jurisdiction import Parameter, jurisdiction
from donor_files import (
    ALLOCATION,
    CIRCULATORY,
    CONDITIONAL,
    LAWFUL,
    RECOVERY,
    certifier,
    examination,
    hours,
    law_with,
    law_without,
    said,
)

SEEN = CIRCULATORY.observation
INDIAN = ("doctor_in_charge_of_hospital", "approved_panel_doctor", "panel_neurologist_neurosurgeon_or_intensivist")


@pytest.mark.parametrize("file", [LAWFUL, CIRCULATORY])
@pytest.mark.parametrize("rule", [enough_certifiers, no_touch_observed, neurological_examinations, coroner_released])
def test_a_lawful_death_passes(file, rule):
    assert rule(file, RECOVERY) == ()


@pytest.mark.parametrize(
    "second",
    [
        certifier("P-C2", registered_years=None),
        certifier("P-C2", registered_years=4),
        certifier("P-C2", declared_no_conflict=None),
        certifier("P-C2", declared_no_conflict=False),
        certifier("P-C2", employer=None),
        certifier("P-C2", at=13),
    ],
)
def test_a_certifier_counts_with_standing_and_without_conflict(second):
    setting = replace(ALLOCATION, law=law_with(certifier_registered_years=5))
    (found,) = enough_certifiers(replace(LAWFUL, certifiers=(certifier("P-C1"), second)), setting)
    assert (found.verdict, "1 of 2" in found.sentence) == (Verdict.BLOCKED, True)


def test_one_doctor_who_certifies_twice_is_one_and_the_gate_waits_for_another():
    twice = replace(LAWFUL, certifiers=(certifier("P-C1"), certifier("P-C1")))
    (found,) = enough_certifiers(twice, ALLOCATION)
    assert (found.verdict, found.who, "1 of 2" in found.sentence) == (Verdict.HELD, (Role.CERTIFYING_DOCTOR,), True)


def test_the_least_standing_that_the_law_asks_for_is_enough():
    setting = replace(ALLOCATION, law=law_with(certifier_registered_years=12))
    assert enough_certifiers(LAWFUL, setting) == ()


def test_the_four_functions_of_the_indian_form_must_be_held():
    setting = replace(ALLOCATION, law=jurisdiction("IN"))
    four = tuple(certifier(f"P-{role}", role=role) for role in (*INDIAN, "treating_doctor"))
    assert enough_certifiers(replace(LAWFUL, certifiers=four), setting) == ()
    assert said(enough_certifiers(replace(LAWFUL, certifiers=(*four[:3], certifier("P-5", role=None))), setting)) == [
        ("blocked", "Nobody certified the death as treating doctor.")
    ]


def test_on_the_open_circulatory_pathway_nobody_has_certified_yet():
    assert enough_certifiers(CONDITIONAL, ALLOCATION) == ()
    assert [verdict for verdict, _ in said(enough_certifiers(CONDITIONAL, RECOVERY))] == ["held"]


def test_without_criteria_nobody_knows_what_to_certify():
    assert [verdict for verdict, _ in said(enough_certifiers(replace(LAWFUL, death=None), ALLOCATION))] == ["held"]


@pytest.mark.parametrize(
    ("rule", "file", "parameter"),
    [
        (enough_certifiers, LAWFUL, Parameter.NEUROLOGICAL_CERTIFIERS),
        (enough_certifiers, LAWFUL, Parameter.NEUROLOGICAL_CERTIFIER_ROLES),
        (enough_certifiers, LAWFUL, Parameter.CERTIFIER_REGISTERED_YEARS),
        (enough_certifiers, CIRCULATORY, Parameter.CIRCULATORY_CERTIFIERS),
        (neurological_examinations, LAWFUL, Parameter.NEUROLOGICAL_EXAMINATIONS),
        (neurological_examinations, LAWFUL, Parameter.NEUROLOGICAL_INTERVAL_MINUTES),
        (no_touch_observed, CIRCULATORY, Parameter.NO_TOUCH_MINUTES),
    ],
)
def test_a_law_that_does_not_say_opens_nothing(rule, file, parameter):
    (found,) = rule(file, replace(RECOVERY, law=law_without(parameter)))
    assert found.verdict is Verdict.HELD


@pytest.mark.parametrize(
    "second",
    [
        examination(7.9),
        examination(13),
        examination(8, confirms_death=None),
        examination(8, apnoea_or_ancillary_test=None),
        examination(8, apnoea_or_ancillary_test=False),
        examination(8, confounders_excluded=None),
        examination(8, confounders_excluded=False),
    ],
)
def test_two_whole_examinations_lie_six_hours_apart(second):
    (found,) = neurological_examinations(replace(LAWFUL, examinations=(second, examination(2))), ALLOCATION)
    assert (found.verdict, "1 of 2" in found.sentence) == (Verdict.BLOCKED, True)


def test_an_examination_that_does_not_confirm_blocks_however_many_do():
    file = replace(LAWFUL, examinations=(*LAWFUL.examinations, examination(10, confirms_death=False)))
    assert said(neurological_examinations(file, ALLOCATION)) == [
        ("blocked", "An examination does not confirm the death.")
    ]


def test_examinations_in_between_take_nothing_from_the_distance():
    file = replace(LAWFUL, examinations=(examination(2), examination(5), examination(8)))
    assert neurological_examinations(file, ALLOCATION) == ()


@pytest.mark.parametrize("rule", [no_touch_observed, neurological_examinations])
def test_without_a_death_another_rule_speaks(rule):
    assert rule(replace(LAWFUL, death=None), RECOVERY) == ()


@pytest.mark.parametrize(
    ("changes", "verdict", "words"),
    [
        ({"observation": None}, "blocked", "No observation without touch is recorded."),
        ({"observation": replace(SEEN, result=None)}, "held", "lasts until 2026-11-01T11:05:00Z"),
        ({"observation": replace(SEEN, ended_at=None)}, "held", "lasts until"),
        ({"observation": replace(SEEN, ended_at=hours(13))}, "held", "lasts until"),
        (
            {"observation": replace(SEEN, result=ObservationResult.CIRCULATION_RETURNED)},
            "blocked",
            "ended with 'circulation_returned'",
        ),
        ({"observation": replace(SEEN, result=ObservationResult.STOPPED)}, "blocked", "ended with 'stopped'"),
        (
            {"observation": replace(SEEN, ended_at=SEEN.circulation_ended_at + timedelta(minutes=4))},
            "blocked",
            "before 2026-11-01T11:05:00Z",
        ),
        (
            {"death": replace(CIRCULATORY.death, declared_at=hours(11))},
            "blocked",
            "before the observation was over",
        ),
    ],
)
def test_the_observation_without_touch_needs(changes, verdict, words):
    (found,) = said(no_touch_observed(replace(CIRCULATORY, **changes), RECOVERY))
    assert (found[0], words in found[1]) == (verdict, True)


def test_the_observation_holds_until_its_minutes_are_over():
    setting = replace(RECOVERY, at=hours(11) + timedelta(minutes=4))
    file = replace(CONDITIONAL, observation=replace(SEEN, ended_at=setting.at))
    (found,) = no_touch_observed(file, setting)
    assert (found.verdict, found.by) == (Verdict.HELD, hours(11) + timedelta(minutes=5))


def test_the_observation_is_over_with_its_last_minute():
    over_at = hours(11) + timedelta(minutes=5)
    file = replace(CONDITIONAL, observation=replace(SEEN, ended_at=over_at))
    assert no_touch_observed(file, replace(RECOVERY, at=over_at)) == ()


@pytest.mark.parametrize(("minutes", "count"), [(4, 1), (5, 0)])
def test_an_incision_within_the_observation_is_critical_and_blocks(minutes, count):
    file = replace(CIRCULATORY, incision_at=hours(11) + timedelta(minutes=minutes))
    found = no_touch_observed(file, RECOVERY)
    assert [(each.verdict, each.critical) for each in found] == [(Verdict.BLOCKED, True)] * count


UNNATURAL = replace(LAWFUL, manner=DeathManner.NOT_NATURAL)
RELEASE = CoronerRelease(hours(10), PersonId("P-COR"), (Organ.HEART, Organ.LIVER))


@pytest.mark.parametrize(
    ("file", "verdict", "words"),
    [
        (replace(LAWFUL, manner=None), "held", "The manner of death is not known."),
        (UNNATURAL, "blocked", "no coroner or prosecutor has released"),
        (replace(UNNATURAL, coroner_release=replace(RELEASE, released_at=hours(13))), "blocked", "no coroner"),
        (replace(UNNATURAL, coroner_release=replace(RELEASE, organs=())), "blocked", "released no organ"),
        (
            replace(UNNATURAL, coroner_release=RELEASE, intended_organs=(Organ.KIDNEY,)),
            "blocked",
            "did not release the organ 'kidney'",
        ),
    ],
)
def test_a_death_that_is_not_natural_needs_the_coroner(file, verdict, words):
    (found,) = said(coroner_released(file, ALLOCATION))
    assert (found[0], words in found[1]) == (verdict, True)


def test_the_coroner_releases_organ_by_organ():
    assert coroner_released(replace(UNNATURAL, coroner_release=RELEASE), ALLOCATION) == ()

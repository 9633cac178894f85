"""Custody: detention always bars, a guard from the fatal event waits for a magistrate, not knowing opens nothing."""

from dataclasses import replace

import pytest

from bequest.model.enums import CustodyResult
from bequest.model.team import Role, Service
from bequest.safeguards.custody import custody_known, neither_executed_nor_sentenced, not_in_custody
from bequest.safeguards.jurisdiction import Parameter
from donor_files import ALLOCATION, LAWFUL, hours, law_with, law_without, release, said

CHECK = LAWFUL.custody
DETENTION = [
    CustodyResult.PRISONER,
    CustodyResult.PRE_TRIAL_DETENTION,
    CustodyResult.IMMIGRATION_DETENTION,
    CustodyResult.ADMINISTRATIVE_DETENTION,
    CustodyResult.MILITARY_DETENTION,
    CustodyResult.SENTENCED_TO_DEATH,
    CustodyResult.EXECUTED,
]
GUARDED = [CustodyResult.POLICE_GUARD, CustodyResult.EMERGENCY_PSYCHIATRIC_HOLD, CustodyResult.RELEASED_BY_MAGISTRATE]
SIGNED = release("DON-11", Role.MAGISTRATE)


def checked(releases=(), **changes):
    return replace(LAWFUL, custody=replace(CHECK, **changes), releases=releases)


def test_a_clear_check_passes():
    assert not_in_custody(LAWFUL, ALLOCATION) == ()
    assert custody_known(LAWFUL, ALLOCATION) == ()
    assert neither_executed_nor_sentenced(LAWFUL, ALLOCATION) == ()


@pytest.mark.parametrize("result", DETENTION)
def test_detention_blocks_and_no_signature_lifts_it(result):
    file = checked((SIGNED, release("DON-11", Role.CORONER)), result=result, began_with_fatal_event=True)
    assert [verdict for verdict, _ in said(not_in_custody(file, ALLOCATION))] == ["blocked"]


@pytest.mark.parametrize("result", [CustodyResult.EXECUTED, CustodyResult.SENTENCED_TO_DEATH])
def test_execution_and_a_sentence_of_death_are_a_rule_of_their_own(result):
    assert said(neither_executed_nor_sentenced(checked(result=result), ALLOCATION)) == [
        ("blocked", "The person was executed or sentenced to death; nobody can override it. Report it.")
    ]


def test_without_a_check_only_the_other_rules_speak_of_execution():
    assert neither_executed_nor_sentenced(replace(LAWFUL, custody=None), ALLOCATION) == ()


def test_a_death_in_a_place_of_detention_blocks():
    assert said(not_in_custody(checked(died_in_detention=True), ALLOCATION)) == [
        ("blocked", "The person died in a place of detention.")
    ]


def test_a_place_of_death_that_is_not_known_holds():
    assert [verdict for verdict, _ in said(not_in_custody(checked(died_in_detention=None), ALLOCATION))] == ["held"]


@pytest.mark.parametrize("result", GUARDED)
def test_a_guard_from_the_fatal_event_is_held(result):
    (found,) = not_in_custody(checked(result=result, began_with_fatal_event=True), ALLOCATION)
    assert (found.verdict.value, found.who) == ("held", (Role.MAGISTRATE, Role.CORONER))


@pytest.mark.parametrize("role", [Role.MAGISTRATE, Role.CORONER])
@pytest.mark.parametrize("service", [Service.JUSTICE, Service.INDEPENDENT])
def test_a_magistrate_or_coroner_releases_it_and_that_is_counted(role, service):
    file = checked(
        (release("DON-11", role, service=service),), result=CustodyResult.POLICE_GUARD, began_with_fatal_event=True
    )
    assert said(not_in_custody(file, ALLOCATION)) == [
        ("flagged", "The custody check says 'police_guard'; a magistrate or coroner released the person.")
    ]


@pytest.mark.parametrize(
    "given",
    [
        release("DON-11", Role.MEDICAL_DIRECTOR),
        release("DON-11", Role.MAGISTRATE, service=Service.HEALTH),
        release("DON-11", Role.CORONER, service=Service.PRISON),
        release("DON-11", Role.MAGISTRATE, service=None),
        release("DON-15", Role.MAGISTRATE),
        replace(SIGNED, signed_at=hours(13)),
        replace(SIGNED, signed_at=hours(1)),
    ],
)
def test_nobody_else_releases_it_nor_beforehand_nor_later(given):
    file = checked((given,), result=CustodyResult.POLICE_GUARD, began_with_fatal_event=True)
    assert [verdict for verdict, _ in said(not_in_custody(file, ALLOCATION))] == ["held"]


@pytest.mark.parametrize("result", GUARDED)
def test_a_guard_from_before_the_fatal_event_is_detention(result):
    file = checked((SIGNED,), result=result, began_with_fatal_event=False)
    assert [verdict for verdict, _ in said(not_in_custody(file, ALLOCATION))] == ["blocked"]


def test_a_guard_of_which_nobody_knows_when_it_began_is_held_even_with_a_signature():
    file = checked((SIGNED,), result=CustodyResult.POLICE_GUARD)
    assert [verdict for verdict, _ in said(not_in_custody(file, ALLOCATION))] == ["held"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"result": CustodyResult.UNKNOWN}, "Whether the person was in custody is not known."),
        ({"checked_at": hours(30)}, "Whether the person was in custody is not known."),
        ({"checked_at": hours(-1)}, "was made before the referral"),
        ({"register": None}, "does not name its register"),
        ({"register_run_by": None}, "does not name its register"),
        ({"signer": None}, "does not name its register"),
        ({"lookback_months": None}, "does not look back as many months"),
        ({"lookback_months": 11}, "does not look back as many months"),
    ],
)
@pytest.mark.parametrize(("at", "verdict", "by"), [(12, "held", 24), (24, "blocked", None)])
def test_an_answer_that_is_missing_holds_and_blocks_when_its_time_has_passed(changes, words, at, verdict, by):
    (found,) = custody_known(checked(**changes), replace(ALLOCATION, at=hours(at)))
    assert (found.verdict.value, words in found.sentence) == (verdict, True)
    assert found.by == (None if by is None else hours(by))


def test_a_jurisdiction_may_ask_for_a_longer_look_back():
    (found,) = custody_known(LAWFUL, replace(ALLOCATION, law=law_with(custody_lookback_months=24)))
    assert found.verdict.value == "held"


@pytest.mark.parametrize("parameter", [Parameter.CUSTODY_LOOKBACK_MONTHS, Parameter.CUSTODY_ANSWER_HOURS])
def test_a_law_that_is_not_known_opens_nothing(parameter):
    (found,) = custody_known(checked(lookback_months=None), replace(ALLOCATION, law=law_without(parameter)))
    assert found.verdict.value == "held"


def test_a_missing_check_is_held_by_both_rules():
    file = replace(LAWFUL, custody=None)
    found = (*not_in_custody(file, ALLOCATION), *custody_known(file, ALLOCATION))
    assert [each.verdict.value for each in found] == ["held", "held"]

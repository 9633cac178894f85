"""No event names a recipient before there is a donor."""

from dataclasses import replace

import pytest

from bequest.model.donor_file import EventKind, RecipientEvent
from bequest.model.team import Role
from bequest.safeguards.booking import EventCheck, booked_after_referral, event_after_opening, names_recipient
from donor_files import ALLOCATION, ELSEWHERE, LAWFUL, PATHWAY, REGISTRATION, hours, release, said

NAMING = [
    EventKind.PHYSICAL_CROSSMATCH,
    EventKind.ADMISSION_FOR_TRANSPLANT,
    EventKind.THEATRE_SLOT,
    EventKind.CALL_IN,
]
OTHERS = [EventKind.STORED_SERUM, EventKind.VIRTUAL_CROSSMATCH, EventKind.OTHER_STAY, EventKind.TISSUE]


def event(kind=EventKind.THEATRE_SLOT, made=10, begins=20, recipient=REGISTRATION):
    at = [None if each is None else hours(each) for each in (made, begins)]
    return RecipientEvent(kind, recipient, *at)


@pytest.mark.parametrize("kind", NAMING)
def test_an_event_before_the_referral_is_held_and_critical(kind):
    (found,) = booked_after_referral(replace(LAWFUL, events=(event(kind, made=-1),)), ALLOCATION)
    assert (found.verdict.value, found.critical, found.who) == ("held", True, (Role.COMPETENT_AUTHORITY,))


def test_a_slot_that_begins_before_the_referral_counts_whenever_it_was_written_down():
    (found,) = booked_after_referral(replace(LAWFUL, events=(event(made=1, begins=-1),)), ALLOCATION)
    assert found.verdict.value == "held"


def test_the_authority_releases_it_and_it_stays_critical():
    file = replace(LAWFUL, events=(event(made=-1),), releases=(release("DON-15", Role.COMPETENT_AUTHORITY),))
    (found,) = booked_after_referral(file, ALLOCATION)
    assert (found.verdict.value, found.critical) == ("flagged", True)


@pytest.mark.parametrize(
    ("changes", "verdicts"),
    [
        ({}, []),
        ({"death": replace(LAWFUL.death, declared_at=hours(10))}, []),
        ({"consent": None}, ["held"]),
        ({"death": None}, ["held"]),
        ({"consent": replace(LAWFUL.consent, recorded_at=hours(11))}, ["held"]),
        ({"death": replace(LAWFUL.death, declared_at=hours(11))}, ["held"]),
        ({"pathway": PATHWAY, "death": replace(LAWFUL.death, declared_at=None)}, []),
    ],
)
def test_an_event_before_consent_and_death_or_pathway_is_held_and_critical(changes, verdicts):
    found = booked_after_referral(replace(LAWFUL, events=(event(),), **changes), ALLOCATION)
    assert [each.verdict.value for each in found if each.critical] == verdicts


@pytest.mark.parametrize("kind", OTHERS)
def test_other_kinds_of_event_are_free(kind):
    assert booked_after_referral(replace(LAWFUL, events=(event(kind, made=-1),)), ALLOCATION) == ()
    assert event_after_opening(EventCheck(event(kind, made=-1), None), ELSEWHERE) == ()


def test_an_event_after_the_referral_is_in_order_and_one_without_a_time_is_held():
    assert booked_after_referral(replace(LAWFUL, events=(event(begins=None),)), ALLOCATION) == ()
    assert [
        each[0] for each in said(booked_after_referral(replace(LAWFUL, events=(event(made=None),)), ALLOCATION))
    ] == ["held"]


def test_a_standby_slot_names_somebody_once_a_name_is_on_it():
    assert not names_recipient(event(EventKind.STANDBY_SLOT, recipient=None))
    assert names_recipient(event(EventKind.STANDBY_SLOT))


@pytest.mark.parametrize(
    ("made", "begins", "open_at", "verdicts"),
    [
        (9, 20, 9, []),
        (8, 20, 9, ["blocked"]),
        (10, 8, 9, ["blocked"]),
        (10, 20, None, ["blocked"]),
        (None, 20, 9, ["held"]),
    ],
)
def test_an_event_waits_for_allocation_to_open(made, begins, open_at, verdicts):
    check = EventCheck(event(made=made, begins=begins), None if open_at is None else hours(open_at))
    assert [verdict for verdict, _ in said(event_after_opening(check, ELSEWHERE))] == verdicts

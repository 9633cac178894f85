"""A candidate leaves a list at once and unasked, and waits on where they were when listed again."""

from datetime import date

import pytest

from bequest.model.errors import InputError
from bequest.registry import withdrawals
from bequest.registry.listings import Removal, remove_registration
from bequest.registry.models import Event, Relisting
from bequest.registry.rows import needed
from bequest.registry.secrecy import event_fields
from bequest.registry.versions import newest_version
from bequest.registry.withdrawals import ConsentToListingWithdrawn, ListedAgain, list_again, withdraw_from_list
from list_cases import NAME, now
from registry_offices import ask, heart_run, kinds

AGAIN = "R-900001"


def withdrawn(office):
    return withdraw_from_list(office, ask("candidate"), ConsentToListingWithdrawn(NAME))


def listed_again(office, **changed):
    given = {"earlier": NAME, "registration": AGAIN, "consented_on": office.clock.now.date(), **changed}
    return list_again(office, ask("lucia"), ListedAgain(**given))


def test_a_withdrawal_removes_at_once_and_no_run_sees_the_candidate(office):
    withdrawn(office)
    assert newest_version(office.using, NAME).facts is None
    assert kinds(office)[-1] == "listing.removed"
    _, run = heart_run(office)
    assert event_fields(office, needed(office.using, Event, "", id=run.event_id))["registrations"] == 11


def test_who_is_listed_again_waits_on_and_the_days_between_do_not_count(office):
    before = now(office)
    left = withdrawn(office)
    office.clock.advance(days=30)
    done = listed_again(office)
    facts = now(office, AGAIN)
    moved = date.fromisoformat(facts["listed_on"]) - date.fromisoformat(before["listed_on"])
    assert (moved.days, facts["consent_to_listing_on"]) == (30, before["consent_to_listing_on"])
    restored = (date(2026, 3, 1) - date.fromisoformat(before["listed_on"])).days
    row = needed(office.using, Relisting, "", event_id=done.event_id)
    assert (row.restored_days, row.consented_on) == (restored, "2026-03-31")
    fields = event_fields(office, needed(office.using, Event, "", id=done.event_id))
    assert (fields["earlier"], fields["restored_days"]) == (left.index, restored)


@pytest.mark.parametrize(
    ("rule", "value", "expected"),
    [("relisting_gap_counts", "yes", 0), ("relisting_within_days", "10", None)],
)
def test_what_is_given_back_is_what_the_data_say(office, monkeypatch, rule, value, expected):
    given = withdrawals.waiting_rule
    monkeypatch.setattr(
        withdrawals, "waiting_rule", lambda name, country: value if name == rule else given(name, country=country)
    )
    before = now(office)
    withdrawn(office)
    office.clock.advance(days=30)
    listed_again(office)
    facts = now(office, AGAIN)
    moved = (date.fromisoformat(facts["listed_on"]) - date.fromisoformat(before["listed_on"])).days
    anew = (date(2026, 3, 31) - date.fromisoformat(before["listed_on"])).days
    assert moved == (anew if expected is None else expected)


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (withdrawn, "has left its list"),
        (lambda office: [listed_again(office), listed_again(office, registration="R-900002")], "given back already"),
        (lambda office: listed_again(office, earlier="R-000002"), "not withdrawn"),
        (lambda office: listed_again(office, consented_on=date(2026, 2, 1)), "after the withdrawal"),
        (lambda office: listed_again(office, consented_on=date(2027, 2, 1)), "not in the future"),
        (lambda office: listed_again(office, changes={"listed_on": "2001-01-01"}), "leave it out"),
        (lambda office: listed_again(office, changes={"centre": "NOWHERE"}), "not in the table of places"),
    ],
    ids=["removed", "twice", "another", "before", "later", "start", "nowhere"],
)
def test_what_is_no_withdrawal_or_relisting_is_told(office, step, said):
    withdrawn(office)
    with pytest.raises(InputError, match=said):
        step(office)


def test_who_was_removed_by_others_is_not_listed_again_in_this_way(office):
    remove_registration(office, ask("lucia"), Removal(NAME, "too_ill"))
    with pytest.raises(InputError, match="not withdrawn by its candidate"):
        listed_again(office)


def test_a_consent_of_the_same_day_is_enough(office):
    withdrawn(office)
    office.clock.advance(hours=1)
    listed_again(office, changes={"weight_kg": "70.5"})
    assert now(office, AGAIN)["weight_kg"] == "70.5"

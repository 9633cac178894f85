"""What was wrong is put right by a dated correction: the waiting comes back, and what was recorded before stays."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bequest.model.errors import InputError
from bequest.registry.appeals import AppealDecision, Contested, appeals_open, decide_appeal, open_appeal
from bequest.registry.exceptions import ExceptionDecision, decide_exception
from bequest.registry.listings import (
    Change,
    Listing,
    Removal,
    Suspension,
    change_registration,
    list_candidate,
    remove_registration,
    suspend_registration,
)
from bequest.registry.match_runs import ranked_anew
from bequest.registry.models import Event, MatchRun, Version
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.secrecy import event_fields
from bequest.registry.versions import newest_version
from bequest.registry.withdrawals import ConsentToListingWithdrawn, withdraw_from_list
from list_cases import NAME, OUTSIDE, OWN, Case, appointed, asked, now, reviewers
from registry_offices import ask, heart_run, kinds, people


def contested(office, leaf, ground="delisting", by="candidate"):
    """Contest a leaf of the registration."""
    entered = open_appeal(office, ask("candidate"), Contested(NAME, leaf, by, ground))
    return Case(office, entered.event_id, entered.index)


def decided(office, case, actor="reviewer-0", reason="rule_was_broken", **more):
    """Decide an appeal."""
    return decide_appeal(office, ask(actor), AppealDecision(case.event_id, reason, **more))


def won(office, leaf, ground="delisting", **more):
    """Contest a leaf and win."""
    people_outside = reviewers(office)
    return decided(office, contested(office, leaf, ground).reviewed(*people_outside[:2]), **more)


def listing(office):
    """Return the leaf of the registration's listing."""
    return leaf_of(office.using, newest_version(office.using, NAME).event_id)


def test_a_wrong_delisting_is_undone_and_the_original_waiting_start_stands_again(office):
    before = now(office)
    removed = remove_registration(office, ask("lucia"), Removal(NAME, "too_ill"))
    office.clock.advance(days=20)
    done = won(office, removed.index)
    assert now(office) == {**before, "status": "active"}
    fields = event_fields(office, needed(office.using, Event, "", id=done.event_id))
    assert (fields["restored_days"], fields["previous"], fields["decision"]) == (20, removed.index, "granted")
    assert [version.kind for version in every(office.using, Version, registration_id=NAME)].count(
        "listing.removed"
    ) == 1


def test_a_wrong_suspension_is_lifted(office):
    suspended = suspend_registration(office, ask("lucia"), Suspension(NAME, "data_missing"))
    won(office, suspended.index, "suspension")
    assert now(office)["status"] == "active"


def test_a_late_listing_is_put_right_with_the_days_that_were_lost(office):
    begin = date.fromisoformat(now(office)["listed_on"]) - timedelta(days=100)
    correction = {"listed_on": begin.isoformat(), "consent_to_listing_on": begin.isoformat()}
    done = won(office, listing(office), "fact", correction=correction)
    assert now(office)["listed_on"] == begin.isoformat()
    assert event_fields(office, needed(office.using, Event, "", id=done.event_id))["restored_days"] == 100


def test_a_refused_exception_is_granted_after_all_by_others_than_who_refused_it(office):
    people_outside = reviewers(office)
    case = asked(office).reviewed(*people_outside[:2], verdict="refused")
    refusal = decide_exception(office, ask("reviewer-0"), ExceptionDecision(case.event_id, "criteria_not_met"))
    appeal = contested(office, refusal.index, "refusal")
    with pytest.raises(GateRefusedError, match="decided before"):
        appeal.reviewed("reviewer-0")
    others = sorted({place["centre"] for place in people().places} - {OWN, *OUTSIDE})[:2]
    for number, centre in enumerate(others):
        appointed(office, f"other-{number}", centre)
    appeal.reviewed("other-0", "other-1")
    until = office.clock.now + timedelta(hours=24)
    decided(office, appeal, "other-0", "criteria_met", expires_at=until)
    assert (now(office)["urgency_granted"], now(office)["urgency_own"]) == ("1", "9")


def test_a_refused_appeal_changes_nothing(office):
    before, people_outside = now(office), reviewers(office)
    appeal = contested(office, listing(office), "fact")
    assert appeals_open(office.using, NAME) == (appeal.event_id,)
    appeal.reviewed(*people_outside[:2], verdict="refused")
    decided(office, appeal, reason="fact_was_right")
    assert now(office) == before
    assert appeals_open(office.using, NAME) == ()
    assert kinds(office)[-1] == "appeal.decided"


def test_a_run_replays_to_the_same_digests_before_and_after_a_correction(office):
    _, run = heart_run(office)
    row = needed(office.using, MatchRun, "", event_id=run.event_id)
    before = ranked_anew(office, row)
    begin = date.fromisoformat(now(office)["listed_on"]) - timedelta(days=400)
    correction = {"listed_on": begin.isoformat(), "consent_to_listing_on": begin.isoformat()}
    won(office, listing(office), "fact", correction=correction)
    after = ranked_anew(replace(office, evaluator="numba"), row)
    assert after.ranking.results_digest == before.ranking.results_digest
    assert after.rows.root() == before.rows.root()


@pytest.mark.parametrize(
    ("correction", "error", "said"),
    [
        ({"registration": "R-2"}, InputError, "not corrected by an appeal"),
        ({"status": "suspended"}, InputError, "not corrected by an appeal"),
        ({"urgency_granted": "1"}, GateRefusedError, "with its evidence"),
        ({"hla": "A1"}, GateRefusedError, "enter results twice"),
        ({"height_cm": "9999.0"}, InputError, "height_cm"),
        ({"listed_on": "1990-01-01"}, InputError, "without consent"),
        ({}, InputError, "give the correction"),
    ],
    ids=str,
)
def test_what_an_appeal_does_not_write_is_told(office, correction, error, said):
    before, people_outside = now(office), reviewers(office)
    appeal = contested(office, listing(office), "fact").reviewed(*people_outside[:2])
    with pytest.raises(error, match=said):
        decided(office, appeal, correction=correction)
    assert now(office) == before


def test_nobody_of_the_centre_that_decided_reviews_the_appeal(office):
    appointed(office, "insider", OWN)
    removed = remove_registration(office, ask("lucia"), Removal(NAME, "too_ill"))
    appeal = contested(office, removed.index)
    with pytest.raises(GateRefusedError, match=f"to centre {OWN}"):
        appeal.reviewed("insider")
    assert kinds(office)[-1] == "gate.refused"


def test_one_reviewer_is_not_enough(office):
    people_outside = reviewers(office)
    removed = remove_registration(office, ask("lucia"), Removal(NAME, "too_ill"))
    with pytest.raises(GateRefusedError, match="1 more must"):
        decided(office, contested(office, removed.index).reviewed(people_outside[0]))


def test_who_was_listed_anew_meanwhile_is_not_put_back_beside_it(office):
    facts = now(office)
    removed = remove_registration(office, ask("lucia"), Removal(NAME, "too_ill"))
    list_candidate(office, ask("lucia"), Listing({**facts, "registration": "R-900001"}))
    with pytest.raises(InputError, match="already, as R-900001"):
        won(office, removed.index)


def test_nobody_is_put_back_on_a_list_against_their_own_wish(office):
    suspended = suspend_registration(office, ask("lucia"), Suspension(NAME, "medical"))
    left = withdraw_from_list(office, ask("candidate"), ConsentToListingWithdrawn(NAME))
    with pytest.raises(InputError, match="at their own wish"):
        won(office, left.index)
    people_outside = "reviewer-0", "reviewer-1"
    with pytest.raises(InputError, match="has left its list since"):
        decided(office, contested(office, suspended.index, "suspension").reviewed(*people_outside))
    assert newest_version(office.using, NAME).facts is None


def test_an_appeal_against_an_earlier_suspension_does_not_lift_a_later_one(office):
    first = suspend_registration(office, ask("lucia"), Suspension(NAME, "medical"))
    change_registration(office, ask("lucia"), Change(NAME, {"status": "active"}))
    suspend_registration(office, ask("lucia"), Suspension(NAME, "candidate_wish"))
    with pytest.raises(InputError, match="give the correction"):
        won(office, first.index, "suspension")
    assert now(office)["status"] == "suspended"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda office: contested(office, 0), "no step of registration"),
        (lambda office: contested(office, 99_999), "no step of registration"),
        (lambda office: [contested(office, listing(office)), contested(office, listing(office))], "waits"),
        (lambda office: decided(office, asked(office).reviewed(*reviewers(office)[:2])), "of the other kind"),
        (
            lambda office: won(office, listing(office), "fact", expires_at=office.clock.now + timedelta(hours=9)),
            "Only an exception",
        ),
    ],
    ids=["another leaf", "no leaf", "twice", "an exception", "an end"],
)
def test_what_is_no_appeal_is_told(office, step, said):
    with pytest.raises(InputError, match=said):
        step(office)

"""An exception is granted from outside, holds until its end, and falls by itself to the registration's own level."""

from datetime import timedelta

import pytest

from bequest.ledger.facts import facts_digest
from bequest.model.errors import InputError
from bequest.registry.dated import datum_named, standing
from bequest.registry.exceptions import ExceptionDecision, decide_exception, evidence_of
from bequest.registry.listings import Listing, list_candidate
from bequest.registry.models import Event, ExceptionRequest, MatchRun
from bequest.registry.recertification import Measured, recertify
from bequest.registry.refusal import GateRefusedError
from bequest.registry.reviews import Appointed, Verdict, appoint_reviewers, review_case, reviewers_still_needed
from bequest.registry.rows import every, needed
from bequest.registry.run_orders import places_of
from bequest.registry.secrecy import event_fields
from bequest.registry.withdrawals import ConsentToListingWithdrawn, withdraw_from_list
from list_cases import NAME, OUTSIDE, OWN, appointed, asked, granted, now, reviewers
from registry_offices import ask, heart_run, kinds, people


def decide(office, case, actor="reviewer-0", reason="criteria_met", **span):
    until = office.clock.now + timedelta(**span) if span else None
    return decide_exception(office, ask(actor), ExceptionDecision(case.event_id, reason, until))


def ranked(office, donation):
    """Return who is ranked in a run of now, the first first."""
    return [place.registration for place in places_of(office.using, donation.run().event_id)]


def test_a_granted_exception_holds_from_its_leaf_until_its_end_and_keeps_the_level_of_before(office):
    decided = granted(office, reviewers(office), hours=48)
    facts = now(office)
    assert (facts["urgency_granted"], facts["urgency_own"]) == ("1", "9")
    assert facts["urgency_since_on"] == "2026-03-01"
    fields = event_fields(office, needed(office.using, Event, "", id=decided.event_id))
    assert fields["facts"] == facts_digest(facts)
    assert fields["expires_at"][:19] == facts["urgency_valid_until"][:19]
    assert kinds(office)[-4:] == ["exception.requested", "review.given", "review.given", "exception.decided"]


def test_the_run_before_the_end_sees_the_exception_and_the_run_after_it_does_not(office):
    people_outside, (donation, _) = reviewers(office), heart_run(office)
    before = ranked(office, donation)
    granted(office, people_outside, hours=1, name=before[-1])
    assert ranked(office, donation) == [before[-1], *before[:-1]]
    office.clock.advance(hours=1)
    assert ranked(office, donation) == before


def test_the_evidence_is_sealed_and_opens_for_its_reviewers(office):
    case = asked(office, evidence="a catheter study")
    row = needed(office.using, ExceptionRequest, "", case_id=case.event_id)
    assert b"catheter" not in bytes(row.evidence)
    assert evidence_of(office, case.event_id) == "a catheter study"
    leaf = event_fields(office, needed(office.using, Event, "", id=case.event_id))
    assert leaf["evidence"] == row.evidence_digest


def test_a_refused_exception_changes_nothing(office):
    people_outside, before = reviewers(office), now(office)
    case = asked(office).reviewed(*people_outside[:2], verdict="refused")
    decide(office, case, reason="criteria_not_met")
    assert now(office) == before
    assert kinds(office)[-1] == "exception.decided"


def test_two_who_agree_decide_when_a_third_does_not(office):
    first, second, third = reviewers(office)
    case = asked(office).reviewed(first).reviewed(second, verdict="refused")
    assert reviewers_still_needed(office.using, case.event_id, wanted=2) == 1
    with pytest.raises(GateRefusedError, match="1 more must"):
        decide(office, case, hours=48)
    decide(office, case.reviewed(third), hours=48)
    assert now(office)["urgency_granted"] == "1"


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda _, case: case.reviewed("nobody"), "not appointed"),
        (lambda _, case: case.reviewed("insider"), f"belonged, to centre {OWN}"),
        (lambda _, case: case.reviewed("reviewer-0").reviewed("reviewer-0"), "counts once"),
        (lambda office, case: decide(office, case.reviewed("reviewer-0"), hours=1), "1 more must"),
        (
            lambda office, case: decide(office, case.reviewed("reviewer-0", "reviewer-1"), "lucia", hours=1),
            "nobody else",
        ),
        (lambda office, case: decide(office, case.reviewed("reviewer-0", "reviewer-1"), days=15), "within 14 days"),
        (lambda office, case: decide(office, case.reviewed("reviewer-0", "reviewer-1"), hours=-1), "within 14 days?"),
        (lambda office, _: asked(office, NAME, evidence=" ", level="2"), "comes with its evidence"),
        (
            lambda office, _: appoint_reviewers(
                office, ask("chair"), Appointed(OUTSIDE[0], ("chair",), office.clock.now + timedelta(days=9))
            ),
            "themselves",
        ),
    ],
)
def test_what_is_forbidden_is_refused_and_is_a_leaf(office, step, said):
    reviewers(office)
    appointed(office, "insider", OWN)
    case = asked(office)
    with pytest.raises(GateRefusedError, match=said):
        step(office, case)
    assert kinds(office)[-1] == "gate.refused"
    assert now(office).get("urgency_own") is None


def test_who_belonged_to_another_centre_of_the_candidate_or_to_one_since_is_refused(office):
    first, *_ = reviewers(office)
    case = asked(office)
    given = people().registrations[0]
    list_candidate(office, ask("lucia"), Listing({**given, "registration": "R-900001", "centre": OUTSIDE[0]}))
    with pytest.raises(GateRefusedError, match=f"to centre {OUTSIDE[0]}"):
        case.reviewed(first)


def test_an_appointment_that_has_ended_opens_nothing(office):
    appoint_reviewers(
        office, ask("chair"), Appointed(OUTSIDE[0], ("short",), office.clock.now + timedelta(hours=1))
    )  # fmt: skip
    case = asked(office)
    office.clock.advance(hours=2)
    with pytest.raises(GateRefusedError, match="not appointed as a reviewer now"):
        case.reviewed("short")


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (lambda office, _: asked(office), "waits for its reviewers"),
        (lambda office, _: asked(office, "R-000002", level="9"), "would not raise"),
        (lambda office, _: asked(office, "R-000002", level="12"), "urgency_granted"),
        (lambda office, case: decide(office, case.reviewed("reviewer-0", "reviewer-1")), "has an end"),
        (lambda office, _: asked(office, "R-000002", renews="none"), "no such decision"),
    ],
)
def test_what_is_no_request_or_decision_is_told(office, step, said):
    reviewers(office)
    case = asked(office)
    with pytest.raises(InputError, match=said):
        step(office, case)


def test_a_decided_case_is_neither_reviewed_nor_decided_again(office):
    people_outside = reviewers(office)
    case = asked(office).reviewed(*people_outside[:2])
    decide(office, case, hours=2)
    with pytest.raises(InputError, match="This case is decided"):
        decide(office, case, hours=2)
    with pytest.raises(InputError, match="This case is decided"):
        review_case(office, ask(people_outside[2]), Verdict(case.event_id, "granted", "criteria_met"))


def test_a_renewal_needs_new_evidence_and_goes_on_without_a_gap(office):
    people_outside = reviewers(office)
    first = granted(office, people_outside, hours=48)
    with pytest.raises(GateRefusedError, match="new evidence"):
        asked(office, renews=first.event_id)
    office.clock.advance(hours=24)
    granted(office, people_outside, hours=48, renews=first.event_id, evidence="catheter of the second day")
    facts = now(office)
    assert (facts["urgency_since_on"], facts["urgency_confirmed_on"]) == ("2026-03-01", "2026-03-02")
    assert (facts["urgency_own"], facts["urgency_valid_until"][:10]) == ("9", "2026-03-04")


def test_the_own_level_is_recertified_behind_an_exception_and_holds_after_it(office):
    recertify(office, ask("lucia"), Measured(NAME, "urgency", "2", office.clock.now, "inotropes"))
    granted(office, reviewers(office), hours=48)
    assert now(office)["urgency_own"] == "2"
    office.clock.advance(hours=24)
    recertify(office, ask("lucia"), Measured(NAME, "urgency", "2", office.clock.now, "inotropes still"))
    facts = now(office)
    assert (facts["urgency_granted"], facts["urgency_own"], facts["urgency_own_valid_until"][:10]) == (
        "1", "2", "2026-03-16",
    )  # fmt: skip
    office.clock.advance(hours=48)
    recertify(office, ask("lucia"), Measured(NAME, "urgency", "2", office.clock.now, "inotropes again"))
    facts = now(office)
    assert (facts["urgency_granted"], facts["urgency_since_on"], "urgency_own" in facts) == ("2", "2026-03-01", False)


def test_a_registration_that_has_become_more_urgent_than_its_exception_holds_its_own_level(office):
    granted(office, reviewers(office), level="3", hours=48)
    recertify(office, ask("lucia"), Measured(NAME, "urgency", "1", office.clock.now, "assist device failed"))
    facts = now(office)
    assert (facts["urgency_granted"], facts["urgency_own"]) == ("3", "1")
    assert standing(facts, datum_named("urgency", "heart"), office.clock.now).level == "1"
    with pytest.raises(InputError, match="would not raise"):
        asked(office, level="2")


def test_an_exception_is_not_granted_to_who_has_withdrawn_meanwhile(office):
    people_outside = reviewers(office)
    case = asked(office).reviewed(*people_outside[:2])
    withdraw_from_list(office, ask("candidate"), ConsentToListingWithdrawn(NAME))
    with pytest.raises(InputError, match="has left its list"):
        decide(office, case, hours=48)


def test_no_run_and_no_leaf_of_before_is_another_after_an_exception(office):
    heart_run(office)
    before = [row.wrapped_key for row in every(office.using, MatchRun)]
    leaves = kinds(office)
    granted(office, reviewers(office))
    assert [row.wrapped_key for row in every(office.using, MatchRun)] == before
    assert kinds(office)[: len(leaves)] == leaves

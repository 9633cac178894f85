"""How a referral and a donor's file end, what is reported afterwards, and how a person is erased."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError

from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.donors import Reported, report_donor
from bequest.registry.erasures import CandidateErased, DonorErased, erase_candidate, erase_donor
from bequest.registry.incidents import IncidentReported, report_incident, report_of
from bequest.registry.listings import Removal, remove_registration
from bequest.registry.lists import Lists
from bequest.registry.models import (
    Candidate,
    Closing,
    DonorCase,
    Event,
    Incident,
    Referral,
    Registration,
    StrippedReferral,
    Subject,
    Version,
)
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, found, needed
from bequest.registry.run_orders import place_of
from bequest.registry.secrecy import event_fields, identity_of
from bequest.registry.stand_downs import StoodDown, stand_down
from bequest.registry.strippings import ReferralStripped, referrals_to_strip, strip_referral
from registry_offices import Donation, ask, heart_run, kinds, offer, willing


def strip(office, donation, reason="no_consent"):
    return strip_referral(office, ask(), ReferralStripped(donation.donation, reason))


def test_a_referral_that_became_no_donor_is_stripped_to_a_count_with_its_reason(office):
    donation = Donation.reported(office)
    with pytest.raises(InputError, match="is not over"):
        strip(office, donation)
    assert referrals_to_strip(office, office.clock.now) == []
    office.clock.advance(hours=73)
    assert referrals_to_strip(office, office.clock.now) == [donation.donation]
    strip(office, donation)
    assert kinds(office)[-1] == "donor.closed"
    assert every(office.using, Referral) == []
    left = needed(office.using, StrippedReferral, "", case_id=donation.donation)
    assert (left.number, left.reason, left.referred_on) == (1, "no_consent", "2026-03-01")
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    assert identity_of(office, case.subject_id) is None
    assert referrals_to_strip(office, office.clock.now) == []
    with pytest.raises(GateRefusedError, match="sealed"):
        donation.checked()


def test_a_stripped_referral_keeps_its_number_and_the_next_one_follows_it(office):
    donation = Donation.reported(office)
    office.clock.advance(hours=73)
    strip(office, donation)
    reported = Reported(
        donor="D-NEXT", hospital=donation.facts["hospital"], referred_at=office.clock.now, referrer="ward 3",
        identity=None, ventilated=True, cause_class="trauma", stage="possible",
    )  # fmt: skip
    report_donor(office, ask(), reported)
    assert every(office.using, Referral)[0].number == 2


def test_a_donor_is_not_stripped_and_a_referral_is_not_closed(office):
    donation, _ = heart_run(office)
    office.clock.advance(hours=80)
    assert referrals_to_strip(office, office.clock.now) == []
    with pytest.raises(InputError, match="file of a donor"):
        strip(office, donation)
    other = Donation.reported(office, 1)
    with pytest.raises(InputError, match="became no donor"):
        close_donor(office, ask(), DonorClosed(other.donation, "no_consent"))


def test_the_file_of_a_donor_is_closed_once_no_offer_is_out_and_with_a_reason_that_fits(office):
    donation, run = heart_run(office)
    made = offer(office, run)

    def close(reason):
        return close_donor(office, ask(), DonorClosed(donation.donation, reason))

    with pytest.raises(InputError, match="waits for its answer"):
        close("no_recipient")
    decline_offer(office, ask("tomas"), Ending(made.event_id, "size_mismatch"))
    with pytest.raises(InputError, match="does not fit: no organ was transplanted"):
        close("transplanted")
    with pytest.raises(InputError, match="give one of"):
        close("because")
    close("no_recipient")
    assert needed(office.using, Closing, "", case_id=donation.donation).organs_transplanted == 0
    with pytest.raises(GateRefusedError, match="sealed"):
        close("no_recipient")


def report(office, donation=None, **more):
    told = IncidentReported(office.clock.now - timedelta(days=400), "minor", "team_member", "words", donation, **more)
    return report_incident(office, ask("a nurse"), told)


def test_a_report_is_taken_of_a_sealed_file_too_however_late(office):
    willing(office)
    donation = Donation.reported(office).steps("dead")
    donation.on_pathway()
    stand_down(office, ask(), StoodDown(donation.donation, "medical"))
    entered = report(office, donation.donation, rule="DON-07", about=3)
    row = needed(office.using, Incident, "", event_id=entered.event_id)
    assert (row.severity, row.case_id) == ("critical", donation.donation)
    assert row.happened_at < "2025-03" < row.entered_at
    assert report_of(office, entered.event_id) == "words"
    fields = event_fields(office, needed(office.using, Event, "", id=entered.event_id))
    assert (fields["rule"], fields["occurred_at"], fields["reporter"]) == ("DON-07", row.happened_at, "team_member")
    assert "words" not in str(fields)
    assert b"words" not in bytes(row.report)


def test_a_report_needs_no_donation_and_is_never_removed(office):
    entered = report(office)
    row = needed(office.using, Incident, "", event_id=entered.event_id)
    assert (row.severity, row.case_id) == ("minor", None)
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        Incident.objects.using(office.using).filter(event_id=entered.event_id).delete()
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        Incident.objects.using(office.using).update(severity="minor")


@pytest.mark.parametrize(
    ("changed", "said"),
    [({"rule": "ABC-99"}, "is no rule"), ({"about": -1}, "no leaf -1"), ({"about": 9999}, "no leaf 9999")],
)
def test_a_report_that_names_what_there_is_not_is_told(office, changed, said):
    with pytest.raises(InputError, match=said):
        report(office, **changed)


def test_a_candidate_who_left_every_list_is_erased_and_the_log_stays(office):
    registration = every(office.using, Registration, "id")[0]
    candidate = needed(office.using, Candidate, "", id=registration.candidate_id)

    def erase(basis="subject_request"):
        return erase_candidate(office, ask(), CandidateErased(candidate.id, basis))

    with pytest.raises(InputError, match="is on a list"):
        erase()
    remove_registration(office, ask("lucia"), Removal(registration.id, "candidate_wish"))
    with pytest.raises(InputError, match="give one of"):
        erase("no reason")
    leaves = kinds(office)
    erase()
    assert kinds(office) == [*leaves, "subject.erased"]
    assert {version.facts for version in every(office.using, Version, registration_id=registration.id)} == {None}
    subject = needed(office.using, Subject, "", id=candidate.subject_id)
    assert (subject.wrapped_key, subject.identity) == (None, None)
    with pytest.raises(InputError, match="was destroyed"):
        identity_of(office, candidate.subject_id)
    event = found(office.using, Event, kind="listing.removed")
    with pytest.raises(InputError, match="was destroyed"):
        event_fields(office, event)
    with pytest.raises(InputError, match="erased already"):
        erase()
    Donation.reported(office).steps().open()


def test_the_key_of_an_erased_person_leaves_the_memory_of_every_process(office):
    heart_run(office)
    other = replace(office, lists=Lists())
    heart = Organ.HEART
    registration = every(office.using, Registration, "id")[0]
    donation = Donation.reported(other, 2).steps()
    donation.open()
    donation.run()
    name, kept = registration.id, [each.lists._keys[heart] for each in (office, other)]  # noqa: SLF001  what is in memory
    assert all(name in each.keys for each in kept)
    remove_registration(office, ask("lucia"), Removal(name, "candidate_wish"))
    erase_candidate(office, ask(), CandidateErased(registration.candidate_id, "subject_request"))
    assert name not in office.lists._keys[heart].keys  # noqa: SLF001  the same
    # The other process has heard of nothing yet; it looks every half minute.
    assert name in other.lists._keys[heart].keys  # noqa: SLF001  the same
    other.lists.let_go(other.using)
    assert name not in other.lists._keys[heart].keys  # noqa: SLF001  the same
    listed = other.lists.as_of(other.using, heart, other.clock.now)
    assert name not in listed.place
    assert name not in listed.pool.texts["registration"]


def test_who_received_an_organ_and_who_gave_it_are_kept_for_thirty_years(office):
    donation, run = heart_run(office)
    made = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    person = every(office.using, Registration, "id", id=needed_rank(office, run).registration)[0]
    remove_registration(office, ask("lucia"), Removal(person.id, "transplanted"))
    for attempt in (
        lambda: erase_donor(office, ask(), DonorErased(donation.donation, "subject_request")),
        lambda: erase_candidate(office, ask(), CandidateErased(person.candidate_id, "subject_request")),
    ):
        with pytest.raises(GateRefusedError, match="kept until 2056") as refused:
            attempt()
        assert (refused.value.rule, refused.value.step) == ("TRC-02", "erasure")
    office.clock.advance(days=30 * 366)
    erase_donor(office, ask(), DonorErased(donation.donation, "retention_ended"))
    erase_candidate(office, ask(), CandidateErased(person.candidate_id, "retention_ended"))
    assert kinds(office)[-2:] == ["subject.erased", "subject.erased"]


def needed_rank(office, run):
    """Return the first place of a run."""
    return place_of(office.using, run.event_id, 1)


def test_a_file_is_not_closed_while_an_accepted_organ_has_reached_nobody(office):
    donation, run = heart_run(office)
    made = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    with pytest.raises(GateRefusedError, match="followed both ways") as refused:
        close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    assert (refused.value.rule, refused.value.step) == ("TRC-01", "closing")
    assert kinds(office)[-1] == "gate.refused"

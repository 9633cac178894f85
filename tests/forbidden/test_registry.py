"""What must be impossible is refused by the database itself, whoever writes the SQL."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction

from bequest.ledger.checkpoint import Checkpoint
from bequest.ledger.note import sign
from bequest.ledger.sealed_report import BLOCK_BYTES, joined
from bequest.ledger.store_schema import Dialect
from bequest.model.death import PauseReason
from bequest.model.enums import Organ
from bequest.policy import library
from bequest.registry.donor_filters import DonorFilterAsked, DonorFilterNamed, lift_donor_filter, set_donor_filter
from bequest.registry.downtimes import Degraded, Restored, begin_downtime, end_downtime
from bequest.registry.exchanges import (
    ExchangeEnacted,
    ExchangeEnded,
    ExchangeProposal,
    Organisation,
    enact_exchange,
    end_exchange,
    propose_exchange,
)
from bequest.registry.exports import Exported, export_organ
from bequest.registry.log_keys import LogRecovered, recover_log
from bequest.registry.models import Acceptance, Consent, DonorCase, Offer, Policy
from bequest.registry.offers import (
    Accepting,
    Ending,
    Noting,
    Promoting,
    accept_offer,
    decline_offer,
    next_rank,
    promote_offer,
    tell_offer,
)
from bequest.registry.overrides import Departure, DepartureDecided, decide_override, request_override
from bequest.registry.pauses import Paused, pause_recovery
from bequest.registry.policies import Proposal, propose_policy
from bequest.registry.programmes import (
    FilterAsked,
    ProgrammeAsked,
    lift_filter,
    pause_programme,
    resume_programme,
    set_filter,
)
from bequest.registry.read_days import ReadsCounted, close_reads
from bequest.registry.recovery_stops import RecoveryStopped, stop_recovery
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, leaf_of, needed
from bequest.registry.run_orders import place_of, places_of
from bequest.registry.schema.reviews import REVIEWS
from bequest.registry.schema.tables import TABLES
from bequest.registry.schema.triggers import KEPT, trigger_statements
from bequest.registry.sealed_reports import ReportLeft, leave_report
from bequest.registry.shown_rows import keep_shown_rows
from bequest.registry.transplants import (
    Crossmatched,
    OutcomeKnown,
    Transplanted,
    record_crossmatch,
    record_outcome,
    record_transplant,
)
from ledger_keys import ORIGIN, log_signer
from registry_attempts import UndoneError, attempt, insert, inserted, insertion, leaves, row
from registry_offices import BEGIN, Donation, ask, heart_run, offer, opened_office, people


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    """Give a registry in which every table has a row; what the tests attempt is undone."""
    with opened_office(request.param) as office:
        _, run = heart_run(office)
        accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
        an_export(office)
        a_long_night(office)
        second = Donation.reported(office, 1).steps()
        second.open()
        offer(office, second.run())
        third = Donation.reported(office, 2)
        with pytest.raises(GateRefusedError):
            third.open()
        third.papers()
        leave_report(office, ReportLeft(joined(bytes(32), bytes(32 + 16 + BLOCK_BYTES)), bytes(32)))
        filtered = DonorFilterAsked(people().registrations[0]["centre"], Organ.HEART, "old", "donor.age_years > 80")
        set_donor_filter(office, ask("lucia"), filtered)
        lift_donor_filter(office, ask("lucia"), DonorFilterNamed(filtered.centre, filtered.organ, filtered.name))
        propose_policy(office, ask("priya"), Proposal(library.versions("core/kidney")[-1].written))
        an_end(office)
        with transaction.atomic(using=office.using):
            keep_shown_rows(office, [run.event_id])
        yield office


def an_end(office):
    """Stop a donation at a pause, commit to a day of reads, and go on from a log that was lost."""
    stopped = Donation.reported(office, 3, "D-STOPPED").steps()
    stopped.open()
    paused = pause_recovery(office, ask("a nurse"), Paused(stopped.donation, PauseReason.SIGN_OF_LIFE))
    stop_recovery(office, ask(), RecoveryStopped(paused.event_id, "sign_of_life"))
    yesterday = office.clock.now.date() - timedelta(days=1)
    close_reads(office, ask(), ReadsCounted(yesterday, 0, "00" * 32))
    lost = Checkpoint(ORIGIN, 1, bytes(32))
    note = sign(lost.text(), [log_signer()]).to_bytes().decode()
    recover_log(office, ask(), LogRecovered(note, log_signer().key.vkey(), 0, ()))


def an_export(office):
    """Let a heart leave the country that nobody at home takes."""
    abroad = Organisation("transplant.example", "competent_authority")
    proposal = ExchangeProposal("YY", "ab" * 32, BEGIN, (abroad,), traceable_both_ways=True, equivalent_standard=True)
    for document in ("ab" * 32, "cd" * 32):
        propose_exchange(office, ask("priya"), replace(proposal, document=document))
        enact_exchange(office, ask("committee"), ExchangeEnacted(document, office.clock.now.date()))
    donation = Donation.reported(office, 2, "D-ABROAD").steps()
    donation.open()
    run = donation.run()
    while (rank := next_rank(office, run.event_id)) is not None:
        decline_offer(office, ask("tomas"), Ending(offer(office, run, rank).event_id, "candidate_unwell"))
    export_organ(office, ask(), Exported(donation.donation, Organ.HEART, "ab" * 32, abroad.name))
    end_exchange(office, ask("priya"), ExchangeEnded("cd" * 32))


def a_long_night(office):
    """Take one donation through everything that leaves a row: filter, pause, backup, return, promotion, departure."""
    donation = Donation.reported(office, 4).steps()
    donation.open()
    run = donation.run(backups=1)
    places = places_of(office.using, run.event_id)
    filtered = FilterAsked(places[0].registration, "donor-age")
    set_filter(office, ask("lucia"), filtered)
    first = offer(office, run, 2)
    tell_offer(office, ask(), Noting(first.event_id))
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    lift_filter(office, ask("lucia"), filtered)
    backup = offer(office, run, 1)
    accept_offer(office, ask("tomas"), Accepting(backup.event_id))
    decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    promote_offer(office, ask(), Promoting(backup.event_id))
    record_crossmatch(office, ask("tomas"), Crossmatched(backup.event_id, "negative"))
    given = Transplanted(backup.event_id, office.clock.now, "olga")
    done = record_transplant(office, ask("tomas"), given)
    record_outcome(office, ask("tomas"), OutcomeKnown(done.event_id, 3, "alive_graft_works"))
    programme = ProgrammeAsked(places[2].centre, Organ.HEART)
    pause_programme(office, ask("lucia"), programme)
    resume_programme(office, ask("lucia"), programme)
    asked = request_override(office, ask("nadia"), Departure(run.event_id, 3, "medical_emergency", "Why."))
    decide_override(office, ask("tomas"), DepartureDecided(asked.event_id, approved=True))
    down = begin_downtime(office, ask("aiko"), Degraded("interface", office.clock.now - timedelta(minutes=5)))
    end_downtime(office, ask("aiko"), Restored(down.event_id, office.clock.now))


def newest_offer(office):
    """Return the columns of an offer that could be made: that of the second donor, under another event."""
    known = max(every(office.using, Offer), key=lambda each: each.offered_at)
    return {**row(office, "registry_offer", event_id=known.event_id), "event_id": "new", "place_in_case": 99}


def place_columns(office, run, rank):
    """Return the columns that an offer shares with its place."""
    place = place_of(office.using, run, rank)
    return {"rank": place.rank, "row": place.row, "registration_id": place.registration}


def test_the_attempts_are_refused_for_what_is_changed_in_them_and_nothing_else(office):
    with pytest.raises(UndoneError):
        insert(office, "registry_offer", newest_offer(office))


@pytest.mark.parametrize("gate", ["consent", "custody", "death", "run"])
@pytest.mark.parametrize("wrong", ["no leaf at all", "a leaf of another kind", "the kind of another leaf"])
def test_no_offer_without_the_leaves_of_consent_custody_check_death_and_run(office, gate, wrong):
    values = newest_offer(office)
    if wrong == "no leaf at all":
        values[f"{gate}_idx"] = 9999
    else:
        values[f"{gate}_idx"] = leaves(office, "listing.created")[0]
    if wrong == "the kind of another leaf":
        values[f"{gate}_kind"] = "listing.created"
    with pytest.raises(IntegrityError):
        insert(office, "registry_offer", values)


@pytest.mark.parametrize(
    ("gate", "kind"), [("consent", "consent.verified"), ("custody", "custody.checked"), ("death", "death.certified")]
)
def test_no_offer_and_no_opening_by_the_leaves_of_another_donor(office, gate, kind):
    others = leaves(office, kind)[0]
    with pytest.raises(IntegrityError):
        insert(office, "registry_offer", {**newest_offer(office), f"{gate}_idx": others})
    organ = row(office, "registry_organ", event_id=newest_offer(office)["organ_id"])
    kidney = {**organ, "event_id": "new", "organ": "kidney"}
    with pytest.raises(UndoneError):
        insert(office, "registry_organ", kidney)
    with pytest.raises(IntegrityError, match="own donor"):
        insert(office, "registry_organ", {**kidney, f"{gate}_idx": others})


def newest(office, table):
    """Return the row of a table whose event is the newest."""
    return max(every(office.using, table), key=lambda each: leaf_of(office.using, each.event_id))


EARLY = "2026-03-01T07:00:00.000000Z"


@pytest.mark.parametrize(
    "changed",
    [
        {"offered_at": EARLY},
        {"offered_at": EARLY, "allocation_open_at": EARLY},
        {"expires_at": EARLY},
        {"offered_at": "9"},
        {"donor_kind": "living"},
        {"rank": 99},
        {"rank": 2},
        {"registration_id": "R-999999"},
        {"row": 999},
        {"run_id": "none"},
        {"case_id": "0" * 32},
        {"consent_idx": None},
    ],
    ids=str,
)
def test_no_offer_before_the_organ_is_open_to_nobody_off_the_run_and_of_no_living_donor(office, changed):
    with pytest.raises(IntegrityError):
        insert(office, "registry_offer", {**newest_offer(office), **changed})


def test_an_organ_is_not_open_before_its_leaves_were_written(office):
    organ = {**row(office, "registry_organ"), "event_id": "new", "organ": "kidney", "allocation_open_at": EARLY}
    with pytest.raises(IntegrityError, match="not before them"):
        insert(office, "registry_organ", organ)


@pytest.mark.parametrize("table", ["registry_donorcase", "registry_organ"])
def test_a_living_donor_is_refused_by_every_table_of_donors(office, table):
    column = "kind" if table == "registry_donorcase" else "donor_kind"
    fresh = {"registry_donorcase": {"donation": "f" * 32, "donor": "D-9", "event_id": "new"}, "registry_organ": {
        "event_id": "new", "organ": "kidney"}}[table]  # fmt: skip
    with pytest.raises(IntegrityError):
        insert(office, table, {**row(office, table), **fresh, column: "living"})


def test_a_part_has_one_live_acceptance(office):
    # The second offer's answer and part are made in the same breath: nothing but the one index stands in the way.
    taken = row(office, "registry_acceptance")
    values = {**newest_offer(office), **{
        name: value for name, value in row(office, "registry_offer", event_id=taken["offer_id"]).items()
        if name not in {"event_id", "place_in_case", "rank", "row", "registration_id"}
    }}  # fmt: skip
    values |= place_columns(office, values["run_id"], 2)
    answer = {"offer_id": "new", "event_id": "newer", "kind": "offer.accepted", "answered_at": values["offered_at"],
              "answered_by": "tomas", "expires_at": values["expires_at"]}  # fmt: skip
    part = {"offer_id": "new", "part_id": taken["part_id"], "case_id": values["case_id"]}
    rows = [("registry_offer", values), ("registry_offerpart", part), ("registry_answer", answer)]
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        for table, columns in rows:
            inserted(office, cursor, table, columns)
        accepted = {"offer_id": "new", "part_id": taken["part_id"], "kind": "offer.accepted"}
        with pytest.raises(IntegrityError):
            inserted(office, cursor, "registry_acceptance", accepted)
        transaction.set_rollback(True, using=office.using)


def test_no_offer_before_two_people_have_signed_its_run(office):
    values = newest_offer(office)
    run = {**row(office, "registry_matchrun", event_id=values["run_id"]), "event_id": "unsigned", "run_id": "f" * 32}
    places = row(office, "registry_runplaces", run_id=values["run_id"])
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        inserted(office, cursor, "registry_matchrun", run)
        inserted(office, cursor, "registry_runplaces", {**places, "run_id": "unsigned"})
        for signer in ("nadia", "tomas"):
            with pytest.raises(IntegrityError, match="two people sign"):
                inserted(office, cursor, "registry_offer", {**values, "run_id": "unsigned"})
            signature = {"event_id": f"by {signer}", "run_id": "unsigned", "signer": signer}
            inserted(office, cursor, "registry_runsignature", signature)
        inserted(office, cursor, "registry_offer", {**values, "run_id": "unsigned"})
        transaction.set_rollback(True, using=office.using)


def test_the_order_of_a_run_is_of_a_run_that_is_there_and_is_written_once(office):
    places = row(office, "registry_runplaces")
    for run in ("nobody", places["run_id"]):
        with pytest.raises(IntegrityError):
            insert(office, "registry_runplaces", {**places, "run_id": run})


def test_the_order_of_a_run_says_as_much_of_each_place(office):
    places = {**row(office, "registry_runplaces"), "run_id": "other"}
    run = {**row(office, "registry_matchrun"), "event_id": "other", "run_id": "f" * 32}
    longer = places["registrations"] + "x" * places["registrations_width"]
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        inserted(office, cursor, "registry_matchrun", run)
        for wrong in ({"registrations": longer}, {"places": places["places"] + 1}, {"registrations_width": 0}):
            with pytest.raises(IntegrityError):
                inserted(office, cursor, "registry_runplaces", {**places, **wrong})
        inserted(office, cursor, "registry_runplaces", places)
        transaction.set_rollback(True, using=office.using)


@pytest.mark.parametrize(("table", "rank"), [("registry_override", "rank"), ("registry_passedover", "last_rank")])
def test_a_place_that_is_spoken_of_is_one_of_its_run(office, table, rank):
    with pytest.raises(IntegrityError, match="one of its run"):
        insert(office, table, {**row(office, table), "event_id": "new", rank: 10_000})


@pytest.mark.parametrize(
    "wrong", [{"rank": 2}, {"rank": 0}, {"rank": 10_000}, {"row": 9_999}, {"registration_id": "nobody"}]
)
def test_an_offer_is_of_a_place_that_its_run_has(office, wrong):
    with pytest.raises(IntegrityError):
        insert(office, "registry_offer", {**newest_offer(office), **wrong})


def test_nobody_is_skipped_without_a_word(office):
    values = newest_offer(office)
    run = {**row(office, "registry_matchrun", event_id=values["run_id"]), "event_id": "other", "run_id": "f" * 32}
    places = row(office, "registry_runplaces", run_id=values["run_id"])
    second = place_columns(office, values["run_id"], 2)
    skip = {"event_id": "skip", "run_id": "other", "first_rank": 1, "last_rank": 1, "reason": "candidate_removed",
            "act": "offered", "cause_id": "new"}  # fmt: skip
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        inserted(office, cursor, "registry_matchrun", run)
        inserted(office, cursor, "registry_runplaces", {**places, "run_id": "other"})
        for signer in ("nadia", "tomas"):
            signature = {"event_id": f"by {signer}", "run_id": "other", "signer": signer}
            inserted(office, cursor, "registry_runsignature", signature)
        with pytest.raises(IntegrityError, match="on record why not"):
            inserted(office, cursor, "registry_offer", {**values, **second, "run_id": "other"})
        reported = {**skip, "event_id": "reported", "reason": "unexplained", "act": "transplanted"}
        inserted(office, cursor, "registry_passedover", reported)
        with pytest.raises(IntegrityError, match="on record why not"):
            inserted(office, cursor, "registry_offer", {**values, **second, "run_id": "other"})
        inserted(office, cursor, "registry_passedover", skip)
        inserted(office, cursor, "registry_offer", {**values, **second, "run_id": "other"})
        transaction.set_rollback(True, using=office.using)


def test_a_departure_from_the_order_is_approved_by_another_person_before_its_offer(office):
    asked = row(office, "registry_override")
    decision = row(office, "registry_overridedecision")
    with pytest.raises(IntegrityError):
        insert(office, "registry_overridedecision", {**decision, "event_id": "new", "decided_by": "nadia"})
    values = newest_offer(office)
    own = {**asked, "event_id": "asked", "run_id": values["run_id"], "rank": values["rank"]}
    approval = {**decision, "event_id": "decided", "override_id": "asked"}
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        inserted(office, cursor, "registry_override", own)
        with pytest.raises(IntegrityError, match="second person"):
            inserted(office, cursor, "registry_offer", {**values, "override_id": "asked"})
        with pytest.raises(IntegrityError):
            inserted(office, cursor, "registry_overridedecision", {**approval, "decided_by": own["requested_by"]})
        inserted(office, cursor, "registry_overridedecision", approval)
        inserted(office, cursor, "registry_offer", {**values, "override_id": "asked"})
        transaction.set_rollback(True, using=office.using)


def test_what_was_given_back_is_not_accepted_again_and_a_backup_holds_nothing(office):
    returned = row(office, "registry_return")
    held = row(office, "registry_acceptance", offer_id=returned["offer_id"])
    assert held["ended_by_id"] == returned["event_id"]
    backup = {**newest_offer(office), "kind": "backup"}
    part = row(office, "registry_offerpart", offer_id=newest(office, Offer).event_id)
    answer = {"offer_id": "new", "event_id": "newer", "kind": "offer.accepted", "answered_at": backup["offered_at"],
              "answered_by": "tomas", "expires_at": backup["expires_at"]}  # fmt: skip
    again = {"answer_kind": "offer.accepted", "offer_id": "new", "event_id": "newest", "kind": "offer.refused",
             "reason": "candidate_unwell", "answered_by": "tomas", "answered_at": backup["offered_at"]}  # fmt: skip
    accepted = {"offer_id": "new", "part_id": part["part_id"], "kind": "offer.accepted"}
    for kind, returns, says in (("backup", False, "holds nothing"), ("primary", True, "given back")):
        with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
            inserted(office, cursor, "registry_offer", {**backup, "kind": kind})
            inserted(office, cursor, "registry_offerpart", {**part, "offer_id": "new"})
            inserted(office, cursor, "registry_answer", answer)
            if returns:
                inserted(office, cursor, "registry_return", again)
            with pytest.raises(IntegrityError, match=says):
                inserted(office, cursor, "registry_acceptance", accepted)
            transaction.set_rollback(True, using=office.using)


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"words": b"sealed", "words_digest": "0" * 64},
        {"second_person": "olga"},
        {"words": b"sealed", "words_digest": "0" * 64, "second_person": "tomas"},
    ],
    ids=str,
)
def test_another_reason_needs_words_and_a_second_person(office, changed):
    known = newest_offer(office)
    declined = {"offer_id": newest(office, Offer).event_id, "event_id": "new", "kind": "offer.refused",
                "reason": "other", "answered_by": "tomas", "answered_at": known["offered_at"],
                "expires_at": known["expires_at"]}  # fmt: skip
    whole = {"words": b"sealed", "words_digest": "0" * 64, "second_person": "olga"}
    with pytest.raises(UndoneError):
        insert(office, "registry_answer", {**declined, **whole})
    with pytest.raises(IntegrityError):
        insert(office, "registry_answer", {**declined, **changed})


def test_no_offer_follows_a_run_that_a_newer_one_replaced_or_names_the_leaf_of_another(office):
    values = newest_offer(office)
    newer = {**row(office, "registry_matchrun", event_id=values["run_id"]), "run_id": "f" * 32}
    with pytest.raises(IntegrityError, match="newest run"):
        insert(office, "registry_offer", {**values, "run_idx": leaves(office, "match.run")[0]})
    # Any event that is newer stands in for a run of the same organ.
    newer["event_id"] = row(office, "registry_policy", name="core/kidney")["event_id"]
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        inserted(office, cursor, "registry_matchrun", newer)
        with pytest.raises(IntegrityError, match="newest run"):
            inserted(office, cursor, "registry_offer", values)
        transaction.set_rollback(True, using=office.using)


@pytest.mark.parametrize("changed", [{"made_at": EARLY}, {"begins_at": EARLY}, {"result": None}], ids=str)
def test_nothing_is_arranged_for_a_named_recipient_before_allocation_opened(office, changed):
    known = {**row(office, "registry_recipientevent"), "event_id": "new"}
    with pytest.raises(UndoneError):
        insert(office, "registry_recipientevent", known)
    with pytest.raises(IntegrityError):
        insert(office, "registry_recipientevent", {**known, **changed})
    moved = {"allocation_open_at": EARLY, "made_at": EARLY, "begins_at": EARLY}
    with pytest.raises(IntegrityError):
        insert(office, "registry_recipientevent", {**known, **moved})


def test_nothing_is_transplanted_that_nobody_holds_and_one_reader_of_the_label_is_too_few(office):
    known = {**row(office, "registry_transplant"), "event_id": "new"}
    returned = row(office, "registry_return")["offer_id"]
    with pytest.raises(IntegrityError, match="live acceptance"):
        insert(office, "registry_transplant", {**known, "offer_id": returned})
    held = needed_acceptance(office, known)
    with pytest.raises(UndoneError):
        insert(office, "registry_transplant", {**known, "offer_id": held})
    with pytest.raises(IntegrityError):
        insert(office, "registry_transplant", {**known, "offer_id": held, "label_confirmed_by": known["label_read_by"]})


def needed_acceptance(office, transplant):
    """Return an offer that holds a part and was not transplanted."""
    live = every(office.using, Acceptance, ended_by=None)
    return next(each.offer_id for each in live if each.offer_id != transplant["offer_id"])


def test_nothing_is_accepted_that_was_not_offered_or_not_answered(office):
    open_offer = max(every(office.using, Offer), key=lambda each: each.offered_at)
    part = row(office, "registry_offerpart", offer_id=open_offer.event_id)["part_id"]
    accepted = {"offer_id": open_offer.event_id, "part_id": part, "kind": "offer.accepted"}
    with pytest.raises(IntegrityError):
        insert(office, "registry_acceptance", accepted)
    taken = row(office, "registry_acceptance")
    with pytest.raises(IntegrityError):
        insert(office, "registry_acceptance", {**taken, "part_id": part})


@pytest.mark.parametrize(
    "changed",
    [
        {"answered_at": "2027-01-01T00:00:00.000000Z"},
        {"answered_at": "2027-01-01T00:00:00.000000Z", "expires_at": "2028-01-01T00:00:00.000000Z"},
        {"kind": "offer.expired"},
        {"kind": "offer.refused"},
        {"kind": "offer.forgotten"},
    ],
    ids=str,
)
def test_an_offer_is_accepted_in_time_and_declined_with_a_reason(office, changed):
    known = newest_offer(office)
    open_offer = max(every(office.using, Offer), key=lambda each: each.offered_at).event_id
    answer = {"offer_id": open_offer, "event_id": "new", "kind": "offer.accepted", "reason": None,
              "answered_by": "tomas", "answered_at": known["offered_at"],
              "expires_at": known["expires_at"]}  # fmt: skip
    with pytest.raises(UndoneError):
        insert(office, "registry_answer", answer)
    with pytest.raises(IntegrityError):
        insert(office, "registry_answer", {**answer, **changed})


def test_an_offer_is_answered_once(office):
    with pytest.raises(IntegrityError):
        insert(office, "registry_answer", {**row(office, "registry_answer"), "event_id": "new"})


def test_who_wrote_a_consent_down_does_not_verify_it(office):
    known = row(office, "registry_consentverification")
    with pytest.raises(IntegrityError):
        insert(office, "registry_consentverification", {**known, "event_id": "new", "verified_by": "ingrid"})
    changed = {"event_id": "new", "recorded_by": "somebody", "verified_by": "ingrid"}
    with pytest.raises(IntegrityError):
        insert(office, "registry_consentverification", {**known, **changed})


def test_a_withdrawn_consent_opens_nothing(office):
    consent = needed(office.using, Consent, "", case_id=newest_offer(office)["case_id"])
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        cursor.execute(
            "INSERT INTO registry_consentrevocation (event_id, consent_id, by) VALUES ('new', %s, 'next_of_kin')",
            [consent.event_id],
        )
        values = newest_offer(office)
        with pytest.raises(IntegrityError, match="withdrawn consent"):
            inserted(office, cursor, "registry_offer", values)
        transaction.set_rollback(True, using=office.using)


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("registry_deathdeclaration", {"certifier_second": "dr-one"}),
        ("registry_custodycheck", {"lookback_months": -1}),
        ("registry_custodycheck", {"result": "probably clear"}),
        ("registry_policyenactment", {"signer_second": "priya"}),
        ("registry_policyenactment", {"effective_on": "2026-02-01"}),
        ("registry_consent", {"basis": "assumed"}),
        ("registry_referral", {"stage": "recovered"}),
        ("registry_event", {"at": "2026-03-01 08:00:00"}),
    ],
    ids=str,
)
def test_what_no_record_may_say_is_refused(office, table, changed):
    undeclared = needed(office.using, DonorCase, "", donor=people().donors[2]["donor"])
    fresh = {
        "registry_referral": {"case_id": "f" * 32, "number": 99},
        "registry_event": {"id": "new", "request_key": "new"},
        "registry_deathdeclaration": {"event_id": "new", "case_id": undeclared.donation},
        "registry_policyenactment": {"event_id": "new", "policy_id": newest(office, Policy).event_id},
    }
    known = {**row(office, table), **fresh.get(table, {"event_id": "new"}), **changed}
    with pytest.raises(IntegrityError, match=r"(?i)check"):
        insert(office, table, known)


def test_what_left_the_country_is_offered_and_accepted_here_no_more(office):
    left = row(office, "registry_exportedpart")
    part = {**row(office, "registry_offerpart", case_id=left["case_id"]), "part_id": left["part_id"]}
    with pytest.raises(IntegrityError, match="has left the country"):
        insert(office, "registry_offerpart", {**part, "offer_id": "new"})
    accepted = {"offer_id": part["offer_id"], "part_id": left["part_id"], "kind": "offer.accepted"}
    with pytest.raises(IntegrityError, match="has left the country"):
        insert(office, "registry_acceptance", accepted)


@pytest.mark.parametrize(
    ("table", "changed"),
    [
        ("registry_exchangeorganisation", {"name": "an-insurer", "kind": "payer"}),
        ("registry_exchangeenactment", {"enacted_by": "priya"}),
        ("registry_exchangeenactment", {"effective_on": "2026-02-01"}),
        ("registry_export", {"organisation": "an-insurer"}),
        ("registry_export", {"country": "XX"}),
    ],
    ids=str,
)
def test_no_agreement_names_a_payer_and_nothing_leaves_to_whom_none_names(office, table, changed):
    known = row(office, table)
    fresh = {} if table == "registry_exchangeorganisation" else {"event_id": "new"}
    with pytest.raises(IntegrityError):
        insert(office, table, {**known, **fresh, **changed})


def test_an_event_without_its_leaf_is_refused_when_the_transaction_ends(office):
    known = {**row(office, "registry_event"), "id": "new", "request_key": "new"}
    with pytest.raises(UndoneError):
        insert(office, "registry_event", known)
    with pytest.raises(IntegrityError):
        committed(office, "registry_event", known)


def committed(office, table, values):
    """Insert a row and commit."""
    with transaction.atomic(using=office.using, durable=True), connections[office.using].cursor() as cursor:
        cursor.execute(insertion(table, values), list(values.values()))


def test_a_request_key_is_used_once(office):
    with pytest.raises(IntegrityError):
        insert(office, "registry_event", {**row(office, "registry_event"), "id": "new"})


EMPTY = {
    "registry_consentrevocation", "registry_registercorrection", "registry_registerkey",
    "registry_import", "registry_closing", "registry_strippedreferral", "registry_closedday", "registry_incident",
    "registry_pathway", "registry_standdown", "registry_observation", "registry_observationend", "registry_pause",
    "registry_resumption", "registry_recovery", "registry_bloodgroup", "registry_characterisation",
    "registry_stagebeginning", "registry_shipment", "registry_scan", "registry_arrival", "registry_shipmentalarm",
    "registry_offerseat", "registry_promotionseat", "registry_closedevent", "registry_discard",
    "registry_discardedpart", "registry_exportend", "registry_exportendpart",
}  # fmt: skip
"""Tables that the fixture fills with nothing; those of the list's upkeep are attempted in test_list.py."""
FILLED = [table for table in KEPT if table not in {*EMPTY, *REVIEWS}]


@pytest.mark.parametrize("table", KEPT)
def test_every_table_that_is_kept_has_what_refuses_a_change_and_a_removal(table):
    for dialect in Dialect:
        on_table = [each for each in trigger_statements(dialect) if f" ON {table}\n" in each or f" ON {table} " in each]
        assert {verb for verb in ("UPDATE", "DELETE") if any(verb in each for each in on_table)} == {"UPDATE", "DELETE"}


@pytest.mark.parametrize("table", FILLED)
def test_what_was_recorded_is_never_altered_or_deleted(office, table):
    column = next(iter(row(office, table)))
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        attempt(office, f"UPDATE {table} SET {column} = {column}")
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        attempt(office, f"DELETE FROM {table}")


HELD = [table for table in TABLES if table in FILLED or table not in KEPT]


@pytest.mark.parametrize("table", HELD)
def test_a_row_is_not_replaced_by_another_of_the_same_name(office, table):
    known = row(office, table)
    if connections[office.using].vendor == "sqlite":
        with pytest.raises(IntegrityError, match=r"never altered or deleted|one live"):
            attempt(office, insertion(table, known, "INSERT OR REPLACE"), list(known.values()))
    else:
        with pytest.raises(IntegrityError):
            insert(office, table, known)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE registry_vault SET id = 'other'",
        "DELETE FROM registry_vault",
        "UPDATE registry_version SET facts = '{}' WHERE facts IS NOT NULL",
        "UPDATE registry_version SET digest = NULL",
        "UPDATE registry_version SET facts = NULL, centre_id = NULL",
        "UPDATE registry_organ SET facts = NULL",
        "UPDATE registry_organ SET facts = '{}'",
        "UPDATE registry_organ SET organ = organ",
        "DELETE FROM registry_organ",
        "DELETE FROM registry_version",
        "UPDATE registry_acceptance SET part_id = 'other'",
        "DELETE FROM registry_acceptance",
        "UPDATE registry_referral SET ventilated = ventilated",
    ],
)
def test_the_rows_that_may_change_change_in_their_one_way_only(office, statement):
    with pytest.raises(IntegrityError):
        attempt(office, statement)


def test_the_key_of_a_person_is_destroyed_once_and_never_made_again(office):
    destroyed = "UPDATE registry_vault SET wrapped_key = NULL, identity = NULL, destroyed_at = %s"
    with pytest.raises(UndoneError):
        attempt(office, destroyed, [EARLY])
    with pytest.raises(IntegrityError):
        attempt(office, "UPDATE registry_vault SET wrapped_key = %s", [b"another"])
    with pytest.raises(IntegrityError):
        attempt(office, "UPDATE registry_vault SET wrapped_key = NULL")
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        cursor.execute(destroyed, [EARLY])
        with pytest.raises(IntegrityError), transaction.atomic(using=office.using):
            cursor.execute("UPDATE registry_vault SET wrapped_key = %s, destroyed_at = NULL", [b"a key"])
        transaction.set_rollback(True, using=office.using)


def test_a_referral_says_nothing_of_organs(office):
    assert set(row(office, "registry_referral")) == {
        "case_id", "hospital_id", "number", "referred_at", "referrer", "ventilated", "cause_class", "stage",
    }  # fmt: skip
    assert set(row(office, "registry_donorcase")) == {"donation", "donor", "kind", "subject_id", "event_id"}


def test_an_organ_is_opened_with_the_facts_of_its_donor(office):
    kidney = {**row(office, "registry_organ"), "event_id": "new", "organ": "kidney", "facts": None}
    with pytest.raises(IntegrityError, match="with the facts of its donor"):
        insert(office, "registry_organ", kidney)


def test_facts_of_a_donor_go_with_the_donor_alone_and_nothing_else_of_the_organ_does(office):
    donors = needed(office.using, DonorCase, "", donation=row(office, "registry_organ")["case_id"])
    destroyed = "UPDATE registry_vault SET wrapped_key = NULL, identity = NULL, destroyed_at = %s WHERE id = %s"
    with transaction.atomic(using=office.using), connections[office.using].cursor() as cursor:
        cursor.execute(destroyed, [EARLY, donors.subject_id])
        for change in ("facts = NULL, digest = '" + "0" * 64 + "'", "facts = '{}'", "organ = 'kidney', facts = NULL"):
            with pytest.raises(IntegrityError, match="only be erased"), transaction.atomic(using=office.using):
                cursor.execute(f"UPDATE registry_organ SET {change} WHERE case_id = %s", [donors.donation])
        cursor.execute("UPDATE registry_organ SET facts = NULL WHERE case_id = %s", [donors.donation])
        with pytest.raises(IntegrityError, match="only be erased"), transaction.atomic(using=office.using):
            cursor.execute("UPDATE registry_organ SET facts = NULL WHERE case_id <> %s", [donors.donation])
        transaction.set_rollback(True, using=office.using)

"""An erasure takes a person out of the registry, and leaves what outsiders check of everybody else."""

from __future__ import annotations

import json
import threading

import pytest
from django.db import IntegrityError, connections

from bequest.inquiry.verify.openings import row_opened
from bequest.model.enums import Organ as OrganName
from bequest.model.errors import InputError
from bequest.registry import erasures
from bequest.registry.closed_events import closed_events, kept_of
from bequest.registry.closings import DonorClosed, close_donor
from bequest.registry.donor_facts import facts_of_donor
from bequest.registry.donor_filters import effective_offers
from bequest.registry.erasures import CandidateErased, DonorErased, erase_candidate, erase_donor
from bequest.registry.listings import Removal, remove_registration
from bequest.registry.match_runs import ranked_anew, ranking_anew
from bequest.registry.models import (
    ClosedEvent,
    DonorCase,
    Event,
    MatchRun,
    Organ,
    Registration,
    ShownRow,
    Version,
)
from bequest.registry.offers import Ending, decline_offer
from bequest.registry.rows import change, every, leaf_of, needed
from bequest.registry.run_orders import place_of, places_of
from bequest.registry.secrecy import event_fields
from bequest.registry.shown_rows import keep_apart, runs_to_keep, runs_with, shown_rows
from registry_offices import Donation, ask, heart_run, offer, people


def erased(office, run, rank):
    """Take who has a place of a run off the list, and erase them."""
    name = place_of(office.using, run.event_id, rank).registration
    remove_registration(office, ask("lucia"), Removal(name, "candidate_wish"))
    return gone(office, name)


def gone(office, name):
    """Erase a candidate who left the list."""
    person = needed(office.using, Registration, "", id=name).candidate_id
    return erase_candidate(office, ask(), CandidateErased(person, "subject_request"))


def row_of(office, run):
    """Return the row of a run."""
    return needed(office.using, MatchRun, "", event_id=run.event_id)


@pytest.fixture
def kept_for_no_time(monkeypatch):
    """Let a donor be erased at once, as if the years of keeping were over."""
    monkeypatch.setattr(erasures, "_check_kept", lambda *_: None)


def test_what_stays_open_of_an_erased_candidate_is_that_a_list_had_somebody(office):
    donation, run = heart_run(office)
    erasure = erased(office, run, 2)
    events = [each for each in every(office.using, Event, "at") if each.id in closed_events(office.using)]
    assert events
    kept = [kept_of(office, each, closed_events(office.using)) for each in events]
    assert all(each.key is None for each in kept)
    assert {name for each in kept for name in each.fields} == {"facts", "organ", "previous", "registration"}
    leaf = event_fields(office, needed(office.using, Event, "", id=erasure.event_id))
    assert set(leaf) == {"actor", "basis", "closed", "happened_at"}
    assert donation.donation not in json.dumps(leaf)


def test_what_an_erasure_closed_is_never_altered(office):
    _, run = heart_run(office)
    erased(office, run, 2)
    for table in (ClosedEvent, ShownRow):
        with pytest.raises(IntegrityError, match="never altered or deleted"):
            table.objects.using(office.using).all().delete()
    with pytest.raises(IntegrityError, match="never altered or deleted"):
        ClosedEvent.objects.using(office.using).update(left_open="[]")


def test_facts_of_a_registration_go_with_the_person_alone(office):
    name = every(office.using, Registration, "id")[0].id
    with pytest.raises(IntegrityError, match="only be erased with their person"):
        change(office.using, Version, {"centre_id": None, "facts": None}, registration_id=name)


def test_a_run_with_an_erased_candidate_is_not_ranked_again_and_shows_the_same_rows(office):
    donation, run = heart_run(office)
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "size_mismatch"))
    row = row_of(office, run)
    before, every_rank = shown_rows(office, row), len(places_of(office.using, run.event_id))
    root = ranked_anew(office, row).rows.root()
    erased(office, run, 1)
    said = f"run of leaf {leaf_of(office.using, run.event_id)} cannot be ranked again: somebody on its list was erased"
    with pytest.raises(InputError, match=said):
        ranking_anew(office, row)
    assert shown_rows(office, row) == before
    # The donation goes on: every place may still be offered, and is kept.
    assert len(every(office.using, ShownRow, run_id=run.event_id)) == every_rank
    offer(office, run, 2)
    shown = shown_rows(office, row)
    assert len(shown) == 2
    assert {tuple(row_opened(each, root, "a row")[2]["ranks"]) for each in shown} == {(1,), (2,)}
    assert Donation.reported(office, 1, donation.facts["donor"] + "-2").steps().open()


def test_a_later_run_without_the_person_is_ranked_again(office):
    _, run = heart_run(office)
    erased(office, run, 2)
    second = Donation.reported(office, 1).steps()
    second.open()
    later = second.run()
    assert len(ranking_anew(office, row_of(office, later))) > 0
    # A second erasure needs no ranking of the run that nobody can rank any more.
    erased(office, run, 1)
    with pytest.raises(InputError, match="somebody on its list was erased"):
        ranking_anew(office, row_of(office, later))


def test_only_runs_that_had_the_person_on_their_list_count(office):
    _, run = heart_run(office)
    names = [place_of(office.using, run.event_id, rank).registration for rank in (1, 2)]
    remove_registration(office, ask("lucia"), Removal(names[0], "candidate_wish"))
    second = Donation.reported(office, 1).steps()
    second.open()
    later = second.run()
    assert runs_with(office.using, names[:1]) == [run.event_id]
    assert runs_with(office.using, names) == [run.event_id, later.event_id]
    assert runs_with(office.using, []) == []


def test_the_facts_of_an_erased_donor_are_gone_and_those_of_others_stay(office, kept_for_no_time):
    donation, run = heart_run(office)
    made = offer(office, run)
    other = Donation.reported(office, 1).steps()
    other.open()
    row = row_of(office, run)
    before = shown_rows(office, row)
    erase_donor(office, ask(), DonorErased(donation.donation, "court_order"))
    organ = needed(office.using, Organ, "", case_id=donation.donation)
    assert organ.facts is None
    assert len(organ.digest) == 64
    assert needed(office.using, Organ, "", case_id=other.donation).facts is not None
    with pytest.raises(InputError, match="was erased; nothing is ranked"):
        facts_of_donor(organ)
    with pytest.raises(InputError, match="cannot be ranked again: its donor was erased"):
        ranked_anew(office, row)
    assert shown_rows(office, row) == before
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    closed = {each.event_id for each in every(office.using, ClosedEvent)}
    assert {each.id for each in every(office.using, Event, subject_id=case.subject_id)} == closed
    with pytest.raises(InputError, match="was destroyed"):
        decline_offer(office, ask("tomas"), Ending(made.event_id, "size_mismatch"))


def test_a_programme_counts_no_donor_who_was_erased(office, kept_for_no_time):
    donation, _ = heart_run(office)
    organ = needed(office.using, Organ, "", case_id=donation.donation)
    centre = people().registrations[0]["centre"]
    refuses = "donor.age_years > 0"
    assert effective_offers(office.using, centre, OrganName.HEART, more=refuses).donors == 1
    erase_donor(office, ask(), DonorErased(organ.case_id, "court_order"))
    assert effective_offers(office.using, centre, OrganName.HEART, more=refuses).donors == 0


def test_the_rows_of_ended_donations_are_kept_once_a_day(office):
    donation, run = heart_run(office)
    decline_offer(office, ask("tomas"), Ending(offer(office, run).event_id, "size_mismatch"))
    assert runs_to_keep(office.using) == []
    close_donor(office, ask(), DonorClosed(donation.donation, "no_recipient"))
    assert runs_to_keep(office.using) == [run.event_id]
    made = shown_rows(office, row_of(office, run))
    assert keep_apart(office, runs_to_keep(office.using)) == 1
    assert runs_to_keep(office.using) == []
    assert len(every(office.using, ShownRow)) == len(made) == 1
    assert shown_rows(office, row_of(office, run)) == made


def test_no_event_of_a_person_is_written_past_their_erasure(office, kept_for_no_time, monkeypatch):
    donation = Donation.reported(office)
    refused = []

    def meanwhile():
        try:
            donation.looked_up()
        except InputError as error:
            refused.append(str(error))
        finally:
            connections[office.using].close()

    worker, close = threading.Thread(target=meanwhile), erasures.close_events

    def closed(*given):
        root = close(*given)
        worker.start()
        # Whoever need not wait is done by then.
        worker.join(0.5)
        return root

    monkeypatch.setattr(erasures, "close_events", closed)
    erase_donor(office, ask(), DonorErased(donation.donation, "court_order"))
    worker.join()
    assert len(refused) == 1
    assert "was destroyed" in refused[0]
    case = needed(office.using, DonorCase, "", donation=donation.donation)
    events = {each.id for each in every(office.using, Event, subject_id=case.subject_id)}
    assert events == set(closed_events(office.using))

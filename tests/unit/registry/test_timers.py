"""What is due is done once, by whichever worker, and whenever it died."""

import threading
from datetime import timedelta

import pytest
from django.db import connections

from bequest.registry.models import Answer, OfferNote
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer, next_rank
from bequest.registry.rows import every, needed
from bequest.registry.timers import Message, next_due, run_due
from registry_offices import ask, heart_run, kinds, loose_ends, offer, opened_office


def noted(office, made):
    """Return what was noted of an offer."""
    return [
        (note.kind, note.minutes) for note in every(office.using, OfferNote, "noted_at", offer_id=made.event_id)
    ]  # fmt: skip


def test_an_offer_is_told_reminded_and_runs_out(office):
    _, run = heart_run(office)
    made = offer(office, run)
    sent = []
    run_due(office, office.clock(), sent.append)
    assert sent == [Message(made.event_id, 0)]
    for minutes in (10, 10, 41):
        office.clock.advance(minutes=minutes)
        run_due(office, office.clock(), sent.append)
    assert [message.minutes for message in sent] == [0, 10, 20]
    assert noted(office, made) == [("offer.told", 0), ("offer.reminded", 10), ("offer.reminded", 20)]
    assert needed(office.using, Answer, "", offer_id=made.event_id).kind == "offer.expired"
    assert next_rank(office, run.event_id) == 2
    assert run_due(office, office.clock()) == ()


def test_nothing_is_due_before_its_time_and_the_next_time_is_told(office):
    _, run = heart_run(office)
    offer(office, run)
    run_due(office, office.clock())
    now = office.clock()
    assert run_due(office, now) == ()
    due_at = next_due(office, now)
    assert timedelta(minutes=9) < due_at - now < timedelta(minutes=10)


def test_an_offer_that_nobody_was_told_of_is_taken_back_as_our_error_and_made_again(office):
    _, run = heart_run(office)
    made = offer(office, run)
    office.clock.advance(hours=2)
    run_due(office, office.clock())
    assert needed(office.using, Answer, "", offer_id=made.event_id).reason == "error"
    assert next_rank(office, run.event_id) == 1


def test_a_backup_is_promoted_once_the_acceptance_before_it_fell(office):
    _, run = heart_run(office, backups=1)
    first = offer(office, run)
    accept_offer(office, ask("tomas"), Accepting(first.event_id))
    accept_offer(office, ask("tomas"), Accepting(offer(office, run, 2).event_id))
    decline_offer(office, ask("tomas"), Ending(first.event_id, "candidate_unwell"))
    run_due(office, office.clock())
    assert kinds(office)[-1] == "offer.promoted"


class DiedError(Exception):
    """End a worker in the middle of its work."""


def test_a_worker_that_dies_before_the_record_sends_the_message_again_and_records_it_once(office):
    _, run = heart_run(office)
    made = offer(office, run)
    sent = []

    def dying(message):
        sent.append(message)
        raise DiedError

    with pytest.raises(DiedError):
        run_due(office, office.clock(), dying)
    assert noted(office, made) == []
    run_due(office, office.clock(), sent.append)
    assert len(sent) == 2
    assert noted(office, made) == [("offer.told", 0)]


def test_what_another_worker_did_meanwhile_is_found_and_not_done_again(office):
    _, run = heart_run(office)
    made = offer(office, run)
    # Between the message of the first worker and its record, a second one does all of it.
    entered = run_due(office, office.clock(), lambda _: run_due(office, office.clock()))
    assert noted(office, made) == [("offer.told", 0)]
    assert kinds(office).count("offer.told") == 1
    assert len(entered) == 1


@pytest.mark.postgres
def test_four_workers_at_once_do_each_step_once():
    with opened_office("postgresql") as office:
        _, run = heart_run(office)
        made = offer(office, run)
        at = office.clock()
        barrier = threading.Barrier(4)
        failed = []

        def work():
            try:
                barrier.wait()
                run_due(office, at)
            except Exception as error:  # noqa: BLE001  whatever it is, the test fails with it
                failed.append(error)
            finally:
                connections[office.using].close()

        workers = [threading.Thread(target=work) for _ in range(4)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        assert failed == []
        assert noted(office, made) == [("offer.told", 0)]
        assert kinds(office).count("offer.told") == 1
        assert loose_ends(office) == (0, 0, 0)

"""What was written on paper while the service was down is entered later, with both times."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.ledger.leaf import instant_text
from bequest.model.enums import OrganPart
from bequest.model.errors import InputError
from bequest.registry.downtimes import Degraded, Restored, begin_downtime, end_downtime
from bequest.registry.models import Answer, Event
from bequest.registry.offers import Accepting, Noting, OfferAsked, accept_offer, make_offer, tell_offer
from bequest.registry.refusal import GateRefusedError, RequestKeyError
from bequest.registry.rows import needed, store_of
from bequest.registry.secrecy import event_fields
from bequest.registry.timers import next_due, run_due
from registry_offices import ask, heart_run, offer, opened_office


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    with opened_office(request.param) as office:
        yield office


def was_down(office):
    """Record that the service has been down for as long as anybody asks."""
    begun = office.clock.now - timedelta(hours=6)
    return begin_downtime(office, ask("aiko"), Degraded("interface", begun)).event_id


def on_paper(office, *, ago, actor="tomas", key=None):
    """Return a request for something that happened some time ago."""
    return replace(ask(actor, key), happened_at=office.clock.now - timedelta(minutes=ago))


def offered_on_paper(office):
    """Enter an offer that was made on paper nearly five hours ago, and that nobody is known to have answered."""
    _, run = heart_run(office)
    office.clock.advance(hours=5)
    was_down(office)
    return make_offer(office, on_paper(office, ago=290), OfferAsked(run.event_id, 1, (OrganPart.HEART,)))


def test_a_leaf_has_the_time_of_the_event_and_the_time_of_its_entry(office):
    _, run = heart_run(office)
    made = offer(office, run)
    office.clock.advance(minutes=30)
    was_down(office)
    paper = on_paper(office, ago=10)
    entered = accept_offer(office, paper, Accepting(made.event_id))
    event = needed(office.using, Event, "", id=entered.event_id)
    fields = event_fields(office, event)
    assert fields["happened_at"] == instant_text(paper.happened_at)
    assert fields["recorded_late_at"] == event.at > fields["happened_at"]
    assert needed(office.using, Answer, "", offer_id=made.event_id).answered_at == instant_text(paper.happened_at)
    (at,) = store_of(office.using).run("SELECT at FROM ledger_entry WHERE idx = ?", (entered.index,)).fetchone()
    assert str(at)[:16] == event.at[:16]


def test_an_answer_is_judged_by_when_it_was_given_and_not_by_when_it_was_entered(office):
    _, run = heart_run(office)
    made = offer(office, run)
    office.clock.advance(hours=5)
    was_down(office)
    with pytest.raises(GateRefusedError):
        accept_offer(office, on_paper(office, ago=60), Accepting(made.event_id))
    assert accept_offer(office, on_paper(office, ago=290), Accepting(made.event_id)).event_id


def test_nothing_is_done_of_a_donation_by_itself_while_its_paper_is_entered(office):
    made = offered_on_paper(office)
    # It would be taken back: nobody is known to have been told of it, and its time is over.
    assert run_due(office, office.clock.now) == ()
    waits_until = next_due(office, office.clock.now)
    assert timedelta(minutes=9) < waits_until - office.clock.now <= timedelta(minutes=10)
    tell_offer(office, on_paper(office, ago=285), Noting(made.event_id))
    assert accept_offer(office, on_paper(office, ago=280), Accepting(made.event_id)).event_id


def test_what_is_due_is_done_once_no_more_paper_comes(office):
    made = offered_on_paper(office)
    office.clock.advance(minutes=11)
    assert run_due(office, office.clock.now)
    assert needed(office.using, Answer, "", offer_id=made.event_id).kind == "offer.withdrawn"


def test_what_is_entered_now_names_one_time_only(office):
    _, run = heart_run(office)
    entered = accept_offer(office, ask("tomas"), Accepting(offer(office, run).event_id))
    assert "recorded_late_at" not in event_fields(office, needed(office.using, Event, "", id=entered.event_id))


def test_nothing_is_entered_that_has_not_happened_yet(office):
    _, run = heart_run(office)
    made = offer(office, run)
    with pytest.raises(InputError, match="The time on the paper lies ahead of the clock"):
        accept_offer(office, on_paper(office, ago=-5), Accepting(made.event_id))


def test_the_same_paper_is_entered_once_and_another_time_is_another_request(office):
    _, run = heart_run(office)
    made = offer(office, run)
    office.clock.advance(minutes=30)
    was_down(office)
    paper = on_paper(office, ago=10, key="paper 1")
    first = accept_offer(office, paper, Accepting(made.event_id))
    assert accept_offer(office, paper, Accepting(made.event_id)) == first
    with pytest.raises(RequestKeyError):
        accept_offer(office, on_paper(office, ago=20, key="paper 1"), Accepting(made.event_id))


def test_nothing_is_dated_back_to_a_time_at_which_the_service_worked(office):
    _, run = heart_run(office)
    made = offer(office, run)
    office.clock.advance(minutes=30)
    with pytest.raises(InputError, match="No downtime is on record for the time on the paper"):
        accept_offer(office, on_paper(office, ago=10), Accepting(made.event_id))
    down = was_down(office)
    end_downtime(office, ask("aiko"), Restored(down, office.clock.now - timedelta(minutes=15)))
    with pytest.raises(InputError, match="No downtime is on record for the time on the paper"):
        accept_offer(office, on_paper(office, ago=10), Accepting(made.event_id))
    assert accept_offer(office, on_paper(office, ago=20), Accepting(made.event_id)).event_id


def test_a_downtime_ends_once_and_after_it_began(office):
    down, now = was_down(office), office.clock.now
    with pytest.raises(InputError, match="A downtime ends after it began"):
        end_downtime(office, ask("aiko"), Restored(down, now - timedelta(hours=7)))
    with pytest.raises(InputError, match="lies in the future"):
        end_downtime(office, ask("aiko"), Restored(down, now + timedelta(hours=1)))
    ended = end_downtime(office, ask("aiko"), Restored(down, now))
    assert event_fields(office, needed(office.using, Event, "", id=ended.event_id))["degraded"] >= 0
    with pytest.raises(InputError, match="is over already"):
        end_downtime(office, ask("aiko"), Restored(down, now))
    with pytest.raises(InputError, match="'kitchen'"):
        begin_downtime(office, ask("aiko"), Degraded("kitchen", now))

"""What was written on paper while the service was down is entered later, with both times."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError
from bequest.registry.models import Answer, Event
from bequest.registry.offers import Accepting, accept_offer
from bequest.registry.refusal import GateRefusedError, RequestKeyError
from bequest.registry.rows import needed, store_of
from bequest.registry.secrecy import event_fields
from registry_offices import ask, heart_run, offer, opened_office


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def office(request):
    with opened_office(request.param) as office:
        yield office


def on_paper(office, *, ago, actor="tomas", key=None):
    """Return a request for something that happened some time ago."""
    return replace(ask(actor, key), happened_at=office.clock.now - timedelta(minutes=ago))


def test_a_leaf_has_the_time_of_the_event_and_the_time_of_its_entry(office):
    _, run = heart_run(office)
    made = offer(office, run)
    office.clock.advance(minutes=30)
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
    with pytest.raises(GateRefusedError):
        accept_offer(office, on_paper(office, ago=60), Accepting(made.event_id))
    assert accept_offer(office, on_paper(office, ago=290), Accepting(made.event_id)).event_id


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
    paper = on_paper(office, ago=10, key="paper 1")
    first = accept_offer(office, paper, Accepting(made.event_id))
    assert accept_offer(office, paper, Accepting(made.event_id)) == first
    with pytest.raises(RequestKeyError):
        accept_offer(office, on_paper(office, ago=20, key="paper 1"), Accepting(made.event_id))

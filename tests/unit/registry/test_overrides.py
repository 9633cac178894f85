"""A departure from the order is asked for by one, decided by another, used once, and still a skip."""

import pytest

from bequest.model.errors import InputError
from bequest.registry.models import PassedOver
from bequest.registry.offers import Ending, OfferAsked, make_offer, withdraw_offer
from bequest.registry.overrides import Departure, DepartureDecided, decide_override, request_override
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every
from registry_offices import ask, heart_run, kinds


def departure(office, run, rank=2, *, approved=True):
    """Ask for a departure and have it decided."""
    asked = request_override(office, ask("nadia"), Departure(run.event_id, rank, "time_limit", "The heart waits."))
    decide_override(office, ask("tomas"), DepartureDecided(asked.event_id, approved))
    return asked.event_id


def test_an_approved_departure_is_offered_out_of_turn_and_the_skip_says_so(office):
    _, run = heart_run(office)
    override = departure(office, run)
    made = make_offer(office, ask(), OfferAsked(run.event_id, 2, override=override))
    assert [(row.first_rank, row.last_rank, row.reason) for row in every(office.using, PassedOver)] == [
        (1, 1, "override_time_limit")
    ]
    assert kinds(office)[-4:] == ["override.requested", "override.approved", "skip", "offer.made"]
    withdraw_offer(office, ask(), Ending(made.event_id, "error"))
    with pytest.raises(InputError, match="was used"):
        make_offer(office, ask(), OfferAsked(run.event_id, 2, override=override))


def test_nothing_is_offered_out_of_turn_before_somebody_else_approved_it(office):
    _, run = heart_run(office)
    asked = request_override(office, ask("nadia"), Departure(run.event_id, 2, "time_limit", "The heart waits."))
    offered = OfferAsked(run.event_id, 2, override=asked.event_id)
    with pytest.raises(GateRefusedError, match="two people") as refused:
        make_offer(office, ask(), offered)
    assert refused.value.rule == "ALC-03"
    with pytest.raises(GateRefusedError, match="somebody else"):
        decide_override(office, ask("nadia"), DepartureDecided(asked.event_id, approved=True))
    decide_override(office, ask("tomas"), DepartureDecided(asked.event_id, approved=False))
    with pytest.raises(InputError, match="decided already"):
        decide_override(office, ask("olga"), DepartureDecided(asked.event_id, approved=True))
    with pytest.raises(GateRefusedError, match="two people"):
        make_offer(office, ask(), offered)


@pytest.mark.parametrize(
    ("changed", "says"),
    [({"reason": "mood"}, "no reason to depart"), ({"words": " "}, "in words"), ({"rank": 99}, "no place 99")],
    ids=str,
)
def test_a_departure_has_a_place_a_code_and_words(office, changed, says):
    _, run = heart_run(office)
    asked = {"run": run.event_id, "rank": 2, "reason": "time_limit", "words": "Why.", **changed}
    with pytest.raises(InputError, match=says):
        request_override(office, ask("nadia"), Departure(**asked))


def test_what_is_not_there_is_not_decided(office):
    with pytest.raises(InputError, match="no such request"):
        decide_override(office, ask("tomas"), DepartureDecided("none", approved=True))

"""What names a recipient comes after the offer; a transplant needs a live acceptance and two readers of the label."""

from datetime import timedelta

import pytest

from bequest.model.errors import InputError
from bequest.registry.models import Outcome, RecipientEvent, Transplant
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import every, needed
from bequest.registry.timers import open_donations
from bequest.registry.transplants import (
    Admitted,
    Booked,
    Crossmatched,
    OutcomeKnown,
    Transplanted,
    admit_candidate,
    book_theatre,
    record_crossmatch,
    record_outcome,
    record_transplant,
)
from registry_offices import ask, heart_run, kinds, loose_ends, offer


def test_an_accepted_heart_is_crossmatched_awaited_and_transplanted(office):
    _, run = heart_run(office)
    made = offer(office, run)
    record_crossmatch(office, ask("tomas"), Crossmatched(made.event_id, "negative"))
    accept_offer(office, ask("tomas"), Accepting(made.event_id))
    admit_candidate(office, ask("tomas"), Admitted(made.event_id, office.clock.now))
    book_theatre(office, ask("tomas"), Booked(made.event_id, office.clock.now + timedelta(hours=3)))
    with pytest.raises(InputError, match="Two people read the label"):
        record_transplant(office, ask("tomas"), Transplanted(made.event_id, office.clock.now, "tomas"))
    done = record_transplant(office, ask("tomas"), Transplanted(made.event_id, office.clock.now, "olga"))
    record_outcome(office, ask("tomas"), OutcomeKnown(done.event_id, 3, "alive_graft_works"))
    assert kinds(office)[-6:] == [
        "crossmatch.done", "offer.accepted", "candidate.admitted", "theatre.booked", "organ.transplanted", "outcome"
    ]  # fmt: skip
    assert len(every(office.using, RecipientEvent)) == 3
    assert needed(office.using, Transplant, "").label_confirmed_by == "olga"
    assert needed(office.using, Outcome, "").months == 3
    assert open_donations(office) == ()
    assert loose_ends(office) == (0, 0, 0)
    with pytest.raises(InputError, match="was transplanted"):
        decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))


def test_nothing_is_booked_for_a_date_before_allocation_opened_or_for_an_offer_that_ended(office):
    _, run = heart_run(office)
    made = offer(office, run)
    with pytest.raises(GateRefusedError) as refused:
        book_theatre(office, ask("tomas"), Booked(made.event_id, office.clock.now - timedelta(days=1)))
    assert (refused.value.rule, refused.value.step) == ("DON-20", "booking")
    decline_offer(office, ask("tomas"), Ending(made.event_id, "candidate_unwell"))
    with pytest.raises(GateRefusedError, match="has ended"):
        admit_candidate(office, ask("tomas"), Admitted(made.event_id, office.clock.now))


def test_a_heart_that_nobody_holds_is_not_transplanted(office):
    _, run = heart_run(office)
    made = offer(office, run)
    with pytest.raises(GateRefusedError, match="live acceptance") as refused:
        record_transplant(office, ask("tomas"), Transplanted(made.event_id, office.clock.now, "olga"))
    assert refused.value.rule == "ALC-09"


def test_an_outcome_is_of_a_transplant_and_has_a_code(office):
    with pytest.raises(InputError, match="An outcome is one of"):
        record_outcome(office, ask(), OutcomeKnown("none", 3, "fine"))
    with pytest.raises(InputError, match="no such transplant"):
        record_outcome(office, ask(), OutcomeKnown("none", 3, "died"))

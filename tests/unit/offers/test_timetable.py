"""What is due at an instant."""

from __future__ import annotations

from dataclasses import replace

from bequest.offers import due, next_due_at, next_offers
from bequest.offers.event import (
    Expired,
    Made,
    Paused,
    Promoted,
    Reminded,
    StandingChanged,
    StoodDown,
    Told,
    Withdrawn,
)  # fmt: skip
from bequest.offers.record import PauseEffect, Standing, Withdrawal
from offer_steps import RULES, START, accepted, after, declined, minute, offered, opened, run_of, settled

PLAIN = opened(run_of("A", "B", "C"))
WAITING = offered(PLAIN)
BACKED = offered(offered(opened(run_of("A", "B", "C", rules=replace(RULES, at_once=2)))))


def untold():
    proposal = next_offers(PLAIN, "run", START).proposals[0]
    return after(PLAIN, Made(START, proposal.seats, proposal.kind))


def test_a_new_offer_has_a_message_to_send_until_it_is_recorded_as_sent():
    assert due(untold(), START) == (Told(START, 0),)
    assert due(after(untold(), Told(START, 0)), START) == ()


def test_a_worker_that_died_after_sending_is_asked_to_send_again():
    assert due(untold(), minute(5)) == due(untold(), minute(5)) == (Told(minute(5), 0),)


def test_reminders_are_due_at_their_marks():
    assert due(WAITING, minute(10)) == (Reminded(minute(10), 0, 10),)
    assert due(after(WAITING, Reminded(minute(10), 0, 10)), minute(19)) == ()


def test_the_end_is_due_when_the_time_has_run_out():
    assert due(WAITING, minute(60)) == (Expired(minute(60), 0),)
    assert due(after(WAITING, Expired(minute(60), 0)), minute(60)) == ()


def test_an_offer_that_never_went_out_is_taken_back_as_our_mistake():
    assert due(untold(), minute(60)) == (Withdrawn(minute(60), 0, Withdrawal.ERROR),)


def test_an_offer_to_whoever_takes_no_part_any_more_is_taken_back():
    state = after(WAITING, StandingChanged(START, "A", Standing.REMOVED))
    assert due(state, START) == (Withdrawn(START, 0, Withdrawal.CANDIDATE_NOT_AVAILABLE),)


def test_an_acceptance_is_not_taken_back_when_the_candidate_is_transplanted():
    state = after(accepted(WAITING), StandingChanged(START, "A", Standing.TRANSPLANTED))
    assert due(state, START) == ()


def test_a_backup_that_nothing_can_help_is_taken_back_unless_it_was_accepted():
    assert due(accepted(BACKED, 0), START) == (Withdrawn(START, 1, Withdrawal.ACCEPTED_BY_EARLIER),)
    assert due(accepted(accepted(BACKED, 1), 0), START) == ()


def test_a_backup_is_promoted_when_the_first_falls():
    assert [type(task) for task in due(declined(BACKED, 0), START)] == [Promoted]


def test_a_pause_keeps_messages_and_promotions_back():
    assert due(after(untold(), Paused(START)), START) == ()
    assert due(after(declined(BACKED, 0), Paused(START)), minute(30)) == ()


def test_where_clocks_run_on_the_end_comes_in_a_pause_too():
    runs_on = run_of("A", rules=replace(RULES, pause=PauseEffect.NEW_OFFERS))
    state = after(offered(opened(runs_on)), Paused(minute(1)))
    assert due(state, minute(60)) == (Expired(minute(60), 0),)
    assert next_due_at(state, minute(1)) == minute(60)


def test_nothing_is_due_once_the_donation_ended_or_before_the_last_event():
    assert due(after(WAITING, StoodDown(START)), minute(60)) == ()
    assert due(accepted(WAITING, at=5), minute(4)) == ()


def test_everything_due_comes_to_an_end():
    assert due(settled(after(WAITING, StandingChanged(START, "A", Standing.REMOVED)), at=90), minute(90)) == ()


def test_the_next_instant_at_which_something_is_due_is_known():
    assert next_due_at(WAITING, START) == minute(10)
    assert next_due_at(WAITING, minute(20)) == minute(60)
    assert next_due_at(WAITING, minute(60)) is None
    assert next_due_at(accepted(WAITING), START) is None
    assert next_due_at(after(WAITING, Paused(START)), START) is None

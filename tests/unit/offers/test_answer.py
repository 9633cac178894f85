"""What happens to an offer after it was made."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.model.enums import Organ
from bequest.offers import due, next_offers
from bequest.offers.answer import refuse_taken
from bequest.offers.event import (
    Accepted,
    ConsentRevoked,
    Declined,
    Expired,
    Made,
    Paused,
    Promoted,
    Reminded,
    Seen,
    StandingChanged,
    Told,
    Withdrawn,
)  # fmt: skip
from bequest.offers.record import End, Gate, LiveKind, Standing, Withdrawal
from bequest.offers.refusal import Refusal, Rule
from offer_steps import (
    LEFT,
    RIGHT,
    RULES,
    START,
    accepted,
    after,
    asked,
    declined,
    minute,
    offered,
    opened,
    place,
    rule,
    run_of,
)  # fmt: skip

PLAIN = opened(run_of("A", "B", "C"))
WAITING = offered(PLAIN)
BACKED = offered(offered(opened(run_of("A", "B", "C", rules=replace(RULES, at_once=2)))))


def untold():
    proposal = next_offers(PLAIN, "run", START).proposals[0]
    return after(PLAIN, Made(START, proposal.seats, proposal.kind))


def answer_events(number=0, at=0):
    return [
        Told(minute(at), number), Seen(minute(at), number), Reminded(minute(at), number, 10),
        Accepted(minute(at), number), Declined(minute(at), number, "other"), Expired(minute(at), number),
        Withdrawn(minute(at), number, Withdrawal.ERROR), Promoted(minute(at), number, ()),
    ]  # fmt: skip


@pytest.mark.parametrize("event", answer_events(7), ids=lambda event: type(event).__name__)
def test_an_offer_that_does_not_exist_has_no_answer(event):
    assert rule(WAITING, event) is Rule.NO_OFFER


@pytest.mark.parametrize("event", answer_events(), ids=lambda event: type(event).__name__)
def test_an_offer_that_ended_stays_as_it_ended(event):
    assert rule(declined(WAITING), event) is Rule.OVER


@pytest.mark.parametrize("event", [Told(START, 0), Seen(START, 0), Reminded(START, 0, 10), Accepted(START, 0),
                                   Expired(START, 0)], ids=lambda event: type(event).__name__)  # fmt: skip
def test_an_offer_that_is_accepted_waits_for_nothing(event):
    assert rule(accepted(WAITING), event) is Rule.ANSWERED


def test_a_message_and_its_reading_are_noted_once():
    assert rule(WAITING, Told(START, 0)) is Rule.ALREADY
    seen = after(WAITING, Seen(minute(3), 0))
    assert (seen.offers[0].told_at, seen.offers[0].seen_at) == (START, minute(3))
    assert rule(seen, Seen(minute(4), 0)) is Rule.ALREADY


def test_whoever_saw_or_answered_an_offer_was_told():
    assert after(untold(), Seen(minute(2), 0)).offers[0].told_at == minute(2)
    assert accepted(untold(), at=2).offers[0].told_at == minute(2)
    assert declined(untold(), at=2).offers[0].told_at == minute(2)


def test_a_reminder_is_noted_at_its_mark_only():
    assert rule(WAITING, Reminded(minute(9), 0, 10)) is Rule.NO_MARK
    reminded = after(WAITING, Reminded(minute(10), 0, 10))
    assert [(each.minutes, each.at) for each in reminded.offers[0].reminders] == [(10, minute(10))]
    assert rule(reminded, Reminded(minute(10), 0, 10)) is Rule.NO_MARK


def test_an_acceptance_in_time_holds_the_parts():
    state = accepted(WAITING, at=59)
    assert state.offers[0].holds
    assert state.offers[0].accepted_at == minute(59)


@pytest.mark.parametrize("event", [Accepted(minute(60), 0), Declined(minute(60), 0, "candidate_unwell")])
def test_an_answer_after_the_time_counts_for_nothing_even_if_nobody_recorded_the_end(event):
    assert rule(WAITING, event) is Rule.LATE


def test_a_candidate_who_takes_no_part_accepts_nothing():
    away = after(WAITING, StandingChanged(START, "A", Standing.SUSPENDED))
    assert rule(away, Accepted(START, 0)) is Rule.CANDIDATE


def test_a_candidate_accepts_one_organ_of_a_kind():
    both = run_of(place("A-kp", LEFT), organ=Organ.KIDNEY_PANCREAS, name="kp")
    kidney = run_of(place("A-k", RIGHT), organ=Organ.KIDNEY, name="kidney", plan_place=1)
    state = accepted(offered(offered(opened(both, kidney), "kp"), "kidney"), 0)
    assert rule(state, Accepted(START, 1)) is Rule.CANDIDATE


def test_a_part_is_accepted_once():
    taken = accepted(WAITING)
    second = replace(taken.offers[0], number=1, accepted_at=None)
    assert refuse_taken(taken, second) == Refusal(Rule.TAKEN)
    assert refuse_taken(taken, replace(second, kind=LiveKind.BACKUP)) is None


def test_an_acceptance_may_be_given_back_after_the_time():
    state = declined(accepted(WAITING), at=300)
    assert (state.offers[0].end, state.offers[0].ended_at) == (End.DECLINED, minute(300))
    assert asked(state, at=300) == [("B", "primary")]


@pytest.mark.parametrize("reason", ["because", "kidney_biopsy"])
def test_a_reason_must_be_one_of_the_organs_list(reason):
    assert rule(WAITING, Declined(START, 0, reason)) is Rule.REASON


@pytest.mark.parametrize(("digest", "person"), [(None, None), ("ab" * 32, None), (None, "P-2")])
def test_another_reason_needs_words_and_a_second_person(digest, person):
    assert rule(WAITING, Declined(START, 0, "other", digest, person)) is Rule.SECOND_PERSON


def test_another_reason_with_words_and_a_second_person_counts():
    state = after(WAITING, Declined(START, 0, "other", "ab" * 32, "P-2"))
    assert state.offers[0].reason == "other"


def test_time_runs_out_on_whoever_was_told_and_not_before_the_end():
    assert rule(WAITING, Expired(minute(59), 0)) is Rule.NOT_LATE
    assert after(WAITING, Expired(minute(60), 0)).offers[0].end is End.EXPIRED


def test_time_never_runs_out_on_whoever_was_not_told():
    assert rule(untold(), Expired(minute(60), 0)) is Rule.NOT_LATE
    back = after(untold(), Withdrawn(minute(60), 0, Withdrawal.ERROR))
    assert asked(back, at=60) == [("A", "primary")]


def test_a_backup_may_accept_and_holds_nothing_until_it_is_promoted():
    state = accepted(BACKED, 1)
    assert not state.offers[1].holds
    state = declined(state, 0)
    (task,) = due(state, START)
    assert isinstance(task, Promoted)
    promoted = after(state, task)
    assert promoted.offers[1].holds
    assert promoted.offers[1].kind is LiveKind.PRIMARY


def test_before_death_is_certified_a_promoted_backup_is_provisional():
    run = run_of("A", "B", rules=replace(RULES, at_once=2))
    state = declined(offered(offered(opened(run, gate=Gate.CONDITIONAL))), 0)
    assert after(state, *due(state, START)).offers[1].kind is LiveKind.PROVISIONAL


def test_only_the_next_in_line_is_promoted_and_only_while_offers_may_be_made():
    assert rule(BACKED, Promoted(START, 1, BACKED.offers[1].seats)) is Rule.NOT_NEXT
    fallen = declined(BACKED, 0)
    task = due(fallen, START)[0]
    assert rule(after(fallen, Paused(START)), task) is Rule.PAUSE
    assert rule(after(fallen, ConsentRevoked(START)), task) is Rule.OVER

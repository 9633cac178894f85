"""An event, its rows and its leaf become durable together or not at all, once for each request."""

import threading
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connections, transaction

from bequest.registry import offers, recording
from bequest.registry.donor_checks import newest_custody_check
from bequest.registry.models import Answer, DonorCase, Event, Offer
from bequest.registry.offer_state import known_of
from bequest.registry.offers import Accepting, Ending, accept_offer, decline_offer
from bequest.registry.recording import Asked, Entered, Happening, record_many
from bequest.registry.refusal import GateRefusedError, RequestKeyError
from bequest.registry.rows import count, every, found, needed
from bequest.registry.secrecy import event_fields, new_identifier
from registry_offices import Donation, ask, heart_run, kinds, loose_ends, offer, opened_office
from statement_cuts import Cut, PowerCutError


def test_a_crash_between_any_two_statements_leaves_no_event_without_leaf_and_no_half_of_a_use_case(office, monkeypatch):
    _, run = heart_run(office)
    made = offer(office, run)
    events, before, request = count(office.using, Event), 0, ask("tomas")
    while True:
        with monkeypatch.context() as patched:
            cut = Cut(patched, office, before)
            with suppress(PowerCutError), cut.wrapper:
                accept_offer(office, request, Accepting(made.event_id))
        if cut.left >= 0:
            break
        assert loose_ends(office) == (0, 0, 0)
        assert count(office.using, Event) == events
        assert count(office.using, Answer) == 0
        before += 1
    assert before > 10
    assert kinds(office)[-1] == "offer.accepted"
    assert loose_ends(office) == (0, 0, 0)


def test_the_same_request_key_returns_the_first_answer(office):
    _, run = heart_run(office)
    first = offer(office, run, key="once")
    assert offer(office, run, key="once") == first
    assert count(office.using, Offer) == 1


def test_a_request_key_is_not_used_for_another_request(office):
    _, run = heart_run(office)
    made = offer(office, run, key="once")
    with pytest.raises(RequestKeyError, match="used for another request"):
        offer(office, run, rank=2, key="once")
    with pytest.raises(RequestKeyError):
        decline_offer(office, ask(key="once"), Ending(made.event_id, "organ_size"))


def test_a_refused_attempt_is_a_leaf_and_leaves_nothing_else(office):
    donation = Donation.reported(office)
    before = kinds(office)
    with pytest.raises(GateRefusedError, match="No consent to donation is recorded") as refused:
        donation.open()
    assert kinds(office) == [*before, "gate.refused"]
    assert refused.value.index == len(before)
    event = max(every(office.using, Event), key=lambda each: each.at)
    fields = event_fields(office, event)
    assert (fields["rule"], fields["step"], fields["donation"]) == ("DON-01", "allocation", donation.donation)


def test_a_refused_request_stays_refused_under_its_key_and_is_one_leaf(office):
    _, run = heart_run(office)
    with pytest.raises(GateRefusedError):
        offer(office, run, rank=2, key="too far")
    leaves = kinds(office)
    with pytest.raises(GateRefusedError, match=f"refused before \\(leaf {len(leaves) - 1}\\)"):
        offer(office, run, rank=2, key="too far")
    assert kinds(office) == leaves


def test_what_is_sealed_of_an_event_is_what_its_leaf_commits_to(office):
    donation = Donation.reported(office)
    checked = donation.checked()
    fields = event_fields(office, needed(office.using, Event, "", id=checked.event_id))
    assert fields["donation"] == donation.donation
    assert fields["result"] == "clear"
    assert len(str(fields["actor"])) == 32
    row = newest_custody_check(office.using, donation.donation)
    assert row is not None
    assert row.event_id == checked.event_id


def test_leaves_follow_each_other_in_time_where_the_clock_goes_back(office):
    donation = Donation.reported(office)
    office.clock.advance(hours=-3)
    donation.consented(recorded_at=office.clock.now - timedelta(hours=1))
    times = [event.at for event in every(office.using, Event)]
    newest = found(office.using, Event, kind="consent.recorded")
    assert newest is not None
    assert newest.at == max(times)


def test_what_took_until_the_next_minute_is_done_again_and_states_that_one(office):
    donation = Donation.reported(office)
    before = kinds(office)
    assert minute_of_last_leaf(office, donation.checked, slow_tries=1) == office.clock.now.minute
    assert len(kinds(office)) == len(before) + 1
    assert loose_ends(office) == (0, 0, 0)


def test_a_minute_that_was_over_just_now_still_counts(office):
    donation = Donation.reported(office)
    office.clock.advance(seconds=58 - office.clock.now.second)
    before = office.clock.now.minute
    # The clock gives 59 where the step begins, and the full minute where its leaf is written.
    donation.checked()
    assert office.clock.now.minute == before + 1
    assert last_minute(office) == before


def test_what_takes_longer_than_a_minute_each_time_is_written_as_it_began(office):
    donation = Donation.reported(office)
    minute = minute_of_last_leaf(office, donation.checked, slow_tries=2)
    assert (office.clock.now.minute - minute) % 60 == 1
    assert loose_ends(office) == (0, 0, 0)


def test_many_that_took_until_the_next_minute_are_done_again(office):
    office.clock.advance(seconds=5 - office.clock.now.second)
    tries = []

    def list_slowly(units):
        tries.append(len(units))
        if len(tries) == 1:
            office.clock.advance(minutes=1)
        return [
            Happening(
                "donor.referred", {"donation": new_identifier(office), "hospital": "H1", "referral_number": number}
            )
            for number in range(len(units))
        ]

    asked = [Asked(ask(key=name), Nothing(name)) for name in ("one", "two")]
    assert record_many(office, asked, list_slowly) == 2
    assert tries == [2, 2]
    assert {event.at[:16] for event in every(office.using, Event, kind="donor.referred")} == {
        office.clock.now.isoformat()[:16]
    }


@dataclass(frozen=True)
class Nothing:
    """Stand for what is asked."""

    name: str


def minute_of_last_leaf(office, step, slow_tries):
    """Take a step whose first tries last a minute; return the minute that its leaf states."""
    office.clock.advance(seconds=5 - office.clock.now.second)
    last, left = recording.locked_head, slow_tries

    def slow(using):
        nonlocal left
        if left:
            left -= 1
            office.clock.advance(minutes=1)
        return last(using)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(recording, "locked_head", slow)
        step()
    assert left == 0
    return last_minute(office)


def last_minute(office):
    """Return the minute of the last leaf."""
    return datetime.fromisoformat(max(each.at for each in every(office.using, Event))).minute


def test_the_writer_is_never_inside_another_transaction(office):
    donation = Donation.reported(office)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic(using=office.using):
        donation.checked()


@pytest.mark.postgres
def test_one_request_that_comes_from_many_at_once_is_done_once():
    with opened_office("postgresql") as office:
        _, run = heart_run(office)
        made = offer(office, run)
        answers = at_once(office, 8, lambda _: accept_offer(office, ask(key="the same"), Accepting(made.event_id)))
        assert len(set(answers)) == 1
        assert isinstance(answers[0], Entered)
        assert kinds(office).count("offer.accepted") == 1


def at_once(office, threads, act):
    """Return what some threads are given, or the error they meet, all begun at the same moment."""
    barrier, answers = threading.Barrier(threads), [None] * threads

    def work(number):
        connections[office.using].ensure_connection()
        barrier.wait()
        try:
            answers[number] = act(number)
        except Exception as error:  # noqa: BLE001  whatever it is, the test looks at it
            answers[number] = error
        finally:
            connections[office.using].close()

    workers = [threading.Thread(target=work, args=(number,)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return answers


@pytest.mark.postgres
def test_of_sixteen_who_accept_one_organ_at_once_exactly_one_has_it():
    with opened_office("postgresql") as office:
        _, run = heart_run(office)
        made = offer(office, run)
        answers = at_once(office, 16, lambda number: accept_offer(office, ask(f"s{number}"), Accepting(made.event_id)))
        assert sum(isinstance(answer, Entered) for answer in answers) == 1
        assert sum(isinstance(answer, GateRefusedError) for answer in answers) == 15
        assert kinds(office).count("offer.accepted") == 1
        assert kinds(office).count("gate.refused") == 15
        assert loose_ends(office) == (0, 0, 0)


def unjudged(_known, made, _rank):
    """Let an offer pass as it is asked for."""
    return SimpleNamespace(offers=(SimpleNamespace(parts=made.seats[0].parts),))


@pytest.mark.postgres
def test_one_organ_has_one_acceptance_even_where_no_rule_is_asked_and_nothing_is_locked(monkeypatch):
    with opened_office("postgresql") as office:
        _, run = heart_run(office)
        monkeypatch.setattr(offers, "judged_offer", unjudged)
        monkeypatch.setattr(offers, "judged", lambda known, *_, **__: known.state)
        offered = [offer(office, run) for _ in range(16)]
        monkeypatch.setattr(
            offers,
            "locked_state",
            lambda unit, case: known_of(unit.using, needed(unit.using, DonorCase, "", donation=case)),
        )
        answers = at_once(
            office, 16, lambda number: accept_offer(office, ask(f"s{number}"), Accepting(offered[number].event_id))
        )
        assert sum(isinstance(answer, Entered) for answer in answers) == 1
        # Whoever comes second breaks the one index; on a busy server some are told of a deadlock before that.
        assert [answer for answer in answers if not isinstance(answer, Entered | DatabaseError)] == []
        assert count(office.using, Answer) == 1
        assert loose_ends(office) == (0, 0, 0)

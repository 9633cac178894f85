"""Who was passed over, computed."""

from __future__ import annotations

from dataclasses import replace

from bequest.model.enums import Organ
from bequest.offers import next_offers
from bequest.offers.event import (
    Accepted,
    Declined,
    FilterLifted,
    FilterSet,
    LinkRecorded,
    Made,
    Override,
    Promoted,
    Released,
    RunRecorded,
    StandingChanged,
    Told,
    Withdrawn,
)  # fmt: skip
from bequest.offers.promotion import promotion
from bequest.offers.record import Gate, Link, LiveKind, OfferRules, Standing, State, Withdrawal
from bequest.offers.skip import Act, Done, acceptance_of, fallen_since, skips_in, skips_of
from offer_steps import (
    HEART,
    LEFT,
    RULES,
    START,
    accepted,
    after,
    declined,
    minute,
    offered,
    opened,
    place,
    run_of,
)  # fmt: skip

RUN = run_of("A", "B", "C", "D", "E")
PLAIN = opened(RUN)
EVIDENCE = "ab" * 32
BEGINNING = [Released(START, (Organ.HEART,), Gate.OPEN), RunRecorded(START, RUN)]


def done(registration, act=Act.OFFERED, run="run", rank=None):
    return Done(START, act, run, registration, rank)


def told(skips):
    return [(skip.first_rank, skip.last_rank, skip.reason.value) for skip in skips]


def test_the_first_in_rank_passes_over_nobody():
    assert skips_of(PLAIN, done("A")) == ()


def test_whoever_was_offered_it_before_is_not_passed_over():
    assert skips_of(declined(offered(PLAIN)), done("B")) == ()


def test_what_nothing_explains_is_unexplained():
    assert told(skips_of(PLAIN, done("D"))) == [(1, 3, "unexplained")]


def test_each_reason_has_its_own_stretch_of_neighbours():
    state = after(
        PLAIN,
        FilterSet(START, "A", "age", "P-1"),
        FilterSet(START, "B", "age", "P-1"),
        StandingChanged(START, "D", Standing.SUSPENDED),
    )
    assert told(skips_of(state, done("E"))) == [
        (1, 2, "programme_filter"), (3, 3, "unexplained"), (4, 4, "candidate_suspended"),
    ]  # fmt: skip


def test_stretches_on_both_sides_of_an_offer_are_two():
    state = after(offered(PLAIN), FilterSet(START, "B", "age", "P-1"), FilterSet(START, "D", "age", "P-1"))
    state = after(state, StandingChanged(START, "C", Standing.SUSPENDED))
    assert told(skips_of(state, done("E"))) == [
        (2, 2, "programme_filter"), (3, 3, "candidate_suspended"), (4, 4, "programme_filter"),
    ]  # fmt: skip


def test_whoever_is_not_ranked_passes_over_everybody():
    assert told(skips_of(PLAIN, done("X", Act.TRANSPLANTED))) == [(1, 5, "unexplained")]


def test_what_somebody_took_for_themselves_explains_nothing():
    state = accepted(offered(after(PLAIN, FilterSet(START, "A", "age", "P-1"))))
    lifted = after(state, FilterLifted(START, "A", "age", "P-1"))
    assert told(skips_of(lifted, done("B", Act.TRANSPLANTED))) == [(1, 1, "unexplained")]


def test_a_run_that_nobody_knows_has_no_places_to_pass_over():
    assert skips_of(PLAIN, done("A", run="other")) == ()


def made(state, run="run", override=None):
    proposal = next_offers(state, run, START).proposals[0]
    return Made(START, proposal.seats, proposal.kind, override)


def test_a_journal_tells_the_skips_of_every_offer_and_acceptance():
    filtered = FilterSet(START, "A", "age", "P-1")
    offer = made(after(PLAIN, filtered))
    journal = [*BEGINNING, filtered, offer, Told(START, 0), Accepted(minute(5), 0)]
    found = skips_in(journal, State())
    assert [(skip.done.act, skip.reason.value) for skip in found] == [
        (Act.OFFERED, "programme_filter"), (Act.ACCEPTED, "programme_filter"),
    ]  # fmt: skip


def test_an_acceptance_keeps_the_reasons_that_held_when_it_was_offered():
    filtered, lifted = FilterSet(START, "A", "age", "P-1"), FilterLifted(START, "A", "age", "P-1")
    offer = made(after(PLAIN, filtered))
    journal = [*BEGINNING, filtered, offer, lifted, Accepted(minute(5), 0), done("B", Act.TRANSPLANTED)]
    assert {skip.reason.value for skip in skips_in(journal, State())} == {"programme_filter"}


def test_a_report_of_an_offer_that_was_refused_is_compared_all_the_same():
    found = skips_in([*BEGINNING, done("C")], State())
    assert told(found) == [(1, 2, "unexplained")]


def test_an_event_that_was_refused_changes_nothing_in_a_journal():
    seat = replace(made(PLAIN).seats[0], rank=3, registration="C", candidate="C")
    out_of_order = Made(START, (seat,), LiveKind.PRIMARY)
    found = skips_in([*BEGINNING, out_of_order, Accepted(START, 0), made(PLAIN)], State())
    assert told(found) == [(1, 2, "unexplained")]


def test_a_departure_that_two_people_answer_for_is_still_a_skip():
    seat = replace(made(PLAIN).seats[0], rank=3, registration="C", candidate="C")
    event = Made(START, (seat,), LiveKind.PRIMARY, Override("time_limit", "P-1", "P-2"))
    assert told(skips_in([*BEGINNING, event], State())) == [(1, 2, "override")]


def test_the_second_organ_of_a_combined_candidate_passes_over_others_for_that_reason():
    hearts = run_of(place("A-heart", HEART), name="hearts")
    kidneys = run_of(place("D", LEFT), place("A-kidney", LEFT), organ=Organ.KIDNEY, name="kidneys", plan_place=1)
    link = LinkRecorded(START, Link("A", ((Organ.HEART, "A-heart"), (Organ.KIDNEY, "A-kidney"))))
    state = after(opened(hearts, kidneys), link)
    assert told(skips_in([made(state, "hearts")], state)) == [(1, 1, "combined_candidate")]


def test_whoever_the_order_of_a_stage_leaves_behind_is_passed_over_by_the_stage():
    state = after(
        declined(offered(PLAIN)), RunRecorded(START, run_of("D", "B", name="rescue", stage="rescue"), EVIDENCE)
    )
    found = skips_in([made(state, "rescue")], state)
    assert [(skip.run, skip.first_rank, skip.last_rank, skip.reason.value) for skip in found] == [
        ("run", 2, 3, "rescue_stage")
    ]


def test_a_stage_without_a_run_before_it_is_compared_with_its_own_order():
    state = opened(run_of("A", "B", name="rescue", stage="rescue"))
    assert told(skips_of(state, done("B", run="rescue"))) == [(1, 1, "unexplained")]


def test_a_place_may_be_named_where_a_registration_has_several():
    run = run_of(place("A", HEART), place("B", HEART), place("A", HEART), rules=RULES)
    assert skips_of(opened(run), done("A")) == ()
    assert told(skips_of(opened(run), done("A", rank=3))) == [(2, 2, "unexplained")]


def test_declines_explain_themselves_in_the_next_run():
    journal = [*BEGINNING, made(PLAIN), Told(START, 0), Declined(START, 0, "candidate_unwell")]
    again = run_of("A", "B", name="again")
    state = after(declined(offered(PLAIN)), RunRecorded(START, again))
    assert told(skips_in([*journal, RunRecorded(START, again), made(state, "again")], State())) == [
        (1, 1, "declined_before")
    ]


TWO_AT_ONCE = OfferRules(60, (), at_once=2, backups=1)


def answered_out_of_turn():
    """Return a journal in which two are asked at once, the first is taken back, and the second accepts."""
    run = run_of("A", "B", "C", rules=TWO_AT_ONCE)
    state = opened(run)
    first = made(state)
    second = made(after(state, first))
    journal = [Released(START, (Organ.HEART,), Gate.OPEN), RunRecorded(START, run), first, second]
    return [*journal, Withdrawn(minute(1), 0, Withdrawal.ERROR), Accepted(minute(2), 1)]


def test_an_acceptance_passes_over_whoever_lost_an_offer_that_was_taken_back():
    found = skips_in(answered_out_of_turn(), State())
    assert [(skip.done.act, *each) for skip, each in zip(found, told(found), strict=True)] == [
        (Act.ACCEPTED, 1, 1, "offer_taken_back")
    ]


def test_a_transplant_passes_over_whoever_lost_an_offer_after_the_acceptance():
    journal = answered_out_of_turn()
    journal[-2:] = [Accepted(minute(1), 1), Withdrawn(minute(2), 0, Withdrawal.ERROR)]
    journal += [done("B", Act.TRANSPLANTED, rank=2)]
    found = skips_in(journal, State())
    assert [(skip.done.act, *each) for skip, each in zip(found, told(found), strict=True)] == [
        (Act.TRANSPLANTED, 1, 1, "offer_taken_back")
    ]


def test_whoever_declined_meanwhile_is_not_passed_over_by_an_acceptance():
    journal = answered_out_of_turn()
    journal[-2] = Declined(minute(1), 0, "candidate_unwell")
    assert skips_in(journal, State()) == ()


def test_whoever_came_onto_a_re_run_above_a_promoted_backup_is_passed_over_for_that_reason():
    state = accepted(offered(opened(run_of("A", "B", rules=TWO_AT_ONCE))))
    state = after(state, made(state))
    again = RunRecorded(START, run_of("A", "X", "B", name="again", rules=TWO_AT_ONCE))
    state = after(state, again, Declined(minute(2), 0, "candidate_unwell"))
    number, seats = promotion(state)
    found = skips_in([Promoted(minute(3), number, seats)], state)
    assert [(skip.run, *each) for skip, each in zip(found, told(found), strict=True)] == [
        ("again", 1, 1, "declined_before"), ("again", 2, 2, "backup_promoted"),
    ]  # fmt: skip


def test_a_transplant_rests_on_a_live_acceptance_of_the_same_organ_or_on_none():
    state = accepted(offered(PLAIN))
    assert acceptance_of(state, done("A", Act.TRANSPLANTED)) == 0
    assert acceptance_of(state, done("B", Act.TRANSPLANTED)) is None
    assert acceptance_of(declined(state), done("A", Act.TRANSPLANTED)) is None
    assert acceptance_of(state, done("A", Act.TRANSPLANTED, run="other")) is None


def test_a_backup_that_is_promoted_in_its_own_run_passes_over_nobody():
    state = accepted(offered(opened(run_of("A", "B", rules=TWO_AT_ONCE))))
    state = after(state, made(state), Declined(minute(2), 0, "candidate_unwell"))
    number, seats = promotion(state)
    assert skips_in([Promoted(minute(3), number, seats)], state) == ()


def test_a_transplant_passes_over_whoever_was_never_asked_and_nothing_explains_it():
    assert told(fallen_since(PLAIN, done("B", Act.TRANSPLANTED, rank=2), frozenset())) == [(1, 1, "unexplained")]

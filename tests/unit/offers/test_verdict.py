"""What holds of one place of a run."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.model.enums import OfferKind, Organ
from bequest.offers import next_offers
from bequest.offers.event import (
    ConsentRevoked,
    Expired,
    FilterLifted,
    FilterSet,
    LinkRecorded,
    Made,
    Override,
    Released,
    RunRecorded,
    StageBegan,
    StandingChanged,
    Withdrawn,
)  # fmt: skip
from bequest.offers.record import Gate, Link, LiveKind, Seat, Standing, Withdrawal
from bequest.offers.refusal import Refusal, Rule
from bequest.offers.verdict import Verdict
from offer_steps import (
    BOTH,
    HEART,
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
    passed,
    place,
    rule,
    run_of,
    settled,
)  # fmt: skip

PLAIN = opened(run_of("A", "B"))
TWO_KINDS = (place("A", LEFT, RIGHT), place("A", BOTH, kind=OfferKind.BOTH_KIDNEYS), place("B", LEFT, RIGHT))


def kidneys(*places, name="kidneys", plan_place=1, **rules):
    return run_of(*places, organ=Organ.KIDNEY, name=name, plan_place=plan_place, rules=replace(RULES, **rules))


# ---------------------------------------------------------------- one organ


def test_the_first_place_is_free():
    assert asked(PLAIN) == [("A", "primary")]


def test_whoever_declined_is_not_asked_again():
    state = declined(offered(PLAIN))
    assert asked(state) == [("B", "primary")]
    assert passed(state)["A"] == "declined"


def test_silence_is_an_answer_to_every_offer_of_the_organ():
    state = after(offered(opened(kidneys(*TWO_KINDS)), "kidneys"), Expired(minute(60), 0))
    assert asked(state, "kidneys", at=60) == [("B", "primary")]


def test_a_reason_about_the_graft_leaves_another_kind_of_offer_open():
    state = declined(offered(opened(kidneys(*TWO_KINDS)), "kidneys"), reason="size_mismatch")
    assert asked(state, "kidneys") == [("A", "primary")]
    assert passed(state, "kidneys") == {"A": "free"}


def test_a_reason_about_the_candidate_answers_every_kind_of_offer():
    state = declined(offered(opened(kidneys(*TWO_KINDS)), "kidneys"))
    assert asked(state, "kidneys") == [("B", "primary")]


def test_what_was_taken_back_leaves_the_turn():
    state = after(offered(PLAIN), Withdrawn(START, 0, Withdrawal.ERROR))
    assert asked(state) == [("A", "primary")]


def test_a_decline_is_carried_over_into_the_next_run():
    state = after(declined(offered(PLAIN)), RunRecorded(START, run_of("A", "B", name="again")))
    assert asked(state, "again") == [("B", "primary")]
    assert passed(state, "again")["A"] == "declined_before"


def test_a_decline_in_this_run_counts_before_one_in_an_earlier_run():
    again = kidneys(*TWO_KINDS, name="again")
    state = after(declined(offered(opened(kidneys(*TWO_KINDS)), "kidneys"), reason="size_mismatch"),
                  RunRecorded(START, again))  # fmt: skip
    state = declined(offered(state, "again"), reason="candidate_unwell")
    assert passed(state, "again")["A"] == "declined"


@pytest.mark.parametrize("standing", list(Standing))
def test_whoever_takes_no_part_is_passed_over_with_that_reason(standing):
    state = after(PLAIN, StandingChanged(START, "A", standing))
    assert asked(state) == [("B", "primary")]
    assert passed(state)["A"] == standing.value


def test_whoever_takes_part_again_is_asked_first():
    state = after(PLAIN, StandingChanged(START, "A", Standing.SUSPENDED), StandingChanged(START, "A", None))
    assert asked(state) == [("A", "primary")]


def test_a_programmes_filter_passes_over_until_it_is_lifted():
    filtered = after(PLAIN, FilterSet(START, "A", "donor-age", "P-1"))
    assert passed(filtered)["A"] == "programme_filter"
    assert asked(after(filtered, FilterLifted(START, "A", "donor-age", "P-1"))) == [("A", "primary")]


def test_nobody_is_asked_before_their_stage_began():
    state = opened(run_of(place("A", HEART, stage="rescue"), "B"))
    assert passed(state) == {"A": "stage_not_begun", "B": "free"}
    assert asked(after(state, StageBegan(START, "run", "rescue", "ab" * 32))) == [("A", "primary")]


def test_whoever_accepted_an_organ_of_the_same_kind_is_passed_over():
    pancreas = run_of(place("A-kp", LEFT), organ=Organ.KIDNEY_PANCREAS, name="kp")
    state = accepted(offered(opened(pancreas, kidneys(place("A-k", RIGHT), place("B-k", RIGHT))), "kp"))
    assert passed(state, "kidneys")["A-k"] == "accepted_other_offer"
    assert asked(state, "kidneys") == [("B-k", "primary")]


def test_whoever_wants_what_is_taken_is_passed_over():
    state = accepted(offered(PLAIN))
    assert passed(state) == {"A": "accepted", "B": "organ_taken"}


def test_a_backup_is_asked_where_the_rules_keep_one():
    state = accepted(offered(opened(run_of("A", "B", "C", rules=replace(RULES, backups=1)))))
    assert asked(state) == [("B", "backup")]
    assert asked(offered(state)) == []


def test_a_graft_that_is_not_offered_is_a_reason():
    assert passed(opened(run_of(place("A"), "B")))["A"] == "graft_not_offered"


def test_what_waits_for_others_above_is_offered_as_a_backup():
    state = offered(opened(run_of("A", "B", rules=replace(RULES, at_once=2))))
    assert passed(state) == {"A": "being_offered", "B": "backup"}


# ---------------------------------------------------------------- combined candidates

HEARTS = run_of("B", place("A-heart", HEART), "C", name="hearts")
KIDNEYS = kidneys(place("D", LEFT), place("A-kidney", LEFT), place("E", LEFT))
LINK = LinkRecorded(START, Link("A", ((Organ.HEART, "A-heart"), (Organ.KIDNEY, "A-kidney"))))


def combined(*runs):
    return after(opened(*runs), LINK)


def test_a_combined_candidate_is_offered_both_organs_together():
    state = declined(offered(combined(HEARTS, KIDNEYS), "hearts"))
    made = offered(state, "hearts").offers[-1]
    assert [(seat.registration, seat.parts) for seat in made.seats] == [("A-heart", HEART), ("A-kidney", LEFT)]


@pytest.mark.parametrize("without", ["hearts", "kidneys", "both"])
def test_without_a_plan_for_both_organs_the_order_stands_still_at_whoever_needs_both(without):
    hearts = HEARTS if without == "kidneys" else replace(HEARTS, plan_place=None)
    second = KIDNEYS if without == "hearts" else replace(KIDNEYS, plan_place=None)
    state = combined(hearts, second)
    assert asked(state, "hearts") == [("B", "primary")]
    state = declined(offered(state, "hearts"))
    following = next_offers(state, "hearts", START)
    assert (following.proposals, following.refusal) == ((), Refusal(Rule.PLAN))
    assert (following.waits_for.entry.registration, following.waits_for.verdict) == ("A-heart", Verdict.NO_PLAN)


@pytest.mark.parametrize("override", [None, Override("time_limit", "P-1", "P-2")])
def test_without_a_plan_nobody_makes_the_offer_of_one_organ_alone(override):
    state = combined(run_of(place("A-heart", HEART), name="hearts", plan_place=None), KIDNEYS)
    seat = Seat("hearts", Organ.HEART, 1, "A-heart", "A", OfferKind.SINGLE, HEART)
    assert rule(state, Made(START, (seat,), LiveKind.PRIMARY, override)) is Rule.PLAN


def test_without_a_plan_whoever_needs_one_organ_is_offered_it():
    assert asked(opened(replace(HEARTS, plan_place=None)), "hearts") == [("B", "primary")]


def test_the_other_organ_waits_for_the_one_that_leads():
    state = declined(offered(combined(HEARTS, KIDNEYS), "kidneys"))
    assert asked(state, "kidneys") == []
    assert passed(state, "kidneys") == {"D": "declined"}


def test_once_the_leading_organ_is_gone_the_other_goes_on():
    state = accepted(offered(declined(offered(combined(HEARTS, KIDNEYS), "kidneys")), "hearts"))
    assert passed(state, "kidneys") == {"D": "declined", "A-kidney": "follows_other_organ", "E": "free"}


def test_without_the_second_organ_the_first_is_not_offered():
    state = accepted(offered(combined(HEARTS, KIDNEYS), "kidneys"))
    state = declined(offered(state, "hearts"))
    assert passed(state, "hearts")["A-heart"] == "second_organ_missing"


def test_a_combined_candidate_is_a_backup_while_the_second_organ_is_promised():
    state = declined(offered(offered(combined(HEARTS, KIDNEYS), "kidneys"), "hearts"))
    assert asked(state, "hearts") == [("A-heart", "backup")]


@pytest.mark.parametrize(
    ("change", "runs"),
    [
        (ConsentRevoked(START, (Organ.KIDNEY,)), (HEARTS, KIDNEYS)),
        (StandingChanged(START, "A-kidney", Standing.SUSPENDED), (HEARTS, KIDNEYS)),
        (StandingChanged(START, "E", None), (HEARTS, kidneys(place("A-kidney")))),
        (StandingChanged(START, "E", None), (HEARTS, kidneys(place("D", LEFT)))),
        (StandingChanged(START, "E", None), (HEARTS, kidneys(place("A-kidney", HEART)))),
    ],
    ids=["no consent", "suspended there", "no graft there", "not ranked there", "one part wanted twice"],
)
def test_a_second_organ_that_cannot_be_had_is_a_reason(change, runs):
    state = combined(*runs)
    state = state if change == StandingChanged(START, "E", None) else after(state, change)
    assert passed(declined(offered(state, "hearts")), "hearts")["A-heart"] == "second_organ_missing"


def test_a_combined_candidate_waits_for_the_run_of_the_second_organ():
    state = after(opened(HEARTS), Released(START, (Organ.KIDNEY,), Gate.OPEN), LINK)
    assert asked(declined(offered(state, "hearts")), "hearts") == []


def test_when_everything_is_taken_a_combined_candidate_is_told_so():
    state = settled(accepted(accepted(offered(offered(combined(HEARTS, KIDNEYS), "kidneys"), "hearts"), 0), 1))
    assert passed(state, "hearts")["A-heart"] == Verdict.ORGAN_TAKEN.value

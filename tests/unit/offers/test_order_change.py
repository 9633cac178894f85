"""What changes the order that offers follow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bequest.model.enums import Organ
from bequest.offers.event import (
    FilterLifted,
    FilterSet,
    LinkRecorded,
    Released,
    RunRecorded,
    StageBegan,
    StandingChanged,
)  # fmt: skip
from bequest.offers.record import Gate, Link, Standing, State
from bequest.offers.refusal import Rule
from offer_steps import HEART, LEFT, LOBE, START, accepted, after, asked, declined, offered, opened, place, rule, run_of

LIVER = run_of(place("L", LOBE), organ=Organ.LIVER, name="liver", plan_place=1)
PLAIN = opened(run_of("A", "B"), LIVER)
EVIDENCE = "ab" * 32


def test_a_second_run_is_followed_from_then_on():
    state = after(PLAIN, RunRecorded(START, run_of("B", "A", name="again")))
    assert asked(state, "again") == [("B", "primary")]


def test_an_acceptance_stays_where_its_registration_is_still_ranked():
    state = after(accepted(offered(PLAIN)), RunRecorded(START, run_of("B", "A", name="again")))
    assert state.offers[0].holds


def test_whoever_falls_out_of_the_run_loses_the_offer_with_a_reason():
    state = after(accepted(offered(PLAIN)), RunRecorded(START, run_of("B", name="again")))
    assert state.offers[0].reason == "no_longer_ranked"


def test_a_second_run_of_one_organ_leaves_the_others_alone():
    state = after(accepted(offered(PLAIN, "liver")), RunRecorded(START, run_of("B", name="again")))
    assert state.offers[0].holds


def test_the_order_of_a_stage_takes_nothing_back():
    stage = run_of("B", name="rescue", stage="rescue")
    state = after(accepted(offered(PLAIN)), RunRecorded(START, stage, EVIDENCE))
    assert state.offers[0].holds


@pytest.mark.parametrize(
    "run",
    [
        run_of("A"),
        run_of("A", name="again", plan_place=5),
        run_of("A", name="again", plan_place=1, organ=Organ.HEART),
        replace(run_of("A", name="again"), entries=(place("A", HEART)._replace(rank=2),)),
    ],
    ids=["its name is taken", "its organ moved in the plan", "another organ has its place", "ranks begin at 2"],
)
def test_a_run_in_the_wrong_form_is_refused(run):
    assert rule(PLAIN, RunRecorded(START, run)) is Rule.RUN_FORM


def test_a_new_organ_may_not_take_the_place_of_another_in_the_plan():
    state = after(PLAIN, Released(START, (Organ.KIDNEY,), Gate.OPEN))
    run = run_of(place("K", LEFT), organ=Organ.KIDNEY, name="kidney", plan_place=1)
    assert rule(state, RunRecorded(START, run)) is Rule.RUN_FORM


def test_a_plan_in_force_meanwhile_gives_an_organ_its_place_with_the_next_run():
    state = opened(run_of("A", plan_place=None), run_of(place("L", LOBE), organ=Organ.LIVER, name="l", plan_place=None))
    assert after(state, RunRecorded(START, run_of("A", name="again", plan_place=0))).runs[-1].plan_place == 0


def test_no_run_counts_before_the_gate_or_without_consent():
    assert rule(State(), RunRecorded(START, run_of("A"))) is Rule.GATE
    kidney = run_of(place("K", LEFT), organ=Organ.KIDNEY, name="kidney", plan_place=2)
    assert rule(PLAIN, RunRecorded(START, kidney)) is Rule.CONSENT


STAGED = opened(run_of(place("A", HEART, stage="rescue"), "B"))


def test_a_stage_begins_once_with_evidence_and_where_somebody_waits_for_it():
    state = after(STAGED, StageBegan(START, "run", "rescue", EVIDENCE))
    assert asked(state) == [("A", "primary")]
    assert rule(state, StageBegan(START, "run", "rescue", EVIDENCE)) is Rule.STAGE
    assert rule(STAGED, StageBegan(START, "run", "rescue", "")) is Rule.STAGE
    assert rule(STAGED, StageBegan(START, "run", "other", EVIDENCE)) is Rule.STAGE


def test_a_stage_begins_in_the_newest_run_only():
    again = after(STAGED, RunRecorded(START, run_of("A", name="again")))
    assert rule(again, StageBegan(START, "run", "rescue", EVIDENCE)) is Rule.RUN
    assert rule(STAGED, StageBegan(START, "none", "rescue", EVIDENCE)) is Rule.RUN


def test_a_standing_replaces_the_one_before():
    state = after(PLAIN, StandingChanged(START, "A", Standing.SUSPENDED), StandingChanged(START, "A", Standing.REMOVED))
    assert state.standings == (("A", Standing.REMOVED),)
    assert rule(state, StandingChanged(START, "A", Standing.REMOVED)) is Rule.ALREADY
    assert rule(PLAIN, StandingChanged(START, "A", None)) is Rule.ALREADY


def test_one_filter_lifted_leaves_the_other():
    both = after(PLAIN, FilterSet(START, "A", "age", "P-1"), FilterSet(START, "A", "distance", "P-1"))
    one = after(both, FilterLifted(START, "A", "age", "P-1"))
    assert one.filters == (("A", "distance"),)
    assert asked(one) == [("B", "primary")]
    assert rule(both, FilterSet(START, "A", "age", "P-1")) is Rule.ALREADY
    assert rule(one, FilterLifted(START, "A", "age", "P-1")) is Rule.NO_FILTER


def test_a_link_ties_two_organs_once():
    link = LinkRecorded(START, Link("A", ((Organ.HEART, "A"), (Organ.LIVER, "A-liver"))))
    state = after(PLAIN, link)
    assert state.links == (link.link,)
    assert rule(state, link) is Rule.LINK


@pytest.mark.parametrize(
    "registrations",
    [((Organ.HEART, "A"),), ((Organ.HEART, "A"), (Organ.HEART, "A2")),
     ((Organ.HEART, "A"), (Organ.HEART, "A2"), (Organ.LIVER, "A3"))],
    ids=["one alone", "one organ twice", "one organ twice and another"],
)  # fmt: skip
def test_a_link_needs_two_organs_or_more_each_once(registrations):
    assert rule(PLAIN, LinkRecorded(START, Link("A", registrations))) is Rule.LINK


def test_whoever_is_being_offered_an_organ_is_not_linked_any_more():
    link = LinkRecorded(START, Link("A", ((Organ.HEART, "A"), (Organ.LIVER, "A-liver"))))
    assert rule(offered(PLAIN), link) is Rule.LINK
    assert after(declined(offered(PLAIN)), link).links == (link.link,)


def test_the_order_of_a_stage_needs_evidence_and_a_run_has_none():
    stage = run_of("B", name="rescue", stage="rescue")
    assert rule(PLAIN, RunRecorded(START, stage)) is Rule.STAGE
    assert rule(PLAIN, RunRecorded(START, run_of("B", name="again"), EVIDENCE)) is Rule.STAGE

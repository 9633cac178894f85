"""How a match run becomes what offers follow."""

from __future__ import annotations

import pytest

from bequest.matching import reorder
from bequest.model.enums import OfferKind, Organ
from bequest.offers.record import PauseEffect
from bequest.offers.run_order import RunSettings, offer_rules, ranked_run, ranked_stage
from bequest.policy.policy import Offers
from offer_steps import BOTH, LEFT, RIGHT, RULES
from small_runs import names, small_policy, small_run

SETTINGS = RunSettings("run-1", BOTH, RULES, 2)
STAGE = """
- id: rescue
  say: whoever is left
  begins: after the run
  classes: [{id: all, when: always, say: everybody, cite: core 3}]
  cite: core 1
"""


@pytest.fixture
def result():
    policy = small_policy(stages=STAGE)
    return small_run({"ann": {"urgency": 1}, "bea": {}, "cor": {"height_cm": 50}}, policy=policy)


def test_the_rules_of_a_policy_become_the_rules_of_its_offers():
    rules = offer_rules(Offers(30, (20, 10), 2, ()), backups=1, pause=PauseEffect.NEW_OFFERS)
    assert (rules.reply_minutes, rules.remind_minutes, rules.at_once) == (30, (10, 20), 2)
    assert (rules.backups, rules.pause) == (1, PauseEffect.NEW_OFFERS)


def test_without_more_said_there_are_no_backups_and_a_pause_stops_the_clocks():
    rules = offer_rules(Offers(30, (), 1, ()))
    assert (rules.backups, rules.pause) == (0, PauseEffect.CLOCKS_TOO)


def test_a_run_keeps_ranks_people_and_kinds_and_learns_the_grafts(result):
    run = ranked_run(result, SETTINGS)
    assert (run.run, run.organ, run.plan_place, run.stage) == ("run-1", Organ.KIDNEY, 2, None)
    assert [entry.registration.removeprefix("R-") for entry in run.entries] == names(result)
    first = run.entries[0]
    assert (first.rank, first.candidate, first.offer_kind) == (1, "C-ann", OfferKind.SINGLE)
    assert first.grafts == (LEFT, RIGHT)


def test_a_registration_may_ask_for_other_grafts_than_its_kind_of_offer_does(result):
    wishes = {"R-bea": (RIGHT,)}
    run = ranked_run(result, RunSettings("run-1", BOTH, RULES, 0, wishes))
    assert [entry.grafts for entry in run.entries] == [(LEFT, RIGHT), (RIGHT,)]


def test_a_stage_lists_those_who_remain_in_its_order(result):
    stage = reorder(result, "rescue", without=["R-ann"])
    run = ranked_stage(stage, SETTINGS)
    assert run.stage == "rescue"
    assert [(entry.rank, entry.registration) for entry in run.entries] == [(1, "R-bea")]

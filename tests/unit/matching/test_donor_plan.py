"""How a donor plan orders the finished runs of one donor; golden cases say the same with more people."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest

from bequest.matching.case_people import case_donor, case_pool
from bequest.matching.donor_plan import organs_in_order, plan_offers, runs_needed
from bequest.matching.ranking import run
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.policy.plan_load import load_plan
from small_runs import AT, SOURCES, points, small_case, small_policy

FIRST = small_policy(
    policy="my/heart",
    organ="heart",
    points=points("of: waiting_days, weight: 1, missing: 0"),
    order="[points desc]",
)
SECOND = small_policy(
    policy="my/kidney",
    organ="kidney",
    points=points("of: waiting_days, weight: 1, missing: 0"),
    order="[points desc]",
    stages="""
- id: rescue
  say: those who remain
  begins: Later.
  cite: core 7
  classes: [{id: all-of-them, when: always, say: all, cite: core 8}]""",
)
POLICIES = {"my/heart": FIRST, "my/kidney": SECOND}
PLAN = """plan: my/plan
title: A small plan
edition: my-1
effective: 2026-01-01
status: own
parameters: {least: {value: 150, why: so, cite: core 1}}
runs: [{id: heart, policy: my/heart}, {id: kidney, policy: my/kidney}]
orders:
  - id: old
    when: donor.age_years >= 65
    say: old donors
    cite: core 2
    steps: [{id: only, lists: [{run: kidney}], say: kidneys only, cite: core 3}]
  - id: others
    when: always
    say: everybody else
    cite: core 2
    steps:
      - {id: urgent, lists: [{run: heart, last: urgent}], say: urgent hearts, cite: core 3}
      - id: merged
        lists: [{run: heart, points_at_least: least}, {run: kidney, last: urgent}]
        say: merged
        cite: core 3
      - {id: nothing, lists: [{run: heart, first: others, last: urgent}], say: nothing is left between, cite: core 3}
      - {id: rescue, lists: [{run: kidney, stage: rescue}], say: the rest, cite: core 3}
second_organs:
  - id: both
    beside: heart
    pulls: kidney
    one_centre: true
    last: others
    when: weight_kg >= 50
    say: heavy
    cite: core 4
"""


def plan(text: str = PLAN):
    return load_plan(text, label="plan.yaml", sources=SOURCES, find=POLICIES.__getitem__)


HEARTS = {
    "Anna-heart": {"person": "Anna", "urgency": 1, "weight_kg": 60},
    "Ben-heart": {"person": "Ben", "waiting_days": 300, "weight_kg": None},
    "Cleo-heart": {"person": "Cleo", "waiting_days": 100, "weight_kg": 60},
    "Dan-heart": {"person": "Dan", "waiting_days": 200, "weight_kg": 40},
    "Eva-heart": {"person": "Eva", "height_cm": 50},
}
KIDNEYS = {
    "Anna-kidney": {"person": "Anna"},
    "Ben-kidney": {"person": "Ben", "height_cm": None},
    "Dan-kidney": {"person": "Dan"},
    "Fay-kidney": {"person": "Fay", "urgency": 1, "waiting_days": 250},
    "Gus-kidney": {"person": "Gus", "waiting_days": 50},
}


def runs(hearts=HEARTS, kidneys=KIDNEYS, evaluator="numpy", **donor):
    facts = {"consented_organs": "heart kidney", **donor}
    found = {}
    for name, people, policy in (("heart", hearts, FIRST), ("kidney", kidneys, SECOND)):
        case = small_case(people, facts, centres={"FAR": {}})
        giver = case_donor(case, policy)
        found[name] = run(policy, giver, organ=policy.organ, pool=case_pool(case, policy), at=AT, evaluator=evaluator)
    return giver, found


def offers(made):
    return [(offer.step.id, offer.registration.removeprefix("R-")) for offer in made.offers]


@pytest.mark.parametrize("evaluator", ["numpy", "numba"])
def test_steps_offer_their_parts_in_order_and_everybody_once(evaluator: str) -> None:
    made = plan_offers(plan(), *runs(evaluator=evaluator))
    assert offers(made) == [
        ("urgent", "Anna-heart"),
        ("merged", "Fay-kidney"), ("merged", "Ben-heart"), ("merged", "Dan-heart"),
        ("rescue", "Anna-kidney"), ("rescue", "Dan-kidney"), ("rescue", "Gus-kidney"),
    ]  # fmt: skip
    assert [offer.place for offer in made.offers] == list(range(1, 8))
    assert len(made) == 7


def test_a_second_organ_is_offered_asked_about_or_ruled_out() -> None:
    giver, made = runs(kidneys=KIDNEYS | {"Cleo-kidney": {"person": "Cleo", "height_cm": 50}})
    whole = PLAN.replace("points_at_least: least", "first: urgent")
    found = {
        str(offer.candidate): [(each.verdict.value, each.reasons) for each in offer.second]
        for offer in plan_offers(plan(whole), giver, made).offers
        if offer.run == "heart"
    }
    assert found == {
        "C-Anna": [("offered", ())],
        "C-Ben": [("cannot be judged", ("size", "both"))],
        "C-Dan": [],
        "C-Cleo": [("ruled out", ("size",))],
    }


def test_registrations_of_two_centres_are_no_one_operation() -> None:
    kidneys = KIDNEYS | {"Anna-kidney": {"person": "Anna", "centre": "FAR"}}
    assert plan_offers(plan(), *runs(kidneys=kidneys)).offers[0].second == ()
    anywhere = PLAN.replace("one_centre: true", "one_centre: false")
    assert len(plan_offers(plan(anywhere), *runs(kidneys=kidneys)).offers[0].second) == 1


def test_the_donor_chooses_the_order_and_the_runs_that_it_needs() -> None:
    giver, made = runs(age_years=70)
    assert [needed.id for needed in runs_needed(plan(), giver)] == ["kidney"]
    assert {step for step, _ in offers(plan_offers(plan(), giver, made))} == {"only"}
    young, _ = runs()
    assert [needed.id for needed in runs_needed(plan(), young)] == ["heart", "kidney"]


def test_a_run_that_was_not_made_offers_nothing() -> None:
    giver, made = runs()
    without = plan_offers(plan(), giver, {"kidney": made["kidney"]})
    assert without.not_made == ("heart",)
    assert {offer.run for offer in without.offers} == {"kidney"}


@pytest.mark.parametrize(
    ("weight_kg", "verdict"), [(40, "may be divided"), (60, "stays whole"), (None, "cannot be judged")]
)
def test_an_organ_may_be_divided_by_what_is_known_of_the_donor(weight_kg, verdict: str) -> None:
    rule = "{id: halves, run: kidney, when: donor.weight_kg <= 50, say: two halves, cite: core 5}"
    halves = plan(PLAN + f"divided_organs: [{rule}, {rule.replace('halves, run: kidney', 'both, run: heart')}]\n")
    giver, found = runs(weight_kg=weight_kg)
    made = plan_offers(halves, giver, {"kidney": found["kidney"]})
    assert [(each.rule.id, each.verdict.value) for each in made.divided] == [("halves", verdict)]
    assert made.to_dict()["divided_organs"] == [
        {"rule": "halves", "run": "kidney", "verdict": verdict, "say": "two halves"}
    ]


def test_the_digest_covers_plan_runs_and_offers() -> None:
    giver, made = runs()
    whole = plan_offers(plan(), giver, made)
    assert whole.digest == plan_offers(plan(), *runs(evaluator="numba")).digest
    assert whole.digest != plan_offers(plan(), giver, {"kidney": made["kidney"]}).digest
    assert pickle.loads(pickle.dumps(whole)).digest == whole.digest  # noqa: S301  what this process just wrote
    data = whole.to_dict()
    assert data["runs"]["heart"]["digest"] == made["heart"].digest
    assert data["offers"][0]["second_organs"][0] == {
        "rule": "both", "organ": "kidney", "registration": "R-Anna-kidney", "verdict": "offered", "reasons": [],
    }  # fmt: skip
    assert data["synthetic"] is True
    assert repr(whole) == "PlannedOffers(my/plan my-1, donor D-CASE, 7 offers)"


def test_the_explanation_names_place_step_class_and_second_organ() -> None:
    made = plan_offers(plan(), *runs())
    told = made.explain("R-Anna-heart")
    assert "place 1 of the plan, step urgent: urgent hearts. [core 3]" in told
    assert "With kidney (R-Anna-kidney) offered, both: heavy. [core 4]" in told
    assert "cannot be judged (size, both)" in made.explain("R-Ben-heart")
    assert "no step of the plan offers that part" in made.explain("R-Cleo-heart")
    assert "size failed" in made.explain("R-Eva-heart")
    with pytest.raises(InputError, match="is in no run of this plan"):
        made.explain("R-Zoe")


def test_what_the_plan_does_not_mean_is_refused() -> None:
    giver, made = runs()
    with pytest.raises(InputError, match="'liver' is no run of my/plan"):
        plan_offers(plan(), giver, {"liver": made["heart"]})
    with pytest.raises(InputError, match="is ranked by my/kidney, not by my/heart"):
        plan_offers(plan(), giver, {"kidney": made["heart"]})
    other, _ = runs(age_years=41)
    with pytest.raises(InputError, match="is for donor 'D-CASE'"):
        plan_offers(plan(), other, made)
    later = replace(made["heart"], at=AT.replace(hour=1))
    with pytest.raises(InputError, match="different instants"):
        plan_offers(plan(), giver, {**made, "heart": later})


def test_an_unverified_plan_is_run_by_those_who_say_so() -> None:
    unverified = plan(PLAN.replace("status: own", "status: unverified"))
    with pytest.raises(InputError, match="is unverified"):
        plan_offers(unverified, *runs())
    assert len(plan_offers(unverified, *runs(), allow_unverified=True)) == 7


def test_a_missing_fact_of_the_donor_that_chooses_the_order_is_told() -> None:
    asked = plan(PLAN.replace("donor.age_years >= 65", "donor.weight_kg >= 65"))
    with pytest.raises(InputError, match="the order of the plan cannot be chosen"):
        plan_offers(asked, *runs())


def test_a_column_that_the_population_lacks_is_told() -> None:
    giver, made = runs()
    bare = replace(made["heart"].pool, present=made["heart"].pool.present - {"weight_kg"})
    with pytest.raises(InputError, match="needs columns this population does not have: weight_kg"):
        plan_offers(plan(), giver, {**made, "heart": replace(made["heart"], pool=bare)})


def test_the_organs_stand_where_their_lists_are_first_offered():
    old, young = runs(age_years=70)[0], runs()[0]
    assert organs_in_order(plan(), old) == (Organ.KIDNEY,)
    assert organs_in_order(plan(), young) == (Organ.HEART, Organ.KIDNEY)

from __future__ import annotations

from dataclasses import replace

from bequest.matching.case_file import Expected, ExpectedOffers, ExpectedReasons, ExpectedStage
from bequest.matching.cases import run_case
from small_runs import points, small_case, small_policy

PEOPLE = {"Anna": {}, "Ben": {"urgency": 1}, "Cleo": {"height_cm": None}}
UNKNOWN = ExpectedReasons((), ("size",), says_rank=True, optimistic_rank=3)
RIGHT = Expected(("Ben", "Anna"), {"Anna": "others"}, {"Anna": "1.00"}, {"Cleo": UNKNOWN})


def differences(policy=None, **changes):
    """Return the first lines of what differs from what is expected."""
    policy = small_policy(points=points("value: 1")) if policy is None else policy
    result = run_case(replace(small_case(PEOPLE), expect=replace(RIGHT, **changes)), policy)
    assert result.passed == (result.differences == ())
    return [difference for difference in result.differences if not difference.startswith("R-")]


def not_ranked(**reasons):
    return {"not_ranked": {"Cleo": replace(UNKNOWN, **reasons)}}


def test_a_case_that_comes_out_as_expected_passes():
    assert differences() == []


def test_another_order_is_told():
    assert differences(order=("Anna", "Ben")) == ["order: expected ['Anna', 'Ben'], got ['Ben', 'Anna']"]


def test_another_class_is_told():
    assert differences(classes={"Anna": "urgent"}) == ["classes: expected Anna urgent, got others"]


def test_other_points_are_told():
    assert differences(points={"Cleo": "1.00"}) == ["points: expected Cleo 1.00, got None"]


def test_whoever_is_not_ranked_must_be_said_to_be_so():
    assert differences(not_ranked={}) == ["not_ranked: Cleo is not ranked, but the case does not say so"]


def test_whoever_is_ranked_cannot_be_said_not_to_be():
    assert differences(not_ranked={"Cleo": UNKNOWN, "Anna": UNKNOWN}) == ["not_ranked: Anna is ranked"]


def test_other_reasons_are_told():
    assert differences(**not_ranked(failed=("size",), unknown=())) == [
        "not_ranked: Cleo failed: expected ['size'], got []",
        "not_ranked: Cleo unknown: expected [], got ['size']",
    ]


def test_another_optimistic_rank_is_told():
    assert differences(**not_ranked(optimistic_rank=1)) == ["not_ranked: Cleo optimistic_rank: expected 1, got 3"]


def test_an_optimistic_rank_that_is_not_said_is_not_compared():
    assert differences(**not_ranked(optimistic_rank=None, says_rank=False)) == []


def test_every_candidate_of_a_failing_case_is_explained():
    case = replace(small_case(PEOPLE), expect=replace(RIGHT, order=()))
    result = run_case(case, small_policy(points=points("value: 1")))
    explained = [difference.split(",")[0] for difference in result.differences if difference.startswith("R-")]
    assert explained == ["R-Anna", "R-Ben", "R-Cleo"]


def test_offers_of_another_kind_stand_outside_the_order():
    classes = """
- {id: urgent, when: urgency == 1, say: so, cite: core}
- {id: base, when: urgency == 9, say: so, cite: core}"""
    both = "{id: both, when: willing_both_kidneys, say: so, cite: core}"
    policy = small_policy(
        classes=classes,
        second_listings=f"[{{offer_kind: both_kidneys, classes: [{both}]}}]",
        otherwise="not ranked",
    )
    case = small_case({"Anna": {"willing_both_kidneys": True}})
    assert run_case(replace(case, expect=Expected(("Anna",), {"Anna": "base"}, {}, {})), policy).passed


STAGED = small_policy(
    stages="""
- id: rescue
  say: those who remain
  begins: Later.
  cite: core 7
  classes: [{id: tall, when: height_cm >= 180, say: tall, cite: core 9}]
  otherwise: not listed""",
    second_listings="""
- {offer_kind: both_kidneys, classes: [{id: both, when: urgency == 1, say: both, cite: core 8}]}""",
    otherwise="not ranked",
)
STAGE = ExpectedStage((), (), {}, {"Anna": ExpectedReasons(("no-class",), (), says_rank=False, optimistic_rank=None)})


def staged(**changes):
    return differences(STAGED, order=("Ben", "Anna"), points={}, **changes)


def test_a_case_states_the_order_of_another_offer_kind():
    assert staged(offers={"both_kidneys": ExpectedOffers(("Ben",), {"Ben": "both"}, {})}) == []


def test_another_order_or_class_of_an_offer_kind_is_told():
    assert staged(offers={"both_kidneys": ExpectedOffers(("Anna",), {"Ben": "single"}, {})}) == [
        "both_kidneys order: expected ['Anna'], got ['Ben']",
        "both_kidneys classes: expected Ben single, got both",
    ]


def test_a_case_states_the_order_of_a_stage():
    assert staged(stages={"rescue": STAGE}) == []


def test_another_stage_is_told_with_everybodys_explanation():
    wanted = replace(
        STAGE,
        order=("Ben",),
        classes={"Ben": "tall"},
        not_listed={
            "Cleo": STAGE.not_listed["Anna"],
            "Anna": ExpectedReasons((), (), says_rank=False, optimistic_rank=None),
        },
    )
    assert staged(stages={"rescue": wanted}) == [
        "stage rescue order: expected ['Ben'], got []",
        "stage rescue classes: expected Ben tall, got None",
        "stage rescue: Cleo: expected failed ['no-class'], unknown [], got failed ['not-ranked'], unknown []",
        "stage rescue: Anna: expected failed [], unknown [], got failed ['no-class'], unknown []",
    ]


def test_somebody_listed_whom_a_stage_should_not_list_is_told():
    people = {"Anna": {"height_cm": 190}}
    expect = Expected(("Anna",), {}, {}, {}, stages={"rescue": replace(STAGE, order=("Anna",))})
    result = run_case(replace(small_case(people), expect=expect), STAGED)
    assert result.differences[0] == "stage rescue: Anna is listed"

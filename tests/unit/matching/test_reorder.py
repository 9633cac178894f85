"""What a stage does with those who remain of a finished run."""

from __future__ import annotations

import pickle

import pytest

import bequest
from bequest.matching.reorder import reorder
from bequest.model.errors import InputError
from rescue_runs import CENTRES, GEOGRAPHY, PEOPLE, POLICY, STAGES, WAITING
from small_runs import small_policy, small_run


@pytest.fixture(params=["numpy", "numba"])
def rescue(request):
    """Return the stage, Eva left out, from one evaluator."""
    finished = small_run(PEOPLE, policy=POLICY, centres=CENTRES, evaluator=request.param)
    return reorder(finished, "rescue", without=["R-Eva"], evaluator=request.param)


def test_the_first_class_counts_and_inside_it_the_order_of_the_run_stays(rescue) -> None:
    assert [(entry.registration, entry.class_id, entry.rank_in_run) for entry in rescue.ranked()] == [
        ("R-Ben", "home", 2), ("R-Anna", "allied", 1), ("R-Ida", "heavy", 8),
    ]  # fmt: skip
    assert len(rescue) == 3
    assert [entry.registration for entry in rescue.ranked(1)] == ["R-Ben"]


def test_everybody_who_is_not_listed_has_a_reason(rescue) -> None:
    assert {entry.registration: (entry.failed, entry.unknown) for entry in rescue.not_listed()} == {
        "R-Cleo": (("adult",), ()),
        "R-Dan": (("no-class",), ()),
        "R-Eva": (("already-offered",), ()),
        "R-Fay": ((), ("no-class",)),
        "R-Gus": ((), ("adult",)),
        "R-Hal": (("not-ranked",), ()),
    }


def test_the_explanation_tells_place_class_and_who_is_ahead(rescue) -> None:
    assert "Nobody is ahead." in str(rescue.explain("R-Ben"))
    assert "Behind R-Ben (rank 1 in the stage), who is in an earlier class, home: at home." in str(
        rescue.explain("R-Anna")
    )
    assert rescue.explain("R-Anna").ranks == (2,)
    assert rescue.explain("R-Anna").to_dict()["ranks"] == [2]
    assert "synthetic: true" in repr(rescue.explain("R-Anna"))


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("R-Cleo", "adult failed. Required: an adult."),
        ("R-Dan", "No class of the stage is known to fit."),
        ("R-Eva", "was offered to this registration already"),
        ("R-Fay", "Class heavy could not be judged and was passed over: heavy."),
        ("R-Gus", "adult cannot be judged. Required: an adult."),
        ("R-Hal", "The run itself does not rank this registration"),
    ],
)
def test_the_explanation_tells_why_somebody_is_not_listed(rescue, name: str, told: str) -> None:
    assert told in str(rescue.explain(name))


def test_the_explanation_of_two_in_one_class_names_the_order_of_the_run() -> None:
    rescue = reorder(small_run(PEOPLE, policy=POLICY, centres=CENTRES), "rescue")
    assert "who is in the same class and came earlier, at rank 2 in the run." in str(rescue.explain("R-Eva"))


def test_a_class_that_cannot_be_judged_is_passed_over_and_named() -> None:
    people = {"Anna": {"centre": "HOME", "age_years": 40}, "Ben": {"centre": "NEXT", "age_years": 40, "weight_kg": 95}}
    stages = STAGES.replace(
        "- {id: allied", "- {id: light, when: height_cm < 120, say: small, cite: core 9}\n    - {id: allied"
    )
    policy = small_policy(stages=stages, geography=GEOGRAPHY, screens="[]")
    people["Ben"]["height_cm"] = None
    rescue = reorder(small_run(people, policy=policy, centres=CENTRES), "rescue")
    assert [entry.class_id for entry in rescue.ranked()] == ["home", "allied"]
    told = str(rescue.explain("R-Ben"))
    assert "Class light could not be judged and was passed over: small." in told
    assert told.count("passed over") == 1


def test_the_digest_covers_the_run_the_stage_and_those_left_out() -> None:
    finished = small_run(PEOPLE, policy=POLICY, centres=CENTRES)
    whole, less = reorder(finished, "rescue"), reorder(finished, "rescue", without=["R-Eva"])
    assert whole.digest == reorder(finished, "rescue", evaluator="numba").digest
    assert whole.digest != less.digest
    assert less.to_dict()["without"] == ["R-Eva"]
    assert less.to_dict()["run_digest"] == finished.digest
    assert pickle.loads(pickle.dumps(less)).digest == less.digest  # noqa: S301  what this process just wrote


def test_a_stage_says_who_it_is_and_nobodys_facts() -> None:
    finished = small_run(PEOPLE, policy=POLICY, centres=CENTRES)
    assert repr(bequest.reorder(finished, "rescue")).startswith("StageRun(rescue of MatchRun(core/kidney")


def test_nobody_remains_of_an_empty_list() -> None:
    rescue = reorder(small_run({"Hal": PEOPLE["Hal"]}, policy=POLICY, centres=CENTRES), "rescue")
    assert rescue.ranked() == []


def test_a_class_that_waits_for_a_stage_is_ranked_and_says_so() -> None:
    finished = small_run({"Anna": PEOPLE["Anna"]}, policy=WAITING, centres=CENTRES)
    assert [entry.stage for entry in finished.ranked()] == ["rescue"]
    told = finished.explain("R-Anna")
    assert "Offered only from stage rescue on: those who remain." in str(told)
    assert told.to_dict()["places"][0]["stage"] == "rescue"


@pytest.mark.parametrize(
    ("stage", "without", "evaluator", "told"),
    [
        ("rescues", [], "numpy", "has no stage 'rescues'; did you mean rescue"),
        ("other", [], "numpy", "it has rescue"),
        ("rescue", ["R-Zoe"], "numpy", "R-Zoe"),
        ("rescue", [], "magic", "evaluator 'magic' does not exist"),
    ],
)
def test_what_does_not_exist_is_told(stage: str, without: list[str], evaluator: str, told: str) -> None:
    finished = small_run(PEOPLE, policy=POLICY, centres=CENTRES)
    with pytest.raises(InputError, match=told):
        reorder(finished, stage, without=without, evaluator=evaluator)


def test_a_policy_without_stages_says_so() -> None:
    with pytest.raises(InputError, match="it has none"):
        reorder(small_run({"Anna": {}}), "rescue")

"""The order of a stage is a match run of its own: the same integers from either evaluator, a reason for everybody."""

from __future__ import annotations

import pickle

import pytest

from bequest.ledger.rows import rows_of
from bequest.ledger.run_leaf import unranked_counts
from bequest.matching.reorder import reorder
from bequest.matching.staged_run import staged_run
from rescue_runs import CENTRES, GEOGRAPHY, PEOPLE, POLICY, STAGES, WAITING
from small_runs import names, reasons, small_policy, small_run

BOTH = """
- offer_kind: both_kidneys
  classes: [{id: two, when: willing_both_kidneys, say: takes both, cite: core 2}]"""


@pytest.fixture(params=["numpy", "numba"])
def evaluator(request):
    return request.param


def run_and_stage(evaluator="numpy", people=PEOPLE, policy=POLICY):
    """Return a run and the order of its stage."""
    run = small_run(people, policy=policy, centres=CENTRES, evaluator=evaluator)
    return run, staged_run(run, "rescue", evaluator=evaluator)


def test_everybody_whom_the_run_ranks_stands_as_the_stage_says(evaluator) -> None:
    run, staged = run_and_stage(evaluator)
    listed = reorder(run, "rescue", evaluator=evaluator)
    assert names(staged) == [entry.registration.removeprefix("R-") for entry in listed.ranked()] == [
        "Ben", "Eva", "Anna", "Ida",
    ]  # fmt: skip
    assert [entry.class_id for entry in staged.ranked()] == ["home", "home", "allied", "heavy"]
    rows, kinds, stages = staged.places()
    assert (names(staged)[0], staged.pool.registrations[rows[0]], kinds[0], stages[0]) == (
        "Ben", "R-Ben", "single", None,
    )  # fmt: skip
    assert (len(staged), staged.policy.hash, staged.program.sequence.id) == (4, run.policy.hash, "stage/rescue")


def test_everybody_else_has_the_reason_of_the_stage_and_no_best_place(evaluator) -> None:
    _, staged = run_and_stage(evaluator)
    assert reasons(staged) == {
        "Cleo": (("adult",), (), None),
        "Dan": (("no-class",), (), None),
        "Fay": ((), ("no-class",), None),
        "Gus": ((), ("adult",), None),
        "Hal": (("not-ranked",), (), None),
    }
    assert unranked_counts(staged) == (5, 2)


def test_both_evaluators_give_one_result_and_another_one_than_the_run() -> None:
    (run, plain), (_, compiled) = run_and_stage("numpy"), run_and_stage("numba")
    assert plain.results_digest == compiled.results_digest != run.results_digest
    assert (plain.input_digest, plain.inputs_digest) == (run.input_digest, run.inputs_digest)
    assert pickle.loads(pickle.dumps(plain)).results_digest == plain.results_digest  # noqa: S301  written here


def test_a_person_is_told_of_the_stage_and_of_nothing_else() -> None:
    _, staged = run_and_stage()
    assert "Behind R-Eva (rank 2 in the stage)" in str(staged.explain("R-Anna"))
    assert "The run itself does not rank this registration" in str(staged.explain("R-Hal"))


def test_who_waited_for_the_stage_waits_no_more() -> None:
    run, staged = run_and_stage(policy=WAITING)
    assert "rescue" in run.places().stages
    assert set(staged.places().stages) == {None}


def test_each_place_of_a_run_keeps_its_kind_of_offer() -> None:
    people = {name: {**PEOPLE[name], "willing_both_kidneys": True} for name in ("Anna", "Ben")}
    policy = small_policy(stages=STAGES, geography=GEOGRAPHY, second_listings=BOTH, otherwise="not ranked")
    run, staged = run_and_stage(people=people, policy=policy)
    assert len(staged) == len(run) == 4
    assert {entry.offer_kind.value for entry in staged.ranked()} == {"single", "both_kidneys"}
    assert {entry.registration for entry in staged.ranked(2)} == {"R-Ben"}


def test_a_stage_has_rows_of_its_own() -> None:
    run, staged = run_and_stage()
    rows = [
        rows_of(each, run_id="0" * 32, run_key=bytes(32), subject_key=lambda name: name.encode().ljust(32, b"."))
        for each in (run, staged)
    ]
    assert rows[0].root() != rows[1].root()
    by_name = dict(zip(rows[1].registrations, rows[1].rows, strict=True))
    assert (by_name["R-Ben"].ranks, by_name["R-Hal"].result) == ([1], [["not-ranked"], [], None])

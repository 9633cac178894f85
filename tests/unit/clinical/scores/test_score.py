from __future__ import annotations

import math

import numpy as np
import pytest

from bequest.clinical.scores.score import Output, Score, ScoreInput, accepted, half_up, score_columns, score_one
from bequest.model.errors import InputError


def doubled(columns):
    """Return twice the mass, from 18 years of age."""
    return {"double": np.where(columns["age"] < 18, np.nan, 2 * columns["mass"])}


MASS = ScoreInput("mass", "mass", "g", low=1, high=100, usual=(2, 50), other_units={"mass_mg": 0.001})
SCORE = Score(
    name="double",
    edition="1",
    title="Double",
    effective=None,
    until=None,
    source="a test",
    inputs=(
        MASS,
        ScoreInput("age", "age", "years", low=0, required=False),
        ScoreInput("ill", "ill", low=0, high=1, flag=True, required=False),
        ScoreInput("group", "group", choices=("A", "B"), low=0, high=1, required=False),
        ScoreInput("cold", "cold", "C", high=0, required=False),
    ),
    outputs=(Output("double", "twice the mass"),),
    compute=doubled,
    whom="adults",
)


def problems(given):
    with pytest.raises(InputError) as caught:
        score_one(SCORE, given)
    return caught.value.problems


def test_a_score_of_one_person():
    scored = score_one(SCORE, {"mass": 10, "ill": True, "group": "B"})
    assert (dict(scored.values), scored.unusual, scored.missing, scored.outside) == ({"double": 20.0}, (), (), "")


def test_another_unit_is_converted():
    assert score_one(SCORE, {"mass_mg": 10_000}).values["double"] == pytest.approx(20)


def test_one_input_in_two_units_is_an_error():
    assert problems({"mass": 1, "mass_mg": 1000}) == ("score double: 'mass' is given in two units; give one.",)


def test_an_unknown_input_is_an_error_that_lists_the_known_ones():
    assert problems({"mass": 5, "weight": 1}) == (
        "score double: it has no input 'weight'; it reads age, cold, group, ill, mass, mass_mg.",
    )


def test_a_value_out_of_range_is_an_error_that_names_the_range():
    assert problems({"mass": 0.5}) == ("score double, input 'mass': '0.5' is out of range; accepted are 1 to 100 g.",)


def test_a_range_is_named_in_the_unit_of_the_score():
    (said,) = problems({"mass_mg": 500})
    assert said == ("score double, input 'mass_mg': '500', which is 0.5 g, is out of range; accepted are 1 to 100 g.")


def test_a_range_may_have_one_end():
    assert problems({"mass": 5, "age": -1, "cold": 1}) == (
        "score double, input 'age': '-1' is out of range; accepted are at least 0 years.",
        "score double, input 'cold': '1' is out of range; accepted are at most 0 C.",
    )


def test_a_range_may_have_no_end():
    assert accepted(ScoreInput("free", "free", "g")) == "any g"


def test_an_extreme_value_is_accepted_and_flagged():
    assert score_one(SCORE, {"mass": 60}).unusual == ("mass = 60 g is unusual; usual are 2 to 50.",)


def test_a_missing_input_gives_no_score_and_is_named():
    scored = score_one(SCORE, {"mass": None, "age": 5})
    assert (scored.values["double"], scored.missing, scored.outside) == (None, ("mass",), "")


def test_whoever_the_score_is_not_for_is_told_so():
    scored = score_one(SCORE, {"mass": 10, "age": 17})
    assert (scored.values["double"], scored.outside) == (None, "This score is for adults.")


@pytest.mark.parametrize("value", ["5", True, [5], math.nan, math.inf, {}])
def test_what_is_no_number_is_an_error(value):
    (said,) = problems({"mass": value})
    assert said.endswith("is no number.")


def test_a_number_too_large_for_a_computer_is_an_error():
    assert problems({"mass": 10**5000}) == ("score double, input 'mass': a whole number of that size is no number.",)


@pytest.mark.parametrize("value", ["yes", 2, 0.5, [1]])
def test_a_flag_is_true_or_false(value):
    (said,) = problems({"mass": 5, "ill": value})
    assert said.endswith("is neither true nor false.")


@pytest.mark.parametrize("value", ["C", 1, ["A"]])
def test_a_choice_is_one_of_its_texts(value):
    (said,) = problems({"mass": 5, "group": value})
    assert said.endswith("is none of A, B.")


def test_many_people_have_the_scores_of_each_one():
    found = score_columns(SCORE, {"mass": np.array([10.0, np.nan, 30.0]), "age": np.array([40.0, 40.0, 5.0])})
    assert np.array_equal(found["double"], [20, np.nan, np.nan], equal_nan=True)


def test_many_people_out_of_range_are_counted_and_the_first_is_named():
    with pytest.raises(InputError) as caught:
        score_columns(SCORE, {"mass": np.array([10.0, 200.0, 300.0])})
    assert str(caught.value) == (
        "score double, input 'mass', row 1: 200 is out of range (2 in all); accepted are 1 to 100 g."
    )


def test_nobody_has_no_scores():
    assert score_columns(SCORE, {"mass": np.array([])})["double"].shape == (0,)


def test_no_column_at_all_is_one_person_without_a_score():
    assert np.isnan(score_columns(SCORE, {})["double"]).tolist() == [True]


@pytest.mark.parametrize(
    ("value", "decimals", "rounded"),
    [(2.5, 0, 3), (-2.5, 0, -2), (0.285, 2, 0.29), (1.005, 2, 1.01), (2.4999, 0, 2), (-0.5, 0, 0)],
)
def test_a_half_is_rounded_up(value, decimals, rounded):
    assert half_up(np.array([value]), decimals)[0] == rounded

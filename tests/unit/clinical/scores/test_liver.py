"""MELD(i), MELD-Na, MELD 3.0 and PELD: their rules, and laws over the laboratory values."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_one

LABORATORY = {
    "bilirubin_mg_per_dl": 3.0,
    "inr": 1.8,
    "creatinine_mg_per_dl": 1.5,
    "sodium_mmol_per_l": 130,
    "albumin_g_per_dl": 2.8,
}
CHILD = {"age_years": 3, "albumin_g_per_dl": 3.0, "bilirubin_mg_per_dl": 20, "inr": 2.4} | {
    "smaller_z_score": -1,
    "creatinine_mg_per_dl": 0.4,
}
# The creatinine stays below 2.75, above which the formula of MELD 3.0 does not reward a lower albumin (see below).
RANGES = {
    "bilirubin_mg_per_dl": (0.5, 30),
    "inr": (0.8, 8),
    "creatinine_mg_per_dl": (0.5, 2.7),
    "sodium_mmol_per_l": (115, 145),
    "albumin_g_per_dl": (1, 5),
}


@st.composite
def two_states(draw, worsened):
    """Return laboratory values, and the same with one of them worse: higher, or lower for sodium and albumin."""
    state = {key: draw(st.floats(*sides)) for key, sides in RANGES.items()}
    low, high = sorted((state[worsened], draw(st.floats(*RANGES[worsened]))))
    better, worse = (high, low) if worsened in {"sodium_mmol_per_l", "albumin_g_per_dl"} else (low, high)
    return state | {worsened: better}, state | {worsened: worse}


def value(name, output, **inputs):
    score = score_named(name)
    read = {entry.name for entry in score.inputs}
    known = {key: number for key, number in (LABORATORY | inputs).items() if key in read or key in inputs}
    return score_one(score, known).values[output]


def meld_3(**inputs):
    return value("meld-3", "meld_3", **({"female": False} | inputs))


def peld(**inputs):
    return score_one(score_named("peld@cr-2023"), CHILD | inputs).values["peld"]


def test_the_whole_meld_enters_the_step_for_sodium():
    labs = {"bilirubin_mg_per_dl": 1.1, "inr": 1.4, "creatinine_mg_per_dl": 1.1, "sodium_mmol_per_l": 130}
    assert value("meld-na", "meld_i_unbounded", **labs) == 11
    assert value("meld-na", "meld_na", **labs) == 11


@pytest.mark.parametrize(("sodium", "points"), [(137, 21), (140, 21), (125, 29), (110, 29)])
def test_sodium_counts_from_125_to_137(sodium, points):
    assert value("meld-na", "meld_na", sodium_mmol_per_l=sodium) == points


def test_dialysis_counts_as_the_cap_of_creatinine():
    assert value("meld-i", "meld_i", dialysis=True) == value("meld-i", "meld_i", creatinine_mg_per_dl=4)
    assert meld_3(dialysis=True) == meld_3(creatinine_mg_per_dl=3)
    assert peld(dialysis=True) == peld(creatinine_mg_per_dl=1.3)


def test_without_a_creatinine_test_dialysis_gives_no_score():
    assert meld_3(dialysis=True, creatinine_mg_per_dl=None) is None


def test_without_sodium_there_is_no_meld_na_however_low_meld_is():
    low = {"bilirubin_mg_per_dl": 1, "inr": 1, "creatinine_mg_per_dl": 1}
    assert value("meld-na", "meld_na", **low, sodium_mmol_per_l=None) is None


@pytest.mark.parametrize("name", ["meld-i", "meld-na", "meld-3"])
def test_the_points_stay_within_6_and_40(name):
    output = name.replace("-", "_")
    female = {"female": True} if name == "meld-3" else {}
    worst = {"bilirubin_mg_per_dl": 60, "inr": 12, "creatinine_mg_per_dl": 9}
    best = {"bilirubin_mg_per_dl": 0.3, "inr": 0.9, "creatinine_mg_per_dl": 0.5}
    calm = {} if name == "meld-i" else {"sodium_mmol_per_l": 140}
    good = {"albumin_g_per_dl": 4.5, "female": False} if name == "meld-3" else {}
    assert value(name, output, **worst, **female) == 40
    assert value(name, output, **best, **calm, **good) == 6


@pytest.mark.parametrize("name", ["meld-i", "meld-na", "meld-3"])
def test_below_12_years_there_is_no_meld(name):
    score = score_named(name)
    read = {entry.name for entry in score.inputs}
    known = {key: number for key, number in (LABORATORY | {"female": False}).items() if key in read}
    assert (
        score_one(score, known | {"age_years": 11.9}).outside == "This score is for candidates of 12 years and older."
    )
    assert score_one(score, known | {"age_years": 12}).outside == ""


def test_a_child_of_meld_3_has_one_constant_for_both_sexes():
    assert meld_3(female=True, age_at_registration_years=14) == meld_3(female=False, age_at_registration_years=14) == 27


def test_the_age_at_registration_selects_the_constant_not_the_age_now():
    registered_young = {"age_at_registration_years": 17.9, "age_years": 30}
    assert meld_3(female=True, **registered_young) == meld_3(female=False, **registered_young)
    adult = {"age_at_registration_years": 18, "age_years": 30}
    assert meld_3(female=True, **adult) > meld_3(female=False, **adult)


def test_whoever_was_registered_below_12_has_meld_3_from_12_on():
    assert meld_3(age_at_registration_years=5) is None
    assert meld_3(age_at_registration_years=5, age_years=13) == 27


def test_bilirubin_and_creatinine_may_come_in_micromol():
    other = {"inr": 1.8} | {"bilirubin_umol_per_l": 51.3, "creatinine_umol_per_l": 132.6}
    assert score_one(score_named("meld-i"), other).values == {"meld_i": 21}


def test_with_a_creatinine_near_its_cap_the_formula_of_meld_3_does_not_reward_a_lower_albumin():
    # 1.85 - 1.83 ln(creatinine) is negative above 2.75 mg/dL: a property of the published formula, kept as it is.
    low, high = ({"creatinine_mg_per_dl": 3.0, "albumin_g_per_dl": albumin} for albumin in (1.5, 3.5))
    unrounded = [value("meld-3", "meld_3_unrounded", female=False, **labs) for labs in (low, high)]
    assert unrounded[0] < unrounded[1]


@pytest.mark.parametrize("worsened", sorted(RANGES))
@settings(max_examples=25)
@given(data=st.data())
def test_a_worse_laboratory_value_never_lowers_meld_3(worsened, data):
    better, worse = data.draw(two_states(worsened))
    assert meld_3(**worse) >= meld_3(**better)


@pytest.mark.parametrize("worsened", sorted(set(RANGES) - {"albumin_g_per_dl"}))
@settings(max_examples=25)
@given(data=st.data())
def test_a_worse_laboratory_value_never_lowers_meld_na(worsened, data):
    better, worse = (
        {key: number for key, number in state.items() if key != "albumin_g_per_dl"}
        for state in data.draw(two_states(worsened))
    )
    assert value("meld-na", "meld_na", **worse) >= value("meld-na", "meld_na", **better)


@pytest.mark.parametrize(
    ("inputs", "raw", "points"),
    [
        ((0.5, 2.5, 12, 1.6, -2.5, 0.25, False), 22.4822, 22),
        ((3, 3.0, 20, 2.4, -1, 0.4, False), 32.1598, 32),
        ((8, 1.5, 30, 3.0, -3.2, 0.8, False), 46.6765, 47),
        ((11, 4.0, 1, 1.0, 0, 0.5, False), -0.9921, 6),
        ((1.0, 1.9, 4, 2.0, -5.5, 0.2, False), 24.4052, 24),
        ((2, 2.2, 45, 11, -6, 1.5, False), 69.2883, 69),
        ((5.5, 2.0, 8, 1.8, -2.1, 0.3, True), 37.8038, 38),
    ],
)
def test_peld_cr_gives_the_computed_examples(inputs, raw, points):
    names = ("age_years", "albumin_g_per_dl", "bilirubin_mg_per_dl", "inr", "smaller_z_score", "creatinine_mg_per_dl")
    given_inputs = dict(zip((*names, "dialysis"), inputs, strict=True))
    found = score_one(score_named("peld@cr-2023"), given_inputs).values
    assert (round(found["peld_unrounded"], 4), found["peld"]) == (raw, points)


def test_a_creatinine_below_the_floor_of_peld_cr_counts_as_the_floor():
    assert peld(creatinine_mg_per_dl=0.02) == peld(creatinine_mg_per_dl=0.2)


def test_peld_cr_is_unverified_and_says_why():
    score = score_named("peld@cr-2023")
    assert not score.verified
    assert "ln(.02)" in score.caution


@pytest.mark.parametrize("edition", ["legacy", "cr-2023"])
def test_from_12_years_there_is_no_peld(edition):
    score = score_named(f"peld@{edition}")
    read = {entry.name for entry in score.inputs}
    known = {key: number for key, number in (CHILD | {"infant": False, "growth_failure": True}).items() if key in read}
    assert score_one(score, known | {"age_years": 12}).outside == "This score is for candidates younger than 12 years."
    assert score_one(score, known | {"age_years": 11.9}).values["peld"] is not None


def test_the_older_peld_counts_growth_failure_more_than_age():
    score = score_named("peld@legacy")
    ones = {"bilirubin_mg_per_dl": 1, "inr": 1, "albumin_g_per_dl": 1}
    infant = score_one(score, ones | {"infant": True, "growth_failure": False}).values["peld_unrounded"]
    failing = score_one(score, ones | {"infant": False, "growth_failure": True}).values["peld_unrounded"]
    assert (infant, failing) == (pytest.approx(4.36), pytest.approx(6.67))

"""A law of every liver score from laboratory values, whatever its edition: who is more ill never has fewer points."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bequest.clinical.scores.registry import editions
from bequest.clinical.scores.score import score_one

SOME = settings(max_examples=max(settings.default.max_examples // 4, 10))
"""For each laboratory value of each score."""
RANGES = {
    "bilirubin_mg_per_dl": (0.1, 50),
    "bilirubin_umol_per_l": (2, 900),
    "creatinine_mg_per_dl": (0.1, 8),
    "creatinine_umol_per_l": (9, 700),
    "inr": (0.5, 12),
    "sodium_mmol_per_l": (105, 155),
    "albumin_g_per_dl": (0.8, 6),
}
LOW_IS_WORSE = frozenset({"sodium_mmol_per_l", "albumin_g_per_dl"})
OF_BENEFIT = frozenset({"uk-tbs"})
"""Counts the survival after a transplant as well, so that the most ill need not have the most points."""
# Where a published formula itself turns: 0.82 - 0.24 ln(bilirubin) and 1.85 - 1.83 ln(creatinine) are negative beyond.
# With dialysis the highest creatinine counts.
TURNS = {
    ("meld-3", "sodium_mmol_per_l"): {"bilirubin_mg_per_dl": (0.1, math.exp(0.82 / 0.24))},
    ("meld-3", "albumin_g_per_dl"): {"creatinine_mg_per_dl": (0.1, math.exp(1.85 / 1.83)), "dialysis": (False,)},
}
SCORES = {
    f"{score.name}@{score.edition} by {entry.name}": (score, entry.name)
    for score in editions()
    if score.name not in OF_BENEFIT and {"bilirubin", "inr"} <= {entry.name.partition("_")[0] for entry in score.inputs}
    for entry in score.inputs
    if entry.name in RANGES
}


@st.composite
def two_states(draw, score, worsened):
    """Return the inputs of one person, and the same with one laboratory value worse."""
    ranges = RANGES | TURNS.get((score.name, worsened), {})
    state = {entry.name: draw(_value(entry, ranges)) for entry in score.inputs}
    low, high = sorted((state[worsened], draw(st.floats(*ranges[worsened]))))
    better, worse = (high, low) if worsened in LOW_IS_WORSE else (low, high)
    return state | {worsened: better}, state | {worsened: worse}


def _value(entry, ranges):
    if entry.flag:
        return st.sampled_from(ranges.get(entry.name, (False, True)))
    if entry.name in ranges:
        return st.floats(*ranges[entry.name])
    return st.floats(0, 60) if entry.name.startswith("age") else st.floats(-6, 2)


def test_every_kind_of_meld_is_among_them():
    known = {name.partition("@")[0] for name in SCORES}
    assert {"meld-i", "meld-na", "meld-3", "peld", "ukeld", "et-lab-meld", "et-remeld", "et-remeld-na"} <= known


@pytest.mark.parametrize(("score", "worsened"), SCORES.values(), ids=SCORES)
@SOME
@given(data=st.data())
def test_a_worse_laboratory_value_never_lowers_a_liver_score(score, worsened, data):
    better, worse = (score_one(score, state).values for state in data.draw(two_states(score, worsened)))
    points = score.outputs[0].name
    assert better[points] is None or worse[points] >= better[points]

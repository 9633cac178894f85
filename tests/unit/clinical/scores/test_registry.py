from __future__ import annotations

import pkgutil
from importlib import import_module

import numpy as np
import pytest

from bequest.clinical import scores as room
from bequest.clinical.scores.registry import MODULES, NOT_OFFERED, editions, score_named, scores
from bequest.clinical.scores.score import nothing, score_columns
from bequest.model.errors import InputError

NAMES = sorted(key for key in scores() if "@" in key)


def test_every_module_with_scores_is_in_the_list():
    modules = [module.name for module in pkgutil.iter_modules(room.__path__)]
    with_scores = [name for name in modules if hasattr(import_module(f"{room.__name__}.{name}"), "SCORES")]
    assert sorted(MODULES) == with_scores


def test_the_bare_name_is_the_newest_edition():
    assert score_named("peld") is score_named("peld@cr-2023")
    assert score_named("kdpi") is score_named("kdpi@2025")
    assert score_named("epts") is score_named("epts@2024")


def test_editions_holds_each_once():
    assert len(editions()) == len(NAMES)


def test_an_unknown_score_is_told_with_the_known_ones():
    with pytest.raises(
        InputError, match=r"There is no score 'mled'; there are au-kidney-mismatch, au-kidney-mismatch@"
    ):
        score_named("mled")


def test_an_unknown_edition_is_told_with_those_of_the_name():
    with pytest.raises(InputError, match=r"There is no score 'peld@1999'; there are peld@cr-2023, peld@legacy\.$"):
        score_named("peld@1999")


@pytest.mark.parametrize(
    "name",
    ["meld-i", "meld-na", "meld-3", "ukeld", "peld@legacy", "peld@cr-2023", "kdpi", "epts", "lung-las@optn-2021",
     "lung-cas", "uk-kdri", "uk-krri", "uk-tbs", "et-remeld-na", "cpra", "et-mmp", "et-exception-meld",
     "et-exception-remeld-na", "et-bonus-meld", "et-lab-meld", "ch-liver"],
)  # fmt: skip
def test_the_scores_of_the_field_are_there(name):
    assert score_named(name) in editions()


@pytest.mark.parametrize("one", NOT_OFFERED)
def test_an_edition_that_is_not_offered_says_why(one):
    with pytest.raises(InputError, match=f"'{one.name}@{one.edition}' is not offered: {one.why}"):
        score_named(f"{one.name}@{one.edition}")


def test_what_is_not_offered_is_an_edition_of_a_score_that_is():
    assert {one.name for one in NOT_OFFERED} <= {one.name for one in editions()}


@pytest.mark.parametrize("name", NAMES)
def test_a_score_gives_the_outputs_it_names_in_the_shape_of_its_inputs(name):
    score = score_named(name)
    found = score.compute({entry.name: nothing(entry, 3) for entry in score.inputs})
    assert set(found) == {output.name for output in score.outputs}
    assert {values.shape for values in found.values()} == {(3,)}


@pytest.mark.parametrize("name", NAMES)
def test_without_a_required_input_there_is_no_score(name):
    score = score_named(name)
    full = {entry.name: np.full_like(nothing(entry, 1), _middle(entry)) for entry in score.inputs}
    for entry in score.inputs:
        without = {key: value for key, value in full.items() if key != entry.name}
        found = score_columns(score, without)
        assert not entry.required or all(np.isnan(values).all() for values in found.values())


@pytest.mark.parametrize("name", NAMES)
def test_a_score_says_where_it_comes_from_and_each_sensitive_input_is_one_of_its_inputs(name):
    score = score_named(name)
    assert score.source
    assert score.title
    assert set(score.sensitive) <= {entry.name for entry in score.inputs}
    assert score.verified or score.caution


def _middle(entry):
    if entry.flag or entry.choices:
        return 0.0
    return max(entry.low, min(entry.high, 1.0))

from __future__ import annotations

import numpy as np
import pytest

from bequest.clinical.cpra import cpra_percent
from bequest.clinical.equivalences import Edition
from bequest.clinical.scores.cpra import SCORES
from bequest.clinical.scores.registry import score_named
from bequest.clinical.scores.score import score_columns, score_one
from bequest.model.errors import InputError

OPTN_2017, OPTN_2025, WHO = SCORES


def percent(score, listed) -> float | None:
    return score_one(score, {"unacceptable_antigens": listed}).values["cpra_percent"]


@pytest.mark.parametrize(
    ("score", "edition"), [(OPTN_2017, Edition.OPTN_2017), (OPTN_2025, Edition.OPTN_2025), (WHO, Edition.WHO)]
)
@pytest.mark.parametrize("listed", ["A2", "A9 B44", "DR15 DQ6 Cw7", "A*24:02"])
def test_an_edition_counts_by_its_own_equivalences(score, edition, listed) -> None:
    assert percent(score, listed) == float(cpra_percent(listed.split(), edition))


def test_the_editions_differ_where_their_tables_do() -> None:
    assert [percent(score, "B4005") for score in SCORES] == [2.4126, 0.1598, 0.1598]
    assert [percent(score, "B50") for score in SCORES] == [2.4126, 2.4126, 2.2556]


def test_the_bare_name_is_the_edition_that_is_verified() -> None:
    assert score_named("cpra") is OPTN_2017
    assert [score.verified for score in SCORES] == [True, False, False]


@pytest.mark.parametrize("listed", ["A2, B44", "B44 A2", ["A2", "B44"]])
def test_a_list_is_a_text_or_a_list_of_names_in_any_order(listed) -> None:
    assert percent(OPTN_2017, listed) == float(cpra_percent(["A2", "B44"]))


@pytest.mark.parametrize("listed", ["", []])
def test_an_empty_list_has_no_cpra_which_is_not_0(listed) -> None:
    scored = score_one(OPTN_2017, {"unacceptable_antigens": listed})
    assert scored.values == {"cpra_percent": None}
    assert scored.outside == "This score is for candidates with an unacceptable antigen."


def test_a_list_that_is_not_given_is_missing() -> None:
    assert score_one(OPTN_2017, {}).missing == ("unacceptable_antigens",)


@pytest.mark.parametrize(
    ("listed", "told"),
    [
        ("A2 Q", "'Q' is no HLA antigen or allele"),
        ("DP1", "so cPRA cannot count"),
        (7, "'7' is no list; write names with blanks between them"),
    ],
)
def test_what_cannot_be_counted_is_told(listed, told) -> None:
    with pytest.raises(InputError, match=told):
        percent(OPTN_2017, listed)


def test_many_people_are_worked_out_at_once() -> None:
    (entry,) = OPTN_2017.inputs
    listed = np.zeros((3, len(entry.choices)))
    listed[0, entry.choices.index("A2")] = 1
    listed[2] = np.nan
    found = score_columns(OPTN_2017, {entry.name: listed})["cpra_percent"]
    assert found[0] == float(cpra_percent(["A2"]))
    assert np.isnan(found[1:]).all()


def test_a_mark_that_is_neither_0_nor_1_is_told_with_its_row() -> None:
    (entry,) = OPTN_2017.inputs
    listed = np.zeros((2, len(entry.choices)))
    listed[1, 5] = 2
    with pytest.raises(InputError, match=r"row 1: 2 is out of range \(1 in all\)"):
        score_columns(OPTN_2017, {entry.name: listed})

"""The mismatch probability of Eurotransplant."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bequest.clinical.scores.et_mismatch_probability import BLOOD_GROUPS, SCORES, mismatch_probability
from bequest.clinical.scores.score import score_one
from bequest.clinical.typing import typing_columns
from bequest.model.errors import InputError

PUBLISHED = Path(__file__).parents[3] / "published" / "data" / "eurotransplant" / "mmp.json"
CASES = json.loads(PUBLISHED.read_text(encoding="utf-8"))["cases"]
(MMP,) = SCORES
TYPED = {"a_1": "A1", "a_2": "A2", "b_1": "B7", "b_2": "B8", "dr_1": "DR1", "dr_2": "DR4"}


def test_all_thirty_candidates_have_the_published_values_at_once() -> None:
    found = mismatch_probability(
        typing_columns([case["typing"] for case in CASES]),
        np.array([float(BLOOD_GROUPS.index(case["bg"])) for case in CASES]),
        np.array([100.0 * case["vpra"] for case in CASES]),
    )
    assert len(CASES) == 30
    assert found.broad.tolist() == [case["mmp_broad"] for case in CASES]
    assert found.split.tolist() == [case["mmp_split"] for case in CASES]
    assert found.frequency_broad.tolist() == [case["mismatchfreq_broad"] for case in CASES]
    assert found.frequency_split.tolist() == [case["mismatchfreq_split"] for case in CASES]


def test_one_candidate_is_scored_by_antigens() -> None:
    scored = score_one(MMP, {**TYPED, "blood_group": "O", "vpra_fraction": 0})
    assert scored.values["mmp_broad"] == 0.51


def test_a_homozygous_locus_is_left_with_one_antigen() -> None:
    given = {"a_1": "A29", "a_2": "A33", "b_1": "B57", "dr_1": "DR18", "blood_group": "AB", "vpra_percent": 50}
    assert score_one(MMP, given).values == {
        "mmp_split": 99.8833,
        "mmp_broad": 99.8818,
        "mismatch_frequency_split": 94.541,
        "mismatch_frequency_broad": 94.4717,
    }


def test_an_unknown_dr_split_leaves_the_values_by_splits_open() -> None:
    given = {**TYPED, "dr_2": "DR5", "blood_group": "O", "vpra_percent": 0}
    values = score_one(MMP, given).values
    assert values["mmp_split"] is None
    assert values["mmp_broad"] is not None


def test_a_rarer_antigen_than_the_table_counts_a_little() -> None:
    found = mismatch_probability(typing_columns(["A43 A2 B7 B8 DR1 DR4"]), np.array([0.0]), np.array([0.0]))
    assert found.broad[0] > 0.51


def test_a_candidate_who_is_not_typed_has_no_probability() -> None:
    found = mismatch_probability(typing_columns(["A1 B7", None]), np.array([0.0, 0.0]), np.array([0.0, 0.0]))
    assert np.isnan([found.broad, found.split, found.frequency_broad, found.frequency_split]).all()


def test_without_a_blood_group_the_frequency_on_hla_alone_remains() -> None:
    found = mismatch_probability(typing_columns(["A1 A2 B7 B8 DR1 DR4"]), np.array([np.nan]), np.array([0.0]))
    assert np.isnan(found.broad[0])
    assert found.frequency_broad[0] >= 0


def test_an_unknown_antigen_is_refused() -> None:
    with pytest.raises(InputError, match="'A99' is none of A1, A2"):
        score_one(MMP, {**TYPED, "a_1": "A99"})

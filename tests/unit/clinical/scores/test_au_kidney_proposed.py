"""The kidney scheme proposed for Australia."""

from __future__ import annotations

import pytest

from bequest.clinical.scores.au_kidney_proposed import SCORES
from bequest.clinical.scores.score import score_one

MISMATCH, SHARING = SCORES


def mismatches(a, b, dr, dq):
    return {"hla_a_mismatches": a, "hla_b_mismatches": b, "hla_dr_mismatches": dr, "hla_dq_mismatches": dq}


@pytest.mark.parametrize(
    ("counts", "score"), [((1, 2, 1, 0), 7.0), ((0, 0, 0, 0), 0.0), ((2, 2, 2, 2), 17.0), ((0, 0, 0, 1), 3.0)]
)
def test_mismatches_are_weighed_by_locus(counts, score):
    assert score_one(MISMATCH, mismatches(*counts)).values == {"mismatch_score": score}


def test_an_untyped_locus_leaves_no_score():
    assert score_one(MISMATCH, mismatches(1, 2, 1, None)).values == {"mismatch_score": None}


@pytest.mark.parametrize(("owed", "least"), [(4, 10.0), (0, 12.0), (-4, 14.0), (-6, 15.0), (-7, 15.0)])
def test_a_kidney_travels_the_sooner_the_more_its_state_owes(owed, least):
    assert score_one(SHARING, {"kidneys_owed_to_recipient_state": owed}).values == {"least_score": least}

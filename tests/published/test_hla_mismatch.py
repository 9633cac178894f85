"""Mismatch counts of the public Eurotransplant kidney simulator, 100 pairs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bequest.clinical.mismatch import PairMismatches, mismatches_of_pair
from bequest.clinical.typing import parse_antigen_list

CASES = json.loads((Path(__file__).parent / "data" / "hla_mismatch.json").read_text(encoding="utf-8"))["cases"]


def test_all_hundred_pairs_are_here() -> None:
    assert len(CASES) == 100


@pytest.mark.parametrize("case", CASES, ids=[f"pair-{number:03d}" for number in range(len(CASES))])
def test_a_pair_has_the_published_mismatches(case: dict[str, object]) -> None:
    found = mismatches_of_pair(parse_antigen_list(case["donor"]), parse_antigen_list(case["patient"]))
    assert found == PairMismatches(case["mm_a_broad"], case["mm_b_broad"], case["mm_dr_split"])

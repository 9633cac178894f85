"""Mismatches: broads at A and B, splits at DR, with the rule for splits that are not known."""

from __future__ import annotations

import pytest

from bequest.clinical.mismatch import PairMismatches, mismatches, mismatches_of_pair
from bequest.clinical.typing import parse_typing, typing_columns


@pytest.mark.parametrize(
    ("donor", "candidate", "counts"),
    [
        ("A1 A2 B8 B44 DR4 DR17", "A1 A2 B8 B44 DR4 DR17", (0, 0, 0)),
        ("A1 A2 B8 B44 DR4 DR17", "A3 A11 B7 B35 DR1 DR15", (2, 2, 2)),
        ("A1 B8 DR4", "A3 A11 B7 B35 DR1 DR15", (1, 1, 1)),
        ("A23 B44 DR4", "A24 B45 DR4", (0, 0, 0)),
        ("A*24:02 B*44:02 DRB1*04:01", "A9 B12 DR4", (0, 0, 0)),
        ("A203 B8 DR103", "A2 B8 DR1", (0, 0, 0)),
    ],
)
def test_an_antigen_the_candidate_lacks_is_a_mismatch(donor: str, candidate: str, counts: tuple[int, int, int]) -> None:
    found = mismatches_of_pair(parse_typing(donor), parse_typing(candidate))
    assert found == PairMismatches(*counts)


@pytest.mark.parametrize(
    ("donor", "candidate", "count"),
    [
        ("DR15", "DR16", 1),
        ("DR17", "DR18", 0),
        ("DR17", "DR3", 0),
        ("DR2", "DR15", 0),
        ("DR15", "DR2", 0),
        ("DR15 DR4", "DR2 DR4", 0),
        ("DR15 DR11", "DR2 DR12", 1),
        ("DR2 DR11", "DR15 DR12", 1),
        ("DR2 DR11", "DR15 DR5", 0),
        ("DR6 DR4", "DR13 DR14", 1),
        ("DR13 DR14", "DR6", 0),
        ("DR2 DR6", "DR1 DR4", 2),
        ("DR2 DR7", "DR15 DR16", 1),
    ],
)
def test_dr_is_compared_by_splits_or_by_what_both_sides_know(donor: str, candidate: str, count: int) -> None:
    found = mismatches_of_pair(parse_typing(f"A1 B8 {donor}"), parse_typing(f"A1 B8 {candidate}"))
    assert found == PairMismatches(0, 0, count)


@pytest.mark.parametrize("text", [None, "A1 B8", "A1 DR4", "B8 DR4", "A1 B? DR4"])
def test_a_pair_is_not_scored_when_a_side_lacks_a_locus(text: str | None) -> None:
    full, partial = parse_typing("A1 B8 DR4"), parse_typing(text)
    assert mismatches_of_pair(full, partial) is None
    assert mismatches_of_pair(partial, full) is None


def test_a_pool_is_counted_row_by_row() -> None:
    columns = typing_columns(["A1 B8 DR4", None, "A2 B8 DR7", "A1 B7 DR4"])
    found = mismatches(parse_typing("A1 B8 DR4"), columns)
    assert found.a.tolist() == [0, -1, 1, 0]
    assert found.b.tolist() == [0, -1, 0, 1]
    assert found.dr.tolist() == [0, -1, 1, 0]


def test_a_donor_who_is_not_typed_leaves_every_row_unscored() -> None:
    found = mismatches(parse_typing("A1 B8"), typing_columns(["A1 B8 DR4", None]))
    assert found.a.tolist() == found.b.tolist() == found.dr.tolist() == [-1, -1]


def test_a_pool_of_nobody_has_no_counts() -> None:
    assert mismatches(parse_typing("A1 B8 DR4"), typing_columns([])).a.tolist() == []

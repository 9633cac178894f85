"""What a listed unacceptable antigen covers, in its own direction only."""

from __future__ import annotations

import pytest

from bequest.clinical.antigens import antigen, bearer
from bequest.clinical.equivalences import (
    Edition,
    covered,
    covered_by_one,
    public_epitopes,
    with_complete_broads,
)


def covers(listed: str, carried: str, edition: Edition) -> bool:
    return bool(covered_by_one(listed, edition) >> bearer(carried).bit & 1)


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize(
    ("listed", "carried"),
    [("A9", "A24"), ("A9", "A*24:02"), ("A24", "A2403"), ("A2", "A203"), ("B5", "B51"), ("DR52", "DRB3*02:02")],
)
def test_an_antigen_covers_what_stands_below_it(listed: str, carried: str, edition: Edition) -> None:
    assert covers(listed, carried, edition)


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize(
    ("listed", "carried"),
    [("A24", "A9"), ("A2403", "A24"), ("A23", "A24"), ("A*02:01", "A2"), ("A*02:01", "A*02:03"), ("B51", "B5")],
)
def test_what_stands_below_never_covers_what_is_above_or_beside(listed: str, carried: str, edition: Edition) -> None:
    assert not covers(listed, carried, edition)


@pytest.mark.parametrize(
    ("listed", "carried", "edition", "expected"),
    [
        ("DQ7", "DQ3", Edition.OPTN_2017, True),
        ("DQ7", "DQ8", Edition.OPTN_2017, False),
        ("DQ7", "DQ3", Edition.OPTN_2025, False),
        ("B5", "B78", Edition.OPTN_2017, True),
        ("B5", "B78", Edition.OPTN_2025, False),
        ("B15", "B72", Edition.OPTN_2025, True),
        ("B15", "B72", Edition.WHO, False),
        ("B*14:01", "B64", Edition.OPTN_2025, True),
        ("B64", "B*14:01", Edition.OPTN_2025, True),
        ("B*14:01", "B65", Edition.OPTN_2025, False),
        ("B50", "B4005", Edition.OPTN_2025, True),
        ("B50", "B*40:05", Edition.OPTN_2025, True),
        ("A3", "A*32:04", Edition.OPTN_2025, True),
        ("DPB1*04:01", "DPB1*350:01", Edition.OPTN_2025, True),
        ("DPB1*04:01", "DPB1*126:01", Edition.OPTN_2025, True),
        ("DPB1*126:01", "DPB1*04:01", Edition.OPTN_2025, False),
    ],
)
def test_an_edition_adds_its_own_rows(listed: str, carried: str, edition: Edition, *, expected: bool) -> None:
    assert covers(listed, carried, edition) is expected


def test_a_row_is_not_closed_over_the_rows_of_what_it_covers() -> None:
    assert covers("B21", "B4005", Edition.OPTN_2017)
    assert covers("B4005", "B50", Edition.OPTN_2017)
    assert not covers("B4005", "B49", Edition.OPTN_2017)


def test_a_broad_antigen_is_covered_when_all_its_splits_are_listed() -> None:
    broad = 1 << antigen("A9").bit
    assert covered(["A23", "A24"], Edition.WHO) & broad
    assert not covered(["A23"], Edition.WHO) & broad
    assert with_complete_broads(["A24", "A23", "A1"]) == ("A1", "A23", "A24", "A9")
    assert with_complete_broads(["A24"]) == ("A24",)


def test_a_completed_broad_antigen_covers_no_more_than_itself() -> None:
    every_split = ["A25", "A26", "A34", "A66"]
    assert not covered(every_split, Edition.OPTN_2025) >> antigen("A43").bit & 1
    assert covered(["A10"], Edition.OPTN_2025) >> antigen("A43").bit & 1


def test_nothing_listed_covers_nothing() -> None:
    assert covered([]) == 0


@pytest.mark.parametrize(
    ("name", "epitopes"),
    [
        ("B8", ("Bw6",)),
        ("B44", ("Bw4",)),
        ("B27", ("Bw4",)),
        ("B*27:08", ("Bw6",)),
        ("B*08:02", ("Bw4",)),
        ("B*44:04", ("Bw4",)),
        ("B46", ()),
        ("B12", None),
        ("B15", None),
    ],
)
def test_bw4_and_bw6_follow_from_hla_b(name: str, epitopes: tuple[str, ...] | None) -> None:
    assert public_epitopes(name) == epitopes

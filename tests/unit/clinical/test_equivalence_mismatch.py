"""Mismatches by the equivalences of the OPTN: rows of the table, older names, one antigen for two copies."""

from __future__ import annotations

import pytest

from bequest.clinical.antigens import Locus
from bequest.clinical.equivalence_mismatch import LOCI, equivalence_mismatches, without_mismatch
from bequest.clinical.typing import parse_typing, typing_columns
from bequest.model.tables import read_rows

DONOR = "A1 A2 B8 B44 DR4 DR17"


def counted(donor: str, candidate: str | None, locus: Locus = Locus.DR) -> int:
    return int(equivalence_mismatches(parse_typing(donor), typing_columns([candidate]), locus)[0])


def whole(donor: str, candidate: str | None) -> int:
    return int(without_mismatch(parse_typing(donor), typing_columns([candidate]))[0])


@pytest.mark.parametrize(
    ("donor", "candidate", "expected"),
    [
        (DONOR, DONOR, 1),
        (DONOR, "A*01:01 A*02:05 B*08:01 B*44:02 DRB1*04:01 DRB1*03:01", 1),
        ("A*02:01 B*08:01 DRB1*04:01", "A*02:06 A3 B8 DRB1*04:05", 1),
        ("A1 B8 DR4", DONOR, 1),
        (DONOR, "A1 B8 DR4", 0),
        ("A3 A2 B8 B44 DR4 DR17", DONOR, 0),
        (DONOR, "A1 A2 B8 B44 DR4 DR18", 0),
    ],
)
def test_there_is_no_mismatch_where_every_donor_antigen_has_an_equivalent(
    donor: str, candidate: str, expected: int
) -> None:
    assert whole(donor, candidate) == expected


@pytest.mark.parametrize(
    ("donor", "candidate", "locus", "count"),
    [
        ("A24", "A9", Locus.A, 1),
        ("A9", "A24", Locus.A, 1),
        ("DR3", "DR17", Locus.DR, 1),
        ("DR1", "DR103", Locus.DR, 1),
        ("A203", "A2", Locus.A, 0),
        ("A2403", "A24", Locus.A, 0),
        ("B4005", "B50", Locus.B, 0),
        ("B*40:05", "B50", Locus.B, 0),
        ("B4005", "B21", Locus.B, 1),
        ("B27", "B2708", Locus.B, 1),
        ("B*27:08", "B2708", Locus.B, 0),
        ("B*50:02", "B45", Locus.B, 0),
        ("A*32:04", "A3", Locus.A, 0),
        ("B83", "B83", Locus.B, 0),
        ("B*82:01", "B82", Locus.B, 0),
    ],
)
def test_the_rows_of_the_table_decide_what_is_equivalent(donor: str, candidate: str, locus: Locus, count: int) -> None:
    assert counted(donor, candidate, locus) == count


@pytest.mark.parametrize(
    ("donor", "candidate", "count"),
    [
        ("DR4 DR17", "DR4 DR17", 0),
        ("DR4 DR17", "DR4 DR1", 1),
        ("DR4 DR17", "DR1 DR15", 2),
        ("DR4", "DR1 DR15", 1),
        ("DRB1*04:01 DRB1*04:05", "DR1 DR15", 1),
    ],
)
def test_a_donor_has_as_many_mismatches_as_antigens_that_differ(donor: str, candidate: str, count: int) -> None:
    assert counted(donor, candidate) == count


@pytest.mark.parametrize(
    ("donor", "candidate", "expected"),
    [
        (DONOR, None, -1),
        (DONOR, "A1 A2 B8 B44", -1),
        ("A1 A2 B8 B44", DONOR, -1),
        ("A1 A*02:01/A*03:01 B8 B44 DR4 DR17", DONOR, -1),
        (DONOR, "A3 A2 B8 B44", 0),
    ],
)
def test_without_a_typing_it_is_not_known_unless_another_locus_mismatches(
    donor: str, candidate: str | None, expected: int
) -> None:
    assert whole(donor, candidate) == expected


@pytest.mark.parametrize(
    "line", read_rows("hla/optn_matching_2025-12-10.csv"), ids=lambda line: line["locus"] + line["value"]
)
def test_every_value_of_the_table_is_equivalent_to_the_first_of_its_row(line: dict[str, str]) -> None:
    first = next(
        other
        for other in read_rows("hla/optn_matching_2025-12-10.csv")
        if (other["locus"], other["row"]) == (line["locus"], line["row"])
    )
    locus = {"A": Locus.A, "B": Locus.B, "DR": Locus.DR}[line["locus"]]
    assert locus in LOCI
    assert counted(_written(line), _written(first), locus) == 0
    assert counted(_written(first), _written(line), locus) == 0


def _written(line: dict[str, str]) -> str:
    gene = {"A": "A", "B": "B", "DR": "DRB1"}[line["locus"]]
    return f"{gene}*{line['value']}" if ":" in line["value"] else f"{line['locus']}{line['value']}"

"""The virtual crossmatch: negative, positive, or cannot be judged."""

from __future__ import annotations

import pytest

from bequest.clinical.crossmatch import crossmatch, crossmatch_of_pair, parse_unacceptable, unacceptable_columns
from bequest.clinical.equivalences import Edition
from bequest.clinical.typing import parse_typing
from bequest.model.errors import InputError

NEGATIVE, POSITIVE, NOT_JUDGED = 0, 1, -1
DONOR = "A2 A24 B8 B44 Cw7 Cw5 DR4 DR17 DR52 DR53 DQ2 DQ8"


@pytest.mark.parametrize(
    ("donor", "unacceptable", "result"),
    [
        (DONOR, "A1 B7", NEGATIVE),
        (DONOR, "A1 A2", POSITIVE),
        (DONOR, "A9", POSITIVE),
        (DONOR, "A23", NEGATIVE),
        (DONOR, "none", NEGATIVE),
        (DONOR, "None", NEGATIVE),
        (DONOR, None, NOT_JUDGED),
        (DONOR, "", NOT_JUDGED),
        (DONOR, "  ", NOT_JUDGED),
        (DONOR, "Bw4", POSITIVE),
        (DONOR, "Bw6", POSITIVE),
        ("B44 B51", "Bw6", NEGATIVE),
        (DONOR, "DR51", NEGATIVE),
        (DONOR, "DR52", POSITIVE),
        (DONOR, "DQA1*05", NOT_JUDGED),
        (DONOR, "DPB1*04:01", NOT_JUDGED),
        (DONOR, "DQA1*05 A2", POSITIVE),
        ("A2 B8 DR4", "DR52", NOT_JUDGED),
        ("A9 A2", "A24", NOT_JUDGED),
        ("A9 A2", "A23 A24", POSITIVE),
        ("A9 A2", "A9", POSITIVE),
        ("A9 A2", "A11", NEGATIVE),
        ("A24", "A*24:02", NOT_JUDGED),
        ("A*24:02", "A*24:02", POSITIVE),
        ("A*24:03", "A*24:02", NEGATIVE),
        ("A*24:02", "A24", POSITIVE),
        ("A*24:02", "A9", POSITIVE),
        ("A*02:17", "A2", POSITIVE),
        ("A*02:17", "A*02:01", NEGATIVE),
        ("A*23:01/A*24:02", "A24", NOT_JUDGED),
        ("A*23:01/A*24:02", "A9", POSITIVE),
        ("A*23:01/A*24:02", "A1", NEGATIVE),
        ("B*15:01/B*15:03", "B62", NOT_JUDGED),
        ("B*15:01/B*15:03", "B8", NEGATIVE),
        ("A?", "A1", NOT_JUDGED),
        ("A*24:09N+A*01:01", "A24", NEGATIVE),
        ("B12 B8", "Bw4", NOT_JUDGED),
        (None, "A1", NOT_JUDGED),
        (None, "none", NEGATIVE),
    ],
)
def test_a_pair_is_judged(donor: str | None, unacceptable: str | None, result: int) -> None:
    assert crossmatch_of_pair(parse_typing(donor), unacceptable) == result


def test_a_pool_is_judged_row_by_row() -> None:
    columns = unacceptable_columns(["A2", None, "none", "A1", "DQA1*05", "A2"])
    assert crossmatch(parse_typing(DONOR), columns).tolist() == [1, -1, 0, 0, -1, 1]
    assert columns.listed.tolist() == [True, False, True, True, True, True]
    assert len(columns) == 6


def test_the_edition_of_the_table_decides_what_a_list_covers() -> None:
    donor = parse_typing("DQ3")
    assert crossmatch(donor, unacceptable_columns(["DQ7"], Edition.OPTN_2017)).tolist() == [1]
    assert crossmatch(donor, unacceptable_columns(["DQ7"], Edition.OPTN_2025)).tolist() == [-1]


def test_a_list_is_read_into_canonical_names() -> None:
    assert parse_unacceptable("b44 A02 C*03 A2") == ("A2", "B44", "Cw3")
    assert parse_unacceptable("NONE") == ()
    assert parse_unacceptable(None) is None


def test_none_beside_an_antigen_is_refused() -> None:
    with pytest.raises(InputError, match="'none A2' says none and names antigens"):
        parse_unacceptable("none A2")


def test_every_wrong_row_is_reported_at_once() -> None:
    with pytest.raises(InputError) as error:
        unacceptable_columns(["A1", "A4", "none A2", None])
    assert [problem[:32] for problem in error.value.problems] == [
        "Unacceptable antigens in row 2: ",
        "Unacceptable antigens in row 3: ",
    ]


def test_a_pool_of_nobody_has_nothing_to_judge() -> None:
    assert crossmatch(parse_typing(DONOR), unacceptable_columns([])).tolist() == []


def test_columns_cannot_be_changed() -> None:
    assert not unacceptable_columns(["A1", None]).not_known.flags.writeable

"""Typings and lists of antigens that cannot be read are reported by row, without repeating the typing."""

import polars as pl
import pytest

from bequest.files.judge import Judged, judge
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame
from bequest.files.typings import check_typings, has_wrong_names
from bequest.model.column import Table
from bequest.model.errors import InputError
from file_tables import CENTRES, REGISTRATION, Row


def judged(*rows: Row) -> Judged:
    return judge(raw_frame(pl.DataFrame(rows), "t.csv"), Table.REGISTRATION)


def problems_of(found: Judged) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        raise_problems(found.problems)
    return caught.value.problems


def test_right_typings_are_no_problem():
    found = judged(REGISTRATION, {**REGISTRATION, "registration": "R-2", "hla": "", "unacceptable_antigens": ""})

    check_typings(found)

    assert found.problems.count == 0


def test_every_row_of_a_wrong_typing_is_reported_with_the_wrong_name_and_the_nearest():
    row = {**REGISTRATION, "hla": "A1 A99 B8"}
    found = judged(row, {**row, "registration": "R-2"}, {**REGISTRATION, "registration": "R-3"})

    check_typings(found)

    assert [problem.split(": ")[0] for problem in problems_of(found)] == [
        "t.csv, row 1 (R-1), column 'hla'",
        "t.csv, row 2 (R-2), column 'hla'",
    ]
    assert "'A99' is no HLA antigen" in problems_of(found)[0]


def test_a_typing_that_consists_of_a_wrong_name_shows_that_name():
    found = judged({**REGISTRATION, "hla": "A99"})

    check_typings(found)

    assert "'A99' is no HLA antigen" in problems_of(found)[0]


def test_the_typing_of_a_person_is_not_repeated():
    found = judged({**REGISTRATION, "hla": "A1 A2 A3", "unacceptable_antigens": "none B7"})

    check_typings(found)

    assert [problem.split(": ")[1].split(";")[0] for problem in problems_of(found)] == [
        "the text names more than two antigens at a locus",
        "the text says none and names antigens",
    ]


def test_only_the_asked_rows_are_looked_at():
    found = judged({**REGISTRATION, "hla": "A99"}, {**REGISTRATION, "registration": "R-2"})

    check_typings(found, [1])

    assert found.problems.count == 0


def test_after_200_different_wrong_typings_no_more_are_read_and_the_error_says_so():
    rows = [{**REGISTRATION, "registration": f"R-{number}", "hla": f"X{number}"} for number in range(202)]
    found = judged(*rows)

    check_typings(found)

    assert found.problems.count == 201
    assert problems_of(found)[0] == (
        "t.csv, column 'hla': 200 different texts cannot be read; no further ones were looked for."
    )


def test_a_table_without_typings_has_no_problem():
    found = judge(raw_frame(pl.DataFrame(CENTRES), "t.csv"), Table.CENTRE)
    untyped = judge(raw_frame(pl.DataFrame([REGISTRATION]).drop("hla"), "t.csv"), Table.REGISTRATION)

    check_typings(found)
    check_typings(untyped)

    assert found.problems.count == untyped.problems.count == 0


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, False),
        ({"hla": "", "unacceptable_antigens": ""}, False),
        ({"hla": "A1  A2 A3"}, False),
        ({"hla": "A1 A99"}, True),
        ({"unacceptable_antigens": "B7 B777"}, True),
    ],
)
def test_wrong_names_are_found_without_reading_whole_typings(changes: Row, wrong: object):
    assert has_wrong_names(judged(REGISTRATION, {**REGISTRATION, "registration": "R-2", **changes})) is wrong

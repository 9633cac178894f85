"""Every cell of a table is judged, and every wrong one is reported at once."""

import polars as pl
import pytest

from bequest.files.judge import Judged, judge
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame
from bequest.model.column import Table
from bequest.model.errors import InputError, RefusedError
from file_tables import CENTRES, DONOR, REGISTRATION, Row


def judged(table: Table, *rows: Row) -> Judged:
    return judge(raw_frame(pl.DataFrame(rows), "t.csv"), table)


def problems_of(found: Judged) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        raise_problems(found.problems)
    return caught.value.problems


def test_a_right_table_has_no_problem_and_the_dictionary_order():
    found = judged(Table.CENTRE, {"kind": "transplant", **CENTRES[0]}, CENTRES[1])

    assert found.problems.count == 0
    assert found.frame.columns == ["centre", "kind", "synthetic", "name", "country", "latitude_deg", "longitude_deg"]
    assert found.frame["name"].to_list() == ["Clinic by the lake", None]


def test_all_wrong_cells_of_all_rows_are_reported_by_row():
    found = judged(
        Table.REGISTRATION,
        {**REGISTRATION, "weight_kg": "heavy", "centre": ""},
        {**REGISTRATION, "registration": "R-2", "blood_group": "X"},
    )

    assert problems_of(found) == (
        (
            "t.csv, row 1 (R-1), column 'centre': missing; every registration has a value here "
            "(transplant centre that listed the candidate)."
        ),
        "t.csv, row 1 (R-1), column 'weight_kg': 'heavy' is no number; give 0.3 to 400 kg.",
        (
            "t.csv, row 2 (R-2), column 'blood_group': 'X' is none of the codes; choose one of: O, A, A1, A2, B, "
            "AB, A1B, A2B."
        ),
    )


def test_a_wrong_cell_is_null_and_marked_unreadable():
    found = judged(Table.REGISTRATION, {**REGISTRATION, "weight_kg": "heavy"})

    assert found.frame["weight_kg"].to_list() == [None]
    assert found.unreadable["weight_kg"].tolist() == [True]
    assert found.unreadable["height_cm"].tolist() == [False]


def test_an_identifier_that_stands_twice_is_named_with_both_rows():
    found = judged(Table.DONOR, DONOR, {**DONOR, "donor": "D-2"}, {**DONOR, "donor": ""}, DONOR, DONOR)

    assert problems_of(found) == (
        "t.csv, row 4 (D-1), column 'donor': it stands in row 1 too; every donor has its own identifier.",
        "t.csv, row 5 (D-1), column 'donor': it stands in row 1 too; every donor has its own identifier.",
    )


def test_what_a_donor_lacks_is_left_to_the_gates_of_donors():
    assert judged(Table.DONOR, {**DONOR, "consent_basis": ""}).problems.count == 0


def test_a_column_of_the_wrong_type_is_reported_once():
    frame = pl.DataFrame([REGISTRATION, REGISTRATION]).with_columns(registration=pl.lit(7), weight_kg=pl.lit(b"x"))

    found = judge(raw_frame(frame, "t.parquet"), Table.REGISTRATION)

    assert problems_of(found) == (
        "t.parquet, column 'registration': the column holds numbers; store text.",
        "t.parquet, column 'weight_kg': the column holds values of a type that no table here has; store numbers.",
    )
    assert found.origin.place(1) == "t.parquet, row 2"
    assert found.unreadable["weight_kg"].all()


def test_a_needed_column_that_is_not_there_counts_as_unreadable_and_a_column_that_may_lack_does_not():
    found = judged(Table.CENTRE, {"centre": "T-1", "kind": "transplant"})

    assert found.unreadable["country"].tolist() == [True]
    assert found.unreadable["name"].tolist() == [False]


def test_a_file_of_another_table_is_refused_before_its_rows_are_looked_at():
    with pytest.raises(RefusedError, match=r"t\.csv holds donors"):
        judged(Table.REGISTRATION, {**DONOR, "age_years": "old"})


def test_a_table_of_no_known_column_names_every_unknown_and_every_missing_one():
    found = judge(raw_frame(pl.DataFrame({"a": ["1"]}), "t.csv"), Table.CENTRE)

    assert len(problems_of(found)) == 7

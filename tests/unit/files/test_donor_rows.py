"""A row of the donors table becomes a donor, or the gates of donors say why not."""

from datetime import UTC, datetime
from decimal import Decimal

import polars as pl
import pytest

from bequest.files.donor_rows import check_donors
from bequest.files.judge import Judged, judge
from bequest.files.problems import raise_problems
from bequest.files.raw import raw_frame
from bequest.model.column import Table
from bequest.model.errors import InputError, RefusedError
from file_tables import DONOR, Row


def judged(*rows: Row) -> Judged:
    return judge(raw_frame(pl.DataFrame(rows), "donors.csv"), Table.DONOR)


def problems_of(found: Judged) -> tuple[str, ...]:
    with pytest.raises(InputError) as caught:
        raise_problems(found.problems)
    return caught.value.problems


def test_a_right_row_is_a_donor_with_its_facts():
    donor = check_donors(judged(DONOR))["D-1"]

    assert donor.hospital == "H-1"
    assert donor.death.declared_at == datetime(2026, 10, 31, 9, tzinfo=UTC)
    assert donor.facts["height_cm"] == Decimal("180.0")


def test_a_number_is_kept_at_the_resolution_of_the_dictionary_whatever_the_file_stored():
    frame = pl.DataFrame([DONOR]).with_columns(height_cm=pl.lit(170.3, dtype=pl.Float32), kdpi_percent=pl.lit(20))

    donor = check_donors(judge(raw_frame(frame, "t.parquet"), Table.DONOR))["D-1"]

    assert str(donor.facts["height_cm"]) == "170.3"
    assert str(donor.facts["kdpi_percent"]) == "20"


def test_every_missing_fact_of_every_row_is_reported():
    found = judged(
        {**DONOR, "consent_basis": "", "custody_result": ""}, {**DONOR, "donor": "D-2", "death_declared_at": ""}
    )

    assert check_donors(found) == {}
    assert [problem.split(": ")[0] for problem in problems_of(found)] == [
        "donors.csv, row 1 (D-1), column 'consent_basis'",
        "donors.csv, row 1 (D-1), column 'custody_result'",
        "donors.csv, row 2 (D-2), column 'death_declared_at'",
    ]


def test_an_unreadable_cell_is_not_reported_as_missing_as_well():
    found = judged({**DONOR, "consent_basis": "verbal", "custody_result": ""})

    check_donors(found)

    assert [problem.split(": ")[:2] for problem in problems_of(found)] == [
        [
            "donors.csv, row 1 (D-1), column 'consent_basis'",
            "'verbal' is none of the codes; choose one of",
        ],
        [
            "donors.csv, row 1 (D-1), column 'custody_result'",
            "missing. Without a custody check there is no donor; record its result or remove the row.",
        ],
    ]


def test_an_organ_that_is_none_is_reported():
    found = judged({**DONOR, "consented_organs": "kidney brain"})

    check_donors(found)

    assert "'brain' is no organ" in problems_of(found)[0]


def test_a_refusal_makes_the_error_a_refusal():
    found = judged({**DONOR, "kind": "living"})

    check_donors(found)

    with pytest.raises(RefusedError):
        raise_problems(found.problems)


def test_a_table_without_rows_holds_no_donors():
    found = judge(raw_frame(pl.DataFrame([DONOR]).clear(), "donors.csv"), Table.DONOR)

    assert check_donors(found) == {}

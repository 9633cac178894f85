"""What is written is what is read again, in the same bytes each time; what is wrong is not written."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pyarrow.parquet as pq
import pytest

from bequest.files import read_table, write_table
from bequest.model.column import Table
from bequest.model.errors import InputError, RefusedError
from file_tables import CENTRES, DONOR, REGISTRATION

FORMS = [".parquet", ".csv", ".json"]
FRAME = pl.DataFrame(
    [REGISTRATION, {**REGISTRATION, "registration": "R-2", "height_cm": "", "urgency_valid_until": ""}]
)
TYPED = FRAME.with_columns(
    synthetic=pl.lit(value=True),
    listed_on=pl.lit(date(2024, 5, 1)),
    weight_kg=pl.lit(70),
    urgency_granted=pl.lit(9.0),
    urgency_valid_until=pl.Series([datetime(2026, 12, 1, tzinfo=UTC), None]),
)


@pytest.mark.parametrize("form", FORMS)
def test_what_is_written_is_read_again(tmp_path: Path, form: str):
    path = tmp_path / f"registrations{form}"

    write_table(TYPED, path, Table.REGISTRATION)

    values = read_table(path, Table.REGISTRATION).values
    assert values["registration"] == ["R-1", "R-2"]
    assert values["height_cm"][0] == 171.5
    np.testing.assert_array_equal(
        values["urgency_valid_until"], np.array(["2026-12-01T00:00:00", "NaT"], dtype="datetime64[s]"), strict=True
    )


@pytest.mark.parametrize("form", FORMS)
def test_the_same_content_gives_the_same_bytes_whatever_types_and_order_it_came_in(tmp_path: Path, form: str):
    first, second = tmp_path / f"a{form}", tmp_path / f"b{form}"

    write_table(TYPED, first, Table.REGISTRATION)
    write_table(FRAME.select(reversed(FRAME.columns)), second, Table.REGISTRATION)

    assert first.read_bytes() == second.read_bytes()


def test_the_identifier_is_the_first_column(tmp_path: Path):
    write_table(pl.DataFrame([DONOR]).select(pl.all().exclude("donor"), "donor"), tmp_path / "d.csv", Table.DONOR)

    assert (tmp_path / "d.csv").read_text().startswith("donor,kind,synthetic,")


def test_csv_and_json_are_plain_text_one_row_a_line(tmp_path: Path):
    write_table(pl.DataFrame(CENTRES), tmp_path / "c.csv", Table.CENTRE)
    write_table(pl.DataFrame(CENTRES[:1]), tmp_path / "c.json", Table.CENTRE)

    assert (tmp_path / "c.csv").read_text().splitlines()[2] == "H-1,donor_hospital,true,,DE,52.5,13.4"
    assert (tmp_path / "c.json").read_text() == (
        '[\n{"centre":"T-1","kind":"transplant","synthetic":true,"name":"Clinic by the lake","country":"CH",'
        '"latitude_deg":47.4,"longitude_deg":8.5}\n]\n'
    )


@pytest.mark.parametrize(("synthetic", "country", "said"), [("yes", "ZZ", b"true"), ("no", "CH", b"false")])
def test_a_parquet_file_says_in_itself_whether_its_people_are_invented(
    tmp_path: Path, synthetic: str, country: str, said: bytes
):
    frame = FRAME.with_columns(synthetic=pl.lit(synthetic), country=pl.lit(country))

    write_table(frame, tmp_path / "r.parquet", Table.REGISTRATION)

    metadata = pq.read_schema(tmp_path / "r.parquet").metadata
    assert (metadata[b"bequest.synthetic"], metadata[b"bequest.table"]) == (said, b"registration")


@pytest.mark.parametrize(
    ("frame", "table", "message"),
    [
        (FRAME.with_columns(weight_kg=pl.lit("heavy")), Table.REGISTRATION, "'heavy' is no number"),
        (FRAME.with_columns(meld=pl.lit("20")), Table.REGISTRATION, "leave the cell empty"),
        (FRAME.with_columns(wait=pl.lit("20")), Table.REGISTRATION, "no such column"),
        (pl.DataFrame(CENTRES[:1] * 2), Table.CENTRE, "it stands in row 1 too"),
    ],
)
def test_a_wrong_frame_is_not_written(tmp_path: Path, frame: pl.DataFrame, table: Table, message: str):
    with pytest.raises(InputError, match=message):
        write_table(frame, tmp_path / "t.csv", table)

    assert list(tmp_path.iterdir()) == []


def test_a_living_donor_is_not_written(tmp_path: Path):
    with pytest.raises(RefusedError, match="the donor is living"):
        write_table(pl.DataFrame([{**DONOR, "kind": "living"}]), tmp_path / "t.parquet", Table.DONOR)


def test_a_form_that_no_table_has_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match=r"t\.xlsx: tables are stored as"):
        write_table(FRAME, tmp_path / "t.xlsx", Table.REGISTRATION)


@pytest.mark.parametrize("form", FORMS)
def test_a_table_without_rows_is_written_and_read(tmp_path: Path, form: str):
    write_table(pl.DataFrame(CENTRES).clear(), tmp_path / f"c{form}", Table.CENTRE)

    assert len(read_table(tmp_path / f"c{form}", Table.CENTRE)) == 0

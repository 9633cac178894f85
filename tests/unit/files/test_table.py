"""One file is one table, told by its ending and judged as a whole."""

import os
from pathlib import Path

import pytest

from bequest.files import read_table
from bequest.files.table import LARGEST_BYTES
from bequest.model.column import Table
from bequest.model.errors import InputError, RefusedError
from file_tables import CENTRES, DONOR, REGISTRATION, csv_text, json_text


def test_a_table_is_read_from_its_path_as_text_or_as_path(tmp_path: Path):
    (tmp_path / "centres.CSV").write_text(csv_text(CENTRES))

    assert read_table(tmp_path / "centres.CSV", Table.CENTRE).values["centre"] == ["T-1", "H-1"]
    assert len(read_table(str(tmp_path / "centres.CSV"), Table.CENTRE)) == 2


def test_json_and_csv_say_the_same(tmp_path: Path):
    (tmp_path / "r.csv").write_text(csv_text([REGISTRATION]))
    (tmp_path / "r.json").write_text(json_text([dict(REGISTRATION)]))

    from_csv = read_table(tmp_path / "r.csv", Table.REGISTRATION)
    from_json = read_table(tmp_path / "r.json", Table.REGISTRATION)

    assert {name: list(values) for name, values in from_csv.values.items()} == {
        name: list(values) for name, values in from_json.values.items()
    }


def test_all_rules_of_registrations_are_applied(tmp_path: Path):
    (tmp_path / "r.csv").write_text(csv_text([{**REGISTRATION, "hla": "A99", "meld": "20", "weight_kg": "heavy"}]))

    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "r.csv", Table.REGISTRATION)

    assert len(caught.value.problems) == 3


def test_all_rules_of_donors_are_applied(tmp_path: Path):
    (tmp_path / "d.csv").write_text(csv_text([{**DONOR, "kind": "living"}]))

    with pytest.raises(RefusedError):
        read_table(tmp_path / "d.csv", Table.DONOR)


def test_a_right_table_of_donors_is_read(tmp_path: Path):
    (tmp_path / "d.csv").write_text(csv_text([DONOR]))

    assert read_table(tmp_path / "d.csv", Table.DONOR).values["donor"] == ["D-1"]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("r.xlsx", "r.xlsx: tables are stored as .parquet, .csv, .json; save a spreadsheet as 'CSV UTF-8'."),
        ("r.csv", "r.csv: the file cannot be read (No such file or directory); check its name and who may read it."),
        ("r\0.csv", "r\0.csv: the file cannot be read (embedded null byte); check its name and who may read it."),
    ],
)
def test_a_file_that_is_not_there_or_no_table_is_refused(tmp_path: Path, name: str, sentence: str):
    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name, Table.REGISTRATION)

    assert str(caught.value) == sentence


def test_a_damaged_parquet_file_is_refused(tmp_path: Path):
    (tmp_path / "r.parquet").write_bytes(b"PAR1")

    with pytest.raises(InputError, match="damaged"):
        read_table(tmp_path / "r.parquet", Table.REGISTRATION)


@pytest.mark.parametrize("name", ["r.csv", "r.json", "r.parquet"])
def test_what_is_no_plain_file_is_refused_before_it_is_read(tmp_path: Path, name: str):
    (tmp_path / name).symlink_to("/dev/zero")

    with pytest.raises(InputError) as caught:
        read_table(tmp_path / name, Table.REGISTRATION)

    assert str(caught.value) == f"{name}: this is a device, a pipe or a folder; put a plain file there."


def test_a_pipe_that_nobody_fills_is_not_waited_for(tmp_path: Path):
    os.mkfifo(tmp_path / "r.csv")

    with pytest.raises(InputError, match="this is a device, a pipe or a folder"):
        read_table(tmp_path / "r.csv", Table.REGISTRATION)


def test_a_file_that_no_list_fills_is_refused_before_it_is_read(tmp_path: Path):
    with (tmp_path / "r.csv").open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)

    with pytest.raises(InputError) as caught:
        read_table(tmp_path / "r.csv", Table.REGISTRATION)

    assert str(caught.value) == (
        "r.csv: the file is larger than 2048 MiB, which no waiting list fills; keep one table in it."
    )

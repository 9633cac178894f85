"""Checks the files of a population."""

import hashlib
import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bequest.files import read_donors, read_pool
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.simulation.population import FileFormat, write_population

AT = "2026-11-01T00:00:00Z"
SCRIPT = """
import hashlib, sys
from datetime import UTC, datetime
from pathlib import Path
from bequest.model.enums import Organ
from bequest.simulation.population import FileFormat, make_population, write_population
at = datetime(2026, 11, 1, tzinfo=UTC)
made = make_population(country="demo", organ=Organ.KIDNEY, candidates=500, donors=20, seed=7, at=at)
write_population(made, Path(sys.argv[1]), file_format=FileFormat(sys.argv[2]))
for path in sorted(Path(sys.argv[1]).iterdir()):
    print(path.name, hashlib.sha256(path.read_bytes()).hexdigest())
"""


def digests(directory):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in sorted(directory.iterdir())}


def from_a_fresh_process(directory, form, hash_seed):
    environment = {"PYTHONHASHSEED": hash_seed, "PYTHONPATH": ":".join(sys.path)}
    command = [sys.executable, "-c", SCRIPT, str(directory), form]
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("form", ["csv", "parquet"])
def test_fresh_processes_with_different_hash_seeds_write_the_same_bytes(tmp_path, form):
    one, other = (from_a_fresh_process(tmp_path / seed, form, seed) for seed in ("1", "2"))

    assert one == other
    assert one.count("\n") == 4


@pytest.mark.parametrize("form", FileFormat)
@pytest.mark.parametrize("organ", Organ)
def test_what_is_written_passes_every_check_of_the_files_room(made, tmp_path, form, organ):
    write_population(made(organ=organ, candidates=60, donors=12), tmp_path / "out", file_format=form)

    assert len(read_pool(tmp_path / "out", organ, AT)) == 60
    assert len(read_donors(tmp_path / "out")) == 12


@pytest.mark.parametrize("country", ["us", "uk", "es", "ch"])
def test_the_other_countries_pass_as_well(made, tmp_path, country):
    write_population(made(country=country), tmp_path / "out", file_format=FileFormat.PARQUET)

    assert len(read_pool(tmp_path / "out", Organ.KIDNEY, AT)) == 300


def test_every_donor_in_the_files_is_open_at_the_instant(made, tmp_path):
    write_population(made(donors=500), tmp_path / "out", file_format=FileFormat.PARQUET)

    assert all(
        donor.allocation_open_at <= datetime(2026, 11, 1, tzinfo=UTC)
        for donor in read_donors(tmp_path / "out").values()
    )


def test_no_donor_at_all_can_be_written(made, tmp_path):
    write_population(made(donors=0), tmp_path / "out", file_format=FileFormat.CSV)

    assert len(read_donors(tmp_path / "out")) == 0


def test_the_inputs_are_written_beside_the_tables(made, tmp_path):
    write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)

    written = json.loads((tmp_path / "out" / "inputs.json").read_text(encoding="utf-8"))
    tables = {name: digest for name, digest in digests(tmp_path / "out").items() if name != "inputs.json"}

    assert written == {**made().inputs, "sha256": tables}


def test_missing_parents_are_made(made, tmp_path):
    write_population(made(), tmp_path / "a" / "b", file_format=FileFormat.CSV)

    assert sorted(digests(tmp_path / "a" / "b")) == ["centres.csv", "donors.csv", "inputs.json", "registrations.csv"]


def test_an_empty_directory_is_filled(made, tmp_path):
    (tmp_path / "out").mkdir()
    write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)

    assert (tmp_path / "out" / "donors.csv").is_file()


def test_a_population_made_before_is_replaced_whatever_its_form_and_that_is_told(made, tmp_path):
    assert not write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)
    assert write_population(made(), tmp_path / "out", file_format=FileFormat.PARQUET)

    assert sorted(digests(tmp_path / "out")) == [
        "centres.parquet",
        "donors.parquet",
        "inputs.json",
        "registrations.parquet",
    ]


def test_a_population_made_before_of_which_a_file_is_lost_is_replaced(made, tmp_path):
    write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)
    (tmp_path / "out" / "registrations.csv").unlink()

    assert write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)


def test_a_population_that_somebody_changed_is_left_alone(made, tmp_path):
    write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)
    with (tmp_path / "out" / "registrations.csv").open("a", encoding="utf-8") as file:
        file.write("a row of mine\n")
    before = digests(tmp_path / "out")

    with pytest.raises(InputError, match="or that somebody has changed since; nothing was written"):
        write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)

    assert digests(tmp_path / "out") == before


def test_whoever_stands_in_the_directory_still_does(made, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(2):
        write_population(made(), Path(), file_format=FileFormat.CSV)

    assert sorted(path.name for path in Path().iterdir()) == [
        "centres.csv",
        "donors.csv",
        "inputs.json",
        "registrations.csv",
    ]


@pytest.mark.parametrize("left", [".out.partial", "out/.partial"])
def test_what_a_stopped_run_left_is_cleared(made, tmp_path, left):
    (tmp_path / left).mkdir(parents=True)
    (tmp_path / left / "registrations.csv").write_text("half", encoding="utf-8")
    write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)

    assert not (tmp_path / left).exists()


@pytest.mark.parametrize(
    "there",
    [
        {"notes.txt": "mine"},
        {"inputs.json": '{"synthetic": true, "sha256": {}}', "notes.txt": "mine"},
        {"inputs.json": '{"synthetic": true}', "registrations.csv": ""},
        {"inputs.json": '{"synthetic": false}', "registrations.csv": ""},
        {"inputs.json": "[" * 100_000, "registrations.csv": ""},
        {"inputs.json": "[]", "registrations.csv": ""},
        {"inputs.json": "no json", "registrations.csv": ""},
        {"registrations.csv": "real people"},
    ],
)
def test_files_of_somebody_else_are_never_touched(made, tmp_path, there):
    for name, text in there.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    before = digests(tmp_path)

    with pytest.raises(InputError, match="no population made by Bequest, or that somebody has changed since"):
        write_population(made(), tmp_path, file_format=FileFormat.CSV)

    assert digests(tmp_path) == before


def test_a_directory_inside_is_somebody_elses(made, tmp_path):
    write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)
    (tmp_path / "out" / "older").mkdir()

    with pytest.raises(InputError, match="no population made by Bequest"):
        write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)


def test_a_file_in_the_place_of_the_directory_is_refused(made, tmp_path):
    (tmp_path / "out").write_text("mine", encoding="utf-8")

    with pytest.raises(InputError, match="is a file; name a directory"):
        write_population(made(), tmp_path / "out", file_format=FileFormat.CSV)


def test_a_directory_that_cannot_be_written_is_refused(made, tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")

    with pytest.raises(InputError, match=r"cannot be written \(Not a directory\); choose another directory"):
        write_population(made(), tmp_path / "file" / "out", file_format=FileFormat.CSV)

"""The verbs around a record: play a year, make bundles and receipts of it, verify them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from bequest.cli.bundle import make_receipt, make_source_receipt
from bequest.cli.main import main
from bequest.cli.record_folder import Operator
from bequest.model.errors import InputError
from demo_years import small_year
from erased_years import erased_record, leaves_of_candidate, leaves_of_donation

YEAR = ["--seed", "3", "--candidates", "25", "--donors", "4", "--days", "14"]


@pytest.fixture(scope="module")
def year(tmp_path_factory):
    folder = tmp_path_factory.mktemp("record") / "year"
    assert main(["demo-year", "--out", str(folder), *YEAR]) == 0
    return folder


@pytest.fixture(scope="module")
def bundle(year):
    target = year.parent / "year.zip"
    assert main(["bundle", "make", str(year), "--out", str(target)]) == 0
    return target


def verified(capsys, *words):
    code = main(["verify", *map(str, words)])
    return code, capsys.readouterr().out


def test_a_year_is_verified_from_its_bundle(year, bundle, capsys):
    code, said = verified(capsys, bundle, "--trust", year / "trust.policy", "--full")
    assert code == 0
    assert "match runs ranked again, with the same result, and every row of each rebuilt" in said
    assert "Shows: records unaltered, ranking follows policy.\n" in said
    assert "Does not show: that any donor consented, was free, or was dead.\n" in said


def test_the_same_year_gives_the_same_bundle(bundle, tmp_path):
    assert main(["demo-year", "--out", str(tmp_path / "again"), *YEAR]) == 0
    assert main(["bundle", "make", str(tmp_path / "again"), "--out", str(tmp_path / "again.zip")]) == 0
    assert (tmp_path / "again.zip").read_bytes() == bundle.read_bytes()


def test_a_public_bundle_says_that_it_cannot_be_replayed(year, tmp_path, capsys):
    assert main(["bundle", "make", str(year), "--out", str(tmp_path / "p.zip"), "--kind", "public"]) == 0
    code, said = verified(capsys, tmp_path / "p.zip")
    assert code == 0
    assert "replay: not possible from public data" in said
    assert "The keys came from the bundle itself" in said


def test_an_inquiry_bundle_opens_one_donor(year, tmp_path, capsys):
    command = ["bundle", "make", str(year), "--out", str(tmp_path / "i.zip"), "--kind", "inquiry"]
    assert main([*command, "--donor", "D-0001"]) == 0
    code, said = verified(capsys, tmp_path / "i.zip")
    assert code == 0
    assert "runs that were replayed." in said
    assert main(command) == 2
    assert main([*command, "--donor", "D-9999"]) == 2
    assert "has no organ in this log" in capsys.readouterr().err


def test_a_folder_is_verified_as_its_zip_is(bundle, tmp_path, capsys):
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(tmp_path / "folder")
    assert verified(capsys, tmp_path / "folder") == verified(capsys, bundle)


def test_an_altered_bundle_is_an_integrity_failure(bundle, tmp_path, capsys):
    with zipfile.ZipFile(bundle) as packed:
        packed.extractall(tmp_path / "folder")
    (tmp_path / "folder" / "openings.jsonl").write_bytes(b"")
    code, said = verified(capsys, tmp_path / "folder")
    assert code == 3
    assert "INTEGRITY   files" in said
    assert "openings.jsonl is not the file that manifest.json lists." in said
    assert "Shows: nothing." in said


def test_what_is_no_bundle_is_told(tmp_path, capsys):
    (tmp_path / "b.zip").write_bytes(b"no zip")
    code, said = verified(capsys, tmp_path / "b.zip")
    assert code == 3
    assert "no ZIP file that can be read" in said
    assert main(["verify", str(tmp_path / "none")]) == 2


def test_a_trust_file_that_is_wrong_is_bad_input(bundle, tmp_path, capsys):
    (tmp_path / "t").write_text("witness w nothing\n", encoding="utf-8")
    assert main(["verify", str(bundle), "--trust", str(tmp_path / "t")]) == 2
    assert "correct the trust file" in capsys.readouterr().err


def test_a_checkpoint_that_was_kept_is_held_against_the_log(year, bundle, tmp_path, capsys):
    with zipfile.ZipFile(bundle) as packed:
        first = min(name for name in packed.namelist() if name.startswith("checkpoints/"))
        (tmp_path / "kept").write_bytes(packed.read(first))
    code, said = verified(capsys, bundle, "--checkpoint", tmp_path / "kept")
    assert code == 0
    assert "begins with each of 3 earlier checkpoints" in said


def test_a_beacon_draws_the_runs_to_replay(bundle, capsys):
    code, said = verified(capsys, bundle, "--beacon", "00ff", "--draw", "2")
    assert code == 0
    assert "2 of " in said
    assert "drawn by the beacon" in said
    assert "that were replayed." in said
    assert main(["verify", str(bundle), "--beacon", "xyz"]) == 2


def test_the_report_is_data_for_machines(bundle, capsys):
    code, said = verified(capsys, bundle, "--json", "-")
    found = json.loads(said)
    assert (code, found["exit_code"], found["synthetic"]) == (0, 0, True)
    assert {check["verdict"] for check in found["checks"]} == {"ok"}
    assert found["closing"][1] == "Does not show: that any donor consented, was free, or was dead."


def test_a_receipt_is_made_and_verified(year, bundle, tmp_path, capsys):
    with zipfile.ZipFile(bundle) as packed:
        runs = [json.loads(line)["leaf"] for line in packed.read("replay/runs.jsonl").splitlines()]
        listed = [json.loads(line) for line in packed.read("replay/registrations.jsonl").splitlines()]
        opened = [json.loads(line) for line in packed.read("openings.jsonl").splitlines()]
    openings = {each["leaf"]: each["fields"] for each in opened}
    (organ,) = [field["value"] for field in openings[runs[-1]] if field["name"] == "organ"]
    gone = {each["registration"] for each in listed if each["facts"] is None}
    name = next(one["registration"] for one in listed if one["organ"] == organ and one["registration"] not in gone)
    command = ["receipt", "make", str(year), "--run", str(runs[-1]), "--out", str(tmp_path / "r")]
    assert main([*command, "--registration", name]) == 0
    code, said = verified(capsys, tmp_path / "r", "--trust", year / "trust.policy")
    assert code == 0
    assert "cosigned by 3 witnesses, with the quorum that you ask for." in said
    assert main([*command, "--registration", "X-1"]) == 2
    (tmp_path / "r").write_bytes((tmp_path / "r").read_bytes().replace(b'"who":"', b'"who":"0', 1))
    assert main(["verify", str(tmp_path / "r")]) == 3


def test_after_an_erasure_it_is_said_of_what_no_receipt_is_made_and_of_what_is_left_one_is(tmp_path, monkeypatch):
    closed = leaves_of_donation(-1)
    ran, gone = erased_record(closed), [each.leaf for each in small_year().state.kept.runs if each.leaf in closed]
    monkeypatch.setattr("bequest.cli.bundle.operator_of", lambda _: Operator(ran, small_year().signer))
    target = tmp_path / "receipt"
    with pytest.raises(InputError, match=f"leaf {closed[0]} is of somebody who was erased; nothing opens it any more"):
        make_source_receipt(tmp_path, leaf=closed[0], out=target)
    with pytest.raises(InputError, match=f"leaf {gone[0]} is no match run, or its donor was erased"):
        make_receipt(tmp_path, run=gone[0], registration="K-000001", out=target)
    ran = erased_record(leaves_of_candidate())
    last = small_year().state.kept.ranked[-1]
    name = str(last.run.pool.registrations[1])
    with pytest.raises(InputError, match="cannot be ranked again: somebody whom it ranked was erased"):
        make_receipt(tmp_path, run=last.kept.leaf, registration=name, out=target)


def test_a_receipt_of_a_leaf_that_is_no_run_is_refused(year, tmp_path, capsys):
    command = ["receipt", "make", str(year), "--run", "0", "--registration", "K-000001", "--out", str(tmp_path / "r")]
    assert main(command) == 2
    assert "leaf 0 is no match run" in capsys.readouterr().err


def test_a_folder_with_something_in_it_is_not_written_over(year, capsys):
    assert main(["demo-year", "--out", str(year), *YEAR]) == 2
    assert "something stands here already" in capsys.readouterr().err


def test_a_folder_without_a_log_is_told(tmp_path, capsys):
    assert main(["bundle", "make", str(tmp_path), "--out", str(tmp_path / "b.zip")]) == 2
    assert "there is no log here" in capsys.readouterr().err


def test_verification_needs_neither_numba_nor_polars_nor_django(bundle):
    blocked = "numba polars pyarrow django sqlite3 psycopg"
    code = (
        "import sys, socket\n"
        "socket.socket = socket.create_connection = None\n"
        f"for name in {blocked.split()!r}: sys.modules[name] = None\n"
        "from bequest.cli.main import main\n"
        f"sys.exit(main(['verify', {str(bundle)!r}, '--full']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
        env=os.environ,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")


def test_a_public_bundle_needs_no_numpy_either(year, tmp_path):
    target = tmp_path / "p.zip"
    assert main(["bundle", "make", str(year), "--out", str(target), "--kind", "public"]) == 0
    code = (
        "import sys\n"
        "for name in ['numpy', 'ruamel', 'ruamel.yaml', 'numba', 'polars']: sys.modules[name] = None\n"
        "from bequest.cli.main import main\n"
        f"sys.exit(main(['verify', {str(target)!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, env=os.environ)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_receipt_of_a_source_is_made_and_verified(year, tmp_path, capsys):
    command = ["receipt", "source", str(year), "--out", str(tmp_path / "s"), "--leaf"]
    assert main([*command, "0"]) == 0
    code, said = verified(capsys, tmp_path / "s", "--trust", year / "trust.policy")
    assert code == 0
    assert "Leaf 0, policy.proposed" in said
    assert main([*command, "100000"]) == 2
    assert "is not in the log" in capsys.readouterr().err

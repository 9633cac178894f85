"""Whoever holds the log's key may send anything: the verifier answers in a sentence, in little time and memory."""

from __future__ import annotations

import json
import os
import resource
import zipfile
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bequest.cli.main import main
from bequest.inquiry.verify.bundle import verify_bundle
from bequest.inquiry.verify.completeness import check_days
from bequest.inquiry.verify.evidence import MemoryEvidence, evidence_at
from bequest.inquiry.verify.finding import BrokenError
from bequest.inquiry.verify.leaves import Leaf
from bequest.inquiry.verify.offers import check_offers
from bequest.inquiry.verify.openings import opened
from bequest.inquiry.verify.plain_json import read_json
from bequest.inquiry.verify.report import Check, Report, Verdict
from bequest.inquiry.verify.tree import beginnings, of_leaf, root_of
from bequest.inquiry.verify.trust import read_trust
from bequest.ledger.bundle import MANIFEST, MANIFEST_NOTE
from bequest.ledger.checkpoint import Checkpoint
from bequest.ledger.note import sign
from demo_years import small_year
from ledger_keys import log_signer, witness_signer
from ledger_mutations import resigned

LARGEST_COUNT = 2**31 - 1


@pytest.fixture(autouse=True)
def _little_memory():
    """Let what eats memory fail in this test, and not on the whole machine."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (4 << 30, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def verified(files, **arguments):
    return verify_bundle(MemoryEvidence(files), **arguments).report


def broken(files):
    """Return why a bundle is an integrity failure."""
    return "\n".join(check.words for check in verified(files).checks if check.verdict is Verdict.BROKEN)


def leaf(number, kind, **fields):
    return Leaf(number, kind, datetime(2026, 1, 1, tzinfo=UTC), "ZZ", None, bytes(32), None, fields)


@pytest.mark.parametrize("depth", range(900, 1010))
@pytest.mark.parametrize(("left", "right"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_json_of_any_depth_is_refused_in_words(depth, left, right):
    with pytest.raises(BrokenError):
        read_json(left * depth + b"1" + right * depth, "a file")


def test_a_group_of_more_members_than_digits_can_say_is_refused():
    head = f"log {log_signer().key.vkey()}\nwitness one {witness_signer(2).key.vkey()}\n"
    for needed in ("9" * 5000, "\u0662"):
        with pytest.raises(BrokenError, match="cannot be asked for"):
            read_trust(f"{head}group all-of-them {needed} one\nquorum all-of-them\n")


def test_groups_within_groups_are_counted_however_deep():
    head = f"log {log_signer().key.vkey()}\nwitness one {witness_signer(2).key.vkey()}\ngroup g0 any one\n"
    groups = "".join(f"group g{number} any g{number - 1}\n" for number in range(1, 900))
    trust = read_trust(f"{head}{groups}quorum g899\n")
    assert not trust.has_quorum(frozenset())
    assert trust.has_quorum(frozenset(trust.witnesses.values()))


def test_a_trust_file_with_thousands_of_logs_is_refused():
    log = log_signer().key.vkey()
    with pytest.raises(BrokenError):
        read_trust(f"log {log}\n" * 100_000 + "quorum none\n")


def test_a_checkpoint_of_more_leaves_than_any_bundle_holds_is_refused_at_once():
    year = small_year()
    stated = sign(Checkpoint(year.signer.key.name, 2**62, bytes(32)).text(), [year.signer]).to_bytes()
    files = {**year.bundle(), "log/checkpoint": stated}
    assert "fewer files than a log of" in broken(resigned(year, files))


@pytest.mark.parametrize("name", ["rows/" + "1" * 5000 + ".jsonl", "rows/5", "rows/007.jsonl", "rows/x.jsonl"])
def test_rows_of_a_run_that_no_number_names_are_refused(name):
    year = small_year()
    assert "is of no match run" in broken(resigned(year, {**year.bundle(), name: b""}))


def test_a_checkpoint_whose_name_is_no_size_is_refused():
    year = small_year()
    name = "checkpoints/" + "1" * 5000 + ".note"
    assert "is no checkpoint" in broken(resigned(year, {**year.bundle(), name: b""}))


def test_the_last_day_of_all_calendars_is_closed_like_another():
    said = []
    closed = [leaf(0, "referral.day_closed", day="0001-01-01"), leaf(1, "referral.day_closed", day="9999-12-31")]
    check_days(closed, said.append)
    assert "no hospital closed the days 0001-01-02 to 9999-12-30" in "\n".join(said)
    assert len(said) < 5


@pytest.mark.parametrize("reason", ["graft_not_offered", "declined"])
def test_two_thousand_million_ranks_are_passed_over_without_a_list_of_them(reason):
    run = leaf(0, "match.run", rows_root="0" * 64, registrations=1, ranked=LARGEST_COUNT, organ="heart", available=0)
    skip = leaf(1, "skip", run=0, first_rank=1, last_rank=LARGEST_COUNT, reason=reason, act="offered")
    offer = leaf(2, "offer.made", run=0, rank=LARGEST_COUNT, row=0, part=["heart"])
    said = []
    check_offers([run, skip, offer], {}, said.append)
    assert "no row with that rank is opened" in said[-1]


def test_a_leaf_with_many_fields_takes_no_square_of_time():
    fields = [{"name": f"{number:09}", "value": 0, "salt": "0" * 64} for number in range(50_000)]
    assert len(opened(fields, "a leaf").fields) == len(fields)


def test_every_beginning_of_a_log_is_hashed_in_one_pass():
    hashes = [of_leaf(bytes([number])) for number in range(70)]
    sizes = [0, 1, 2, 3, 7, 8, 9, 33, 64, 70]
    assert beginnings(hashes, sizes) == {size: root_of(hashes[:size]) for size in sizes}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_otherwise_than_by_deflate_is_refused(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", method) as packed:
        packed.writestr("a", b"x")
    with pytest.raises(BrokenError, match="packed in a way"):
        evidence_at(tmp_path / "b.zip")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("manifest.json", bytes(64 << 20))
    with pytest.raises(BrokenError, match="would grow"):
        evidence_at(tmp_path / "b.zip")


def test_files_of_a_zip_that_share_their_bytes_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("a", bytes(100_000))
        first = packed.infolist()[0]
        for number in range(10):
            again = zipfile.ZipInfo(f"b{number}")
            again.header_offset, again.CRC = first.header_offset, first.CRC
            again.file_size, again.compress_size = first.file_size, first.compress_size
            packed.filelist.append(again)
            packed.NameToInfo[again.filename] = again
    with pytest.raises(BrokenError, match="more than the ZIP file holds"):
        evidence_at(tmp_path / "b.zip")


def test_a_file_that_cannot_be_read_is_told(tmp_path, monkeypatch):
    (tmp_path / "manifest.json").write_bytes(b"{}")
    evidence = evidence_at(tmp_path)
    (tmp_path / "manifest.json").unlink()
    with pytest.raises(BrokenError, match="cannot be read"):
        evidence.read("manifest.json")


def test_what_is_neither_a_file_nor_a_folder_is_not_waited_for(tmp_path, capsys):
    os.mkfifo(tmp_path / "pipe")
    assert main(["verify", str(tmp_path / "pipe")]) == 2
    assert "neither a file nor a folder" in capsys.readouterr().err


def test_words_that_a_file_brings_cannot_write_over_the_report():
    report = Report(checks=[Check("files", Verdict.BROKEN, "\u202e\x1b[2Jok\u009b" + "x" * 100_000)])
    text = "\n".join(report.lines())
    assert len(text) < 3_000
    assert not set(text) & set("\u202e\x1b\u009b")
    assert "\u202e" not in json.dumps(report.to_data(), ensure_ascii=False)


def test_a_truth_value_is_no_version():
    year = small_year()
    leaves = [year.record.leaves[0].replace(b'"v":1', b'"v":true'), *year.record.leaves[1:]]
    assert "has no number 'v'" in broken(year.bundle(record=year.with_leaves(leaves)))
    files = year.bundle()
    files[MANIFEST] = files[MANIFEST].replace(b'"v":1', b'"v":true')
    assert f"{MANIFEST} has no number 'v'" in broken({**files, MANIFEST_NOTE: b""})


def test_a_bundle_without_files_is_an_answer_in_json_too(tmp_path, capsys):
    (tmp_path / "b.zip").write_bytes(b"PK")
    assert main(["verify", str(tmp_path / "b.zip"), "--json", "-"]) == 3
    assert json.loads(capsys.readouterr().out)["exit_code"] == 3


def test_a_receipt_that_fails_is_an_answer_in_json_too(tmp_path, capsys):
    (tmp_path / "r").write_bytes(b"bequest receipt v1\n")
    assert main(["verify", str(tmp_path / "r"), "--json", "-"]) == 3
    assert json.loads(capsys.readouterr().out) == {"exit_code": 3, "integrity": "the file is no receipt."}


def test_a_kept_checkpoint_that_is_none_is_the_fault_of_the_reader(tmp_path, capsys):
    (tmp_path / "kept").write_bytes(b"hello")
    (tmp_path / "b.zip").write_bytes(b"PK")
    assert main(["verify", str(tmp_path / "b.zip"), "--checkpoint", str(tmp_path / "kept")]) == 2
    assert "is no checkpoint" in capsys.readouterr().err


def test_inputs_of_a_run_that_the_engine_cannot_take_are_an_integrity_failure(tmp_path, capsys):
    year = small_year()
    for inputs in ("[" * 3000, "[1]", '{"a":[[]]}'):
        files = year.bundle()
        lines = [json.loads(line) for line in files["replay/runs.jsonl"].splitlines()]
        lines[0]["inputs"] = inputs
        spelled = [json.dumps(line, sort_keys=True, separators=(",", ":")).encode() + b"\n" for line in lines]
        with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
            for path, data in resigned(year, {**files, "replay/runs.jsonl": b"".join(spelled)}).items():
                packed.writestr(path, data)
        assert main(["verify", str(tmp_path / "b.zip")]) == 3
        assert "INTEGRITY   replay" in capsys.readouterr().out


def test_a_fact_of_a_place_that_is_none_is_an_integrity_failure(tmp_path, capsys):
    year = small_year()

    def change(events):
        for number, event in events.items():
            if event.kind == "match.run":
                events[number] = replace(event, fields={**event.fields, "places": EMPTY_PLACE})

    files = year.retold(change)
    files["replay/places.jsonl"] = b'{"facts":{"no_such_column":"x"}}\n'
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        for path, data in resigned(year, files).items():
            packed.writestr(path, data)
    assert main(["verify", str(tmp_path / "b.zip")]) == 3
    assert "INTEGRITY   replay" in capsys.readouterr().out


EMPTY_PLACE = "0" * 64


def test_a_file_without_a_name_in_a_zip_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("a", b"x")
    data = (tmp_path / "b.zip").read_bytes()
    at = data.index(b"PK\x01\x02")
    nameless = data[: at + 28] + b"\0\0\x01\0" + data[at + 32 :]  # the name becomes the extra field
    (tmp_path / "b.zip").write_bytes(nameless)
    with pytest.raises(BrokenError, match=r"which none may have|no ZIP file"):
        evidence_at(tmp_path / "b.zip")

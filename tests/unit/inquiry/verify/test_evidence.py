"""A bundle as files: from a folder or a ZIP, and nothing in it may be more than a plain file of its own name."""

from __future__ import annotations

import zipfile

import pytest

from bequest.inquiry.verify.evidence import MemoryEvidence, evidence_at
from bequest.inquiry.verify.finding import BrokenError


def test_a_folder_and_a_zip_hold_the_same_files(tmp_path):
    (tmp_path / "bundle" / "log").mkdir(parents=True)
    (tmp_path / "bundle" / "log" / "checkpoint").write_bytes(b"x")
    with zipfile.ZipFile(tmp_path / "bundle.zip", "w") as packed:
        packed.writestr("log/checkpoint", b"x")
    for path in (tmp_path / "bundle", tmp_path / "bundle.zip"):
        evidence = evidence_at(path)
        assert dict(evidence.sizes) == {"log/checkpoint": 1}
        assert (evidence.read("log/checkpoint"), evidence.read("other")) == (b"x", None)


def test_a_link_in_a_folder_is_refused(tmp_path):
    (tmp_path / "bundle").mkdir()
    (tmp_path / "bundle" / "link").symlink_to("/etc")
    with pytest.raises(BrokenError, match="neither a file nor a folder"):
        evidence_at(tmp_path / "bundle")


@pytest.mark.parametrize("name", ["../up", "/abs", "a//b", "a/./b", "x y", "é", ""])
def test_a_name_that_leads_elsewhere_is_refused(name):
    with pytest.raises(BrokenError, match="which none may have"):
        MemoryEvidence({name: b""})


def test_names_that_differ_in_capitals_alone_are_refused():
    with pytest.raises(BrokenError, match="differ in capitals alone"):
        MemoryEvidence({"a": b"", "A": b""})


def test_two_files_of_one_name_in_a_zip_are_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("a", b"1")
        with pytest.warns(UserWarning, match="Duplicate name"):
            packed.writestr("a", b"2")
    with pytest.raises(BrokenError, match="two files of one name"):
        evidence_at(tmp_path / "b.zip")


@pytest.mark.parametrize("content", [b"", b"PK", b"PK\x03\x04" + bytes(60)])
def test_what_is_no_zip_is_refused(tmp_path, content):
    (tmp_path / "b.zip").write_bytes(content)
    with pytest.raises(BrokenError, match="no ZIP file"):
        evidence_at(tmp_path / "b.zip")


def test_a_zip_with_a_damaged_file_is_refused(tmp_path):
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("a", b"abc" * 1000)
    data = bytearray((tmp_path / "b.zip").read_bytes())
    data[35] ^= 0xFF
    (tmp_path / "b.zip").write_bytes(data)
    with pytest.raises(BrokenError, match="a cannot be unpacked"):
        evidence_at(tmp_path / "b.zip").read("a")

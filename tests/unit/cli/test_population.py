from __future__ import annotations

import io
import os
import sys

import pytest

from bequest.cli.main import main
from bequest.files import read_donor, read_pool

ASKED = [
    "population",
    "make",
    "--country",
    "demo",
    "--organ",
    "heart",
    "--candidates",
    "12",
    "--donors",
    "2",
    "--seed",
    "7",
]
AT = "2026-11-01T00:00:00Z"


def test_a_population_is_made_that_can_be_read(ask, tmp_path):
    answer = ask(*ASKED, "--out", tmp_path / "made")
    assert (answer.code, answer.err) == (0, "")
    assert len(read_pool(tmp_path / "made", organ="heart", at=AT)) == 12
    assert read_donor(tmp_path / "made", "D-0001").synthetic


def test_it_says_what_was_made_that_it_is_invented_and_what_comes_next(ask, tmp_path):
    told = ask(*ASKED, "--out", tmp_path / "made").out
    assert told.startswith("Made 12 registrations for heart, 2 donors and ")
    assert "synthetic: true" in told
    assert f"bequest match {tmp_path / 'made'} --donor D-0001 --organ heart --policy core/heart --at {AT}" in told


def test_the_next_command_works(ask, tmp_path):
    next_command = ask(*ASKED, "--out", tmp_path / "made").out.splitlines()[-1].split()
    assert ask(*next_command[1:]).code == 0


@pytest.mark.parametrize(("country", "organ"), [("es", "lung"), ("ch", "heart"), ("us", "heart")])
def test_the_next_command_is_that_of_the_countrys_own_policy(ask, tmp_path, country, organ):
    words = [{"demo": country, "heart": organ}.get(word, word) for word in ASKED]
    next_command = ask(*words, "--out", tmp_path / "made").out.split("Next:\n")[1].replace("\\\n", " ").split()
    assert f"{country}/{organ}" in next_command
    assert ask(*next_command[1:]).code == 0


def test_without_donors_there_is_no_next_command(ask, tmp_path):
    words = ["0" if word == "2" else word for word in ASKED]
    assert "Next:" not in ask(*words, "--out", tmp_path / "made").out


@pytest.mark.parametrize("form", ["parquet", "csv", "json"])
def test_each_form_of_files_can_be_made(ask, tmp_path, form):
    assert ask(*ASKED, "--out", tmp_path / "made", "--format", form).code == 0
    assert (tmp_path / "made" / f"registrations.{form}").is_file()


def test_the_same_seed_gives_the_same_files(ask, tmp_path):
    ask(*ASKED, "--out", tmp_path / "one")
    ask(*ASKED, "--out", tmp_path / "two")
    name = "registrations.parquet"
    assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_the_instant_is_the_stated_one(ask, tmp_path):
    ask(*ASKED, "--out", tmp_path / "made", "--at", "2027-02-01T00:00:00Z", "--format", "csv")
    assert '"at": "2027-02-01T00:00:00Z"' in (tmp_path / "made" / "inputs.json").read_text(encoding="utf-8")


def test_a_population_may_be_made_where_one_stands(ask, tmp_path, monkeypatch):
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    next_command = ask(*ASKED, "--out", ".").out.splitlines()[-1].split()
    assert next_command[2] == "."
    assert ask(*next_command[1:]).code == 0


def test_an_earlier_population_is_replaced_and_that_is_told(ask, tmp_path):
    ask(*ASKED, "--out", tmp_path / "made")
    told = ask(*ASKED, "--out", tmp_path / "made").out
    assert f"in {tmp_path / 'made'}, in place of the earlier population.\n" in told


def test_a_population_that_somebody_changed_is_left_alone(ask, tmp_path):
    ask(*ASKED, "--out", tmp_path / "made", "--format", "csv")
    (tmp_path / "made" / "donors.csv").write_text("mine", encoding="utf-8")
    assert "that somebody has changed since; nothing was written" in ask(*ASKED, "--out", tmp_path / "made").err
    assert (tmp_path / "made" / "donors.csv").read_text(encoding="utf-8") == "mine"


def test_somebody_elses_folder_is_left_alone(ask, tmp_path):
    (tmp_path / "letter.txt").write_text("mine", encoding="utf-8")
    answer = ask(*ASKED, "--out", tmp_path)
    assert (answer.code, answer.out) == (2, "")
    assert os.listdir(tmp_path) == ["letter.txt"]  # noqa: PTH208  one name


def test_every_mistake_is_told_at_once(ask, tmp_path):
    words = ["mars" if word == "demo" else "0" if word == "12" else word for word in ASKED]
    answer = ask(*words, "--out", tmp_path / "made")
    assert answer.code == 2
    assert "country 'mars'" in answer.err
    assert "0 candidates" in answer.err


def test_a_terminal_is_shown_that_work_goes_on(tmp_path, monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TERM", "xterm")
    assert main([*ASKED, "--out", str(tmp_path / "made")]) == 0
    assert "Making people" in sys.stderr.getvalue()

"""Plays both demo nights as a newcomer would, and verifies what they leave behind."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from registry_offices import new_place, remove_templates
from service_desks import forget_templates

TOP = Path(__file__).parents[2]
TUTORIAL = (TOP / "docs" / "tutorial" / "one-night.md").read_text(encoding="utf-8")
README = (TOP / "README.md").read_text(encoding="utf-8")
REFUSED = re.compile(r"REFUSED: (.*)")
REASON = re.compile(r"Why: .*\[([A-Z]{3}-[0-9]{2})\]")
LEAVES = re.compile(r"^[0-9]{2}:[0-9]{2}  leaf ([0-9]+) ", re.MULTILINE)


def command(*words: str) -> list[str]:
    return [sys.executable, "-m", "bequest", "demo", "night", *words]


def played(tmp_path: Path, *words: str) -> str:
    """Play a night, which ends with 0 where the verifier accepts its bundle, and return what it says."""
    place = {**os.environ, "TMPDIR": str(made(tmp_path / "temporary"))}
    done = subprocess.run(
        command(*words, "--out", str(tmp_path / "night")), env=place, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == ""
    # The office and its database are gone.
    assert list((tmp_path / "temporary").iterdir()) == []
    assert "independent witnesses 2 of 3" in done.stdout
    assert "1 of 1 match runs ranked again, with the same result" in done.stdout
    assert re.search(r"^(BROKEN|FINDING)", done.stdout, re.MULTILINE) is None
    return done.stdout


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def rules_of(said: str) -> list[str]:
    """Return the first rule behind each refusal that is a leaf, in their order."""
    parts = said.split("REFUSED: ")[1:]
    return [found[1] for part in parts if (found := REASON.search(part))]


@pytest.mark.timeout(300)
def test_a_night_goes_from_the_referral_to_the_transplant_and_its_bundle_is_accepted(tmp_path: Path) -> None:
    said = played(tmp_path)
    # The gate, a consent verified by who wrote it, custody, a certifier of the team, an organ the consent does not
    # cover, an unsigned run, a skip, a late answer, a sealed file.
    assert rules_of(said) == [
        "DON-01", "DON-01", "DON-11", "DON-05", "DON-01", "ALC-03", "ALC-03", "ALC-09", "DON-18",
    ]  # fmt: skip
    told = [sentence for sentence in REFUSED.findall(said) if "label" in sentence]
    assert len(told) == 1, "one person alone does not read a label"
    for step in (
        "declines late",
        "expires by itself",
        "the heart is transplanted",
        "the heart works",
        "closes the donor's file",
    ):
        assert said.count(step) == 1, step
    leaves = [int(number) for number in LEAVES.findall(said)]
    assert leaves == sorted(set(leaves)), "each step and each refusal is a leaf of its own, one after the other"
    for shown in shown_of(TUTORIAL) + shown_of(README[README.index("bequest demo night") :]):
        assert re.search(shown, numberless(said)), shown


def shown_of(page: str) -> list[str]:
    """Return a pattern for each text that a page shows: `...` stands for any lines, and every leaf for any other."""
    shown = re.findall(r"```text\n(.*?)```", page, re.DOTALL)
    return ["".join(line_pattern(line) for line in numberless(text).splitlines()) for text in shown]


def line_pattern(line: str) -> str:
    return r"(?:.*\n)*?" if line == "..." else re.escape(line) + r"\n"


def numberless(text: str) -> str:
    """Return a text without the numbers of its leaves."""
    return re.sub(r"leaf [0-9]+ *", "leaf ", text)


@pytest.mark.full
@pytest.mark.timeout(300)
def test_a_night_of_the_circulatory_pathway_ends_sealed_and_its_bundle_is_accepted(tmp_path: Path) -> None:
    said = played(tmp_path, "--dcd")
    assert "CONDITIONAL" in said
    # A consent verified by who wrote it, a decision after the approach, an unsigned run, an offer while paused, a
    # surgeon who resumes, a recovery before death, and three steps after the end.
    assert rules_of(said) == [
        "DON-01", "DON-18", "ALC-03", "DON-19", "DON-19", "DON-18", "DON-18", "DON-18", "DON-18",
    ]  # fmt: skip
    for step in (
        "pauses everything",
        "and resumes",
        "sees circulation return",
        "stands down",
        "reports what went wrong",
    ):
        assert said.count(step) == 1, step


@pytest.mark.postgres
@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.parametrize("words", [(), ("--dcd",)], ids=["main", "circulatory"])
def test_both_nights_are_played_on_postgresql(words: tuple[str, ...], tmp_path: Path) -> None:
    try:
        said = played(tmp_path, *words, "--database", new_place("postgresql"))
    finally:
        remove_templates()
        forget_templates()
    assert "REFUSED" in said


@pytest.mark.full
@pytest.mark.timeout(300)
@pytest.mark.parametrize("told", [signal.SIGINT, signal.SIGTERM])
def test_a_night_that_is_stopped_leaves_no_office_behind(told: signal.Signals, tmp_path: Path) -> None:
    place = {**os.environ, "TMPDIR": str(made(tmp_path / "temporary"))}
    with subprocess.Popen(
        command("--out", str(tmp_path / "night")), env=place, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as night:
        assert night.stdout is not None
        while not (line := night.stdout.readline()).startswith("2. "):
            assert line, "the night ended before its second part"
        night.send_signal(told)
        night.stdout.read()
        assert night.wait(60) == 130
    assert list((tmp_path / "temporary").iterdir()) == []
    assert list((tmp_path / "night").iterdir()) == []


@pytest.mark.full
@pytest.mark.timeout(400)
def test_both_nights_are_played_in_a_demo_office_that_runs(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    office = tmp_path / "office"
    serve = [sys.executable, "-m", "bequest", "serve", "--demo", str(office), "--port", str(port)]
    with subprocess.Popen(serve, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout is not None
        try:
            while not (line := served.stdout.readline()).startswith("Serving on"):
                assert line, "the office ended before it served"
            where = ["--url", f"http://127.0.0.1:{port}", "--accounts", str(office / "accounts.txt")]
            for words in ([], ["--dcd"]):
                done = subprocess.run(command(*where, *words), capture_output=True, text=True, check=False)
                assert done.returncode == 0, done.stdout + done.stderr
                assert "REFUSED" in done.stdout
                assert "left out" in done.stdout
        finally:
            served.terminate()

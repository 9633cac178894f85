"""Holds the pages about the command line against the program."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from bequest.cli.main import VERBS

DOCS = Path(__file__).parents[3] / "docs"
REFERENCE = (DOCS / "reference" / "command-line.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## (bequest [a-z -]+)\n(.*?)(?=^## |\Z)", REFERENCE, re.MULTILINE | re.DOTALL))
HOW_TO = (DOCS / "how-to" / "run-a-match.md").read_text(encoding="utf-8")
CONSOLES = re.findall(r"```console\n\$ bequest (.*?)\n(.*?)```", HOW_TO, re.DOTALL)
ALWAYS = {"--help"}


def pattern(shown: str) -> str:
    """Return a pattern for what a page shows: `...` on a line of its own stands for any lines."""
    return "".join(r"(?:.*\n)*?" if line == "..." else re.escape(line) + "\n" for line in shown.splitlines())


def test_the_reference_has_one_section_for_each_verb():
    assert sorted(SECTIONS) == sorted(f"bequest {verb.words}" for verb in VERBS)


@pytest.mark.parametrize("verb", [verb.words for verb in VERBS])
def test_the_reference_lists_each_verb_with_a_link(verb):
    assert f"| [`bequest {verb}`](#bequest-{verb.replace(' ', '-')}) |" in REFERENCE


@pytest.mark.parametrize("verb", [verb.words for verb in VERBS])
def test_the_options_in_the_reference_are_those_of_the_verb(ask, verb):
    offered = set(re.findall(r"^ +(?:-., )?(--[a-z-]+)", ask(*verb.split(), "--help").out, re.MULTILINE)) - ALWAYS
    assert set(re.findall(r"^\| `(--[a-z-]+)` \|", SECTIONS[f"bequest {verb}"], re.MULTILINE)) == offered


def test_the_options_of_the_program_itself_are_in_the_reference(ask):
    assert set(re.findall(r"(--[a-z-]+)", ask("--help").out)) <= set(re.findall(r"`bequest (--[a-z-]+)`", REFERENCE))


def test_the_how_to_is_what_the_program_prints(ask, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    answers = [ask(*shlex.split(command)) for command, _ in CONSOLES]
    assert [answer.err for answer in answers] == [""] * len(CONSOLES)
    differing = [
        (command, answer.out)
        for (command, shown), answer in zip(CONSOLES, answers, strict=True)
        if not re.fullmatch(pattern(shown) + r"(?:.*\n)*", answer.out)
    ]
    assert differing == []

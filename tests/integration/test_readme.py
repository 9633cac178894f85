"""The README's example, run as a newcomer would run it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

README = Path(__file__).parents[2] / "README.md"
BLOCKS = re.findall(r"```(console|python|text)\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
MAKE_POPULATION = next(text for kind, text in BLOCKS if kind == "console" and "population make" in text)
EXAMPLE = next(text for kind, text in BLOCKS if kind == "python")
OUTPUT, VERIFIED, _ = (text for kind, text in BLOCKS if kind == "text")
OF_RECORDS = next(text for kind, text in BLOCKS if kind == "console" and "demo-year" in text)


def test_the_readme_names_the_two_commands() -> None:
    assert "make run" in BLOCKS[0][1]
    assert "make test" in BLOCKS[0][1]


def test_the_readme_example_prints_what_the_readme_says(tmp_path: Path) -> None:
    words = MAKE_POPULATION.removeprefix("$ bequest ").split()
    subprocess.run([sys.executable, "-m", "bequest", *words], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run([sys.executable, "-c", EXAMPLE], cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == OUTPUT


def test_the_second_example_plays_bundles_and_verifies_a_year_as_the_readme_says(tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    for line in OF_RECORDS.splitlines():
        words = line.removeprefix("$ bequest ").split()
        command = [sys.executable, "-m", "bequest", *words]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, text=True)
    assert done.stdout == VERIFIED

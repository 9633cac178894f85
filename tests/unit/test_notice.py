"""Checks that every packaged data file says where it comes from and under which licence."""

import re
from pathlib import Path

import pytest

TOP = Path(__file__).parents[2]
FILES = sorted(
    path.relative_to(TOP).as_posix()
    for path in (TOP / "src" / "bequest" / "data").rglob("*")
    if path.is_file()
    and "__pycache__" not in path.parts
    and path.name != "__init__.py"
    and not path.name.endswith(".source.md")
)
LINES = re.findall(
    r"^(?P<path>src/\S+) \| (?P<origin>[^|]+) \| (?P<licence>[A-Za-z0-9.-]+)$",
    (TOP / "NOTICE").read_text(encoding="utf-8"),
    flags=re.MULTILINE,
)


@pytest.mark.parametrize("file", FILES)
def test_a_packaged_file_has_a_source_note(file):
    assert (TOP / f"{file}.source.md").is_file()


def test_the_notice_names_every_packaged_file_once_and_no_other():
    assert [path for path, _, _ in LINES] == FILES


@pytest.mark.parametrize("licence", sorted({licence for _, _, licence in LINES}))
def test_a_licence_in_the_notice_has_its_text(licence):
    assert (TOP / "LICENSES" / f"{licence}.txt").is_file()


def test_a_licence_text_is_there_because_a_file_needs_it():
    texts = {path.stem for path in (TOP / "LICENSES").glob("*.txt")}
    assert texts == {licence for _, _, licence in LINES}

"""The page on ASVS 5 names each requirement of levels 1 and 2 once, and no test that is not there."""

import re
from collections import Counter
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "reference" / "asvs.md").read_text(encoding="utf-8")
NAMED = sorted(
    set(re.findall(r"`((?:unit|integration|forbidden|property)/[a-z_/]+\.py)(?:::(test_[a-z0-9_]+))?`", PAGE))
)

# How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}


def numbers():
    """Return the numbers of the page, ranges written out."""
    cells = [line.split("|")[1] for line in PAGE.splitlines() if re.match(r"\| \d", line)]
    found = []
    for each in re.split(r",\s*", ", ".join(cell.strip() for cell in cells)):
        first, _, last = each.partition("-")
        section, _, begin = first.rpartition(".")
        end = last.rpartition(".")[2] or begin
        found.extend(f"{section}.{number}" for number in range(int(begin), int(end) + 1))
    return found


def test_each_number_stands_once_and_each_chapter_is_whole():
    named = numbers()
    assert [number for number, times in Counter(named).items() if times > 1] == []
    assert Counter(int(each.partition(".")[0]) for each in named) == CHAPTERS
    assert sum(CHAPTERS.values()) == 253


@pytest.mark.parametrize(("file", "test"), NAMED)
def test_what_is_named_is_there(file, test):
    text = (TESTS / file).read_text(encoding="utf-8")
    assert not test or f"def {test}(" in text


def test_nothing_that_is_asked_for_is_missing():
    assert "**Gap**" not in PAGE
    assert len(NAMED) > 30

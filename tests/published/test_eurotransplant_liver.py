"""The match lists of the public Eurotransplant liver simulator, rank by rank by the real policy."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from adapters import eurotransplant_liver as liver  # noqa: E402  found from the folder of the check
from adapters.comparison import BadFileError  # noqa: E402  the same

from published_files import content  # noqa: E402  the same

LISTS = "eurotransplant/elas_matchlists.json"


def differing(file):
    return {(row.row, one.field) for row in liver.compare_elas(file) for one in row.differences}


def test_every_row_and_every_exclusion_agrees():
    file = content(LISTS)
    compared = list(liver.compare_elas(file))
    assert liver.is_elas(file)
    assert len(compared) == 486 + 514
    assert [row for row in compared if row.differences] == []


@pytest.mark.parametrize(
    ("column", "value"), [("tier", "A"), ("layer", 9), ("obligation", 5), ("meld", 1), ("regional", 1)]
)
def test_a_value_that_is_not_ours_is_told(column, value):
    file = content(LISTS)
    file["lists"] = file["lists"][1:2]
    row = file["lists"][0]["ranked"][0]
    row[file["columns"].index(column)] = value
    assert (f"list 0 {row[0]}", column) in differing(file)


def test_an_exclusion_that_is_not_ours_is_told():
    file = content(LISTS)
    file["lists"] = file["lists"][:1]
    moved = file["lists"][0]["ranked"].pop()[0]
    file["lists"][0]["excluded_bg"].append(moved)
    assert (f"list 0 {moved}", "excluded") in differing(file)


def test_obligations_that_do_not_follow_from_the_events_are_told():
    file = content(LISTS)
    file["lists"][1]["obligation_ranks"] = {"Croatia": 2}
    with pytest.raises(BadFileError, match="obligations of donor 1"):
        list(liver.compare_elas(file))

"""The match lists of the public Eurotransplant kidney simulator, rank by rank by the real policies."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from adapters import eurotransplant_kidney as kidney  # noqa: E402  found from the folder of the check
from adapters.comparison import BadFileError  # noqa: E402  the same

from published_files import content  # noqa: E402  the same

ETKAS, TIERS, ESP, POINTS = (
    "eurotransplant/etkas_matchlists.json",
    "eurotransplant/etkas_tiers.json",
    "eurotransplant/esp_matchlists.json",
    "world/etkas.json",
)
SHAPES = {
    ETKAS: (kidney.is_etkas, kidney.compare_etkas),
    TIERS: (kidney.is_etkas_tiers, kidney.compare_etkas_tiers),
    ESP: (kidney.is_esp, kidney.compare_esp),
    POINTS: (kidney.is_etkas_points, kidney.compare_etkas_points),
}


def compared(name, file):
    return list(SHAPES[name][1](file))


def differing(name, file):
    return {(row.row, one.field): one.known_as for row in compared(name, file) for one in row.differences}


@pytest.mark.parametrize(("name", "rows"), [(ETKAS, 737), (TIERS, 120), (ESP, 335), (POINTS, 2)])
def test_each_shape_is_recognised_by_its_own_reader_alone_and_all_its_rows_are_compared(name, rows):
    file = content(name)
    assert [other for other, (recognises, _) in SHAPES.items() if recognises(file)] == [name]
    assert len(compared(name, file)) == rows


@pytest.mark.parametrize("name", [TIERS, ESP, POINTS])
def test_every_row_agrees_in_value_and_place(name):
    assert differing(name, content(name)) == {}


def test_every_row_of_etkas_agrees_in_points_tier_mismatches_and_place():
    broad = "broad-antigen-of-a-donor-left-out"
    assert differing(ETKAS, content(ETKAS)) == {
        ("list 1 100029", "match_age"): "age-in-mean-years",
        ("list 2 100476", "no_unacceptable"): broad,
        ("list 2 100739", "no_unacceptable"): broad,
        ("list 2 100444", "no_unacceptable"): broad,
    }


@pytest.mark.parametrize(
    ("column", "value"),
    [(1, "D0"), (2, 0), (3, 2), (6, Decimal("0.5")), (7, Decimal(1)), (10, "L"), (15, 1), (16, False)],
)
def test_a_value_that_is_not_ours_is_an_unexplained_difference(column, value):
    file = content(ETKAS)
    file["lists"] = file["lists"][:1]
    file["lists"][0]["ranked"][0][column] = value
    found = differing(ETKAS, file)
    field = file["columns"][column]
    assert found[("list 0 100077", field)] == ""


def test_two_rows_in_the_wrong_order_are_told_by_their_places():
    file = content(ESP)
    rows = file["lists"][0]["ranked"]
    rows[0], rows[1] = rows[1], rows[0]
    assert {field for _, field in differing(ESP, file)} == {"place"}


def test_a_donor_known_by_a_broad_antigen_only_is_not_judged_against_a_split():
    file = content(ETKAS)
    file["lists"] = file["lists"][2:]
    file["lists"][0]["donor"]["hla"] = "A1 B40 B44 DR17 DR10"
    listed = next(row for row in file["patients"] if row["id"] == 100739)
    listed["unacceptable"] = "B61"
    assert differing(ETKAS, file)[("list 0 100739", "no_unacceptable")] == "split-of-a-donor-not-known"


def test_a_list_that_is_not_as_its_shape_demands_is_told_in_a_sentence():
    file = content(TIERS)
    del file["lists"][0]["candidates"]["1"]["hla"]
    with pytest.raises(BadFileError, match="a list is not as its shape demands"):
        compared(TIERS, file)

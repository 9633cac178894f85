"""The adapters of lung scores, mismatch probabilities and scores outside the United States."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from adapters import lung, mismatch_probability, world  # noqa: E402  found from the folder of the check
from adapters.comparison import BadFileError  # noqa: E402  the same

from published_files import changed, content  # noqa: E402  the same

TBS_ROW = {"age": 52, "disease_group": 1, "luck": 1}


@pytest.mark.parametrize(
    ("name", "recognises", "compare", "rows"),
    [
        ("us/lung_cas.json", lung.is_lung, lung.compare, 14),
        ("eurotransplant/mmp.json", mismatch_probability.has_probabilities, mismatch_probability.compare, 30),
        ("world/uk_tbs.json", world.is_world, world.compare, 2),
        ("world/ukeld.json", world.is_world, world.compare, 1),
        ("world/uk_kidney_2019.json", world.is_world, world.compare, 6),
        ("world/etkas.json", world.is_world, world.compare, 1),
        ("world/elas_meld.json", world.is_world, world.compare, 3),
        ("world/australia_kidney_proposed.json", world.is_world, world.compare, 2),
        ("transport.json", world.is_world, world.compare, 2),
    ],
)
def test_every_row_agrees(name, recognises, compare, rows):
    published = content(name)
    compared = list(compare(published))
    assert recognises(published)
    assert len(compared) == rows
    assert [row.row for row in compared if row.differences] == []


def test_five_rows_differ_by_the_divisor_of_travel_points_where_no_edition_is_named():
    unnamed = content("us/lung_cas.json") | {"score": "Lung CAS"}
    differing = [row.row for row in lung.compare(unnamed) if row.differences]
    assert differing == ["lung_cas-07", "lung_cas-09", "lung_cas-11", "lung_cas-13", "lung_cas-15"]


def test_travel_points_that_no_divisor_explains_are_a_finding():
    rows = list(lung.compare(changed("us/lung_cas.json", "examples", 3, expected_travel_points=4)))
    assert [one.known_as for one in rows[3].differences] == [""]


@pytest.mark.parametrize(
    ("compare", "published", "field"),
    [
        (
            lung.compare,
            changed("us/lung_cas.json", "examples", 0, expected_LAS2021_0_1=Decimal("0.5")),
            "expected_LAS2021_0_1",
        ),
        (lung.compare, changed("us/lung_cas.json", "examples", 0, expected_wl_lp=None), "expected_wl_lp"),
        (mismatch_probability.compare, changed("eurotransplant/mmp.json", "cases", 0, mmp_split=1), "mmp_split"),
        (world.compare, changed("world/uk_tbs.json", "uk_tbs", 0, TBS_days=315), "TBS_days"),
        (world.compare, changed("world/uk_tbs.json", "uk_tbs", 0, linear_predictor={"m1": 0}), "linear_predictor.m1"),
        (world.compare, changed("world/ukeld.json", "ukeld", 0, ukeld_2dp=Decimal("63.23")), "ukeld_2dp"),
        (world.compare, changed("world/uk_kidney_2019.json", "uk_kidney_2019", "krri", 0, quartile="R2"), "quartile"),
        (world.compare, changed("world/uk_kidney_2019.json", "uk_kidney_2019", "quartiles", 0, q="D1"), "q"),
        (world.compare, changed("world/etkas.json", "etkas", "mmp", 0, mmp_points_4dp=1), "mmp_points_4dp"),
        (world.compare, changed("world/elas_meld.json", "elas_meld", "lab_meld", 0, meld=22), "meld"),
        (world.compare, changed("transport.json", "transport", 0, hours=3), "hours"),
    ],
)
def test_a_value_that_is_not_ours_is_a_difference(compare, published, field):
    assert [one.field for row in compare(published) for one in row.differences if not one.known_as] == [field]


def test_an_input_that_is_refused_is_a_difference_with_the_reason():
    published = changed("world/ukeld.json", "ukeld", 0, "inputs", inr=500)
    (row,) = world.compare(published)
    assert "out of range" in str(row.differences[0].got)


@pytest.mark.parametrize(
    ("compare", "published", "told"),
    [
        (lung.compare, {"score": "Lung CAS", "examples": 5}, "'examples' is no list of rows"),
        (lung.compare, {"score": "Lung CAS", "examples": [{}]}, "row 0 has no table 'inputs'"),
        (lung.compare, changed("us/lung_cas.json", "examples", 2, "inputs", luck=1), "has an input 'luck'"),
        (lung.compare, changed("us/lung_cas.json", "examples", 2, "inputs", nm=[1]), "'nm': .* is no number"),
        (lung.compare, changed("us/lung_cas.json", "examples", 0, expected_LAS2021_0_1="x"), "x is no number"),
        (mismatch_probability.compare, changed("eurotransplant/mmp.json", "cases", 0, bg="C"), "'C' is none of O"),
        (mismatch_probability.compare, changed("eurotransplant/mmp.json", "cases", 0, typing="A9999"), "row 0: "),
        (world.compare, changed("world/uk_tbs.json", "uk_tbs", 0, inputs=TBS_ROW), "has an input 'luck'"),
        (world.compare, changed("world/uk_tbs.json", "uk_tbs", 0, linear_predictor=5), "is no table"),
        (world.compare, {"etkas": 5}, "'etkas' is no table"),
        (world.compare, {"etkas": {}}, "it holds no row that a score can be compared with"),
        (world.compare, changed("world/etkas.json", "etkas", "mmp", 0, "inputs", A=5), "'A' is no list of texts"),
        (
            world.compare,
            changed("world/uk_kidney_2019.json", "uk_kidney_2019", "quartiles", 0, kind="x"),
            "neither donor",
        ),
        (world.compare, changed("transport.json", "transport", 0, mode="boat"), "'boat' is neither drive"),
    ],
)
def test_a_bad_row_is_told_in_a_sentence(compare, published, told):
    with pytest.raises(BadFileError, match=told):
        list(compare(published))

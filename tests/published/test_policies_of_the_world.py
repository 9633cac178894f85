"""The worked values of the policies of single countries, each by the real policy."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path

import pytest

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

import check  # noqa: E402  the check is a script beside this test, and its adapters are found from its folder
from adapters import world_lists, world_policies  # noqa: E402  the same
from adapters.comparison import BadFileError  # noqa: E402  the same

import published_files  # noqa: E402  the same

POLICIES = (world_policies.is_ours, world_policies.compare)
SWISS = (world_lists.is_swiss, world_lists.compare_swiss)
BRAZIL = (world_lists.is_brazilian_livers, world_lists.compare_brazilian_livers)
ROWS = {
    "quebec_kidney": (POLICIES, 23),
    "uk_kidney_2019": (POLICIES, 5),
    "uk_kidney_parts": (POLICIES, 70),
    "portugal_kidney": (POLICIES, 1),
    "portugal_kidney_parts": (POLICIES, 32),
    "australia_kidney_pre2021": (POLICIES, 23),
    "switzerland": (SWISS, 23),
    "brazil_liver_child_donor": (BRAZIL, 1),
}


def content(name):
    return published_files.content(f"world/{name}.json")


def changed(name, *path, **fields):
    return published_files.changed(f"world/{name}.json", *path, **fields)


def without(name, *path):
    return published_files.without(f"world/{name}.json", *path)


def fields(name, published):
    return [one.field for row in ROWS[name][0][1](published) for one in row.differences if not one.known_as]


@pytest.mark.parametrize("name", ROWS)
def test_every_row_is_compared_and_agrees(name):
    (recognises, compare), rows = ROWS[name]
    compared = list(compare(content(name)))
    assert recognises(content(name))
    assert len(compared) == rows
    assert {one.known_as for row in compared for one in row.differences} <= {"australia-score-without-an-offer"}


def test_two_australians_without_a_national_offer_have_no_national_points():
    rows = world_policies.compare(content("australia_kidney_pre2021"))
    assert [row.row for row in rows if row.differences] == ["national.5", "national.8"]


def test_the_difference_of_the_two_australians_is_explained(capsys):
    assert check.main([str(HERE / "data" / "world" / "australia_kidney_pre2021.json")]) == 0
    assert "21/23 (explained 2)" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "path", "field", "value"),
    [
        ("quebec_kidney", ("quebec_kidney", 0), "score", Decimal("12.83")),
        ("quebec_kidney", ("quebec_kidney", 0, "components"), "hla", 4),
        ("quebec_kidney", ("abo", 1), "eligible", True),
        ("uk_kidney_2019", ("uk_kidney_2019", "tier_B", 0), "total_tier_B_points", Decimal("2472.3")),
        ("uk_kidney_2019", ("uk_kidney_2019", "tier_B", 0, "components"), "age_difference", 0),
        ("uk_kidney_2019", ("uk_kidney_2019", "tier_B", 0), "hla_level", 3),
        ("uk_kidney_2019", ("uk_kidney_2019", "hla_level", 0), "level", 2),
        ("uk_kidney_2019", ("uk_kidney_2019", "hla_level", 3), "level", 2),
        ("uk_kidney_parts", ("parts", "rows", 0), "points", Decimal("40.1")),
        ("uk_kidney_parts", ("tier", "rows", 0), "tier", "B"),
        ("uk_kidney_parts", ("abo", 18), "penalty", 0),
        ("uk_kidney_parts", ("abo", 4), "eligible", True),
        ("portugal_kidney", ("portugal_kidney", 0), "total", 15),
        ("portugal_kidney", ("portugal_kidney", 0), "pra", 8),
        ("portugal_kidney_parts", ("hla_points", 3), "points", 8),
        ("portugal_kidney_parts", ("age_points", 2), "points", 4),
        ("australia_kidney_pre2021", ("national", 0), "score", 60000025),
        ("australia_kidney_pre2021", ("national", 0), "national_offer", False),
        ("australia_kidney_pre2021", ("state", 11), "score", 35100000),
        ("switzerland", ("liver_points", 1), "points", 22),
        ("switzerland", ("liver_refresh", "rows", 2), "refresh_days_or_text", "7 days"),
        ("switzerland", ("liver_refresh", "rows", 2), "max_lab_age_hours", 48),
        ("switzerland", ("urgency_validity", "rows", 0), "status", "lapsed"),
        ("switzerland", ("heart_classes", "rows", 0), "expected_order", ["a", "b", "c", "d", "e"]),
        ("brazil_liver_child_donor", ("cases", 0), "excluded", []),
        ("brazil_liver_child_donor", ("cases", 0), "expected_order", ["v"]),
    ],
)
def test_a_value_that_is_not_ours_is_a_difference(name, path, field, value):
    assert fields(name, changed(name, *path, **{field: value})) == [field]


def test_a_class_that_is_not_ours_is_a_difference():
    heart = changed("switzerland", "heart_classes", "rows", 0, "candidates", 0, **{"class": 3})
    liver = changed("brazil_liver_child_donor", "cases", 0, "candidates", 4, **{"class": 1})
    assert fields("switzerland", heart) == ["class of a"]
    assert fields("brazil_liver_child_donor", liver) == ["class of t"]


@pytest.mark.parametrize(
    ("name", "published", "told"),
    [
        ("quebec_kidney", without("quebec_kidney", "quebec_kidney", 0, "inputs", "cpra"), "has no field 'cpra'"),
        ("quebec_kidney", changed("quebec_kidney", "quebec_kidney", 0, components=5), "no table 'components'"),
        (
            "quebec_kidney",
            changed("quebec_kidney", "quebec_kidney", 0, "inputs", cpra=500),
            "write a number within",
        ),
        ("uk_kidney_parts", changed("uk_kidney_parts", "parts", "rows", 0, component="luck"), "'luck' is no part"),
        ("uk_kidney_parts", changed("uk_kidney_parts", "parts", "rows", 10, level="9"), "has no field '9'"),
        (
            "uk_kidney_2019",
            changed("uk_kidney_2019", "uk_kidney_2019", "tier_B", 0, "inputs", dri="D9"),
            "no quartile",
        ),
        (
            "switzerland",
            changed("switzerland", "urgency_validity", "rows", 0, organ="kidney"),
            "about another organ",
        ),
        ("switzerland", changed("switzerland", "urgency_validity", "rows", 0, at="soon"), "'soon' is no date"),
        ("switzerland", changed("switzerland", "heart_classes", rows=5), "'rows' is no list of rows"),
        ("switzerland", {**content("switzerland"), "heart_classes": 5}, "'rows' is no list of rows"),
        ("brazil_liver_child_donor", changed("brazil_liver_child_donor", "cases", 0, donor=5), "no table 'donor'"),
    ],
)
def test_a_bad_row_is_told_in_a_sentence(name, published, told):
    with pytest.raises(BadFileError, match=told):
        fields(name, published)

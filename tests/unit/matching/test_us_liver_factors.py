"""Checks the liver factors of the United States that no golden case can state by itself."""

import pytest

from bequest.matching.us_liver_factors import FACTORS
from bequest.model.columns_us_liver import FACTORS as ENTRIES
from bequest.policy.library import loaded, versions


def test_every_factor_of_the_dictionary_is_worked_out():
    assert set(FACTORS) == {entry.name for entry in ENTRIES}


@pytest.mark.parametrize(
    ("sequence", "rows"),
    [("adult-donor", 77), ("adolescent-donor", 50), ("small-donor", 51), ("circulatory-or-old-donor", 43),
     ("adult-donor-with-intestine", 84), ("small-donor-with-intestine", 62)],
)  # fmt: skip
def test_a_list_has_every_class_of_its_table(sequence, rows):
    (version,) = versions("us/liver")
    (found,) = [entry for entry in loaded(version).sequences if entry.id == sequence]
    assert sum(len(listing.classes) for listing in found.listings) == rows

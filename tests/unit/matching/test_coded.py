from __future__ import annotations

import numpy as np
import pytest

from bequest.matching.coded import ALIKE, EACH, coded
from bequest.model.column import MISSING


def one(values):
    """Return one column as it is held."""
    _, found = coded({"one": np.array(values, dtype=np.int64)}, together=(), registrations=len(values))
    return found["one"]


@pytest.mark.parametrize(
    ("values", "row"),
    [([7, 7, 7, 7], ALIKE), ([1, 2, 3, 4], EACH), ([1, 1, 2, 2], 2), ([MISSING, 5, 5, MISSING], 2)],
)
def test_a_column_is_held_by_the_values_that_occur(values, row):
    column = one(values)
    assert column.row == row
    assert (column.whole().tolist(), len(column)) == (values, 4)
    assert [column.at(place) for place in range(4)] == values


def test_columns_read_together_share_their_codes():
    columns = {"a": np.array([1, 1, 2, 2, 1, 1]), "b": np.array([5, 5, 5, 5, 6, 6])}
    codes, found = coded(columns, together=(("a", "b"),), registrations=6)
    assert found["a"].row == found["b"].row == 2
    assert len(found["a"].values) == 3
    assert {name: column.whole().tolist() for name, column in found.items()} == {
        "a": [1, 1, 2, 2, 1, 1],
        "b": [5, 5, 5, 5, 6, 6],
    }
    assert not codes.flags.writeable


def test_other_values_keep_the_codes():
    column = one([1, 1, 2, 2])
    assert column.having(column.values * 10).whole().tolist() == [10, 10, 20, 20]


def test_nobody_has_a_column_too():
    assert one([]).whole().tolist() == []

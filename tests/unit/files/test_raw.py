"""A data frame is a table as stored, like a file."""

from datetime import UTC, date, datetime

import polars as pl
import pytest

from bequest.files.raw import Held, raw_frame, raw_series

NOON = datetime(1970, 1, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "held", "read"),
    [
        (pl.Series(["a"]), Held.TEXT, ["a"]),
        (pl.Series(["a"], dtype=pl.Categorical), Held.TEXT, ["a"]),
        (pl.Series(["a"], dtype=pl.Enum(["a", "b"])), Held.TEXT, ["a"]),
        (pl.Series([None]), Held.TEXT, [None]),
        (pl.Series([True]), Held.TRUTH, [True]),
        (pl.Series([7]), Held.NUMBER, [7.0]),
        (pl.Series([float("nan")]), Held.NUMBER, [None]),
        (pl.Series([date(1970, 1, 2)]), Held.DATE, [1]),
        (pl.Series([NOON], dtype=pl.Datetime("ms", "UTC")), Held.INSTANT, [43_200]),
        (pl.Series([NOON], dtype=pl.Datetime("us", "Europe/Zurich")), Held.INSTANT, [43_200]),
        (pl.Series([NOON.replace(tzinfo=None)], dtype=pl.Datetime("ns")), Held.LOCAL, [43_200]),
        (pl.Series([b"x"]), Held.OTHER, [None]),
    ],
)
def test_each_type_of_a_frame_becomes_one_of_the_few(values: pl.Series, held: Held, read: list[object]):
    column = raw_series(values)

    assert column.held is held
    assert column.values.to_list() == read


def test_the_rows_of_a_frame_are_counted_from_1():
    table = raw_frame(pl.DataFrame({"a": ["x", "y"]}), "t.csv")

    assert (table.file, table.counted, list(table.numbers), list(table.columns)) == ("t.csv", "row", [1, 2], ["a"])

"""Parquet files are read by the types they store, checked down to their checksums, and written reproducibly."""

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import BytesIO

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bequest.files.parquet_file import MOST_ROWS, parquet_bytes, read_parquet
from bequest.files.raw import Held
from bequest.model.column import Table
from bequest.model.enums import Organ
from bequest.model.errors import InputError
from bequest.simulation.population import make_population
from bequest.simulation.population.writer import FileFormat, write_population

INSTANT = datetime(2026, 11, 1, tzinfo=UTC)
SECONDS = 1_793_491_200


def stored(values: pa.Array, name: str = "age_years") -> bytes:
    stream = BytesIO()
    pq.write_table(pa.table({name: values}), stream)
    return stream.getvalue()


@pytest.mark.parametrize(
    ("values", "held", "read"),
    [
        (pa.array(["a", None]), Held.TEXT, ["a", None]),
        (pa.array(["a", None], pa.large_string()), Held.TEXT, ["a", None]),
        (pa.array(["a", "b"]).dictionary_encode(), Held.TEXT, ["a", "b"]),
        (pa.nulls(2), Held.TEXT, [None, None]),
        (pa.array([True, None]), Held.TRUTH, [True, None]),
        (pa.array([1, None], pa.uint8()), Held.NUMBER, [1.0, None]),
        (pa.array([2**60], pa.int64()), Held.NUMBER, [float(2**60)]),
        (pa.array([0.5, float("nan")], pa.float32()), Held.NUMBER, [0.5, None]),
        (pa.array([Decimal("1.25")]), Held.NUMBER, [1.25]),
        (pa.array([date(1970, 1, 3)]), Held.DATE, [2]),
        (pa.array([date(1970, 1, 3)], pa.date64()), Held.DATE, [2]),  # Parquet knows one kind of date
        (pa.array([INSTANT], pa.timestamp("s", "UTC")), Held.INSTANT, [SECONDS]),
        (pa.array([INSTANT], pa.timestamp("ns", "No/Such_Zone")), Held.INSTANT, [SECONDS]),
        (pa.array([datetime(1970, 1, 2)], pa.timestamp("us")), Held.LOCAL, [86_400]),  # noqa: DTZ001  it has no zone
    ],
)
def test_each_stored_type_becomes_one_of_the_few(values: pa.Array, held: Held, read: list[object]):
    column = read_parquet(stored(values), "t.parquet", Table.DONOR).columns["age_years"]

    assert column.held is held
    assert column.values.to_list() == read


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1]]),
        pa.array([{"a": 1}]),
        pa.array([b"x"]),
        pa.array([timedelta(1)]),
        pa.array([Decimal(1)], pa.decimal256(50, 2)),
    ],
)
def test_a_type_that_no_table_has_is_not_looked_into(values: pa.Array):
    column = read_parquet(stored(values), "t.parquet", Table.DONOR).columns["age_years"]

    assert column.held is Held.OTHER
    assert len(column.values) == len(values)


def test_an_unknown_column_is_kept_for_its_name_only():
    table = read_parquet(stored(pa.array([1, 2]), "other"), "t.parquet", Table.DONOR)

    assert table.columns["other"].held is Held.OTHER
    assert list(table.numbers) == [1, 2]


def test_two_columns_of_one_name_are_refused():
    stream = BytesIO()
    pq.write_table(pa.Table.from_arrays([pa.array([1]), pa.array([2])], names=["donor", "donor"]), stream)

    with pytest.raises(InputError, match="2 columns are named 'donor'"):
        read_parquet(stream.getvalue(), "t.parquet", Table.DONOR)


FRAME = pl.DataFrame({
    "donor": ["D-1", None],
    "hypertension": [True, None],
    "kdpi_percent": [20, None],
    "age_years": [40.5, None],
    "listed_on": [date(2026, 1, 1), None],
    "preserved_at": pl.Series([INSTANT, None], dtype=pl.Datetime("ms", "UTC")),
})  # fmt: skip


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"PAR1PAR1", b"donor\nD-1\n", parquet_bytes(FRAME, metadata={})[:-20]]
)
def test_a_damaged_file_is_refused_with_its_name(content: bytes):
    with pytest.raises(InputError, match=r"^t\.parquet: the Parquet file cannot be read; it is damaged"):
        read_parquet(content, "t.parquet", Table.DONOR)


def test_a_small_file_that_says_it_holds_endless_rows_is_refused_before_they_are_read():
    endless = pa.DictionaryArray.from_arrays(pa.repeat(pa.scalar(0, pa.int32()), MOST_ROWS + 1), pa.array(["D-1"]))

    with pytest.raises(InputError) as caught:
        read_parquet(stored(endless, "donor"), "t.parquet", Table.DONOR)

    assert str(caught.value) == "t.parquet: the file holds 5000001 rows; a table has at most 5000000. Write it again."


def test_one_changed_byte_of_a_value_is_found_by_its_checksum():
    content = parquet_bytes(pl.DataFrame({"donor": ["D-1"]}), metadata={}).replace(b"D-1", b"D-2", 1)

    with pytest.raises(InputError, match="damaged"):
        read_parquet(content, "t.parquet", Table.DONOR)


def test_what_is_written_is_what_is_read():
    read = pq.read_table(BytesIO(parquet_bytes(FRAME, metadata={"bequest.table": "donor"})))

    assert read.schema.metadata[b"bequest.table"] == b"donor"
    assert pl.from_arrow(read).equals(FRAME)


def test_the_bytes_do_not_tell_how_a_frame_was_put_together():
    pieces = pl.concat([FRAME[:1], FRAME[1:]], rechunk=False)

    assert parquet_bytes(pieces, metadata={}) == parquet_bytes(FRAME, metadata={})


DAMAGING = """
import random, sys
from pathlib import Path
from bequest.files.parquet_file import read_parquet
from bequest.model.column import Table
from bequest.model.errors import InputError

whole, draw, refused = Path(sys.argv[1]).read_bytes(), random.Random(7), 0
for _ in range(60):
    content = bytearray(whole)
    for _ in range(draw.choice([1, 2, 5, 50])):
        content[draw.randrange(len(content))] = draw.randrange(256)
    try:
        read_parquet(bytes(content), "damaged.parquet", Table.REGISTRATION)
    except InputError:
        refused += 1
print(refused)
"""


def test_a_program_that_was_given_damaged_files_ends_in_order(tmp_path):
    # With threads, one that is still reading when the program ends aborts it.
    made = make_population(country="demo", organ=Organ.KIDNEY, candidates=3000, donors=1, seed=1, at=INSTANT)
    write_population(made, tmp_path, file_format=FileFormat.PARQUET)
    command = [sys.executable, "-c", DAMAGING, str(tmp_path / "registrations.parquet")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert int(done.stdout) > 0

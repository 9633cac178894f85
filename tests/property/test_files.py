"""Laws of files: any file is a right table or an error that names the file, and what is written is read again."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, date, datetime
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bequest.files import Columns, read_table, write_table
from bequest.files.cells import LAST_DAY
from bequest.files.columns import columns_of_table
from bequest.files.judge import judge
from bequest.files.raw import raw_frame
from bequest.model.column import Column, Kind, Table
from bequest.model.columns import columns_of
from bequest.model.errors import InputError
from file_tables import CENTRES, DONOR, REGISTRATION, csv_text

ROWS = {Table.REGISTRATION: REGISTRATION, Table.DONOR: DONOR, Table.CENTRE: CENTRES[0]}
TABLES = st.sampled_from(sorted(ROWS, key=lambda table: table.value))
SUFFIXES = st.sampled_from([".csv", ".json", ".parquet"])


def read_or_refused(content: bytes, suffix: str, table: Table) -> Columns | None:
    """Return the table in some bytes, or None if an error names the file in every sentence but the last count."""
    with TemporaryDirectory() as directory:
        path = Path(directory, f"table{suffix}")
        path.write_bytes(content)
        try:
            return read_table(path, table)
        except InputError as error:
            refused = error.problems
    assert all("table." in problem for problem in refused[:200])
    assert all(problem.isprintable() for problem in refused)
    return None


def parquet_of(frame: pl.DataFrame) -> bytes:
    stream = BytesIO()
    frame.write_parquet(stream)
    return stream.getvalue()


@given(st.binary(max_size=300), SUFFIXES, TABLES)
def test_any_bytes_are_a_table_or_an_error_that_names_the_file(content: bytes, suffix: str, table: Table):
    read_or_refused(content, suffix, table)


@given(st.text(alphabet="abR-1,;\"'\r\n\t\0é ", max_size=60), st.integers(0, 400), TABLES)
def test_a_right_csv_file_with_something_put_into_it_is_a_table_or_an_error(text: str, place: int, table: Table):
    right = csv_text([ROWS[table]])

    read_or_refused((right[:place] + text + right[place:]).encode(), ".csv", table)


# Text that is near to what a cell may hold goes further than text of any letters.
CELLS = st.one_of(
    st.text(max_size=20),
    st.from_regex(r"\A[-+]?[0-9]{1,25}(\.[0-9]{1,25})?([eE][-+]?[0-9]{1,4})?\Z"),
    st.from_regex(
        r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?(Z|[-+][0-9]{2}:[0-9]{2})?)?\Z"
    ),
    st.lists(
        st.sampled_from(["A1", "A2", "A99", "B*07:02", "DRB1*03:01/DRB1*03:02", "+", "^", "|", "none", "DR?"])
    ).map(" ".join),
    st.sampled_from(["nan", "inf", "-0", "true", "FALSE", "heart", "kidney liver", "ZZ", "living", "executed"]),
)


@given(st.data(), TABLES)
def test_any_text_in_the_cells_of_a_csv_file_is_right_or_reported(data: st.DataObject, table: Table):
    changes = data.draw(
        st.dictionaries(st.sampled_from([entry.name for entry in columns_of(table)]), CELLS, max_size=6)
    )
    content = csv_text([ROWS[table] | changes]).encode(errors="surrogatepass")

    read_or_refused(content, ".csv", table)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | CELLS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.data(), TABLES)
def test_any_values_in_the_cells_of_a_json_file_are_right_or_reported(data: st.DataObject, table: Table):
    names = st.sampled_from([entry.name for entry in columns_of(table)]) | st.text(max_size=5)
    changes = data.draw(st.dictionaries(names, JSON, max_size=6))

    read_or_refused(json.dumps([ROWS[table] | changes]).encode(), ".json", table)


@given(JSON)
def test_any_json_is_a_table_or_an_error(value: object):
    read_or_refused(json.dumps(value).encode(), ".json", Table.DONOR)


ARRAYS = st.one_of(
    st.lists(st.none() | st.text(max_size=5), min_size=2, max_size=2).map(pa.array),
    st.lists(st.none() | st.booleans(), min_size=2, max_size=2).map(pa.array),
    st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=2).map(
        lambda rows: pa.array(rows, pa.int64())
    ),
    st.lists(st.none() | st.floats(), min_size=2, max_size=2).map(lambda rows: pa.array(rows, pa.float64())),
    st.lists(st.integers(-(2**63), 2**63 - 1), min_size=2, max_size=2).flatmap(
        lambda rows: st.sampled_from(
            [
                pa.timestamp("us"),
                pa.timestamp("ns"),
                pa.timestamp("ms", "UTC"),
                pa.timestamp("us", "Mars/Olympus"),
                pa.duration("s"),
            ]
        ).map(lambda kind: pa.array(rows, pa.int64()).cast(kind))
    ),
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=2, max_size=2).map(
        lambda rows: pa.array(rows, pa.int32()).cast(pa.date32())
    ),
    st.just(pa.array([[1], None])),
    st.just(pa.array([b"x", None])),
)


@given(st.data(), TABLES)
def test_any_types_in_the_columns_of_a_parquet_file_are_right_or_reported(data: st.DataObject, table: Table):
    right = pl.DataFrame([ROWS[table], ROWS[table]]).to_arrow()
    columns = dict(zip(right.column_names, right.columns, strict=True))
    changes = data.draw(
        st.dictionaries(st.sampled_from([entry.name for entry in columns_of(table)]), ARRAYS, max_size=5)
    )
    stream = BytesIO()
    pq.write_table(pa.table(columns | changes), stream)

    read_or_refused(stream.getvalue(), ".parquet", table)


PARQUET = parquet_of(pl.DataFrame([REGISTRATION] * 30))


@given(st.dictionaries(st.integers(0, len(PARQUET) - 1), st.integers(0, 255), max_size=6), st.integers(0, len(PARQUET)))
def test_a_damaged_parquet_file_is_read_or_refused(changes: dict[int, int], length: int):
    damaged = bytearray(PARQUET)
    for place, byte in changes.items():
        damaged[place] = byte

    read_or_refused(bytes(damaged), ".parquet", Table.REGISTRATION)
    read_or_refused(bytes(damaged[:length]), ".parquet", Table.REGISTRATION)
    read_or_refused(bytes(damaged[length:]), ".parquet", Table.REGISTRATION)


def values_of(entry: Column) -> st.SearchStrategy[object]:
    """Return values that the data dictionary allows in an optional column of registrations for kidneys."""
    low, high = float(entry.low or 0), float(entry.high or 0)
    strategies: dict[Kind, st.SearchStrategy[object]] = {
        Kind.TRUTH: st.booleans(),
        Kind.WHOLE: st.integers(int(low), int(high)),
        Kind.DECIMAL: st.floats(low, high),
        Kind.CODE: st.sampled_from(entry.codes or ("",)),
        Kind.DATE: st.dates(date(1970, 1, 1), LAST_DAY),
        Kind.INSTANT: st.integers(0, 4_000_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)),
        Kind.TEXT: st.sampled_from(["north", "1 2", "a b"]),
        Kind.TYPING: st.sampled_from(["A1 A2", "B7 B*08:01", "DR1"]),
        Kind.ANTIGENS: st.sampled_from(["none", "A1 B7", "DR4"]),
    }
    return st.none() | strategies[entry.kind]


OPTIONAL = {
    entry.name: values_of(entry)
    for entry in columns_of(Table.REGISTRATION)
    if not entry.required and "donor_age" not in entry.name and (not entry.organs or "kidney" in str(entry.organs))
}


@given(st.lists(st.fixed_dictionaries(OPTIONAL), min_size=1, max_size=2), SUFFIXES)
def test_what_is_written_is_read_again_in_every_form(rows: list[dict[str, object]], suffix: str):
    numbered = [REGISTRATION | {"registration": f"R-{number}"} | row for number, row in enumerate(rows)]
    frame = pl.DataFrame(numbered, infer_schema_length=None)
    given_values = columns_of_table(judge(raw_frame(frame, "frame"), Table.REGISTRATION)).values

    with TemporaryDirectory() as directory:
        path = Path(directory, f"registrations{suffix}")
        write_table(frame, path, Table.REGISTRATION)
        read = read_table(path, Table.REGISTRATION).values

    assert {name: str(list(values)) for name, values in read.items()} == {
        name: str(list(values)) for name, values in given_values.items()
    }


DAMAGING = """
import random, sys
from pathlib import Path
from bequest.files import read_table
from bequest.model.column import Table
from bequest.model.errors import InputError

seed, whole, path = int(sys.argv[1]), Path(sys.argv[2]).read_bytes(), Path(sys.argv[3])
draw, refused = random.Random(seed), 0
for _ in range(5):
    content = bytearray(whole)
    for _ in range(draw.choice([1, 2, 5, 50])):
        content[draw.randrange(len(content))] = draw.randrange(256)
    path.write_bytes(content)
    try:
        read_table(path, Table.REGISTRATION)
    except InputError:
        refused += 1
print(refused)
"""


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(60))
def test_a_program_that_was_given_damaged_parquet_files_ends_in_order(seed: int, tmp_path: Path):
    rows = [REGISTRATION | {"registration": f"R-{number}"} for number in range(3000)]
    whole = tmp_path / "whole.parquet"
    whole.write_bytes(parquet_of(pl.DataFrame(rows)))
    command = [sys.executable, "-c", DAMAGING, str(seed), str(whole), str(tmp_path / "damaged.parquet")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), f"seed {seed}"
    assert int(done.stdout) > 0

"""Knows how one file becomes a table: the form is told by the name's ending, the content is judged as a whole."""

from __future__ import annotations

from pathlib import Path
from stat import S_ISREG
from typing import TYPE_CHECKING

from bequest.files.columns import Columns, columns_of_table
from bequest.files.csv_file import read_csv
from bequest.files.donor_rows import check_donors
from bequest.files.json_file import read_json_table
from bequest.files.judge import Judged, judge
from bequest.files.parquet_file import read_parquet
from bequest.files.problems import raise_problems
from bequest.files.rows import check_one_world, check_registrations
from bequest.files.typings import check_typings
from bequest.model.column import Table
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from bequest.files.raw import RawTable

SUFFIXES = (".parquet", ".csv", ".json")
"""The forms in which a table may be stored, by the ending of the file's name."""
LARGEST_BYTES = 2**31
"""Bytes of a file; a list of a million registrations takes less than half of it in any form."""


def read_table(path: str | Path, table: Table) -> Columns:
    """Return the table in a CSV, Parquet or JSON file; raise InputError with everything that is wrong in it.

    References to other tables are not followed; `read_pool` and `read_donors` do that.
    """
    judged = judged_file(Path(path), table)
    check_one_world(judged)
    check_typings(judged)
    if table is Table.DONOR:
        check_donors(judged)
    raise_problems(judged.problems)
    return columns_of_table(judged)


def judged_file(path: Path, table: Table) -> Judged:
    """Return the table in a file with its cells and rows judged; raise InputError only if there is nothing to judge."""
    judged = judge(_raw_file(path, table), table)
    if table is Table.REGISTRATION:
        check_registrations(judged)
    return judged


def suffix_of(path: Path) -> str:
    """Return the ending that tells the form of a file; raise InputError for a form that no table has."""
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        forms = ", ".join(SUFFIXES)
        raise InputError(f"{path.name}: tables are stored as {forms}; save a spreadsheet as 'CSV UTF-8'.")
    return suffix


def _raw_file(path: Path, table: Table) -> RawTable:
    suffix = suffix_of(path)
    content = _content(path)
    if suffix == ".parquet":
        return read_parquet(content, path.name, table)
    return read_csv(content, path.name) if suffix == ".csv" else read_json_table(content, path.name, table)


def _content(path: Path) -> bytes:
    """Return what stands in a plain file; a device or a pipe may have no end and is not opened."""
    try:
        found = path.stat()
        if not S_ISREG(found.st_mode):
            raise InputError(f"{path.name}: this is a device, a pipe or a folder; put a plain file there.")
        if found.st_size > LARGEST_BYTES:
            largest = f"{LARGEST_BYTES // 2**20} MiB"
            raise InputError(
                f"{path.name}: the file is larger than {largest}, which no waiting list fills; keep one table in it."
            )
        with path.open("rb") as file:
            return file.read(found.st_size)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        message = f"{path.name}: the file cannot be read ({reason}); check its name and who may read it."
        raise InputError(message) from None

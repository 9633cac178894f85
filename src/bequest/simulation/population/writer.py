"""Knows how a population becomes a directory of files: all of them or none, and never over somebody else's files."""

from __future__ import annotations

import hashlib
import json
from enum import Enum
from typing import TYPE_CHECKING, cast

import numpy as np
import polars as pl

from bequest.files import write_table
from bequest.model.column import Kind, Table
from bequest.model.columns import columns_of
from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bequest.simulation.population.population import Population

INPUTS = "inputs.json"
_DIGESTS = "sha256"
_PARTIAL = ".partial"


class FileFormat(Enum):
    """Name the form of the three tables."""

    PARQUET = "parquet"
    CSV = "csv"
    JSON = "json"


def write_population(population: Population, directory: Path, *, file_format: FileFormat) -> bool:
    """Write registrations, donors, centres and inputs.json; return whether they replace an earlier population.

    A new directory appears complete or not at all. A population that was written there before is replaced if nobody has
    changed a file of it since. Any other directory that is not empty is refused, as is one that cannot be written, with
    InputError.
    """
    # A directory such as `.` has a name only once it is resolved.
    target = directory.resolve()
    earlier = _refuse_foreign(target, named=directory)
    partial = target / _PARTIAL if target.exists() else target.with_name(f".{target.name}{_PARTIAL}")
    try:
        _clear(partial)
        partial.mkdir(parents=True)
        for table, columns in _tables(population):
            write_table(population_frame(columns, table), partial / f"{_NAMES[table]}.{file_format.value}", table)
        # Its digests tell later whether somebody has changed a table.
        digests = {path.name: _digest(path) for path in sorted(partial.iterdir())}
        text = json.dumps({**population.inputs, _DIGESTS: digests}, indent=2, ensure_ascii=False)
        (partial / INPUTS).write_text(text + "\n", encoding="utf-8")
        _put(partial, target)
    except OSError as error:
        raise InputError(f"{directory} cannot be written ({error.strerror}); choose another directory.") from error
    return earlier


def population_frame(columns: Mapping[str, object], table: Table) -> pl.DataFrame:
    """Return columns of a population as a data frame; missing values are null."""
    kinds = {column.name: column.kind for column in columns_of(table)}
    return pl.DataFrame([_series(name, values, kinds[name]) for name, values in columns.items()])


_NAMES = {Table.REGISTRATION: "registrations", Table.DONOR: "donors", Table.CENTRE: "centres"}


def _tables(population: Population) -> Sequence[tuple[Table, Mapping[str, object]]]:
    return (
        (Table.REGISTRATION, population.registrations),
        (Table.DONOR, population.donors),
        (Table.CENTRE, population.centres),
    )


def _series(name: str, values: object, kind: Kind) -> pl.Series:
    if kind is Kind.INSTANT:
        instants = np.asarray(values, dtype="datetime64[ms]")
        return pl.Series(name, instants).dt.replace_time_zone("UTC")
    if kind is Kind.DATE:
        return pl.Series(name, np.asarray(values, dtype="datetime64[D]"))
    if kind in {Kind.WHOLE, Kind.DECIMAL}:
        return pl.Series(name, np.asarray(values, dtype=np.float64)).fill_nan(None)
    # Every other column of a population is a list with None where missing.
    return pl.Series(name, cast("list[object]", values), dtype=pl.Boolean if kind is Kind.TRUTH else pl.String)


def _refuse_foreign(directory: Path, *, named: Path) -> bool:
    """Return whether a directory holds an earlier population, untouched; raise InputError if it holds anything else."""
    if not directory.exists():
        return False
    if not directory.is_dir():
        raise InputError(f"{named} is a file; name a directory for the population.")
    there = _files(directory)
    if there and not _made_here(there, directory / INPUTS):
        raise InputError(
            f"{named} holds files that are no population made by Bequest, or that somebody has changed since; nothing "
            "was written. Name a new or empty directory."
        )
    return bool(there)


def _files(directory: Path) -> list[Path]:
    """Return what a directory holds beside what a stopped run left."""
    return sorted(path for path in directory.iterdir() if path.name != _PARTIAL)


def _made_here(there: Sequence[Path], inputs: Path) -> bool:
    """Return whether files are those that `write_population` wrote, byte for byte, and nothing else."""
    if inputs not in there or not all(path.is_file() for path in there):
        return False
    try:
        content = cast("object", json.loads(inputs.read_text(encoding="utf-8")))
    except (ValueError, RecursionError):
        return False
    if not isinstance(content, dict):
        return False
    said = cast("dict[str, object]", content)
    digests = said.get(_DIGESTS)
    if said.get("synthetic") is not True or not isinstance(digests, dict):
        return False
    known = cast("dict[str, object]", digests)
    return all(known.get(path.name) == _digest(path) for path in there if path != inputs)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _put(partial: Path, target: Path) -> None:
    """Move a complete population to its place; a directory that is there stays the same one, for whoever stands in it.

    What was there goes first, so that no table of one population ever stands beside a table of another.
    """
    if not target.exists():
        partial.rename(target)
        return
    for path in _files(target):
        path.unlink()
    for path in sorted(partial.iterdir()):
        path.rename(target / path.name)
    partial.rmdir()


def _clear(directory: Path) -> None:
    """Remove a directory of files of our own making, if it is there."""
    if directory.exists():
        for path in sorted(directory.iterdir()):
            path.unlink()
        directory.rmdir()

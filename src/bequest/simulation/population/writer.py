"""Knows how a population becomes a directory of files: all of them or none, and never over somebody else's files."""

from __future__ import annotations

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


class FileFormat(Enum):
    """Name the form of the three tables."""

    PARQUET = "parquet"
    CSV = "csv"
    JSON = "json"


def write_population(population: Population, directory: Path, *, file_format: FileFormat) -> None:
    """Write registrations, donors, centres and inputs.json; the directory appears complete or not at all.

    A population that was written there before is replaced. Any other directory that is not empty is refused, as is
    one that cannot be written, with InputError.
    """
    _refuse_foreign(directory)
    partial = directory.with_name(f".{directory.name}.partial")
    try:
        _clear(partial)
        partial.mkdir(parents=True)
        for table, columns in _tables(population):
            write_table(population_frame(columns, table), partial / f"{_NAMES[table]}.{file_format.value}", table)
        # Written last: a directory with it is complete.
        text = json.dumps(dict(population.inputs), indent=2, ensure_ascii=False)
        (partial / INPUTS).write_text(text + "\n", encoding="utf-8")
        _clear(directory)
        partial.rename(directory)
    except OSError as error:
        raise InputError(f"{directory} cannot be written ({error.strerror}); choose another directory.") from error


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


def _refuse_foreign(directory: Path) -> None:
    if not directory.exists():
        return
    if not directory.is_dir():
        raise InputError(f"{directory} is a file; name a directory for the population.")
    if any(directory.iterdir()) and not _made_here(directory):
        raise InputError(
            f"{directory} holds files that are no population made by Bequest; nothing was changed. "
            "Name a new or empty directory."
        )


def _made_here(directory: Path) -> bool:
    """Return whether a directory holds what `write_population` writes, and nothing else."""
    own = {f"{name}.{form.value}" for name in _NAMES.values() for form in FileFormat}
    names = {path.name for path in directory.iterdir()}
    return INPUTS in names and names <= own | {INPUTS} and _synthetic(directory / INPUTS)


def _synthetic(inputs: Path) -> bool:
    try:
        content = cast("object", json.loads(inputs.read_text(encoding="utf-8")))
    except ValueError:
        return False
    return isinstance(content, dict) and cast("dict[str, object]", content).get("synthetic") is True


def _clear(directory: Path) -> None:
    """Remove a directory of files of our own making, if it is there."""
    if directory.exists():
        for path in sorted(directory.iterdir()):
            path.unlink()
        directory.rmdir()

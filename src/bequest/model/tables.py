"""Knows how to read the packaged data tables; each file is read once and counts as a constant."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_rows(name: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of a packaged CSV file, such as `hla/broad_split.csv`, as text by column name."""
    return _rows(name)


def read_json(name: str) -> object:
    """Return the parsed content of a packaged JSON file; do not change what it returns."""
    return _json(name)


def read_text(name: str) -> str:
    """Return a packaged file as text."""
    return files("bequest.data").joinpath(name).read_text(encoding="utf-8")


def table_digest(name: str) -> str:
    """Return the SHA-256 of a packaged file's bytes, 64 hexadecimal digits."""
    return hashlib.sha256(files("bequest.data").joinpath(name).read_bytes()).hexdigest()


@cache
def _rows(name: str) -> tuple[Mapping[str, str], ...]:
    return tuple(MappingProxyType(row) for row in csv.DictReader(io.StringIO(read_text(name))))


@cache
def _json(name: str) -> object:
    # json.loads has no type of its own; callers narrow what they take.
    return cast("object", json.loads(read_text(name)))

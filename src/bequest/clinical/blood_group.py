"""Knows which blood groups may receive from which: the ABO rule and the tables of published policies."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from bequest.model.enums import BloodGroup
from bequest.model.errors import InputError
from bequest.model.tables import read_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

CODES: tuple[str, ...] = tuple(group.value for group in BloodGroup)
"""Blood groups in the order of their codes in a column."""


def compatible_with(donor: BloodGroup) -> NDArray[np.bool_]:
    """Tell by candidate code who may receive from a donor by the ABO rule, shape (8,); subgroups change nothing."""
    return table("full")[CODES.index(donor.value)]


def identical_with(donor: BloodGroup) -> NDArray[np.bool_]:
    """Tell by candidate code who has the donor's blood group, subgroups aside, shape (8,)."""
    return _identical()[CODES.index(donor.value)]


def is_compatible(donor: BloodGroup, candidate: BloodGroup) -> bool:
    """Tell whether one candidate may receive from one donor by the ABO rule."""
    return bool(compatible_with(donor)[CODES.index(candidate.value)])


@cache
def table(name: str) -> NDArray[np.bool_]:
    """Return a named table of compatibility, shape (8, 8): row donor code, column candidate code; read-only."""
    rows = [row for row in read_rows(_FILE) if row["table"] == name]
    if not rows:
        known = ", ".join(table_names())
        message = f"{name!r} is no table of blood groups; the tables are {known}."
        raise InputError(message)
    compatible = np.zeros((len(CODES), len(CODES)), dtype=np.bool_)
    for row in rows:
        for candidate in row["candidates"].split():
            compatible[np.ix_(_members(row["donor"]), _members(candidate))] = True
    compatible.setflags(write=False)
    return compatible


def table_names() -> tuple[str, ...]:
    """Return the names of all tables, in the order of the file."""
    return tuple(dict.fromkeys(row["table"] for row in read_rows(_FILE)))


_FILE = "abo/compatibility.csv"


def _members(group: str) -> list[int]:
    """Return the codes of a group with its subgroups; a subgroup stands for itself."""
    return [code for code, name in enumerate(CODES) if group in {name, _without_subgroup(name)}]


def _without_subgroup(name: str) -> str:
    return name.replace("1", "").replace("2", "")


@cache
def _identical() -> NDArray[np.bool_]:
    main = np.array([_without_subgroup(name) for name in CODES])
    identical = main[:, np.newaxis] == main[np.newaxis, :]
    identical.setflags(write=False)
    return identical

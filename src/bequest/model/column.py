"""Knows what an entry of the data dictionary says about one column; the entries are in columns.py."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from decimal import Decimal

    from bequest.model.enums import Organ

MISSING = -(2**63)
"""The int64 that stands for a missing value in every quantised column."""


class Kind(Enum):
    """Name the kind of value a column holds, and with it its int64 form."""

    TRUTH = "yes or no"  # 0 or 1
    WHOLE = "whole number"
    DECIMAL = "number"  # value * 10**decimals, rounded half up
    CODE = "one of"  # index into `codes`
    DATE = "date"  # days since 1970-01-01
    INSTANT = "instant"  # seconds since 1970-01-01T00:00:00Z
    TEXT = "text"  # never an integer, never read by a policy
    TYPING = "HLA typing"  # bit sets
    ANTIGENS = "HLA antigens"  # bit sets


class Table(Enum):
    """Name the table a column belongs to; FACTOR columns are computed, never imported."""

    REGISTRATION = "registration"
    DONOR = "donor"
    CENTRE = "centre"
    FACTOR = "factor"


@dataclass(frozen=True, slots=True)
class Column:
    """Describe one column: what it is called, what it may hold, what it means and says who.

    `low` and `high` are inclusive bounds in the unit. `decimals` is the resolution to which a value is
    quantised before anything is compared. `inputs` (factors only) names what is read, as
    `registration.x`, `donor.x` or `centre.x`. `in_policies`: whether a policy may name the column.
    `organs` empty means every organ. `required`: a file without a value in it is refused. `may_be_absent`: a list
    without the column has nobody whom it says anything of, and a factor that reads it needs no such column.
    """

    table: Table
    name: str
    kind: Kind
    meaning: str
    source: str
    unit: str | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    decimals: int = 0
    codes: tuple[str, ...] = ()
    organs: tuple[Organ, ...] = ()
    required: bool = False
    in_policies: bool = True
    inputs: tuple[str, ...] = ()
    may_be_absent: bool = False

"""Knows the data dictionary: every column of every table, and every name a policy may read or never may.

It drives imports, golden cases, the policy language and docs/reference/data-dictionary.md.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.model import (
    columns_eurotransplant,
    columns_eurotransplant_liver,
    columns_uk_liver,
    columns_us,
    columns_us_liver,
    columns_us_lung,
    columns_world,
)
from bequest.model.column import Column, Table
from bequest.model.columns_donor import CENTRE_COLUMNS, DONOR_COLUMNS
from bequest.model.columns_factor import FACTOR_COLUMNS
from bequest.model.columns_registration import REGISTRATION_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMES = (
    columns_us,
    columns_us_liver,
    columns_us_lung,
    columns_eurotransplant,
    columns_eurotransplant_liver,
    columns_uk_liver,
    columns_world,
)

COLUMNS: tuple[Column, ...] = (
    *REGISTRATION_COLUMNS,
    *(entry for scheme in _SCHEMES for entry in scheme.REGISTRATION),
    *DONOR_COLUMNS,
    *(entry for scheme in _SCHEMES for entry in scheme.DONOR),
    *CENTRE_COLUMNS,
    *FACTOR_COLUMNS,
    *(entry for scheme in _SCHEMES for entry in scheme.FACTORS),
)

_FORBIDDEN_SUBJECTS: Mapping[str, str] = MappingProxyType({
    "ability to pay": "price pay payment payer paid cost insurer insurance insured income salary wealth rich poor "
    "money financial fee tariff bribe",
    "race or ethnicity": "race racial ethnic ethnicity ancestry black white african asian hispanic caucasian skin "
    "caste tribe",
    "religion": "religion religious creed faith",
    "political belief": "political politics party",
    "nationality": "nationality citizenship citizen",
    "sex outside a cited clinical score": "sex gender",
    "custody": "custody prisoner detention detained",
    "social status": "social celebrity vip office title",
})  # fmt: skip

FORBIDDEN_WORDS: Mapping[str, str] = MappingProxyType(
    {word: subject for subject, words in _FORBIDDEN_SUBJECTS.items() for word in words.split()}
)
"""Words that may stand in no name a policy reads, with what they stand for (safeguards.md ALC-02)."""


def columns_of(table: Table) -> tuple[Column, ...]:
    """Return the columns of one table in dictionary order."""
    return tuple(column for column in COLUMNS if column.table is table)


def column(table: Table, name: str) -> Column | None:
    """Return the column of that name, or None."""
    return _BY_NAME.get((table, name))


def known_column(table: Table, name: str) -> Column:
    """Return the column that a part of the program itself names."""
    entry = column(table, name)
    assert entry is not None, f"the dictionary has {table.value}.{name}"
    return entry


def candidate_column(name: str) -> Column | None:
    """Return what `NAME` or `candidate.NAME` means in a policy: a factor, else a registration column."""
    return column(Table.FACTOR, name) or column(Table.REGISTRATION, name)


_BY_NAME = MappingProxyType({(entry.table, entry.name): entry for entry in COLUMNS})

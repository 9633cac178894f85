"""Knows how the registrations of a source become a pool's columns: texts, integers, and what factors read together."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np

from bequest.matching.quantise import quantise
from bequest.model.column import MISSING, Kind, Table
from bequest.model.columns import columns_of
from bequest.model.enums import RegistrationStatus

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Values = Sequence[object] | NDArray[np.generic]
    Texts = tuple[str | None, ...]
    Whole = NDArray[np.int64]

TOGETHER = (
    (
        "urgency_granted",
        "urgency_valid_until",
        "urgency_since_on",
        "urgency_own",
        "urgency_own_valid_until",
        "urgency_own_since_on",
    ),
    ("donor_age_years_min", "donor_age_years_max"),
)
"""Columns that a factor reads together, and that therefore share their codes."""
_TEXT_KINDS = frozenset({Kind.TEXT, Kind.TYPING, Kind.ANTIGENS})
_OF_ONE = frozenset({"registration", "candidate"})
_ACTIVE = tuple(RegistrationStatus).index(RegistrationStatus.ACTIVE)


def text_columns(source: Mapping[str, Values], order: NDArray[np.intp]) -> dict[str, Texts]:
    """Return every text column of the dictionary in the order given; None for everybody where the source has none."""
    texts: dict[str, Texts] = {}
    rows = order.tolist()
    for entry in columns_of(Table.REGISTRATION):
        if entry.kind in _TEXT_KINDS:
            values = cast("Sequence[object] | None", source.get(entry.name))
            texts[entry.name] = (
                (None,) * len(rows)
                if values is None
                else tuple(None if values[row] is None else str(values[row]) for row in rows)
            )
    return texts


def whole_columns(source: Mapping[str, Values], order: NDArray[np.intp]) -> dict[str, Whole]:
    """Return every other column of the dictionary as int64 in the order given; MISSING where the source has none."""
    columns: dict[str, Whole] = {}
    for entry in columns_of(Table.REGISTRATION):
        if entry.kind not in _TEXT_KINDS:
            values = source.get(entry.name)
            absent = np.full(len(order), MISSING, dtype=np.int64)
            columns[entry.name] = absent if values is None else quantise(values, entry)[order]
    return columns


def labels(texts: Mapping[str, Texts]) -> dict[str, tuple[Texts, Whole]]:
    """Return for each column that names groups of people the texts that occur, and each registration's place there."""
    found: dict[str, tuple[Texts, Whole]] = {}
    for entry in columns_of(Table.REGISTRATION):
        if entry.kind is Kind.TEXT and entry.name not in _OF_ONE:
            index: dict[str | None, int] = {}
            # A loop over registrations, once a pool: text has to be looked up one by one.
            places = [index.setdefault(text, len(index)) for text in texts[entry.name]]
            found[entry.name] = tuple(index), np.array(places, dtype=np.int64)
    return found


def active_from(columns: Mapping[str, Whole]) -> Whole:
    """Return the day from which each registration takes part in match runs; MISSING for never."""
    listed, consented = columns["listed_on"], columns["consent_to_listing_on"]
    known = (columns["status"] == _ACTIVE) & (listed != MISSING) & (consented != MISSING)
    return np.where(known, np.maximum(listed, consented), MISSING)


def renal_since(columns: Mapping[str, Whole]) -> Whole:
    """Return the day of listing or of the first dialysis, whichever came earlier; MISSING where neither is known."""
    listed, dialysed = columns["listed_on"], columns["dialysis_since_on"]
    # MISSING is the least integer, so where one of the two is missing the larger is the one that is known.
    one_missing = (listed == MISSING) | (dialysed == MISSING)
    return np.where(one_missing, np.maximum(listed, dialysed), np.minimum(listed, dialysed))


def age_on(days: Whole, born: Whole) -> Whole:
    """Return completed years on days of people with these birthdays; missing before birth."""
    key = birthdays(days)
    known = (days != MISSING) & (born != MISSING) & (born <= key)
    return np.where(known, (np.where(known, key, 0) - np.where(known, born, 0)) >> 9, MISSING)


def birthdays(born_on: Whole) -> Whole:
    """Return year*512 + month*32 + day, so that completed years are a difference shifted by nine bits."""
    known = born_on != MISSING
    days = np.where(known, born_on, 0).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]")
    month = (months - years.astype("datetime64[M]")).astype(np.int64) + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    keys = (years.astype(np.int64) + 1970) * 512 + month * 32 + day
    return np.where(known, keys, MISSING)

"""Knows how an instant is written, and which instants a record of allocation can speak of."""

from __future__ import annotations

from datetime import UTC, datetime

from bequest.model.errors import InputError

FIRST_YEAR, LAST_YEAR = 1900, 2199
"""No record is older, and a later year is a slip of the keyboard; both are ours."""

_WRITE = "write it as 2026-11-01T00:00:00Z."


def instant_of(at: object, *, called: str = "at") -> datetime:
    """Return the instant that a text names, or an aware datetime, in UTC and whole seconds.

    `called` is what the person who gave it calls it. Raises InputError for what names no instant, has no time zone or a
    fraction of a second, or lies in UTC outside FIRST_YEAR to LAST_YEAR.
    """
    try:
        instant = datetime.fromisoformat(at) if isinstance(at, str) else at
    except ValueError:
        instant = None
    written = f"{called} '{str(at)[:40]}'"
    if not isinstance(instant, datetime):
        raise InputError(f"{written} is no instant; {_WRITE}")
    if instant.tzinfo is None:
        raise InputError(f"{written} has no time zone; {_WRITE}")
    if instant.microsecond:
        raise InputError(f"{written} has a fraction of a second, which no record keeps; {_WRITE}")
    try:
        in_utc = instant.astimezone(UTC)
    except OverflowError:  # the first or last day that a calendar here knows, turned beyond it
        in_utc = None
    if in_utc is None or not FIRST_YEAR <= in_utc.year <= LAST_YEAR:
        raise InputError(f"{written} lies outside the years {FIRST_YEAR} to {LAST_YEAR}; {_WRITE}")
    return in_utc

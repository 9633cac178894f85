"""Knows how instants are read back from the text in which the tables and leaves keep them."""

from __future__ import annotations

from datetime import UTC, datetime

from bequest.ledger.leaf import instant_text
from bequest.model.errors import InputError


def instant_from(text: str) -> datetime:
    """Return the instant that a column of the registry holds."""
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%S.%fZ").replace(tzinfo=UTC)


def fact_instant(text: str) -> str:
    """Return an instant of a column as facts write it: in whole seconds."""
    return instant_from(text).strftime("%Y-%m-%dT%H:%M:%SZ")


def past(at: datetime, now: datetime, *, called: str) -> str:
    """Return the text of an instant that has passed, in whole seconds; raise `InputError` for one to come."""
    if at.tzinfo is None:
        raise InputError(f"{called} has no time zone; give an instant with its zone.")
    if at > now:
        raise InputError(f"{called} ({instant_text(at)}) lies in the future; only what has happened is recorded.")
    return instant_text(at.replace(microsecond=0))

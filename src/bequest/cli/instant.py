"""Knows how an instant is written on the command line."""

from __future__ import annotations

from datetime import UTC, datetime

from bequest.model.errors import InputError


def instant(written: str) -> datetime:
    """Return the instant that a text names, in UTC; raise InputError for a text that names none."""
    try:
        at = datetime.fromisoformat(written)
    except ValueError:
        raise InputError(f"--at '{written}' is no instant; write it as 2026-11-01T00:00:00Z.") from None
    if at.tzinfo is None:
        raise InputError(f"--at '{written}' has no time zone; write it as 2026-11-01T00:00:00Z.")
    return at.astimezone(UTC)

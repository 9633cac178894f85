"""Knows the clocks of a demo night: one that the play moves, and that of this machine, which nobody moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Protocol

BEGINS = datetime(2026, 11, 14, 18, 0, tzinfo=UTC)
"""When the evening of a played night begins; the demo country is filled the day before."""


class Clock(Protocol):
    """Give the instant, and let time pass where it is played."""

    @property
    def played(self) -> bool:
        """Return whether time passes by being told to."""
        ...

    def __call__(self) -> datetime:
        """Return the instant."""
        ...

    def let_pass(self, span: timedelta) -> None:
        """Let time pass."""
        ...


class PlayedClock:
    """Stand still until the play moves it; the temporary office and the play read the same one."""

    played = True

    def __init__(self, at: datetime) -> None:
        """Begin at an instant."""
        self._at = at

    def __call__(self) -> datetime:
        """Return the instant that is played."""
        return self._at

    def let_pass(self, span: timedelta) -> None:
        """Move on."""
        self._at += span


class MachineClock:
    """Go as this machine goes."""

    played = False

    def __call__(self) -> datetime:
        """Return the instant by the clock of this machine, in whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)

    def let_pass(self, span: timedelta) -> None:
        """Do nothing: nobody moves this clock."""
        del span

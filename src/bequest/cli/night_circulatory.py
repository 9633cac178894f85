"""Knows a night of the circulatory pathway: offers on condition, a pause, an observation, and an end without donation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.cli import night_papers as papers
from bequest.cli.night import COORDINATOR, DUTY, SECOND_DUTY
from bequest.cli.night_story import close_day, offered, reported, wishes

if TYPE_CHECKING:
    from bequest.cli.night import Stage


def play(stage: Stage, name: str) -> None:
    """Play the night of one donor of a name."""
    donation = reported(stage, name)
    wishes(stage, donation)

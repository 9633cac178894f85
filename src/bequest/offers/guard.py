"""Knows what must hold for any offer of an organ at all: the gate, consent, no pause; and of any event, its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.offers.record import Gate, current_run
from bequest.offers.refusal import Refusal, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from bequest.model.enums import Organ
    from bequest.offers.record import RankedRun, State


def refuse_time(state: State, at: datetime) -> Refusal | None:
    """Refuse an event that is earlier than the last one."""
    return Refusal(Rule.TIME) if state.at is not None and at < state.at else None


def refuse_gate(state: State) -> Refusal | None:
    """Refuse whatever needs the allocation gate while it is not open."""
    if state.gate is Gate.ENDED:
        return Refusal(Rule.ENDED_DONATION)
    return Refusal(Rule.GATE) if state.gate is Gate.CLOSED else None


def refuse_consent(state: State, organs: Iterable[Organ]) -> Refusal | None:
    """Refuse an organ that consent and release do not cover now."""
    return None if set(organs) <= set(state.organs) else Refusal(Rule.CONSENT)


def refuse_pause(state: State) -> Refusal | None:
    """Refuse whatever a pause stops."""
    return None if state.paused_at is None else Refusal(Rule.PAUSE)


def refuse_run(state: State, run: RankedRun | None) -> Refusal | None:
    """Refuse a run that offers no longer follow, or never did."""
    return None if run is not None and current_run(state, run.organ) is run else Refusal(Rule.RUN)

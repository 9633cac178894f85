"""Knows how to walk through every state of a small world, breadth first, and what breaks on the way."""

from __future__ import annotations

import gc
from collections import deque
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Broken:
    """Hold the first breach found: the rule, and the shortest way to it in words."""

    rule: str
    trace: tuple[str, ...]


@dataclass
class Walk:
    """Hold what was walked through: how many states and steps, and the breach if there was one."""

    states: int = 0
    steps: int = 0
    broken: Broken | None = None
    before: dict = field(default_factory=dict)  # by state, whence it was first reached and by which move
    backwards: dict = field(default_factory=dict)  # by state, whence fair moves lead to it


def walk(world, *, moves, key, broken_by, over) -> Walk:
    """Return what a walk from one world finds.

    `moves(world)` yields (label, fair, next world); a fair move is one that somebody wants to make or time itself.
    `key(world)` is what the future depends on. `broken_by(world, label, after)` names the rule that a step breaks, or
    None. `over(world)` tells whether nothing is left to do; where no fair way leads to such a state, that is a breach.
    """
    # Nothing that the walk keeps is ever let go, so looking for what could be costs much and finds nothing.
    gc.disable()
    try:
        return _walk(world, moves, key, broken_by, over)
    finally:
        gc.enable()


def _walk(world, moves, key, broken_by, over) -> Walk:
    found = Walk()
    start = key(world)
    found.before[start] = None
    waiting, ends = deque([(start, world)]), [start] if over(world) else []
    while waiting:
        here, world = waiting.popleft()
        for label, fair, after in moves(world):
            found.steps += 1
            there = key(after)
            rule = broken_by(world, label, after)
            new = there not in found.before
            if new:
                found.before[there] = (here, label)
            if rule is not None:
                found.broken = Broken(rule, (*_trace(found, here), label))
                found.states = len(found.before)
                return found
            if fair:
                found.backwards.setdefault(there, []).append(here)
            if new:
                waiting.append((there, after))
                if over(after):
                    ends.append(there)
    found.states = len(found.before)
    _look_for_dead_ends(found, ends)
    return found


def _look_for_dead_ends(found: Walk, ends: list) -> None:
    reached, waiting = set(ends), deque(ends)
    while waiting:
        for earlier in found.backwards.get(waiting.popleft(), ()):
            if earlier not in reached:
                reached.add(earlier)
                waiting.append(earlier)
    stuck = next((state for state in found.before if state not in reached), None)
    if stuck is not None:
        found.broken = Broken("cannot end", _trace(found, stuck))


def _trace(found: Walk, state) -> tuple[str, ...]:
    labels = []
    while found.before[state] is not None:
        state, label = found.before[state]
        labels.append(label)
    return tuple(reversed(labels))

"""Knows which classes of a policy can ever be reached, and which sequences can ever be chosen.

The answer is exact over the boxes of `boxes.py`. Two things lie outside them, and count as possible: how several
comparisons of two columns hang together, and how one factor follows from another.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from bequest.model.columns import candidate_column
from bequest.policy.boxes import Question, Verdict, answer, boxes, grid_of
from bequest.policy.expression import Reference, Space, Truth

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.policy.boxes import Box
    from bequest.policy.policy import Policy

MAX_STEPS = 20_000_000
"""Steps of work for one policy, shared evenly by its questions; a question that uses up its share is UNDECIDED."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Hold the verdicts: for all screens together, for each sequence, and for each class by its id."""

    screens: Verdict
    sequences: tuple[Verdict, ...]
    classes: Mapping[str, Verdict]


def reach(policy: Policy, *, max_steps: int = MAX_STEPS) -> Reach:
    """Return what of a policy some donor and some candidate can reach, values missing or not.

    A class is reached where its sequence is chosen, every screen holds, it is met, and none before it is.
    """
    active = candidate_column("active")
    assert active is not None, "the dictionary holds the factor that the engine's own screen reads"
    gates = (Truth(Reference(Space.CANDIDATE, "active", active)), *(screen.when for screen in policy.screens))
    entries = [entry for sequence in policy.sequences for listing in sequence.listings for entry in listing.classes]
    grid = grid_of([*gates, *(sequence.when for sequence in policy.sequences), *(entry.when for entry in entries)])
    inside = tuple(boxes(grid, gate) for gate in gates)
    share = ceil(max_steps / (1 + len(policy.sequences) + len(entries)))
    screens = answer(grid, Question(inside, ()), max_steps=share)
    before: tuple[Box, ...] = ()
    sequences: list[Verdict] = []
    classes: dict[str, Verdict] = {}
    for sequence in policy.sequences:
        chosen = boxes(grid, sequence.when)
        sequences.append(answer(grid, Question((chosen,), before), max_steps=share))
        for listing in sequence.listings:
            earlier = before
            for entry in listing.classes:
                met = boxes(grid, entry.when)
                verdict = answer(grid, Question((chosen, *inside, met), earlier), max_steps=share)
                # A list that two sequences share is reached where either reaches it.
                if classes.get(entry.id) is not Verdict.REACHED:
                    classes[entry.id] = verdict
                earlier = (*earlier, *met)
        before = (*before, *chosen)
    return Reach(screens, tuple(sequences), classes)

"""Knows which runs are of the donation of a leaf that names none: those of its own chain."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf


def donors_of(leaves: Sequence[Leaf], kind: str, runs: Mapping[int, object]) -> dict[int, frozenset[object]]:
    """Return by leaf of a kind what the runs of its chain share; `runs` says that of each run by its leaf."""
    first: list[int] = []
    found: dict[int, set[object]] = {}
    for leaf in leaves:
        first.append(leaf.number if leaf.previous is None else first[leaf.previous])
        if leaf.number in runs:
            found.setdefault(first[-1], set()).add(runs[leaf.number])
    return {leaf.number: frozenset(found.get(first[leaf.number], ())) for leaf in leaves if leaf.kind == kind}

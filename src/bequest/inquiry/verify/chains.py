"""Knows the chains of leaves: where each begins, and which runs are of the donation of a leaf that names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bequest.inquiry.verify.leaves import Leaf


def chain_starts(leaves: Sequence[Leaf]) -> list[int]:
    """Return for each leaf the first leaf of its chain: of the leaves of a donation, it is one for all."""
    first: list[int] = []
    for leaf in leaves:
        first.append(leaf.number if leaf.previous is None else first[leaf.previous])
    return first


def donors_of(
    leaves: Sequence[Leaf], first: Sequence[int], kind: str, runs: Mapping[int, object]
) -> dict[int, frozenset[object]]:
    """Return by leaf of a kind what the runs of its chain share; `runs` says that of each run by its leaf.

    `first` holds the start of each leaf's chain.
    """
    found: dict[int, set[object]] = {}
    for number, run in runs.items():
        found.setdefault(first[number], set()).add(run)
    return {leaf.number: frozenset(found.get(first[leaf.number], ())) for leaf in leaves if leaf.kind == kind}

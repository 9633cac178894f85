"""Knows what a change of policy does to one list: who moves, who comes onto it or leaves it, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.model.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bequest.matching.match_run import MatchRun
    from bequest.model.match_run import RankedEntry


@dataclass(frozen=True, slots=True)
class Move:
    """Hold one registration whose best rank differs between two runs; a rank is None where there is none."""

    registration: str
    before: int | None
    after: int | None
    why: str


def impact(before: MatchRun, after: MatchRun) -> tuple[Move, ...]:
    """Return everybody whose best rank differs, by rank after the change, those who lose their place last.

    Both runs rank the same pool for the same donor at the same instant; raises InputError when they do not.
    """
    if before.input_digest != after.input_digest:
        raise InputError("the two runs rank different lists, donors or instants; compare two policies on one list.")
    old, new = _best(before), _best(after)
    reasons = {side: _reasons(run) for side, run in (("before", before), ("after", after))}
    moves: list[Move] = []
    for registration in sorted({*old, *new}):
        was, is_ = old.get(registration), new.get(registration)
        if was is not None and is_ is not None:
            if was.rank != is_.rank:
                orders = _order(before, was), _order(after, is_)
                moves.append(Move(registration, was.rank, is_.rank, _why_moved(was, is_, orders=orders)))
        elif is_ is not None:
            why = f"before: {reasons['before'][registration]}"
            moves.append(Move(registration, None, is_.rank, why))
        else:
            assert was is not None, "whoever is in neither ranking is in none of the two"
            moves.append(Move(registration, was.rank, None, reasons["after"][registration]))
    last = 1 + max(len(before), len(after))
    return tuple(sorted(moves, key=lambda move: (move.after or last, move.before or last, move.registration)))


def _best(run: MatchRun) -> Mapping[str, RankedEntry]:
    """Return the first entry of each ranked registration."""
    found: dict[str, RankedEntry] = {}
    for entry in run.ranked():
        found.setdefault(entry.registration, entry)
    return found


def _reasons(run: MatchRun) -> Mapping[str, str]:
    """Return for everybody who is not ranked what stands in the way, in words."""
    texts: dict[str, str] = {}
    for entry in run.not_ranked():
        parts = [f"fails {', '.join(entry.failed)}"] if entry.failed else []
        parts += [f"{', '.join(entry.unknown)} cannot be judged"] if entry.unknown else []
        texts[entry.registration] = "; ".join(parts)
    return texts


def _order(run: MatchRun, entry: RankedEntry) -> str:
    """Return the order inside the class of an entry, as a policy writes it."""
    listed = zip(run.program.sequence.listings, run.program.class_keys, strict=True)
    plans = next(
        plans
        for listing, keys in listed
        for class_, plans in zip(listing.classes, keys, strict=True)
        if (listing.offer_kind, class_.id) == (entry.offer_kind, entry.class_id)
    )
    named = (run.program.keys[plan] for plan in plans)
    return ", ".join(f"{key.name} desc" if key.descending else key.name for key in named)


def _why_moved(was: RankedEntry, is_: RankedEntry, *, orders: tuple[str, str]) -> str:
    if was.class_id != is_.class_id:
        return f"class {was.class_id} becomes {is_.class_id}"
    if was.points != is_.points:
        return f"points {was.points or 'none'} become {is_.points or 'none'}"
    if orders[0] != orders[1]:
        return f"the order is by {orders[1]}; it was by {orders[0]}"
    keys = [name for name in is_.keys if was.keys[name] != is_.keys[name]]
    return f"{', '.join(keys)} differ" if keys else "others move"

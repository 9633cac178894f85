"""Knows which backup offer becomes the first in line when an earlier one falls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.offers.claims import (
    held_seats,
    holds_same_kind,
    parts_in,
    places_of,
    promised,
    seats_that_fit,
    taken_parts,
)
from bequest.offers.record import LiveKind

if TYPE_CHECKING:
    from bequest.model.enums import Organ
    from bequest.offers.claims import Place
    from bequest.offers.record import Offer, Seat, State


def promotion(state: State) -> tuple[int, tuple[Seat, ...]] | None:
    """Return the number of the backup offer that is promoted next and the seats that it then has; None for none.

    The best place goes first. A backup further up that must still wait keeps the parts that it hopes for.
    """
    taken = taken_parts(state)
    held = set(taken) | {part for offer in state.offers if promised(offer) for part in offer.parts}
    for places, offer in _backups(state):
        if not may_take(state, offer):
            continue
        seats = seats_that_fit(places, frozenset(held))
        if seats is not None:
            return offer.number, seats
        held |= parts_in(seats_that_fit(places, taken) or ())
    return None


def may_take(state: State, offer: Offer) -> bool:
    """Tell whether all who are offered something take part and hold no organ of the same kind."""
    standing, held = dict(state.standings), held_seats(state)
    return not any(
        seat.registration in standing or holds_same_kind(held, seat.candidate, (seat.organ, seat.registration))
        for seat in offer.seats
    )


def surplus_backups(state: State) -> frozenset[int]:
    """Return the backup offers, by number, that no answer awaited can help and that are more than the rules keep."""
    taken = taken_parts(state)
    kept: dict[Organ, int] = {}
    surplus: set[int] = set()
    for places, offer in _backups(state):
        if seats_that_fit(places, taken) is None:
            run, _ = places[0]
            kept[run.organ] = kept.get(run.organ, 0) + 1
            if kept[run.organ] > run.rules.backups:
                surplus.add(offer.number)
    return frozenset(surplus)


def _backups(state: State) -> list[tuple[tuple[Place, ...], Offer]]:
    """Return the live backup offers with their places, the best place first."""
    found = [(places_of(state, offer), offer) for offer in state.offers if offer.live and offer.kind is LiveKind.BACKUP]
    return sorted(found, key=lambda each: _order(state, each[0]))


def _order(state: State, places: tuple[Place, ...]) -> tuple[bool, int, int, int]:
    """Return the place in the donor plan, the run, which is a later one in a stage, and the rank in it.

    Organs that no plan has come last, in the order in which they were ranked.
    """
    run, entry = places[0]
    return run.plan_place is None, run.plan_place or 0, state.runs.index(run), entry.rank

"""Knows which parts are accepted, which are promised to somebody who may still take them, and what fits beside them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

from bequest.model.graft import PARTS
from bequest.offers.record import LiveKind, Seat

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.model.enums import Organ, OrganPart
    from bequest.model.identifiers import CandidateId, RegistrationId
    from bequest.offers.record import Entry, Offer, Parts, RankedRun, State

    Place = tuple[RankedRun, Entry]


@dataclass(frozen=True, slots=True)
class Claims:
    """Hold the parts that nobody else can have, and those that others asked before may take.

    Nobody else can have what is accepted, was exported or was disposed of; the last two, in `gone`, for good.
    `backups` counts, by organ, the live backup offers that only the fall of an acceptance can help.
    """

    taken: frozenset[OrganPart]
    gone: frozenset[OrganPart]
    pending: frozenset[OrganPart]
    backups: Mapping[Organ, int]


def claims_of(state: State) -> Claims:
    """Return what the live offers of a state claim.

    A backup claims what it would be given first, as long as nothing accepted stands in its way: nobody below may be
    given that while those above decide.
    """
    taken = taken_parts(state)
    pending = {part for offer in state.offers if promised(offer) for part in offer.parts}
    backups: dict[Organ, int] = {}
    for offer in state.offers:
        if offer.live and offer.kind is LiveKind.BACKUP:
            seats = seats_that_fit(places_of(state, offer), taken)
            if seats is None:
                organ = offer.seats[0].organ
                backups[organ] = backups.get(organ, 0) + 1
            else:
                pending |= parts_in(seats)
    return Claims(taken, frozenset(state.gone), frozenset(pending), backups)


def taken_parts(state: State) -> frozenset[OrganPart]:
    """Return the parts that live acceptances hold, and those that are here no more."""
    return frozenset(state.gone) | {part for offer in state.offers if offer.holds for part in offer.parts}


def held_seats(state: State) -> tuple[Seat, ...]:
    """Return the seats of live acceptances."""
    return tuple(seat for offer in state.offers if offer.holds for seat in offer.seats)


def holds_same_kind(held: Iterable[Seat], candidate: CandidateId, listed: tuple[Organ, RegistrationId]) -> bool:
    """Tell whether a candidate holds an organ of the same kind from this donor by another registration."""
    organ, registration = listed
    kind = frozenset(PARTS[organ])
    return any(
        seat.candidate == candidate and seat.registration != registration and not kind.isdisjoint(PARTS[seat.organ])
        for seat in held
    )


def promised(offer: Offer) -> bool:
    """Tell whether an offer that is first in line waits for its answer."""
    return offer.waiting and offer.kind is not LiveKind.BACKUP


def parts_in(seats: Iterable[Seat]) -> set[OrganPart]:
    """Return the parts of several seats."""
    return {part for seat in seats for part in seat.parts}


def seats_that_fit(places: Iterable[Place], held: frozenset[OrganPart]) -> tuple[Seat, ...] | None:
    """Return the first choice of grafts, one a place, in which no part is held or given twice; None where none is."""
    wanted = tuple(places)
    for grafts in product(*(entry.grafts for _, entry in wanted)):
        parts = [part for graft in grafts for part in graft]
        if len(set(parts)) == len(parts) and held.isdisjoint(parts):
            return tuple(_seat(place, graft) for place, graft in zip(wanted, grafts, strict=True))
    return None


def places_of(state: State, offer: Offer) -> tuple[Place, ...]:
    """Return where the seats of a live offer stand now, each in the newest run of its organ that has it."""
    return tuple(_place(state, seat) for seat in offer.seats)


def _place(state: State, seat: Seat) -> Place:
    return next(
        (run, entry)
        for run in reversed(state.runs)
        if run.organ is seat.organ
        for entry in run.entries
        if entry.registration == seat.registration and entry.offer_kind is seat.offer_kind
    )


def _seat(place: Place, parts: Parts) -> Seat:
    run, entry = place
    return Seat(run.run, run.organ, entry.rank, entry.registration, entry.candidate, entry.offer_kind, parts)

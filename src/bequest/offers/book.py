"""Knows the state of the offers arranged for asking about one place after another; made anew from every state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.offers.claims import Claims, claims_of, held_seats
from bequest.offers.record import current_run

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from bequest.model.enums import Organ
    from bequest.model.identifiers import RegistrationId
    from bequest.offers.record import Link, Offer, RankedRun, RunId, Seat, Standing, State

    Listed = tuple[Organ, RegistrationId]


@dataclass(frozen=True, slots=True)
class Book:
    """Hold what a state says, by whom it is about; `offers` holds by registration its seats with their offers."""

    organs: frozenset[Organ]
    runs: Mapping[Organ, RankedRun]
    begun: frozenset[tuple[RunId, str]]
    standings: Mapping[RegistrationId, Standing]
    filtered: frozenset[RegistrationId]
    links: Mapping[Listed, Link]
    offers: Mapping[Listed, tuple[tuple[Offer, Seat], ...]]
    held: tuple[Seat, ...]
    claims: Claims


def book_of(state: State) -> Book:
    """Return a state arranged for asking."""
    offers: dict[Listed, tuple[tuple[Offer, Seat], ...]] = {}
    for offer, seat in _seats(state):
        listed = seat.organ, seat.registration
        offers[listed] = (*offers.get(listed, ()), (offer, seat))
    runs = {organ: run for organ in state.organs if (run := current_run(state, organ)) is not None}
    return Book(
        organs=frozenset(state.organs),
        runs=runs,
        begun=frozenset(state.begun),
        standings=dict(state.standings),
        filtered=frozenset(registration for registration, _ in state.filters),
        links={listed: link for link in state.links for listed in link.registrations},
        offers=offers,
        held=held_seats(state),
        claims=claims_of(state),
    )


def _seats(state: State) -> Iterator[tuple[Offer, Seat]]:
    for offer in state.offers:
        for seat in offer.seats:
            yield offer, seat

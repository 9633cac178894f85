"""Knows who was passed over: computed by comparing what was done with the order of the run, never confessed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING

from bequest.offers.book import book_of
from bequest.offers.event import Accepted, Made, Promoted
from bequest.offers.machine import apply
from bequest.offers.record import End, Withdrawal, run_named
from bequest.offers.refusal import Refusal
from bequest.offers.verdict import OFFERED, UNDECIDED, Verdict, find

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from bequest.model.identifiers import RegistrationId
    from bequest.offers.event import Event
    from bequest.offers.record import RankedRun, RunId, Seat, State


class Act(Enum):
    """Name what was done; each is compared with the run on its own."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    TRANSPLANTED = "transplanted"
    EXPORTED = "exported"


class Departure(Enum):
    """Name what holds of a place that nothing about itself explains; the value is the ledger's code.

    `override`: two people answer for it. `combined_candidate`: the organ went with another one to somebody who needs
    both. `rescue_stage`: the stage has another order. `backup_promoted`: somebody below had a backup offer before this
    place was there. `offer_taken_back`, `no_longer_ranked`: we took their own offer back, or a re-run did.
    `unexplained`: nothing on record says why.
    """

    OVERRIDE = "override"
    COMBINED_CANDIDATE = "combined_candidate"
    RESCUE_STAGE = "rescue_stage"
    BACKUP_PROMOTED = "backup_promoted"
    OFFER_TAKEN_BACK = "offer_taken_back"
    NO_LONGER_RANKED = "no_longer_ranked"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True, slots=True)
class Done:
    """Hold what was done with an organ of a run, as recorded or reported; nothing about it is refused here.

    `rank` is the place where it was done, None where the report names none.
    """

    at: datetime
    act: Act
    run: RunId
    registration: RegistrationId
    rank: int | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """Hold neighbouring places of a run that an act passed over for one reason.

    `run` is the act's own, or the one before the stage whose order the act followed.
    """

    done: Done
    run: RunId
    first_rank: int
    last_rank: int
    reason: Verdict | Departure


def skips_of(state: State, done: Done) -> tuple[Skip, ...]:
    """Return every place above whoever got something that no offer had reached, with what explains it.

    `state` is what was known just before; the offers to the same registration explain nothing. Somebody whom the run
    does not rank passes over everybody on it.
    """
    return _skips(state, done, Departure.UNEXPLAINED)


def skips_in(journal: Iterable[Event | Done], state: State) -> tuple[Skip, ...]:
    """Return what each offer, acceptance and transplant of a journal passed over, in the journal's order.

    `state` is the beginning. A `Done` in the journal is a report from outside, which changes nothing. An acceptance or
    a transplant has the reasons that held when the same registration was offered the organ in that run, and those of
    places whose offers have fallen since (`fallen_since`).
    """
    found: list[Skip] = []
    known: dict[tuple[RunId, RegistrationId], tuple[Skip, ...]] = {}
    for event in journal:
        for done, departure in _done(state, event):
            key = done.run, done.registration
            if done.act is Act.OFFERED or key not in known:
                known[key] = _skips(state, done, departure)
            else:
                told = (range(skip.first_rank, skip.last_rank + 1) for skip in known[key] if skip.run == done.run)
                known[key] += fallen_since(state, done, frozenset(rank for ranks in told for rank in ranks))
            found.extend(replace(skip, done=done) for skip in known[key])
        if not isinstance(event, Done):
            after = apply(state, event)
            state = state if isinstance(after, Refusal) else after
    return tuple(found)


def fallen_since(state: State, done: Done, told: frozenset[int]) -> tuple[Skip, ...]:
    """Return the places above whoever has an offer that no offer reaches any more, but those whose reason is `told`.

    It is asked where that offer is accepted, and where it is transplanted: what was offered above may have been taken
    back meanwhile, and whoever lost an offer like that was passed over.
    """
    run = run_named(state, done.run)
    return () if run is None else _passed(_without(state, done), run, done, Departure.UNEXPLAINED, told=told, fell=True)


def acceptance_of(state: State, done: Done) -> int | None:
    """Return the number of the live acceptance by which a registration has an organ of a run's kind; None without one.

    A transplant without one is no ordinary allocation (ALC-09).
    """
    run = run_named(state, done.run)
    found = (
        offer.number
        for offer in state.offers
        if offer.holds and run is not None
        for seat in offer.seats
        if seat.registration == done.registration and seat.organ is run.organ
    )
    return next(found, None)


def _done(state: State, event: Event | Done) -> Iterator[tuple[Done, Departure]]:
    """Yield what an event did at each place, and what explains it where nothing else does."""
    if isinstance(event, Done):
        yield event, Departure.UNEXPLAINED
    elif isinstance(event, Made):
        own = Departure.UNEXPLAINED if event.override is None else Departure.OVERRIDE
        for number, seat in enumerate(event.seats):
            yield _at(seat, event.at, Act.OFFERED), Departure.COMBINED_CANDIDATE if number else own
    elif isinstance(event, Promoted) and 0 <= event.offer < len(state.offers):
        for seat, before in zip(event.seats, state.offers[event.offer].seats, strict=False):
            if seat.run != before.run:
                yield _at(seat, event.at, Act.OFFERED), Departure.BACKUP_PROMOTED
    elif isinstance(event, Accepted) and 0 <= event.offer < len(state.offers):
        for seat in state.offers[event.offer].seats:
            yield _at(seat, event.at, Act.ACCEPTED), Departure.UNEXPLAINED


def _at(seat: Seat, at: datetime, act: Act) -> Done:
    return Done(at, act, seat.run, seat.registration, seat.rank)


def _skips(state: State, done: Done, departure: Departure) -> tuple[Skip, ...]:
    run = run_named(state, done.run)
    if run is None:
        return ()
    without = _without(state, done)
    earlier = _before_stage(state, run)
    skips = _passed(without, run, done, departure)
    if earlier is not None:
        skips = (*_passed(without, earlier, replace(done, rank=None), Departure.RESCUE_STAGE), *skips)
    return skips


def _without(state: State, done: Done) -> State:
    """Return a state without the offers to whoever got something: they explain nothing."""
    others = tuple(
        offer for offer in state.offers if all(seat.registration != done.registration for seat in offer.seats)
    )
    return replace(state, offers=others)


def _before_stage(state: State, run: RankedRun) -> RankedRun | None:
    """Return the run whose order a stage changed; None where the run is no stage."""
    if run.stage is None:
        return None
    place = state.runs.index(run)
    runs = [known for known in state.runs[:place] if known.organ is run.organ and known.stage is None]
    return runs[-1] if runs else None


def _passed(  # noqa: PLR0913  an act, its run, and what is known of it already
    state: State,
    run: RankedRun,
    done: Done,
    departure: Departure,
    *,
    told: frozenset[int] = frozenset(),
    fell: bool = False,
) -> tuple[Skip, ...]:
    """Return the places of one run above the act's, but those told, neighbours with one reason together.

    Where it `fell`, an offer that was taken back is the reason of whoever could be offered it again.
    """
    below = done.rank if done.rank is not None else _rank(run, done.registration)
    book = book_of(state)
    reasons: list[tuple[int, Verdict | Departure]] = []
    for entry in run.entries[: below - 1]:
        if entry.rank in told or entry.registration == done.registration:
            continue
        verdict = find(book, run, entry).verdict
        if verdict in UNDECIDED:
            taken_back = _taken_back(state, run, entry.registration) if fell else None
            reasons.append((entry.rank, taken_back or departure))
        elif verdict not in OFFERED:
            reasons.append((entry.rank, verdict))
    # Neighbours have equal differences between their rank and their number in the list.
    groups = groupby(enumerate(reasons), key=lambda each: (each[1][0] - each[0], each[1][1]))
    return tuple(
        Skip(done, run.run, members[0][1][0], members[-1][1][0], reason)
        for (_, reason), members in ((key, list(group)) for key, group in groups)
    )


def _taken_back(state: State, run: RankedRun, registration: RegistrationId) -> Departure | None:
    """Return how the last offer of a run's organ to a registration was taken back; None where none was."""
    reasons = [
        offer.reason
        for offer in state.offers
        for seat in offer.seats
        if offer.end is End.WITHDRAWN and (seat.organ, seat.registration) == (run.organ, registration)
    ]
    if not reasons:
        return None
    by_run = reasons[-1] == Withdrawal.NO_LONGER_RANKED.value
    return Departure.NO_LONGER_RANKED if by_run else Departure.OFFER_TAKEN_BACK


def _rank(run: RankedRun, registration: RegistrationId) -> int:
    """Return the best rank of a registration, or the one after the last."""
    return next((entry.rank for entry in run.entries if entry.registration == registration), len(run.entries) + 1)

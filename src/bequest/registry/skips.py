"""Knows who was passed over: by an offer, an acceptance, a transplant, each compared with the run; rows and leaves.

Everything is computed from the record as it was just before. What the rows say already is not said again.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bequest.offers.book import book_of
from bequest.offers.event import Made
from bequest.offers.record import run_named
from bequest.offers.skip import Act, Departure, Done, fallen_since, skips_in, skips_of
from bequest.offers.skip_class import skip_code
from bequest.offers.verdict import UNDECIDED, find
from bequest.registry.models import Offer, OfferSeat, PassedOver, Promotion, PromotionSeat
from bequest.registry.offer_rows import of_run
from bequest.registry.recording import Beside
from bequest.registry.rows import added, every, leaf_of, needed
from bequest.registry.secrecy import new_identifier

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bequest.ledger.commitment import Value
    from bequest.offers.event import Promoted
    from bequest.offers.record import RankedRun, Seat
    from bequest.offers.skip import Skip
    from bequest.registry.offer_state import Known
    from bequest.registry.recording import Unit


def passed_over(unit: Unit, known: Known, made: Made | Promoted) -> tuple[Beside, ...]:
    """Write who is passed over by an offer or a promotion about to be recorded, and why; return the leaves."""
    override = made.override.reason if isinstance(made, Made) and made.override is not None else None
    found = skips_in([made], known.state)
    leaves: list[Beside] = []
    for seat in _new_places(known, made):
        reasons = _reasons(known, seat)
        for skip in found:
            if skip.run == seat.run:
                reasons |= dict.fromkeys(_ranks(skip), skip_code(skip.reason, override))
        leaves += _new(unit, known, str(seat.run), reasons, Act.OFFERED)
    # An offer in the order of a stage passes over places of the run that the stage follows.
    places = {seat.run for seat in made.seats}
    for run in dict.fromkeys(skip.run for skip in found if skip.run not in places):
        codes = _codes(skip for skip in found if skip.run == run)
        leaves += _new(unit, known, str(run), codes, Act.OFFERED)
    return tuple(leaves)


def _new(unit: Unit, known: Known, run: str, reasons: dict[int, str], act: Act) -> list[Beside]:
    """Write why places were passed over, of which neither an offer nor the record says so already."""
    settled = set(_offered(unit, run))
    told = {(rank, row.reason) for row in _rows(unit, run, Act.OFFERED) for rank in _ranks(row)}
    fresh = {
        rank: reason for rank, reason in reasons.items() if rank not in settled and (rank, reason) not in told
    }  # fmt: skip
    return _written(unit, known, run, fresh, act)


def left_out(unit: Unit, known: Known, run: RankedRun) -> tuple[Beside, ...]:
    """Write why everybody of a run is not offered an organ that leaves the country; return the leaves.

    Of those whom an offer reached, or passed over for the same reason, the record says so already.
    """
    book, name = book_of(known.state), str(run.run)
    verdicts = {entry.rank: find(book, run, entry).verdict.value for entry in run.entries}
    return tuple(_new(unit, known, name, verdicts, Act.EXPORTED))


def fallen(unit: Unit, known: Known, seats: Iterable[Seat], act: Act) -> tuple[Beside, ...]:
    """Write who is passed over by an acceptance or a transplant because their own offer has fallen; return the leaves.

    The others above were offered the organ, or it is on record from then why not.
    """
    leaves: list[Beside] = []
    for seat in seats:
        done = Done(known.moment(unit.at), act, seat.run, seat.registration, seat.rank)
        skips = fallen_since(known.state, done, _explained(unit, str(seat.run)))
        leaves += _written(unit, known, str(seat.run), _codes(skips), act)
    return tuple(leaves)


def reported(unit: Unit, known: Known, done: Done) -> tuple[Beside, ...]:
    """Write whom a transplant passed over that is reported from outside, whatever it is; return the leaves."""
    skips = skips_of(known.state, done)
    leaves: list[Beside] = []
    for run in dict.fromkeys(skip.run for skip in skips):
        codes = _codes(skip for skip in skips if skip.run == run)
        leaves += _written(unit, known, str(run), codes, done.act)
    return tuple(leaves)


def _new_places(known: Known, made: Made | Promoted) -> tuple[Seat, ...]:
    """Return the places that nobody was compared with yet: a promotion may have its own in a newer run."""
    if isinstance(made, Made):
        return made.seats
    before = known.state.offers[made.offer].seats
    return tuple(seat for seat, old in zip(made.seats, before, strict=True) if seat.run != old.run)


def _offered(unit: Unit, run: str) -> dict[int, int]:
    """Return the places of a run that have or had an offer, each with the leaf of the newest one."""
    found: dict[int, int] = {}
    for table, key in ((Offer, "event_id"), (OfferSeat, "offer_id"), (Promotion, "event_id")):
        for row in every(unit.using, table, run_id=run):
            found[row.rank] = max(found.get(row.rank, 0), leaf_of(unit.using, getattr(row, key)))
    for seat in every(unit.using, PromotionSeat, run_id=run):
        promotion = needed(unit.using, Promotion, "A seat is of a promotion.", offer_id=seat.offer_id)
        found[seat.rank] = max(found.get(seat.rank, 0), leaf_of(unit.using, promotion.event_id))
    return found


def _rows(unit: Unit, run: str, act: Act) -> list[PassedOver]:
    return every(unit.using, PassedOver, run_id=run, act=act.value)


def _explained(unit: Unit, run: str) -> frozenset[int]:
    """Return the places of which it is on record why they were passed over, if no offer reached them after that."""
    offered = _offered(unit, run)
    told = [row for act in Act for row in _rows(unit, run, act) if row.reason != Departure.UNEXPLAINED.value]
    return frozenset(
        rank for row in told for rank in _ranks(row) if offered.get(rank, 0) < leaf_of(unit.using, row.event_id)
    )


def _reasons(known: Known, seat: Seat) -> dict[int, str]:
    """Return by rank why each place above a seat is not offered the organ now; those left out have their turn."""
    run = run_named(known.state, seat.run)
    assert run is not None, "an offer was judged by its run"
    book = book_of(known.state)
    verdicts = {entry.rank: find(book, run, entry).verdict for entry in run.entries[: seat.rank - 1]}
    return {rank: verdict.value for rank, verdict in verdicts.items() if verdict not in UNDECIDED}


def _codes(skips: Iterable[Skip]) -> dict[int, str]:
    return {rank: skip_code(skip.reason, None) for skip in skips for rank in _ranks(skip)}


def _ranks(skip: Skip | PassedOver) -> range:
    return range(skip.first_rank, skip.last_rank + 1)


def _written(unit: Unit, known: Known, run: str, reasons: dict[int, str], act: Act) -> list[Beside]:
    """Write why places were passed over, neighbours with one reason together."""
    return [_passed(unit, known, run, group, act) for group in _neighbours(sorted(reasons.items()))]


def _neighbours(places: list[tuple[int, str]]) -> list[tuple[int, int, str]]:
    """Return neighbouring places with one reason as first, last and reason."""
    groups = groupby(enumerate(places), key=lambda each: (each[1][0] - each[0], each[1][1]))
    members = [(reason, [place for _, (place, _) in group]) for (_, reason), group in groups]
    return [(ranks[0], ranks[-1], reason) for reason, ranks in members]


def _passed(unit: Unit, known: Known, run: str, places: tuple[int, int, str], act: Act) -> Beside:
    first, last, reason = places
    name = new_identifier(unit.office)
    row = PassedOver(
        event_id=name, run_id=run, first_rank=first, last_rank=last, reason=reason, act=act.value,
        cause_id=unit.event_id,
    )  # fmt: skip
    added(unit.using, row)
    fields: dict[str, Value] = {
        "run": leaf_of(unit.using, run), "first_rank": first, "last_rank": last, "reason": reason, "act": act.value
    }  # fmt: skip
    return Beside(name, of_run("skip", unit, known, run, fields))

"""Knows of one place of a run whether it may be offered the organ now, must be waited for, or why it is passed over."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from bequest.offers.claims import holds_same_kind, seats_that_fit
from bequest.offers.decline_reason import decline_reasons
from bequest.offers.record import End, Standing

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bequest.offers.book import Book
    from bequest.offers.claims import Place
    from bequest.offers.record import Entry, Offer, RankedRun, Seat


class Verdict(Enum):
    """Name what holds of one place; the value of a reason to pass over is the ledger's code of the skip."""

    FREE = "free"
    BACKUP = "backup"
    WAITING = "waiting"
    NO_PLAN = "no_plan"
    BEING_OFFERED = "being_offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    DECLINED_BEFORE = "declined_before"
    REMOVED = "candidate_removed"
    SUSPENDED = "candidate_suspended"
    TRANSPLANTED = "candidate_transplanted"
    ACCEPTED_OTHER = "accepted_other_offer"
    PROGRAMME_PAUSED = "programme_paused"
    NO_CONTACT_DETAILS = "no_contact_details"
    FILTERED = "programme_filter"
    STAGE_NOT_BEGUN = "stage_not_begun"
    FOLLOWS_OTHER_ORGAN = "follows_other_organ"
    SECOND_ORGAN_MISSING = "second_organ_missing"
    GRAFT_NOT_OFFERED = "graft_not_offered"
    ORGAN_TAKEN = "organ_taken"


UNDECIDED = frozenset({Verdict.FREE, Verdict.BACKUP, Verdict.WAITING, Verdict.NO_PLAN})
"""Nothing explains yet why somebody below should come first."""
OFFERED = frozenset({Verdict.BEING_OFFERED, Verdict.ACCEPTED, Verdict.DECLINED})
"""An offer of this organ and donor reached them in this run."""
_BY_STANDING: Mapping[Standing, Verdict] = MappingProxyType({each: Verdict(each.value) for each in Standing})


@dataclass(frozen=True, slots=True)
class Finding:
    """Hold the verdict about one place; `seats` are what to offer where it is `free` or `backup`, else empty."""

    entry: Entry
    verdict: Verdict
    seats: tuple[Seat, ...] = ()


def find(book: Book, run: RankedRun, entry: Entry) -> Finding:
    """Return what holds of one place of a run.

    Whether the gate is open, the donation paused and consent given holds for all places and is asked in `guard`.
    """
    reason = _own_reason(book, run, entry)
    if reason is not None:
        return Finding(entry, reason)
    partners = _partners(book, run, entry)
    if isinstance(partners, Verdict):
        return Finding(entry, partners)
    return _find_graft(book, ((run, entry), *partners))


def _find_graft(book: Book, places: tuple[Place, ...]) -> Finding:
    """Return what can be offered to one whom nothing rules out, at one place or at several together."""
    run, entry = places[0]
    claims = book.claims
    if not entry.grafts:
        return Finding(entry, Verdict.GRAFT_NOT_OFFERED)
    if (seats := seats_that_fit(places, claims.taken | claims.pending)) is not None:
        return Finding(entry, Verdict.FREE, seats)
    if (seats := seats_that_fit(places, claims.taken)) is not None:
        return Finding(entry, Verdict.BACKUP, seats)
    if seats_that_fit(places, frozenset()) is None:
        return Finding(entry, Verdict.SECOND_ORGAN_MISSING)
    # Nobody waits for what is not here any more.
    first_wish = seats_that_fit(places, claims.gone)
    if first_wish is not None and claims.backups.get(run.organ, 0) < run.rules.backups:
        return Finding(entry, Verdict.BACKUP, first_wish)
    fits_alone = seats_that_fit(places[:1], claims.taken) is not None
    return Finding(entry, Verdict.SECOND_ORGAN_MISSING if fits_alone else Verdict.ORGAN_TAKEN)


def _own_reason(book: Book, run: RankedRun, entry: Entry) -> Verdict | None:
    """Return why the place itself, whatever is free, is offered nothing now; None where nothing says so."""
    listed = run.organ, entry.registration
    answered = _answered(book.offers.get(listed, ()), run, entry)
    if answered is not None:
        return answered
    if entry.registration in book.standings:
        return _BY_STANDING[book.standings[entry.registration]]
    if holds_same_kind(book.held, entry.candidate, listed):
        return Verdict.ACCEPTED_OTHER
    if entry.registration in book.filtered:
        return Verdict.FILTERED
    if entry.stage is not None and (run.run, entry.stage) not in book.begun:
        return Verdict.STAGE_NOT_BEGUN
    return None


def _answered(offers: tuple[tuple[Offer, Seat], ...], run: RankedRun, entry: Entry) -> Verdict | None:
    """Return what the offers to a registration came to: a live one before all, then an answer that covers the place."""
    found: Verdict | None = None
    for offer, seat in offers:
        if offer.live:
            return Verdict.BEING_OFFERED if offer.waiting else Verdict.ACCEPTED
        if _covers(offer, seat, entry) and found is not Verdict.DECLINED:
            found = Verdict.DECLINED if seat.run == run.run else Verdict.DECLINED_BEFORE
    return found


def _covers(offer: Offer, seat: Seat, entry: Entry) -> bool:
    """Tell whether how an offer ended answers a place too; what was taken back never does, silence always."""
    if offer.end is not End.DECLINED:
        return offer.end is End.EXPIRED
    assert offer.reason is not None, "every decline has its reason"
    return decline_reasons()[offer.reason].covers_organ or seat.offer_kind is entry.offer_kind


def _partners(book: Book, run: RankedRun, entry: Entry) -> tuple[Place, ...] | Verdict:
    """Return the places of a combined candidate's other organs, or why there are none to offer.

    The organ that comes first in the donor plan leads; the others wait for it, so that two never wait for each other.
    Without a plan nobody knows which one that is, and nothing is offered to whoever needs both.
    """
    places = _linked(book, run, entry)
    if isinstance(places, Verdict) or not places:
        return places
    if any(each.plan_place is None for each, _ in ((run, entry), *places)):
        return Verdict.NO_PLAN
    lead, *_ = in_plan_order(((run, entry), *places))
    if lead[0] is not run:
        return Verdict.WAITING if find(book, *lead).verdict in UNDECIDED else Verdict.FOLLOWS_OTHER_ORGAN
    if any(not place[1].grafts or _own_reason(book, *place) is not None for place in places):
        return Verdict.SECOND_ORGAN_MISSING
    return in_plan_order(places)


def _linked(book: Book, run: RankedRun, entry: Entry) -> tuple[Place, ...] | Verdict:
    """Return where the other registrations of a combined candidate stand, or why one of them stands nowhere."""
    link = book.links.get((run.organ, entry.registration))
    places: list[Place] = []
    for organ, name in () if link is None else link.registrations:
        if organ is run.organ:
            continue
        if organ not in book.organs:
            return Verdict.SECOND_ORGAN_MISSING
        if organ not in book.runs:
            return Verdict.WAITING
        other = book.runs[organ]
        place = next((each for each in other.entries if each.registration == name), None)
        if place is None:
            return Verdict.SECOND_ORGAN_MISSING
        places.append((other, place))
    return tuple(places)


def in_plan_order(places: Iterable[Place]) -> tuple[Place, ...]:
    """Return places of several organs in the order of the donor plan, which has every one of them."""
    return tuple(sorted(places, key=lambda place: -1 if place[0].plan_place is None else place[0].plan_place))

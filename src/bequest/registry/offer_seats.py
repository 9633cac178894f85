"""Knows the further places of a combined candidate's offer: their rows, and how the leaf of the offer names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.enums import Organ as OrganName
from bequest.model.identifiers import CandidateId, RegistrationId
from bequest.offers.record import Link
from bequest.registry.models import OfferSeat, Organ, PromotionSeat, Registration
from bequest.registry.rows import add_all, every, leaf_of, needed
from bequest.registry.run_orders import order_of, place_of
from bequest.registry.versions import centres_now

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from bequest.ledger.commitment import Value
    from bequest.matching.second_organs import NeededOrgan
    from bequest.offers.event import Made, Promoted
    from bequest.offers.record import RankedRun, Seat
    from bequest.registry.models import Offer
    from bequest.registry.offer_state import Known
    from bequest.registry.recording import Unit


def links_of(using: str, runs: Sequence[RankedRun]) -> tuple[Link, ...]:
    """Return which registrations are offered organs of this donor together or not at all, by the newest runs.

    A candidate is combined where the place of one registration pulls an organ on whose list they have another one, of
    the same centre where the donor plan says so.
    """
    newest = {run.organ: run for run in runs}
    orders = [order_of(using, run.run, run.organ) for run in newest.values()]
    pulling = {registration: organs for order in orders for registration, organs in order.pulls.items()}
    if not pulling:
        return ()
    candidates = {row.candidate_id for row in every(using, Registration, id__in=sorted(pulling))}
    listed: dict[str, list[Registration]] = {}
    for row in every(using, Registration, "id", candidate_id__in=sorted(candidates)):
        listed.setdefault(row.candidate_id, []).append(row)
    names = {RegistrationId(row.id) for rows in listed.values() for row in rows}
    ranked = {name: order.centres[name] for order in orders for name in names & order.centres.keys()}
    # Who is not ranked has the centre of today.
    centres = {**centres_now(using, sorted(names - ranked.keys())), **ranked}
    found = (_link(candidate, rows, pulling, ranked, centres) for candidate, rows in sorted(listed.items()))
    return tuple(link for link in found if link is not None)


def _link(
    candidate: str,
    rows: list[Registration],
    pulling: Mapping[RegistrationId, tuple[NeededOrgan, ...]],
    ranked: Collection[str],
    centres: Mapping[str, str | None],
) -> Link | None:
    """Return the link of one candidate; of two registrations on one list, the ranked one counts, or else the newest."""
    of_organ: dict[OrganName, RegistrationId] = {}
    for row in sorted(rows, key=lambda row: (row.id in ranked, row.id)):
        of_organ[OrganName(row.waiting_list_id)] = RegistrationId(row.id)
    wanted: set[OrganName] = set()
    for organ, name in of_organ.items():
        for needed_too in pulling.get(name, ()):
            other = of_organ.get(needed_too.organ)
            if other is not None and (not needed_too.one_centre or centres[other] == centres[name]):
                wanted |= {organ, needed_too.organ}
    if not wanted:
        return None
    return Link(CandidateId(candidate), tuple((organ, of_organ[organ]) for organ in OrganName if organ in wanted))


def write_seats(unit: Unit, known: Known, offer: Offer, made: Made) -> None:
    """Write the places beside the leading one, each tied to what opened its organ."""
    add_all(
        unit.using,
        OfferSeat,
        [_seat_row(unit, known, offer, place, seat) for place, seat in enumerate(made.seats[1:], start=1)],
    )


def write_promoted_seats(unit: Unit, offer: Offer, promoted: Promoted) -> None:
    """Write which places the further organs of a promoted offer have now."""
    add_all(
        unit.using,
        PromotionSeat,
        [
            PromotionSeat(
                offer_id=offer.event_id,
                place=place,
                run_id=str(seat.run),
                rank=seat.rank,
                row=row_of(unit.using, seat),
                registration_id=seat.registration,
                parts=" ".join(part.value for part in seat.parts),
            )
            for place, seat in enumerate(promoted.seats[1:], start=1)
        ],
    )


def second_places(unit: Unit, seats: Sequence[Seat]) -> dict[str, Value]:
    """Return how a leaf names the places beside the leading one; nothing where there are none."""
    further = seats[1:]
    if not further:
        return {}
    runs: list[Value] = [leaf_of(unit.using, str(seat.run)) for seat in further]
    ranks: list[Value] = [seat.rank for seat in further]
    rows: list[Value] = [row_of(unit.using, seat) for seat in further]
    return {"second_runs": runs, "second_ranks": ranks, "second_rows": rows}


def row_of(using: str, seat: Seat) -> int:
    """Return the row, in the tree of its run, of a place that is offered something."""
    return place_of(using, seat.run, seat.rank).row


def _seat_row(unit: Unit, known: Known, offer: Offer, place: int, seat: Seat) -> OfferSeat:
    organ = needed(unit.using, Organ, "A run has an organ.", event_id=known.runs[str(seat.run)].organ_id)
    return OfferSeat(
        offer_id=offer.event_id,
        place=place,
        case_id=offer.case_id,
        organ_id=organ.event_id,
        run_id=str(seat.run),
        run_idx=leaf_of(unit.using, str(seat.run)),
        run_kind="match.run",
        rank=seat.rank,
        row=row_of(unit.using, seat),
        registration_id=seat.registration,
        parts=" ".join(part.value for part in seat.parts),
        allocation_open_at=organ.allocation_open_at,
        offered_at=instant_text(known.moment(unit.at)),
        consent_idx=organ.consent_idx,
        consent_kind=organ.consent_kind,
        custody_idx=organ.custody_idx,
        custody_kind=organ.custody_kind,
        death_idx=organ.death_idx,
        death_kind=organ.death_kind,
    )

"""Knows the endpoints of offers: make, list those of one's own programme, read, tell, see, answer, withdraw."""

from __future__ import annotations

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import Field

from bequest.model.enums import OrganPart
from bequest.registry.models import Offer, OfferNote, OfferPart, OfferSeat, Organ, Promotion
from bequest.registry.offers import (
    Accepting,
    Ending,
    Noting,
    OfferAsked,
    accept_offer,
    decline_offer,
    make_offer,
    see_offer,
    tell_offer,
    withdraw_offer,
)
from bequest.registry.part_rows import part_of
from bequest.registry.rows import every, leaves_of, needed, store_of
from bequest.registry.versions import centres_now
from bequest.service.office import office
from bequest.service.permission import belonging
from bequest.service.rest.common import (
    ERRORS,
    Code,
    Cursor,
    Done,
    Hex32,
    In,
    Key,
    Limit,
    Problem,
    Rank,
    Words,
    asking,
    cursor_of,
    looked_at,
    made,
    number_of,
    permitted,
    pointed,
)
from bequest.service.rest.subjects import about_offer, about_run, offer_row, standings_of
from bequest.service.roles import About, Action, Verdict

router = Router(tags=["offers"])
_NO_LEAF = 1 << 62
_NEWEST_FIRST = (
    "SELECT l.idx, o.event_id FROM registry_offer o JOIN ledger_entry l ON l.event_id = o.event_id"
    " WHERE l.idx < ?{conditions} ORDER BY l.idx DESC LIMIT ?"
)
_ANSWERED = "EXISTS (SELECT 1 FROM registry_answer a WHERE a.offer_id = o.event_id)"
_IN_STATE = {None: "", "ended": f" AND {_ANSWERED}", "open": f" AND NOT {_ANSWERED}"}
_EVER_AT = " AND o.registration_id IN (SELECT v.registration_id FROM registry_version v WHERE v.centre_id = ?)"


class OfferIn(In):
    """Offer the organ to a place of a run; without parts, those that the order gives it.

    `override` is an approved request to depart from the order.
    """

    rank: Rank
    parts: Annotated[list[OrganPart], Field(max_length=10, default_factory=list)]
    override: Hex32 | None = None


class WithdrawalIn(In):
    """Say why an offer is taken back, as a code of the leaf's own list."""

    reason: Code


class RefusalIn(In):
    """Say why an offer is declined, as a code of the organ's list; `other` needs words, and who has confirmed them."""

    reason: Code
    words: Words | None = None
    second_person: Words | None = None


class OfferMade(Done):
    """Tell which offer was made, and until when it can be answered."""

    offer: str
    expires_at: str


class FurtherPlace(Schema):
    """Tell of a further organ that a combined candidate is offered with the first: one answer is for all of them."""

    organ: str
    run: str
    rank: int
    registration: str


class OfferOut(Schema):
    """Tell of an offer and how it stands: open, accepted, refused, expired, withdrawn, or lapsed by a stand-down.

    What was accepted and then given or taken back is refused or withdrawn. `kind` is primary, backup or provisional.
    """

    offer: str
    leaf: int
    run: str
    donation: str
    organ: str
    rank: int
    registration: str
    parts: list[str]
    further: list[FurtherPlace]
    offered_at: str
    expires_at: str
    kind: str
    told_at: str | None
    seen_at: str | None
    state: str
    reason: str | None
    answered_at: str | None


class OfferPage(Schema):
    """Hold a page of offers, the newest first; `next` is null on the last one."""

    offers: list[OfferOut]
    next: str | None


@router.post("/runs/{run}/offers", response={201: OfferMade, ERRORS: Problem})
def offer(request: HttpRequest, response: HttpResponse, run: Hex32, body: OfferIn, idempotency_key: Key) -> object:
    """Offer parts of an organ to the next place of a run."""
    permit = permitted(request, Action.OFFERS_MAKE, lambda: about_run(run))
    asked = OfferAsked(run, body.rank, tuple(body.parts), body.override)
    entered = make_offer(office(), asking(permit, idempotency_key), asked)
    pointed(response, f"/offers/{entered.event_id}")
    row = offer_row(entered.event_id)
    return made(entered, offer=row.event_id, expires_at=row.expires_at)


@router.get("/offers", response={200: OfferPage, ERRORS: Problem})
def list_offers(
    request: HttpRequest,
    state: Annotated[str | None, Query(pattern="^(open|ended)$", description="Open ones, or ended ones, only.")] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> dict[str, object]:
    """List the offers that you may see, the newest first: a centre lists those to its own programme."""
    permit = looked_at(request, Action.OFFERS_BROWSE, "offers", lambda: _own(request))
    own = None if permit.verdict is Verdict.ALLOW else permit.account.centre
    using, before = office().using, number_of(cursor)
    conditions = _IN_STATE[state] + ("" if own is None else _EVER_AT)
    page: list[tuple[int, Offer]] = []
    more, before = True, _NO_LEAF if before is None else before
    while more and len(page) <= limit:
        asked = (before, *(() if own is None else (own,)), limit + 1)
        found_there = store_of(using).run(_NEWEST_FIRST.format(conditions=conditions), asked).fetchall()
        leaves = {str(event_id): int(str(leaf)) for leaf, event_id in found_there}
        rows = {row.event_id: row for row in every(using, Offer, event_id__in=list(leaves))}
        centres = centres_now(using, list({row.registration_id for row in rows.values()}))
        page.extend(
            (leaf, rows[name]) for name, leaf in leaves.items() if own in {None, centres[rows[name].registration_id]}
        )
        more, before = len(leaves) > limit, min(leaves.values(), default=0)
    return {
        "offers": _told([row for _, row in page[:limit]]),
        "next": cursor_of(str(page[limit - 1][0])) if len(page) > limit else None,
    }


def _own(request: HttpRequest) -> About:
    own = belonging(request.auth)  # pyright: ignore[reportAttributeAccessIssue]  ninja puts the account there
    return About(centres=frozenset() if own.centre is None else frozenset({own.centre}))


@router.get("/offers/{offer}", response={200: OfferOut, ERRORS: Problem})
def read_offer(request: HttpRequest, offer: Hex32) -> dict[str, object]:
    """Read one offer."""
    looked_at(request, Action.OFFERS_READ, f"offer {offer}", lambda: about_offer(offer))
    return _told([offer_row(offer)])[0]


def _told(rows: list[Offer]) -> list[dict[str, object]]:
    """Return what is told of offers: however many they are, in as many questions as for one."""
    using, names = office().using, [row.event_id for row in rows]
    standings, leaves = standings_of(rows), leaves_of(using, names)
    promoted = {each.offer_id: each.kind for each in every(using, Promotion, offer_id__in=names)}
    notes = {(each.offer_id, each.kind): each.noted_at for each in every(using, OfferNote, offer_id__in=names)}
    organs = {each.event_id: each.organ for each in every(using, Organ, event_id__in={row.organ_id for row in rows})}
    parts: dict[str, list[str]] = {name: [] for name in names}
    for each in every(using, OfferPart, "part_id", offer_id__in=names):
        parts[each.offer_id].append(part_of(each.part_id).value)
    further: dict[str, list[dict[str, object]]] = {name: [] for name in names}
    for seat in every(using, OfferSeat, "place", offer_id__in=names):
        further[seat.offer_id].append(_further(seat))
    return [
        {
            "offer": row.event_id,
            "leaf": leaves[row.event_id],
            "run": row.run_id,
            "donation": row.case_id,
            "organ": organs[row.organ_id],
            "rank": row.rank,
            "registration": row.registration_id,
            "parts": parts[row.event_id],
            "further": further[row.event_id],
            "offered_at": row.offered_at,
            "expires_at": row.expires_at,
            "kind": promoted.get(row.event_id, row.kind),
            "told_at": notes.get((row.event_id, "offer.told")),
            "seen_at": notes.get((row.event_id, "offer.seen")),
            "state": standings[row.event_id][0],
            "reason": standings[row.event_id][1],
            "answered_at": standings[row.event_id][2],
        }
        for row in rows
    ]


def _further(seat: OfferSeat) -> dict[str, object]:
    organ = needed(office().using, Organ, "A place has an organ.", event_id=seat.organ_id)
    return {"organ": organ.organ, "run": seat.run_id, "rank": seat.rank, "registration": seat.registration_id}


@router.post("/offers/{offer}/told", response={201: Done, ERRORS: Problem})
def tell(request: HttpRequest, offer: Hex32, idempotency_key: Key) -> object:
    """Record that the message of an offer went out, by telephone say; only then can it run out unanswered."""
    permit = permitted(request, Action.OFFERS_TELL, lambda: about_offer(offer))
    return made(tell_offer(office(), asking(permit, idempotency_key), Noting(offer)))


@router.post("/offers/{offer}/seen", response={201: Done, ERRORS: Problem})
def see(request: HttpRequest, offer: Hex32, idempotency_key: Key) -> object:
    """Record that your programme has seen an offer."""
    permit = permitted(request, Action.OFFERS_SEE, lambda: about_offer(offer))
    return made(see_offer(office(), asking(permit, idempotency_key), Noting(offer)))


@router.post("/offers/{offer}/acceptance", response={201: Done, ERRORS: Problem})
def accept(request: HttpRequest, offer: Hex32, idempotency_key: Key) -> object:
    """Accept an offer to your own programme, with all its parts."""
    permit = permitted(request, Action.OFFERS_ACCEPT, lambda: about_offer(offer))
    return made(accept_offer(office(), asking(permit, idempotency_key), Accepting(offer)))


@router.post("/offers/{offer}/refusal", response={201: Done, ERRORS: Problem})
def decline(request: HttpRequest, offer: Hex32, body: RefusalIn, idempotency_key: Key) -> object:
    """Decline an offer to your own programme, with a coded reason."""
    permit = permitted(request, Action.OFFERS_DECLINE, lambda: about_offer(offer))
    return made(decline_offer(office(), asking(permit, idempotency_key), Ending(offer, **body.model_dump())))


@router.post("/offers/{offer}/withdrawal", response={201: Done, ERRORS: Problem})
def withdraw(request: HttpRequest, offer: Hex32, body: WithdrawalIn, idempotency_key: Key) -> object:
    """Withdraw an offer that nobody has answered, with a coded reason."""
    permit = permitted(request, Action.OFFERS_WITHDRAW, lambda: about_offer(offer))
    return made(withdraw_offer(office(), asking(permit, idempotency_key), Ending(offer, body.reason)))

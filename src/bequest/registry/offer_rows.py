"""Knows how what the machine says of an offer becomes rows and leaves: its end, its parts, its leaves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.offers.record import End, Gate, Withdrawal
from bequest.registry.models import (
    Acceptance,
    Answer,
    MatchRun,
    Offer,
    OfferPart,
    Policy,
    PolicyEnactment,
    Return,
)
from bequest.registry.offer_state import Known, known_of
from bequest.registry.part_rows import part_names
from bequest.registry.recording import Beside, Happening
from bequest.registry.rows import add_all, added, every, found, leaf_of, needed
from bequest.registry.secrecy import new_identifier

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bequest.ledger.commitment import Value
    from bequest.model.enums import OrganPart
    from bequest.offers.record import State
    from bequest.registry.models import DonorCase
    from bequest.registry.recording import Unit

WORKER = "worker"
"""Who acts where nobody asked: the office's own clock, or what follows from another step."""


@dataclass(frozen=True, slots=True)
class Words:
    """Hold the words behind a reason, sealed, with their digest, and who confirmed them."""

    sealed: bytes
    digest: str
    second_person: str


@dataclass(frozen=True, slots=True)
class Ended:
    """Hold how an offer ends: the leaf's kind, the reason as the rows keep it, and words where it needs some."""

    kind: str
    reason: str | None = None
    words: Words | None = None


def write_end(  # noqa: PLR0913  an end is what, of which offer, by whom
    unit: Unit, known: Known, offer: Offer, end: Ended, *, event_id: str, by: str
) -> None:
    """Write how an offer ended; an accepted one is given or taken back, and its parts are free again."""
    at = instant_text(known.moment(unit.at))
    words = end.words
    sealed = {
        "words": None if words is None else words.sealed,
        "words_digest": None if words is None else words.digest,
        "second_person": None if words is None else words.second_person,
    }
    if known.state.offers[known.number(offer.event_id)].accepted_at is None:
        answer = Answer(
            offer_id=offer.event_id, event_id=event_id, kind=end.kind, reason=end.reason, answered_by=by,
            answered_at=at, expires_at=offer.expires_at, **sealed,
        )  # fmt: skip
        added(unit.using, answer)
        return
    assert end.reason is not None, "what was accepted ends for a reason"
    returned = Return(
        offer_id=offer.event_id, event_id=event_id, answer_kind="offer.accepted", kind=end.kind, reason=end.reason,
        answered_by=by, answered_at=at, **sealed,
    )  # fmt: skip
    added(unit.using, returned)
    for held in every(unit.using, Acceptance, offer_id=offer.event_id, ended_by=None):
        held.ended_by_id = event_id
        held.save(using=unit.using, update_fields=["ended_by"])


def hold_parts(unit: Unit, offer: Offer, parts: Iterable[OrganPart]) -> None:
    """Write that the parts of an accepted offer are somebody's."""
    names = part_names(offer.case_id, parts)
    add_all(
        unit.using,
        Acceptance,
        (Acceptance(offer_id=offer.event_id, part_id=name, kind="offer.accepted") for name in names),
    )


def hand_over(unit: Unit, offer: Offer, parts: Iterable[OrganPart]) -> None:
    """Write the parts that an offer hands over, those of them that it did not before."""
    names = part_names(offer.case_id, parts)
    add_all(
        unit.using,
        OfferPart,
        (
            OfferPart(offer_id=offer.event_id, part_id=name, case_id=offer.case_id)
            for name in names
            if not found(unit.using, OfferPart, offer_id=offer.event_id, part_id=name)
        ),
    )


def withdrawals(unit: Unit, known: Known, after: State) -> tuple[Beside, ...]:
    """Write the offers that are taken back in a later state of the donation, and return their leaves."""
    ended = (
        (known.offers[number], offer.reason)
        for number, (before, offer) in enumerate(zip(known.state.offers, after.offers, strict=False))
        if before.live and offer.end is End.WITHDRAWN
    )
    return tuple(_withdrawal(unit, known, row, reason or Withdrawal.ERROR.value) for row, reason in ended)


def lapsed(unit: Unit, case: DonorCase) -> tuple[Beside, ...]:
    """Take back every live offer of an organ that is offered no longer: consent withdrawn, or donation ended.

    Call it in the step that ends the donation or takes consent back, after its rows, under the lock of the case.
    """
    known = known_of(unit.using, case)
    reasons = lapsing(known.state)
    return tuple(_withdrawal(unit, known, known.offers[number], reason) for number, reason in reasons)


def lapsing(state: State) -> Iterator[tuple[int, str]]:
    """Yield the live offers, by number, of which nothing may be offered any more, with the reason to take them back."""
    for offer in state.offers:
        if not offer.live or all(seat.organ in state.organs for seat in offer.seats):
            continue
        revoked = any(seat.organ in state.revoked for seat in offer.seats)
        stood_down = state.gate is Gate.ENDED and not revoked
        yield offer.number, (Withdrawal.STAND_DOWN if stood_down else Withdrawal.CONSENT_REVOKED).value


def _withdrawal(unit: Unit, known: Known, offer: Offer, reason: str) -> Beside:
    name = new_identifier(unit.office)
    write_end(unit, known, offer, Ended("offer.withdrawn", reason), event_id=name, by=WORKER)
    return Beside(name, about_offer("offer.withdrawn", unit, known, offer, {"reason": reason}))


def about_offer(  # noqa: PLR0913  what a leaf is made of
    kind: str,
    unit: Unit,
    known: Known,
    offer: Offer,
    fields: dict[str, Value],
    *,
    before: tuple[Beside, ...] = (),
) -> Happening:
    """Return what happened to an offer, for its leaf; `before` are the leaves that go before it."""
    whole: dict[str, Value] = {"run": offer.run_idx, "offer": leaf_of(unit.using, offer.event_id), **fields}
    return of_run(kind, unit, known, offer.run_id, whole, before=before)


def of_run(  # noqa: PLR0913  what a leaf is made of
    kind: str,
    unit: Unit,
    known: Known,
    run: str,
    fields: dict[str, Value],
    *,
    before: tuple[Beside, ...] = (),
) -> Happening:
    """Return what happened in a run, for its leaf."""
    row = needed(unit.using, MatchRun, "There is no such match run; check its event.", event_id=run)
    enactment = needed(unit.using, PolicyEnactment, "A run has a policy.", event_id=row.enactment_id)
    policy = needed(unit.using, Policy, "An enactment has a policy.", event_id=enactment.policy_id)
    case = known.case
    return Happening(
        kind, fields, case=case.donation, subject_id=case.subject_id, policy_hash=policy.hash, before=before
    )  # fmt: skip

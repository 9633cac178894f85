"""Knows how offers are made down the order of a run, told, seen, answered, given back, withdrawn, and promoted.

What may happen is for the state machine in the room `offers`; here its events are made of what is asked, and what it
says is written.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.ledger.vault import NONCE_BYTES, seal
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.model.identifiers import PersonId
from bequest.offers import event as events
from bequest.offers import next_offers
from bequest.offers.book import book_of
from bequest.offers.decline_reason import decline_reasons, reasons_for
from bequest.offers.next_offer import kind_of
from bequest.offers.promotion import promotion
from bequest.offers.record import LiveKind, RunId, Seat, Withdrawal, parts_of, run_named
from bequest.offers.skip import Act
from bequest.offers.verdict import find
from bequest.registry import rules
from bequest.registry.models import (
    DonorCase,
    MatchRun,
    Offer,
    OfferNote,
    Organ,
    Override,
    OverrideDecision,
    Promotion,
    RunSignature,
    Transplant,
)
from bequest.registry.offer_check import Asked, let_offer_pass
from bequest.registry.offer_refusals import judged, judged_offer
from bequest.registry.offer_rows import (
    Ended,
    Words,
    about_offer,
    hand_over,
    hold_parts,
    of_run,
    write_end,
)
from bequest.registry.offer_seats import second_places, write_promoted_seats, write_seats
from bequest.registry.offer_state import known_of, locked_state
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, leaf_of, needed
from bequest.registry.run_orders import place_of
from bequest.registry.secrecy import staff_pseudonym, subject_key
from bequest.registry.skips import fallen, passed_over

if TYPE_CHECKING:
    from bequest.ledger.commitment import Value
    from bequest.model.enums import Organ as OrganName
    from bequest.model.enums import OrganPart
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_TWO = 2


@dataclass(frozen=True, slots=True)
class OfferAsked:
    """Hold to which place of a run which parts are offered: none named, those that the order gives.

    `override` is the event of an approved request to depart from the order.
    """

    run: str
    rank: int
    parts: tuple[OrganPart, ...] = ()
    override: str | None = None


@dataclass(frozen=True, slots=True)
class Ending:
    """Hold which offer is declined or withdrawn.

    `reason` is a code of data/offers/decline_reasons.csv, or for a withdrawal of the list `withdraw` of leaves. Where
    that asks for it, `words` say why, and `second_person` has confirmed them.
    """

    offer: str
    reason: str
    words: str | None = None
    second_person: str | None = None


@dataclass(frozen=True, slots=True)
class Accepting:
    """Hold which offer is accepted, with all its parts."""

    offer: str


@dataclass(frozen=True, slots=True)
class Expiring:
    """Hold which offer nobody answered in time."""

    offer: str


@dataclass(frozen=True, slots=True)
class Noting:
    """Hold of which offer the message went out, or was opened."""

    offer: str


@dataclass(frozen=True, slots=True)
class Reminding:
    """Hold for which offer a reminder went out, and the latest mark in minutes that it answers to."""

    offer: str
    minutes: int


@dataclass(frozen=True, slots=True)
class Promoting:
    """Hold which backup offer becomes the first in line."""

    offer: str


def make_offer(office: Office, request: Request, asked: OfferAsked) -> Entered:
    """Offer parts of an organ to the next place of a run; whoever is passed over by it is written down with the reason.

    Refused out of turn, too early, of a part that is gone, and before two people have signed the run.
    """
    return record(office, request, asked, partial(_make, asked))


def tell_offer(office: Office, request: Request, noting: Noting) -> Entered:
    """Record that the message of an offer went out."""
    return record(office, request, noting, partial(_note, noting.offer, "offer.told"))


def see_offer(office: Office, request: Request, noting: Noting) -> Entered:
    """Record that the programme opened an offer."""
    return record(office, request, noting, partial(_note, noting.offer, "offer.seen"))


def remind_offer(office: Office, request: Request, reminding: Reminding) -> Entered:
    """Record that a reminder of an offer went out."""
    return record(office, request, reminding, partial(_remind, reminding))


def accept_offer(office: Office, request: Request, accepting: Accepting) -> Entered:
    """Accept an open offer; refused where it ended or expired, or a part of it is somebody else's."""
    return record(office, request, accepting, partial(_accept, accepting))


def decline_offer(office: Office, request: Request, ending: Ending) -> Entered:
    """Decline an open offer, or give back what was accepted, with a coded reason."""
    return record(office, request, ending, partial(_decline, ending))


def withdraw_offer(office: Office, request: Request, ending: Ending) -> Entered:
    """Take an offer back, with a coded reason; the candidate keeps the turn."""
    return record(office, request, ending, partial(_withdraw, ending))


def expire_offer(office: Office, request: Request, expiring: Expiring) -> Entered:
    """Record that the time to answer an offer has passed."""
    return record(office, request, expiring, partial(_expire, expiring))


def promote_offer(office: Office, request: Request, promoting: Promoting) -> Entered:
    """Put a backup offer first in line, since an earlier one fell; if it was accepted, its parts are held now."""
    return record(office, request, promoting, partial(_promote, promoting))


def next_rank(office: Office, run: str) -> int | None:
    """Return the place of a run that is offered the organ next; None where nobody is, or another answer is awaited."""
    known = known_of(office.using, _case_of_run(office.using, run)[1])
    proposals = next_offers(known.state, RunId(run), known.moment(office.clock())).proposals
    return proposals[0].seats[0].rank if proposals else None


def _make(asked: OfferAsked, unit: Unit) -> Happening:
    organ, case = _case_of_run(unit.using, asked.run)
    known = locked_state(unit, case.donation)
    made = _made(asked, known, unit)
    _check_parts(asked, organ, made)
    offered = judged_offer(known, made, asked.rank).offers[-1].parts
    if asked.parts and parts_of(asked.parts) != offered:
        there = ", ".join(part.value for part in offered)
        raise InputError(f"Place {asked.rank} is offered {there} now; name that, or no part.")
    for seat in made.seats:
        _check_signed(str(seat.run), known, unit)
        let_offer_pass(unit.office, known, Asked(seat, made.kind, asked.override), at=made.at, step="offer")
    before = passed_over(unit, known, made)
    offer = _row(asked, made, known, unit, organ)
    added(unit.using, offer)
    write_seats(unit, known, offer, made)
    hand_over(unit, offer, offered)
    parts: list[Value] = [part.value for part in offered]
    fields: dict[str, Value] = {
        "run": offer.run_idx,
        "rank": offer.rank,
        "row": offer.row,
        "part": parts,
        "kind": offer.kind,
        "expires_at": offer.expires_at,
        **second_places(unit, made.seats),
    }
    return of_run("offer.made", unit, known, offer.run_id, fields, before=before)


def _check_parts(asked: OfferAsked, organ: Organ, made: events.Made) -> None:
    if len(set(asked.parts)) != len(asked.parts):
        raise InputError("An offer names each part once.")
    if not set(asked.parts) <= {part for seat in made.seats for part in PARTS[seat.organ]}:
        raise InputError(f"An offer of the {organ.organ} hands over parts of it; name those.")


def _made(asked: OfferAsked, known: Known, unit: Unit) -> events.Made:
    """Return the offer of a place as an event: what is free for it, or what it would like most where nothing is."""
    run = run_named(known.state, RunId(asked.run))
    assert run is not None, "the run is one of the donation's"
    if not 1 <= asked.rank <= len(run.entries):
        raise InputError(f"The run has no place {asked.rank}; it has {len(run.entries)}.")
    entry = run.entries[asked.rank - 1]
    finding = find(book_of(known.state), run, entry)
    seats = finding.seats or (
        Seat(
            run.run, run.organ, entry.rank, entry.registration, entry.candidate, entry.offer_kind,
            entry.grafts[0] if entry.grafts else (),
        ),
    )  # fmt: skip
    override = None if asked.override is None else _override(asked, unit)
    at = known.moment(unit.at)
    return events.Made(at, seats, kind_of(known.state, finding.verdict), override)


def _override(asked: OfferAsked, unit: Unit) -> events.Override:
    sentence = "There is no such request to depart from the order for this place; check its event."
    request = needed(
        unit.using, Override, sentence, event_id=asked.override, run_id=asked.run, rank=asked.rank
    )  # fmt: skip
    if found(unit.using, Offer, override_id=request.event_id):
        raise InputError("This departure from the order was used for an offer; ask for another one.")
    decision = found(unit.using, OverrideDecision, override_id=request.event_id, kind="override.approved")
    # Without an approval the same person stands twice, and the machine refuses it.
    approved_by = request.requested_by if decision is None else decision.decided_by
    return events.Override(request.reason, PersonId(request.requested_by), PersonId(approved_by))


def _check_signed(run: str, known: Known, unit: Unit) -> None:
    signed = len(every(unit.using, RunSignature, run_id=run))
    if signed < _TWO:
        raise GateRefusedError(
            f"Two people sign a run before its first offer, and {signed or 'nobody'} did; have it signed.",
            rule=rules.ORDER, step="offer", donation=known.case.donation,
        )  # fmt: skip


def _row(asked: OfferAsked, made: events.Made, known: Known, unit: Unit, organ: Organ) -> Offer:
    run, seat = known.runs[asked.run], made.seats[0]
    place = place_of(unit.using, asked.run, seat.rank)
    return Offer(
        event_id=unit.event_id,
        case_id=organ.case_id,
        place_in_case=len(known.offers),
        kind=made.kind.value,
        parts=" ".join(part.value for part in seat.parts),
        override_id=asked.override,
        organ_id=organ.event_id,
        run_id=run.event_id,
        run_idx=leaf_of(unit.using, run.event_id),
        run_kind="match.run",
        rank=place.rank,
        row=place.row,
        registration_id=place.registration,
        donor_kind=organ.donor_kind,
        allocation_open_at=organ.allocation_open_at,
        offered_at=instant_text(made.at),
        expires_at=instant_text(made.at + timedelta(minutes=run.reply_minutes)),
        consent_idx=organ.consent_idx,
        consent_kind=organ.consent_kind,
        custody_idx=organ.custody_idx,
        custody_kind=organ.custody_kind,
        death_idx=organ.death_idx,
        death_kind=organ.death_kind,
    )


def _note(name: str, kind: str, unit: Unit) -> Happening:
    offer, known = _offered(name, unit)
    at, number = known.moment(unit.at), known.number(name)
    judged(known, (events.Told if kind == "offer.told" else events.Seen)(at, number))
    note = OfferNote(event_id=unit.event_id, offer_id=name, kind=kind, minutes=0, noted_at=instant_text(at))
    added(unit.using, note)
    return about_offer(kind, unit, known, offer, {})


def _remind(reminding: Reminding, unit: Unit) -> Happening:
    offer, known = _offered(reminding.offer, unit)
    at = known.moment(unit.at)
    judged(known, events.Reminded(at, known.number(offer.event_id), reminding.minutes))
    note = OfferNote(
        event_id=unit.event_id, offer_id=offer.event_id, kind="offer.reminded", minutes=reminding.minutes,
        noted_at=instant_text(at),
    )  # fmt: skip
    added(unit.using, note)
    return about_offer("offer.reminded", unit, known, offer, {"minutes": reminding.minutes})


def _accept(accepting: Accepting, unit: Unit) -> Happening:
    offer, known = _offered(accepting.offer, unit)
    _check_open(known, offer)
    number = known.number(offer.event_id)
    at = known.moment(unit.at)
    after = judged(known, events.Accepted(at, number), step="acceptance")
    state = known.state.offers[number]
    for seat in state.seats:
        accepted_as = Asked(seat, state.kind, offer.override_id)
        let_offer_pass(unit.office, known, accepted_as, at=at, step="acceptance")
    before = fallen(unit, known, state.seats, Act.ACCEPTED)
    write_end(unit, known, offer, Ended("offer.accepted"), event_id=unit.event_id, by=unit.request.actor)
    accepted = after.offers[number]
    if accepted.kind is not LiveKind.BACKUP:
        hold_parts(unit, offer, accepted.parts)
    parts: list[Value] = [part.value for part in accepted.parts]
    return about_offer("offer.accepted", unit, known, offer, {"part": parts}, before=before)


def _check_open(known: Known, offer: Offer) -> None:
    """Refuse an answer to what is offered no longer, whether or not anybody took the offer back yet."""
    state = known.state.offers[known.number(offer.event_id)]
    if state.live and not {seat.organ for seat in state.seats} <= set(known.state.organs):
        raise GateRefusedError(
            "The consent was withdrawn, or the donation has ended; nothing of this donor is accepted.",
            rule=rules.CONSENT, step="acceptance", donation=known.case.donation,
        )  # fmt: skip


def _decline(ending: Ending, unit: Unit) -> Happening:
    offer, known = _offered(ending.offer, unit)
    number = known.number(offer.event_id)
    _check_reason(ending, [seat.organ for seat in known.state.offers[number].seats])
    _check_not_transplanted(offer, unit)
    digest = None if ending.words is None else hashlib.sha256(ending.words.encode()).hexdigest()
    second = _second_person(ending, unit)
    declined = events.Declined(
        known.moment(unit.at), number, ending.reason, digest, None if second is None else PersonId(second)
    )  # fmt: skip
    judged(known, declined)
    words = _sealed(ending.words, second, digest, known, unit) if ending.words and second and digest else None
    fields: dict[str, Value] = {"reason": decline_reasons()[ending.reason].leaf_code}
    if words is not None:
        fields |= {"words": words.digest, "second_person": staff_pseudonym(unit.office, words.second_person)}
    end = Ended("offer.refused", ending.reason, words)
    write_end(unit, known, offer, end, event_id=unit.event_id, by=unit.request.actor)
    return about_offer("offer.refused", unit, known, offer, fields)


def _check_reason(ending: Ending, organs: list[OrganName]) -> None:
    """Refuse what is no reason for any of the organs that are answered together."""
    codes = list(dict.fromkeys(reason.code for organ in organs for reason in reasons_for(organ)))
    if ending.reason not in codes:
        what = " and ".join(organ.value for organ in organs)
        raise InputError(f"'{ending.reason[:40]}' is no reason for declining a {what}; {', '.join(codes)} are.")


def _check_not_transplanted(offer: Offer, unit: Unit) -> None:
    if found(unit.using, Transplant, offer_id=offer.event_id):
        raise InputError("The organ of this offer was transplanted; it is not given back any more.")


def _second_person(ending: Ending, unit: Unit) -> str | None:
    if ending.second_person is not None and ending.second_person == unit.request.actor:
        raise InputError("The words are confirmed by somebody else than who declines; name a second person.")
    return ending.second_person


def _sealed(text: str, second: str, digest: str, known: Known, unit: Unit) -> Words:
    """Return the words of a decline, closed with the donor's key as all of the donation's events are."""
    key = subject_key(unit.office, known.case.subject_id)
    nonce = unit.office.entropy(NONCE_BYTES)
    return Words(seal(key, text.encode(), nonce=nonce, about=f"words of {unit.event_id}"), digest, second)


def _withdraw(ending: Ending, unit: Unit) -> Happening:
    offer, known = _offered(ending.offer, unit)
    try:
        reason = Withdrawal(ending.reason)
    except ValueError:
        codes = ", ".join(each.value for each in Withdrawal)
        raise InputError(f"'{ending.reason[:40]}' is no reason to withdraw an offer; {codes} are.") from None
    _check_not_transplanted(offer, unit)
    withdrawn = events.Withdrawn(known.moment(unit.at), known.number(offer.event_id), reason)
    judged(known, withdrawn)
    end = Ended("offer.withdrawn", reason.value)
    write_end(unit, known, offer, end, event_id=unit.event_id, by=unit.request.actor)
    return about_offer("offer.withdrawn", unit, known, offer, {"reason": reason.value})


def _expire(expiring: Expiring, unit: Unit) -> Happening:
    offer, known = _offered(expiring.offer, unit)
    judged(known, events.Expired(known.moment(unit.at), known.number(offer.event_id)))
    write_end(unit, known, offer, Ended("offer.expired"), event_id=unit.event_id, by=unit.request.actor)
    return about_offer("offer.expired", unit, known, offer, {})


def _promote(promoting: Promoting, unit: Unit) -> Happening:
    offer, known = _offered(promoting.offer, unit)
    number = known.number(offer.event_id)
    event = _promoted(known, unit, number)
    promoted = judged(known, event).offers[number]
    before = passed_over(unit, known, event)
    seat = promoted.seats[0]
    place = place_of(unit.using, seat.run, seat.rank)
    added(
        unit.using,
        Promotion(
            event_id=unit.event_id,
            offer_id=offer.event_id,
            run_id=str(seat.run),
            rank=place.rank,
            row=place.row,
            registration_id=place.registration,
            kind=promoted.kind.value,
            parts=" ".join(part.value for part in seat.parts),
        ),
    )
    write_promoted_seats(unit, offer, event)
    hand_over(unit, offer, promoted.parts)
    if promoted.holds:
        hold_parts(unit, offer, promoted.parts)
    parts: list[Value] = [part.value for part in promoted.parts]
    fields: dict[str, Value] = {
        "into": leaf_of(unit.using, str(seat.run)), "rank": place.rank, "row": place.row, "part": parts,
        "kind": promoted.kind.value, **second_places(unit, promoted.seats),
    }  # fmt: skip
    return about_offer("offer.promoted", unit, known, offer, fields, before=before)


def _promoted(known: Known, unit: Unit, number: int) -> events.Promoted:
    """Return the promotion of an offer as the machine would make it now."""
    following = promotion(known.state)
    seats = following[1] if following is not None and following[0] == number else known.state.offers[number].seats
    return events.Promoted(known.moment(unit.at), number, seats)


def _case_of_run(using: str, name: str) -> tuple[Organ, DonorCase]:
    run = needed(using, MatchRun, "There is no such match run; check its event.", event_id=name)
    organ = needed(using, Organ, "A run has an organ.", event_id=run.organ_id)
    return organ, needed(using, DonorCase, "An organ has a donation.", donation=organ.case_id)


def _offered(event_id: str, unit: Unit) -> tuple[Offer, Known]:
    """Return an offer and the state of its donation, locked: of one donor, one step is judged at a time."""
    offer = needed(unit.using, Offer, "There is no such offer; check its event.", event_id=event_id)
    return offer, locked_state(unit, offer.case_id)

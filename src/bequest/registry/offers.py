"""Knows how offers are made down the order of a run, answered, withdrawn, and how places are passed over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.leaf import instant_text
from bequest.model.enums import Organ as OrganName
from bequest.model.enums import OrganPart, RegistrationStatus
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.registry import rules
from bequest.registry.consents import standing_consent
from bequest.registry.donors import open_case
from bequest.registry.instants import instant_from
from bequest.registry.listings import facts_of, newest_version
from bequest.registry.models import (
    Acceptance,
    Answer,
    DonorCase,
    MatchRow,
    MatchRun,
    Offer,
    OfferPart,
    Organ,
    PassedOver,
    Policy,
    PolicyEnactment,
    Registration,
)
from bequest.registry.policies import policy_of
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import add_all, added, every, found, leaf_of, needed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class OfferAsked:
    """Hold to which place of a run which parts are offered.

    `reply_minutes` is for a policy that does not state how long there is to answer.
    """

    run: str
    rank: int
    parts: tuple[OrganPart, ...]
    reply_minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Passing:
    """Hold which places of a run are passed over; `reason` is a code of the list `skip` of leaves."""

    run: str
    first_rank: int
    last_rank: int
    reason: str


@dataclass(frozen=True, slots=True)
class Ending:
    """Hold which offer is declined or withdrawn; `reason` is a code of the list `decline` or `withdraw`."""

    offer: str
    reason: str


@dataclass(frozen=True, slots=True)
class Accepting:
    """Hold which offer is accepted, with all its parts."""

    offer: str


@dataclass(frozen=True, slots=True)
class Expiring:
    """Hold which offer nobody answered in time."""

    offer: str


def make_offer(office: Office, request: Request, asked: OfferAsked) -> Entered:
    """Offer parts of an organ to the next place of a run; refused out of turn, too early, or of a part that is gone."""
    return record(office, request, asked, partial(_make, asked))


def pass_over(office: Office, request: Request, passing: Passing) -> Entered:
    """Pass over the next places of a run, with a reason."""
    return record(office, request, passing, partial(_pass, passing))


def accept_offer(office: Office, request: Request, accepting: Accepting) -> Entered:
    """Accept an open offer; refused where it ended or expired, or a part of it is somebody else's."""
    return record(office, request, accepting, partial(_accept, accepting))


def decline_offer(office: Office, request: Request, ending: Ending) -> Entered:
    """Decline an open offer, with a coded reason."""
    return record(office, request, ending, partial(_end, ending, "offer.refused"))


def withdraw_offer(office: Office, request: Request, ending: Ending) -> Entered:
    """Withdraw an offer that nobody has answered, with a coded reason."""
    return record(office, request, ending, partial(_end, ending, "offer.withdrawn"))


def expire_offer(office: Office, request: Request, expiring: Expiring) -> Entered:
    """Record that the time to answer an offer has passed."""
    return record(office, request, expiring, partial(_expire, expiring))


def next_rank(using: str, run: str) -> int | None:
    """Return the first place of a run that was neither offered to nor passed over; None where nobody is left."""
    settled = {offer.rank for offer in every(using, Offer, run_id=run)}
    for passed in every(using, PassedOver, run_id=run):
        settled |= set(range(passed.first_rank, passed.last_rank + 1))
    last = max(settled, default=0) + 1
    return next((rank for rank in range(1, last + 1) if rank not in settled and _row(using, run, rank)), None)


def _make(asked: OfferAsked, unit: Unit) -> Happening:
    run, organ, case = _run(asked.run, unit)
    rules.may_offer(
        donation=case.donation,
        at=unit.at,
        open_at=instant_from(organ.allocation_open_at),
        rank=asked.rank,
        next_rank=next_rank(unit.using, run.event_id),
    )
    if standing_consent(unit.using, case.donation) is None:
        raise GateRefusedError(
            "The consent was withdrawn; nothing of this donor is offered.", rule=rules.CONSENT, step="offer",
            donation=case.donation,
        )  # fmt: skip
    names = _parts(asked, organ, case, unit)
    place = _row(unit.using, run.event_id, asked.rank)
    assert place is not None, "the next place of a run is one of its rows"
    _check_listed(place.registration_id, case, unit, step="offer")
    offer = _offer(asked, unit, run=run, organ=organ, place=place)
    added(unit.using, offer)
    add_all(
        unit.using,
        OfferPart,
        (OfferPart(offer_id=unit.event_id, part_id=name, case_id=case.donation) for name in names),
    )
    parts: list[Value] = [part.value for part in asked.parts]
    fields: dict[str, Value] = {
        "run": offer.run_idx,
        "rank": offer.rank,
        "row": offer.row,
        "part": parts,
        "kind": "primary",
        "expires_at": offer.expires_at,
    }
    return _happening("offer.made", unit, run, case, fields)


def _offer(asked: OfferAsked, unit: Unit, *, run: MatchRun, organ: Organ, place: MatchRow) -> Offer:
    minutes = _reply_minutes(asked, run, unit)
    return Offer(
        event_id=unit.event_id,
        case_id=organ.case_id,
        organ_id=organ.event_id,
        run_id=run.event_id,
        run_idx=leaf_of(unit.using, run.event_id),
        run_kind="match.run",
        rank=place.rank,
        row=place.row,
        registration_id=place.registration_id,
        donor_kind=organ.donor_kind,
        allocation_open_at=organ.allocation_open_at,
        offered_at=instant_text(unit.at),
        expires_at=instant_text(unit.at + timedelta(minutes=minutes)),
        consent_idx=organ.consent_idx,
        consent_kind=organ.consent_kind,
        custody_idx=organ.custody_idx,
        custody_kind=organ.custody_kind,
        death_idx=organ.death_idx,
        death_kind=organ.death_kind,
    )


def _reply_minutes(asked: OfferAsked, run: MatchRun, unit: Unit) -> int:
    enactment = needed(unit.using, PolicyEnactment, "A run has a policy.", event_id=run.enactment_id)
    offers = policy_of(unit.using, enactment).loaded.offers
    minutes = asked.reply_minutes if offers is None else offers.reply_minutes
    if minutes is None or minutes <= 0:
        raise InputError("The policy does not state how long there is to answer; give at least a minute.")
    return minutes


def _parts(asked: OfferAsked, organ: Organ, case: DonorCase, unit: Unit) -> list[str]:
    """Return the identifiers of the parts that are offered, after they were found to be free."""
    if not asked.parts or len(set(asked.parts)) != len(asked.parts):
        raise InputError("An offer names at least one part, and each once.")
    if not set(asked.parts) <= set(PARTS[OrganName(organ.organ)]):
        raise InputError(f"An offer of the {organ.organ} hands over parts of it; name those.")
    names = [f"{case.donation}:{part.value}" for part in asked.parts]
    out = [
        name
        for name in names
        for offered in every(unit.using, OfferPart, part_id=name)
        if not found(unit.using, Answer, offer_id=offered.offer_id)
    ]
    rules.free_to_offer(
        donation=case.donation, taken=_taken(unit.using, names), offered=tuple(_bare(name) for name in out)
    )  # fmt: skip
    return names


def _check_listed(registration: str, case: DonorCase, unit: Unit, *, step: str) -> None:
    """Refuse a step for somebody who is not active on the list any more, or has accepted an organ already."""
    version = newest_version(unit.using, registration)
    if version.facts is None or facts_of(version)["status"] != RegistrationStatus.ACTIVE.value:
        raise GateRefusedError(
            f"Registration {registration} is not active on the list any more; pass the place over, or withdraw the"
            " offer.",
            rule=rules.TRACEABLE,
            step=step,
            donation=case.donation,
        )
    if any(
        found(unit.using, Acceptance, offer_id=offer.event_id, ended_by=None)
        for entry in _entries(registration, unit)
        for offer in every(unit.using, Offer, registration_id=entry.id)
    ):
        raise GateRefusedError(
            f"Who is registered as {registration} has accepted such an organ already; pass the place over, or withdraw"
            " the offer.",
            rule=rules.TRACEABLE,
            step=step,
            donation=case.donation,
        )


def _entries(registration: str, unit: Unit) -> list[Registration]:
    """Return all entries of one candidate on one list: there may be one at each of several centres."""
    own = needed(unit.using, Registration, "A place of a run is a registration.", id=registration)
    return every(unit.using, Registration, candidate_id=own.candidate_id, waiting_list_id=own.waiting_list_id)


def _pass(passing: Passing, unit: Unit) -> Happening:
    run, _, case = _run(passing.run, unit)
    turn = next_rank(unit.using, run.event_id)
    if passing.first_rank != turn or passing.last_rank < passing.first_rank:
        raise InputError(f"Places are passed over from the next one on, which is {turn}.")
    if _row(unit.using, run.event_id, passing.last_rank) is None:
        raise InputError(f"The run has no place {passing.last_rank}.")
    added(
        unit.using,
        PassedOver(
            event_id=unit.event_id,
            run_id=run.event_id,
            first_rank=passing.first_rank,
            last_rank=passing.last_rank,
            reason=passing.reason,
        ),
    )
    fields: dict[str, Value] = {
        "run": leaf_of(unit.using, run.event_id),
        "first_rank": passing.first_rank,
        "last_rank": passing.last_rank,
        "reason": passing.reason,
    }
    return _happening("skip", unit, run, case, fields)


def _accept(accepting: Accepting, unit: Unit) -> Happening:
    offer, case = _offered(accepting.offer, unit)
    ended = found(unit.using, Answer, offer_id=offer.event_id)
    if ended is not None:
        raise GateRefusedError(
            f"The offer has ended ({ended.kind}); it cannot be accepted.", rule=rules.TRACEABLE, step="acceptance",
            donation=case.donation,
        )  # fmt: skip
    names = [each.part_id for each in every(unit.using, OfferPart, "part_id", offer_id=offer.event_id)]
    rules.may_accept(
        donation=case.donation,
        at=unit.at,
        expires_at=instant_from(offer.expires_at),
        taken=_taken(unit.using, names),
        revoked=standing_consent(unit.using, case.donation) is None,
    )
    _check_listed(offer.registration_id, case, unit, step="acceptance")
    _answer(unit, offer, "offer.accepted", None)
    add_all(
        unit.using,
        Acceptance,
        (Acceptance(offer_id=offer.event_id, part_id=name, kind="offer.accepted") for name in names),
    )
    parts: list[Value] = [_bare(name) for name in names]
    return _ended("offer.accepted", unit, offer, case, {"part": parts})


def _end(ending: Ending, kind: str, unit: Unit) -> Happening:
    offer, case = _offered(ending.offer, unit)
    _refuse_second_answer(unit, offer)
    _answer(unit, offer, kind, ending.reason)
    return _ended(kind, unit, offer, case, {"reason": ending.reason})


def _expire(expiring: Expiring, unit: Unit) -> Happening:
    offer, case = _offered(expiring.offer, unit)
    _refuse_second_answer(unit, offer)
    if instant_text(unit.at) <= offer.expires_at:
        raise InputError(f"The offer can be answered until {offer.expires_at}.")
    _answer(unit, offer, "offer.expired", None)
    return _ended("offer.expired", unit, offer, case, {})


def _refuse_second_answer(unit: Unit, offer: Offer) -> None:
    ended = found(unit.using, Answer, offer_id=offer.event_id)
    if ended is not None:
        raise InputError(f"The offer has ended already ({ended.kind}); an answer is given once.")


def _answer(unit: Unit, offer: Offer, kind: str, reason: str | None) -> None:
    added(
        unit.using,
        Answer(
            offer_id=offer.event_id,
            event_id=unit.event_id,
            kind=kind,
            reason=reason,
            answered_at=instant_text(unit.at),
            expires_at=offer.expires_at,
        ),
    )


def _run(event_id: str, unit: Unit) -> tuple[MatchRun, Organ, DonorCase]:
    """Return a run with its organ and its case, the case locked."""
    run = needed(unit.using, MatchRun, "There is no such match run; check its event.", event_id=event_id)
    organ = needed(unit.using, Organ, "A run has an organ.", event_id=run.organ_id)
    return run, organ, open_case(unit, organ.case_id)


def _offered(event_id: str, unit: Unit) -> tuple[Offer, DonorCase]:
    """Return an offer and its case, the case locked: of one donor, one answer is judged at a time."""
    offer = needed(unit.using, Offer, "There is no such offer; check its event.", event_id=event_id)
    return offer, open_case(unit, offer.case_id)


def _row(using: str, run: str, rank: int) -> MatchRow | None:
    return found(using, MatchRow, run_id=run, rank=rank)


def _taken(using: str, names: Iterable[str]) -> tuple[str, ...]:
    return tuple(
        _bare(name) for name in names if found(using, Acceptance, part_id=name, ended_by=None)
    )  # fmt: skip


def _bare(name: str) -> str:
    """Return a part without its donor."""
    return name.partition(":")[2]


def _ended(kind: str, unit: Unit, offer: Offer, case: DonorCase, fields: dict[str, Value]) -> Happening:
    run = needed(unit.using, MatchRun, "An offer has a run.", event_id=offer.run_id)
    whole: dict[str, Value] = {"run": offer.run_idx, "offer": leaf_of(unit.using, offer.event_id), **fields}
    return _happening(kind, unit, run, case, whole)


def _happening(kind: str, unit: Unit, run: MatchRun, case: DonorCase, fields: dict[str, Value]) -> Happening:
    enactment = needed(unit.using, PolicyEnactment, "A run has a policy.", event_id=run.enactment_id)
    policy = needed(unit.using, Policy, "An enactment has a policy.", event_id=enactment.policy_id)
    return Happening(kind, fields, case=case.donation, subject_id=case.subject_id, policy_hash=policy.hash)

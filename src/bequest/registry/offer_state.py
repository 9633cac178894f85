"""Knows how the rows of a donation become the state of its offers, which the machine in the room `offers` judges.

Nothing is remembered beside the rows: whoever asks reads them anew, under the locks of the case and of its lists.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bequest.model.enums import Organ as OrganName
from bequest.model.enums import OrganPart, RegistrationStatus
from bequest.model.graft import PARTS
from bequest.model.identifiers import RegistrationId
from bequest.offers.record import (
    End,
    Gate,
    LiveKind,
    OfferRules,
    PauseEffect,
    RankedRun,
    Reminder,
    RunId,
    Seat,
    Standing,
    State,
    Withdrawal,
    parts_of,
)
from bequest.offers.record import Offer as OfferState
from bequest.registry.donor_file import whole_deaths
from bequest.registry.donor_filters import passes_over, standing_filters
from bequest.registry.donor_plans import followed
from bequest.registry.donors import open_case
from bequest.registry.instants import instant_from
from bequest.registry.models import (
    Answer,
    ConsentRevocation,
    ConsentVerification,
    DiscardedPart,
    DonorCase,
    Event,
    ExportedPart,
    ExportEnd,
    ExportEndPart,
    Filter,
    FilterLifting,
    MatchRun,
    Offer,
    OfferNote,
    OfferSeat,
    Organ,
    ProgrammePause,
    ProgrammeResumption,
    Promotion,
    PromotionSeat,
    Return,
    StageBeginning,
    WaitingList,
)
from bequest.registry.offer_seats import links_of
from bequest.registry.part_rows import part_of
from bequest.registry.rows import every, found, leaf_of, locked, share_row, store_of
from bequest.registry.run_orders import order_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bequest.offers.record import Parts
    from bequest.registry.donor_plans import Followed
    from bequest.registry.recording import Unit

_ENDS = {"offer.refused": End.DECLINED, "offer.expired": End.EXPIRED, "offer.withdrawn": End.WITHDRAWN}
_NO_STEP = frozenset({"gate.refused", "incident.reported"})
"""What changes nothing of a donation, so that it says nothing of when its next step may be."""
_STOPPED = frozenset({"dcd.stood_down", "recovery.stopped"})


@dataclass(frozen=True, slots=True)
class Known:
    """Hold the state of a donation's offers, with the rows that it was read from: runs by name, offers by number."""

    case: DonorCase
    state: State
    runs: Mapping[str, MatchRun]
    offers: tuple[Offer, ...]

    def moment(self, at: datetime) -> datetime:
        """Return an instant, or that of the donation's last event where somebody else came first meanwhile."""
        return at if self.state.at is None or self.state.at <= at else self.state.at

    def number(self, offer: str) -> int:
        """Return the number of an offer in the state."""
        return next(number for number, row in enumerate(self.offers) if row.event_id == offer)


def locked_state(unit: Unit, donation: str) -> Known:
    """Return the state of a donation's offers for this transaction alone.

    The lists of its organs are locked as well: nobody leaves one, or accepts an organ of another donor, meanwhile.
    """
    case = open_case(unit, donation)
    for organ in _lists_of(unit.using, donation):
        locked(unit.using, WaitingList, f"'{organ}' is no list.", organ=organ)
    return known_of(unit.using, case)


def state_to_rank(unit: Unit, donation: str) -> Known:
    """Return the state of a donation's offers for this transaction alone, to rank one of its lists.

    The lists are shared with whoever ranks them for another donor meanwhile; nobody changes them.
    """
    case = open_case(unit, donation)
    for organ in _lists_of(unit.using, donation):
        share_row(unit.using, "registry_waitinglist", organ=organ)
    return known_of(unit.using, case)


def _lists_of(using: str, donation: str) -> list[str]:
    """Return the lists of a donation's organs, in the order in which everybody locks them."""
    return sorted({organ.organ for organ in every(using, Organ, case_id=donation)})


def known_of(using: str, case: DonorCase) -> Known:
    """Return the state of a donation's offers as the rows are now."""
    organs = sorted(every(using, Organ, case_id=case.donation), key=lambda organ: leaf_of(using, organ.event_id))
    of_organ = {organ.event_id: organ for organ in organs}
    runs = sorted(
        every(using, MatchRun, organ_id__in=list(of_organ)), key=lambda run: leaf_of(using, run.event_id)
    )  # fmt: skip
    plan = followed(runs)
    ranked = tuple(ranked_run(using, run, OrganName(of_organ[run.organ_id].organ), plan) for run in runs)
    events = every(using, Event, "at", case_name=case.donation)
    standing = [organ for organ in organs if not _revoked(using, organ)]
    before_death = any(organ.death_kind != "death.certified" for organ in organs)
    gate, death_at = _gate(organs, standing, events, whole_deaths(using, case.donation) if before_death else ())
    offers = tuple(every(using, Offer, "place_in_case", case_id=case.donation))
    open_organs = () if gate is Gate.ENDED else tuple(OrganName(organ.organ) for organ in standing)
    stood_down = next((instant_from(event.happened_at) for event in events if event.kind in _STOPPED), None)
    state = State(
        gate=gate,
        at=max((instant_from(event.happened_at) for event in events if event.kind not in _NO_STEP), default=None),
        organs=open_organs,
        revoked=tuple(OrganName(organ.organ) for organ in organs if organ not in standing),
        paused_at=_paused_at(events),
        runs=ranked,
        begun=_begun(using, runs),
        standings=_standings(using, case, runs, ranked),
        filters=tuple(sorted({*_filters(using, organs), *_of_programmes(using, organs, ranked)})),
        links=links_of(using, ranked),
        offers=_lapsed_with(_offers(using, offers, ranked, death_at), stood_down),
        gone=_gone(using, case, runs, of_organ),
    )
    return Known(case, state, {run.event_id: run for run in runs}, offers)


def ranked_run(using: str, run: MatchRun, organ: OrganName, plan: Followed) -> RankedRun:
    """Return what offers follow after a run; how they are made stands in its row, its order in the rows of its places.

    A pause stops new offers and no clock, so that an offer says for good until when it can be answered.
    """
    rules = OfferRules(
        run.reply_minutes,
        tuple(int(mark) for mark in run.remind_minutes.split()),
        run.at_once,
        run.backups,
        PauseEffect.NEW_OFFERS,
    )
    entries = order_of(using, run.event_id, organ).entries
    return RankedRun(RunId(run.event_id), organ, entries, rules, plan.place(organ), run.stage)


def parts_in(text: str) -> Parts:
    """Return the parts that a column names."""
    return parts_of(OrganPart(part) for part in text.split())


def _revoked(using: str, organ: Organ) -> bool:
    """Tell whether the consent that opened an organ was withdrawn."""
    row = store_of(using).run("SELECT event_id FROM ledger_entry WHERE idx = ?", (organ.consent_idx,)).fetchone()
    assert row is not None, "an organ was opened by leaves"
    verified = found(using, ConsentVerification, event_id=str(row[0]))
    return verified is not None and found(using, ConsentRevocation, consent_id=verified.consent_id) is not None


def _gate(
    organs: list[Organ], standing: list[Organ], events: list[Event], deaths: tuple[str, ...]
) -> tuple[Gate, datetime | None]:
    """Return how far the donation is open, and when death made firm what was offered before it.

    `deaths` are the events by which as many people certified it as the law asks for; fewer make nothing firm.
    """
    if not organs:
        return Gate.CLOSED, None
    if not standing or any(event.kind in _STOPPED for event in events):
        return Gate.ENDED, None
    if all(organ.death_kind == "death.certified" for organ in organs):
        return Gate.OPEN, None
    certified = [instant_from(event.happened_at) for event in events if event.id in deaths]
    return (Gate.OPEN, certified[0]) if certified else (Gate.CONDITIONAL, None)


def _paused_at(events: list[Event]) -> datetime | None:
    """Return since when the recovery is paused; None where it is not."""
    last = [event for event in events if event.kind in {"recovery.paused", "recovery.resumed"}]
    return instant_from(last[-1].happened_at) if last and last[-1].kind == "recovery.paused" else None


def _gone(using: str, case: DonorCase, runs: Sequence[MatchRun], of_organ: Mapping[str, Organ]) -> Parts:
    """Return the parts that left the country or were disposed of.

    What came back is here again once each list that has it was ranked anew: no offer follows the order of before.
    """
    newest = {of_organ[run.organ_id].organ: leaf_of(using, run.event_id) for run in runs}
    left = {row.part_id for row in every(using, ExportedPart, case_id=case.donation)}
    discarded = {row.part_id for row in every(using, DiscardedPart, case_id=case.donation)}
    back = {name: leaf_of(using, end) for name, end in returned_parts(using, case.donation).items()}
    here = {name for name, leaf in back.items() if _ranked_since(name, leaf, newest)}
    return parts_of(part_of(name) for name in sorted((left - here) | discarded))


def _ranked_since(name: str, leaf: int, newest: Mapping[str, int]) -> bool:
    part = part_of(name)
    lists = [index for organ, index in newest.items() if part in PARTS[OrganName(organ)]]
    return bool(lists) and min(lists) > leaf


def returned_parts(using: str, donation: str) -> dict[str, str]:
    """Return the parts of a donation that came back into the country, each with the event that tells it."""
    ends = every(using, ExportEnd, case_id=donation, ended_as="returned")
    return {row.part_id: end.event_id for end in ends for row in every(using, ExportEndPart, end_id=end.event_id)}


def _begun(using: str, runs: list[MatchRun]) -> tuple[tuple[RunId, str], ...]:
    stages = every(using, StageBeginning, run_id__in=[run.event_id for run in runs])
    in_order = sorted(stages, key=lambda stage: leaf_of(using, stage.event_id))
    return tuple((RunId(stage.run_id), stage.stage) for stage in in_order)


def _standings(
    using: str, case: DonorCase, runs: list[MatchRun], ranked: tuple[RankedRun, ...]
) -> tuple[tuple[RegistrationId, Standing], ...]:
    """Return who of the ranked takes no part now: left a list, accepted elsewhere, is of a paused programme."""
    found_out: dict[RegistrationId, Standing] = {}
    first = {run.organ: leaf_of(using, row.event_id) for row, run in reversed(list(zip(runs, ranked, strict=True)))}
    for organ, leaf in first.items():
        paused = _paused_centres(using, organ)
        taken = _accepted_elsewhere(using, organ, case.donation)
        left = dict(_left(using, organ, leaf))
        for run in ranked:
            if run.organ is not organ:
                continue
            centres = order_of(using, run.run, organ).centres if paused else {}
            for entry in run.entries if paused or taken or left else ():
                standing = left.get(entry.registration)
                if standing is None and entry.candidate in taken:
                    standing = Standing.ACCEPTED_ELSEWHERE
                if standing is None and centres.get(entry.registration) in paused:
                    standing = Standing.PROGRAMME_PAUSED
                if standing is not None:
                    found_out[entry.registration] = standing
    return tuple(sorted(found_out.items(), key=lambda each: each[0]))


_CHANGES = (
    "SELECT v.registration_id, v.facts FROM ledger_entry l JOIN registry_version v ON v.event_id = l.event_id"
    " JOIN registry_registration r ON r.id = v.registration_id WHERE l.idx > ? AND r.waiting_list_id = ? ORDER BY l.idx"
)
_ACCEPTED = (
    "SELECT DISTINCT r.candidate_id FROM registry_acceptance a JOIN registry_offer o ON o.event_id = a.offer_id"
    " JOIN registry_registration r ON r.id = o.registration_id OR r.id IN"
    " (SELECT s.registration_id FROM registry_offerseat s WHERE s.offer_id = o.event_id)"
    " LEFT JOIN registry_transplant t ON t.offer_id = o.event_id"
    " WHERE a.ended_by_id IS NULL AND t.offer_id IS NULL AND r.waiting_list_id = ? AND o.case_id <> ?"
)


def _left(using: str, organ: OrganName, leaf: int) -> Iterator[tuple[RegistrationId, Standing]]:
    """Yield who has left a list, or was suspended, since a leaf."""
    newest = {str(name): facts for name, facts in store_of(using).run(_CHANGES, (leaf, organ.value)).fetchall()}
    for name, facts in newest.items():
        if facts is None:
            yield RegistrationId(name), Standing.REMOVED
        elif json.loads(str(facts))["status"] != RegistrationStatus.ACTIVE.value:
            yield RegistrationId(name), Standing.SUSPENDED


def _accepted_elsewhere(using: str, organ: OrganName, donation: str) -> frozenset[str]:
    """Return the candidates of a list who have accepted such an organ of another donor, and wait for it."""
    rows = store_of(using).run(_ACCEPTED, (organ.value, donation)).fetchall()
    return frozenset(str(row[0]) for row in rows)


def _paused_centres(using: str, organ: OrganName) -> frozenset[str]:
    pauses = every(using, ProgrammePause, organ=organ.value)
    over = {
        each.pause_id
        for each in every(using, ProgrammeResumption, pause_id__in=[pause.event_id for pause in pauses])
    }  # fmt: skip
    return frozenset(pause.centre_id for pause in pauses if pause.event_id not in over)


def _filters(using: str, organs: list[Organ]) -> tuple[tuple[RegistrationId, str], ...]:
    filters = every(using, Filter, registration__waiting_list_id__in=[organ.organ for organ in organs])
    lifted = {
        each.filter_id for each in every(using, FilterLifting, filter_id__in=[row.event_id for row in filters])
    }  # fmt: skip
    return tuple(
        sorted((RegistrationId(row.registration_id), row.name) for row in filters if row.event_id not in lifted)
    )


def _of_programmes(
    using: str, organs: list[Organ], runs: tuple[RankedRun, ...]
) -> Iterator[tuple[RegistrationId, str]]:
    """Yield whom the filters of their programmes pass over for this donor."""
    for organ in organs:
        name = OrganName(organ.organ)
        standing = standing_filters(using, name)
        passing = [row for row in standing if passes_over(using, row, organ)]
        for run in runs if passing else ():
            if run.organ is name:
                centres = order_of(using, run.run, name).centres
                for row in passing:
                    yield from ((each, row.name) for each, centre in centres.items() if centre == row.centre_id)


def _offers(
    using: str, rows: tuple[Offer, ...], runs: tuple[RankedRun, ...], death_at: datetime | None
) -> tuple[OfferState, ...]:
    names = [row.event_id for row in rows]
    answers = {row.offer_id: row for row in every(using, Answer, offer_id__in=names)}
    returns = {row.offer_id: row for row in every(using, Return, offer_id__in=names)}
    promotions = {row.offer_id: row for row in every(using, Promotion, offer_id__in=names)}
    further = [
        *every(using, OfferSeat, "place", offer_id__in=names),
        *every(using, PromotionSeat, "place", offer_id__in=names),
    ]
    notes: dict[str, list[OfferNote]] = {}
    for note in every(using, OfferNote, "minutes", "noted_at", offer_id__in=names):
        notes.setdefault(note.offer_id, []).append(note)
    by_name = {run.run: run for run in runs}
    return tuple(
        _offer(
            row,
            seats=_seats(promotions.get(row.event_id) or row, further, by_name),
            kind=(promotions.get(row.event_id) or row).kind,
            notes=notes.get(row.event_id, []),
            answer=answers.get(row.event_id),
            returned=returns.get(row.event_id),
            death_at=death_at,
        )
        for row in rows
    )


def _lapsed_with(offers: tuple[OfferState, ...], stood_down: datetime | None) -> tuple[OfferState, ...]:
    """Return the offers as they are once the donation ended: the one leaf of that takes all live ones back."""
    if stood_down is None:
        return offers
    return tuple(
        replace(offer, end=End.WITHDRAWN, ended_at=stood_down, reason=Withdrawal.STAND_DOWN.value)
        if offer.live
        else offer
        for offer in offers
    )


def _seats(
    row: Offer | Promotion, further: Sequence[OfferSeat | PromotionSeat], runs: Mapping[RunId, RankedRun]
) -> tuple[Seat, ...]:
    """Return the places of an offer as they are now, the leading one first."""
    name, promoted = (row.event_id, False) if isinstance(row, Offer) else (row.offer_id, True)
    own = (seat for seat in further if seat.offer_id == name and isinstance(seat, PromotionSeat) is promoted)
    return (_seat(row, runs), *(_seat(seat, runs) for seat in own))


def _seat(row: Offer | Promotion | OfferSeat | PromotionSeat, runs: Mapping[RunId, RankedRun]) -> Seat:
    run = runs[RunId(row.run_id)]
    entry = run.entries[row.rank - 1]
    return Seat(
        run.run, run.organ, row.rank, entry.registration, entry.candidate, entry.offer_kind, parts_in(row.parts)
    )  # fmt: skip


def _offer(  # noqa: PLR0913  what happened to an offer stands in as many tables
    row: Offer,
    *,
    seats: tuple[Seat, ...],
    kind: str,
    notes: list[OfferNote],
    answer: Answer | None,
    returned: Return | None,
    death_at: datetime | None,
) -> OfferState:
    answered_at = None if answer is None else instant_from(answer.answered_at)
    accepted_at = answered_at if answer is not None and answer.kind == "offer.accepted" else None
    ending = returned if accepted_at is not None else answer
    ended_at = None if ending is None else instant_from(ending.answered_at)
    live = LiveKind(kind)
    if live is LiveKind.PROVISIONAL and death_at is not None and (ended_at is None or ended_at > death_at):
        live = LiveKind.PRIMARY
    seen_at = _noted(notes, "offer.seen")
    heard = answer is not None and answer.kind in {"offer.accepted", "offer.refused"}
    return OfferState(
        number=row.place_in_case,
        seats=seats,
        kind=live,
        made_at=instant_from(row.offered_at),
        told_at=_noted(notes, "offer.told") or seen_at or (answered_at if heard else None),
        seen_at=seen_at,
        reminders=tuple(
            Reminder(note.minutes, instant_from(note.noted_at)) for note in notes if note.kind == "offer.reminded"
        ),
        accepted_at=accepted_at,
        end=None if ending is None else _ENDS[ending.kind],
        ended_at=ended_at,
        reason=None if ending is None else ending.reason,
    )


def _noted(notes: list[OfferNote], kind: str) -> datetime | None:
    return next((instant_from(note.noted_at) for note in notes if note.kind == kind), None)

"""Knows how a departure from the order is asked for, for one place and a reason, and decided by another person."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.vault import NONCE_BYTES, seal
from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.models import MatchRun, Organ, Override, OverrideDecision
from bequest.registry.offer_rows import of_run
from bequest.registry.offer_state import locked_state
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, found, leaf_of, needed
from bequest.registry.run_orders import place_of
from bequest.registry.schema.allocation import OVERRIDES
from bequest.registry.secrecy import subject_key

if TYPE_CHECKING:
    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class Departure:
    """Hold which place of a run is to be offered out of turn; `reason` is a code of the list `override` of leaves."""

    run: str
    rank: int
    reason: str
    words: str


@dataclass(frozen=True, slots=True)
class DepartureDecided:
    """Hold whether a requested departure from the order is approved."""

    override: str
    approved: bool


def request_override(office: Office, request: Request, departure: Departure) -> Entered:
    """Ask for an offer out of turn, with a reason; nothing is offered before somebody else approves it."""
    return record(office, request, departure, partial(_request, departure))


def decide_override(office: Office, request: Request, decided: DepartureDecided) -> Entered:
    """Approve or refuse a departure from the order; refused to who asked for it."""
    return record(office, request, decided, partial(_decide, decided))


def _request(departure: Departure, unit: Unit) -> Happening:
    if departure.reason not in OVERRIDES:
        raise InputError(
            f"'{departure.reason[:40]}' is no reason to depart from the order; {', '.join(OVERRIDES)} are."
        )
    if not departure.words.strip():
        raise InputError("A departure from the order is asked for in words; say why the order is not followed.")
    run = needed(unit.using, MatchRun, "There is no such match run; check its event.", event_id=departure.run)
    place_of(unit.using, run.event_id, departure.rank)
    known = locked_state(unit, needed(unit.using, Organ, "A run has an organ.", event_id=run.organ_id).case_id)
    key = subject_key(unit.office, known.case.subject_id)
    nonce = unit.office.entropy(NONCE_BYTES)
    added(
        unit.using,
        Override(
            event_id=unit.event_id,
            run_id=run.event_id,
            rank=departure.rank,
            reason=departure.reason,
            words=seal(key, departure.words.encode(), nonce=nonce, about=f"words of {unit.event_id}"),
            requested_by=unit.request.actor,
        ),
    )
    fields: dict[str, Value] = {
        "run": leaf_of(unit.using, run.event_id), "rank": departure.rank, "reason": departure.reason
    }  # fmt: skip
    return of_run("override.requested", unit, known, run.event_id, fields)


def _decide(decided: DepartureDecided, unit: Unit) -> Happening:
    sentence = "There is no such request to depart from the order; check its event."
    asked = needed(unit.using, Override, sentence, event_id=decided.override)
    run = needed(unit.using, MatchRun, "A request is about a run.", event_id=asked.run_id)
    known = locked_state(unit, needed(unit.using, Organ, "A run has an organ.", event_id=run.organ_id).case_id)
    if found(unit.using, OverrideDecision, override_id=asked.event_id):
        raise InputError("This request was decided already; ask for another one.")
    if asked.requested_by == unit.request.actor:
        raise GateRefusedError(
            "A departure from the order is decided by somebody else than who asked for it; ask a colleague.",
            rule=rules.ORDER, step="offer", donation=known.case.donation,
        )  # fmt: skip
    kind = "override.approved" if decided.approved else "override.refused"
    added(
        unit.using,
        OverrideDecision(
            event_id=unit.event_id,
            override_id=asked.event_id,
            kind=kind,
            requested_by=asked.requested_by,
            decided_by=unit.request.actor,
        ),
    )
    fields: dict[str, Value] = {
        "run": leaf_of(unit.using, run.event_id), "requested": leaf_of(unit.using, asked.event_id)
    }  # fmt: skip
    return of_run(kind, unit, known, run.event_id, fields)

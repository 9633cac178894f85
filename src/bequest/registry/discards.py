"""Knows how an organ ends that was recovered and reached nobody: disposed of for a coded reason, before a witness."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.enums import Organ as OrganName
from bequest.model.errors import InputError
from bequest.model.graft import PARTS
from bequest.offers.claims import claims_of
from bequest.offers.exhaustion import still_open
from bequest.offers.record import current_run, parts_of
from bequest.registry import rules
from bequest.registry.codes import check_code
from bequest.registry.instants import past
from bequest.registry.models import Discard, DiscardedPart, Recovery
from bequest.registry.offer_state import locked_state
from bequest.registry.part_rows import part_names
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import add_all, added, found
from bequest.registry.secrecy import staff_pseudonym

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.enums import OrganPart
    from bequest.offers.record import Parts
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_STEP = "disposal"
_NO_RECIPIENT = "no_recipient"


@dataclass(frozen=True, slots=True)
class Discarded:
    """Hold which parts of a donation were disposed of, when and by whom, and who saw it.

    `reason` is a code of the list `discard` of leaves.
    """

    donation: str
    parts: tuple[OrganPart, ...]
    reason: str
    discarded_at: datetime
    discarded_by: str
    witness: str


def discard_parts(office: Office, request: Request, discarded: Discarded) -> Entered:
    """Record that recovered parts were disposed of; nobody is offered them any more (TRC-01).

    Refused while anybody holds or is offered one of them, or it was transplanted or has left the country; for want of a
    recipient, while the order of its run is not at its end.
    """
    return record(office, request, discarded, partial(_discard, discarded))


def recovered_parts(recovery: Recovery) -> Parts:
    """Return every part of the organs that were recovered."""
    return parts_of(part for organ in recovery.organs.split() for part in PARTS[OrganName(organ)])


def _discard(discarded: Discarded, unit: Unit) -> Happening:
    known = locked_state(unit, discarded.donation)
    check_code("discard", discarded.reason, called="The reason")
    if not discarded.discarded_by or not discarded.witness or discarded.discarded_by == discarded.witness:
        raise InputError("One person disposes of an organ and another one sees it; name both.")
    recovery = _recovery(discarded, known, unit)
    parts = parts_of(discarded.parts)
    _check_free(parts, known)
    if discarded.reason == _NO_RECIPIENT:
        _check_exhausted(parts, known)
    discarded_at = past(discarded.discarded_at, unit.at, called="The time of the disposal")
    if discarded_at < recovery.begins_at:
        raise InputError("The organ was disposed of before its recovery began; correct the time.")
    row = Discard(
        event_id=unit.event_id,
        case_id=known.case.donation,
        recovery_id=recovery.event_id,
        reason=discarded.reason,
        discarded_at=discarded_at,
        discarded_by=discarded.discarded_by,
        witness=discarded.witness,
    )
    added(unit.using, row)
    names = part_names(row.case_id, parts)
    add_all(
        unit.using,
        DiscardedPart,
        [DiscardedPart(part_id=name, discard_id=unit.event_id, case_id=row.case_id) for name in names],
    )
    listed: list[Value] = [part.value for part in parts]
    fields: dict[str, Value] = {
        "donation": row.case_id,
        "part": listed,
        "reason": discarded.reason,
        "witness": staff_pseudonym(unit.office, discarded.witness),
    }
    return Happening("organ.discarded", fields, case=row.case_id, subject_id=known.case.subject_id)


def _recovery(discarded: Discarded, known: Known, unit: Unit) -> Recovery:
    """Return the recovery of the parts; raise `InputError` where one of them was not recovered."""
    recovery = found(unit.using, Recovery, case_id=known.case.donation)
    if recovery is None:
        raise InputError("Nothing of this donation was recovered; there is nothing to dispose of.")
    recovered = recovered_parts(recovery)
    if not discarded.parts or not set(discarded.parts) <= set(recovered):
        raise InputError(
            f"Of this donation the {', '.join(part.value for part in recovered)} was recovered; name parts of that."
        )
    return recovery


def _check_free(parts: Parts, known: Known) -> None:
    """Return if nobody holds or can still be given a part; raise `GateRefusedError` where somebody does."""
    claims = claims_of(known.state)
    asked = {
        part
        for offer in known.state.offers
        if offer.live
        for seat in offer.seats
        for part in (offer.parts if offer.holds else PARTS[seat.organ])
    }
    held = parts_of((claims.taken | claims.pending | asked) & set(parts))
    if held:
        raise _refusal(
            f"Somebody holds or is offered the {' and the '.join(part.value for part in held)}, or it was transplanted,"
            " left or was disposed of already; only what nobody has is disposed of.",
            known,
        )


def _check_exhausted(parts: Parts, known: Known) -> None:
    """Return if everybody who could have had a part was asked; raise `GateRefusedError` where somebody was not."""
    for organ in known.state.organs:
        if set(PARTS[organ]).isdisjoint(parts):
            continue
        run = current_run(known.state, organ)
        reason = None if run is None else still_open(known.state, run)
        if run is None:
            raise _refusal(f"The list of the {organ.value} was not ranked for this donor; rank it first.", known)
        if reason is not None:
            raise _refusal(
                f"The run of the {organ.value} has not ended without a recipient: {reason.value}. Offer it, or give the"
                " reason why nobody can be offered it.",
                known,
            )


def _refusal(sentence: str, known: Known) -> GateRefusedError:
    return GateRefusedError(sentence, rule=rules.FOLLOWED, step=_STEP, donation=known.case.donation)

"""Knows how the file of a donation is closed: nothing more is written into it, and what it came to is counted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry import rules
from bequest.registry.codes import check_code
from bequest.registry.discards import recovered_parts
from bequest.registry.donors import open_case
from bequest.registry.models import (
    Acceptance,
    Answer,
    Closing,
    DiscardedPart,
    Event,
    Export,
    ExportedPart,
    ExportEndPart,
    Offer,
    Organ,
    Pathway,
    Recovery,
    Transplant,
)
from bequest.registry.offer_state import returned_parts
from bequest.registry.part_rows import part_names, part_of
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.refusal import GateRefusedError
from bequest.registry.rows import added, every, found, needed
from bequest.safeguards import step_gate
from bequest.safeguards.traceability import OrganClosing

if TYPE_CHECKING:
    from bequest.ledger.commitment import Value
    from bequest.registry.models import DonorCase
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_TRANSPLANTED, _EXPORTED = "transplanted", "exported"


@dataclass(frozen=True, slots=True)
class DonorClosed:
    """Hold why the file of a donation is closed: a code of the list `close_reason` of leaves."""

    donation: str
    reason: str


def close_donor(office: Office, request: Request, closed: DonorClosed) -> Entered:
    """Close the file of a donor, with the number of organs that were transplanted; a mere referral is stripped."""
    return record(office, request, closed, partial(_close, closed))


def closing_of(unit: Unit, case: DonorCase, reason: str) -> Happening:
    """Close a case in an open transaction; raise `InputError` while an offer is out, or the reason says too much.

    What somebody accepted must be followed to a recipient first, and every part that was recovered to its end (TRC-01).
    """
    check_code("close_reason", reason, called="The reason")
    for offer in every(unit.using, Offer, "event_id", case_id=case.donation):
        if not found(unit.using, Answer, offer_id=offer.event_id):
            raise InputError("An offer of this donation waits for its answer; close the file afterwards.")
    _follow(unit, case)
    _follow_recovered(unit, case)
    transplanted = len(every(unit.using, Event, case_name=case.donation, kind="organ.transplanted"))
    if (reason == _TRANSPLANTED) != (transplanted > 0):
        said = "no organ was" if transplanted == 0 else f"{transplanted} organs were"
        raise InputError(f"The reason '{reason[:40]}' does not fit: {said} transplanted.")
    if reason == _EXPORTED and not found(unit.using, Export, case_id=case.donation):
        raise InputError("The reason 'exported' does not fit: nothing of this donation has left the country.")
    added(
        unit.using,
        Closing(event_id=unit.event_id, case_id=case.donation, reason=reason, organs_transplanted=transplanted),
    )
    fields: dict[str, Value] = {
        "donation": case.donation,
        "reason": reason,
        "organs_transplanted": transplanted,
    }
    return Happening("donor.closed", fields, case=case.donation, subject_id=case.subject_id)


def _follow(unit: Unit, case: DonorCase) -> None:
    """Return if every accepted part can be followed both ways; raise `GateRefusedError` where one cannot."""
    for held in every(unit.using, Acceptance, "part_id", part__case_id=case.donation, ended_by=None):
        done = found(unit.using, Transplant, offer_id=held.offer_id)
        offer = needed(unit.using, Offer, "An acceptance has its offer.", event_id=held.offer_id)
        closing = OrganClosing(
            donation=case.donation,
            product_code=held.part_id,
            donor_pseudonym=case.subject_id,
            recipient_pseudonym=None if done is None else offer.registration_id,
            disposal_witness=None,
            ended_at=unit.at,
        )
        decision = step_gate(closing, unit.at, rules.law_of(unit.office))
        rules.let_pass(decision, step="closing", donation=case.donation)


def _follow_recovered(unit: Unit, case: DonorCase) -> None:
    """Return if every part that was recovered or left has its end; raise `GateRefusedError` where one has none."""
    recovery = found(unit.using, Recovery, case_id=case.donation)
    recovered = () if recovery is None else recovered_parts(recovery)
    left = {row.part_id for row in every(unit.using, ExportedPart, case_id=case.donation)}
    # What somebody still holds was followed to its transplant before.
    live = {row.part_id for row in every(unit.using, Acceptance, part__case_id=case.donation, ended_by=None)}
    discarded = {row.part_id for row in every(unit.using, DiscardedPart, case_id=case.donation)}
    told = {row.part_id for row in every(unit.using, ExportEndPart, part_id__in=sorted(left))}
    ended = live | discarded | (told - returned_parts(unit.using, case.donation).keys())
    wanted = left.union(part_names(case.donation, recovered))
    open_parts = sorted(part_of(name).value for name in wanted - ended)
    if open_parts:
        raise GateRefusedError(
            f"Nobody has said what became of the {' and the '.join(open_parts)}; record the transplant, the disposal"
            " or the end of the export first.",
            rule=rules.FOLLOWED, step="closing", donation=case.donation,
        )  # fmt: skip


def _close(closed: DonorClosed, unit: Unit) -> Happening:
    case = open_case(unit, closed.donation)
    if not is_donor(unit.using, case.donation):
        raise InputError("This person became no donor; the referral is stripped to a count when its time is over.")
    return closing_of(unit, case, closed.reason)


def is_donor(using: str, donation: str) -> bool:
    """Return whether an organ, or the circulatory pathway, was opened for a case."""
    return any(found(using, table, case_id=donation) for table in (Organ, Pathway))

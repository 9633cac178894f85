"""Knows how the circulatory pathway ends without donation: offers lapse, and the file is sealed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.codes import check_code
from bequest.registry.donors import open_case
from bequest.registry.models import Acceptance, Offer, Pathway, Recovery, StandDown
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, change, every, found

if TYPE_CHECKING:
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class StoodDown:
    """Hold why the pathway ended; `reason` is a code of the list `stand_down` of leaves."""

    donation: str
    reason: str


def stand_down(office: Office, request: Request, stood_down: StoodDown) -> Entered:
    """End the circulatory pathway: every offer of the donation lapses, acceptances end, and its file is sealed.

    From then on nothing is written into the file but reports of incidents.
    """
    return record(office, request, stood_down, partial(_stand_down, stood_down))


def _stand_down(stood_down: StoodDown, unit: Unit) -> Happening:
    case = open_case(unit, stood_down.donation)
    if not found(unit.using, Pathway, case_id=case.donation):
        raise InputError("No circulatory pathway is open for this donation; close its file instead.")
    if found(unit.using, Recovery, case_id=case.donation):
        raise InputError("The recovery has begun; a pathway is stood down before it.")
    check_code("stand_down", stood_down.reason, called="The reason")
    added(unit.using, StandDown(event_id=unit.event_id, case_id=case.donation, reason=stood_down.reason))
    end_acceptances(unit, case.donation)
    fields = {"donation": case.donation, "reason": stood_down.reason}
    return Happening("dcd.stood_down", fields, case=case.donation, subject_id=case.subject_id)


def end_acceptances(unit: Unit, donation: str) -> None:
    """End by this event all that was accepted of a donation; an offer that nobody answered has lapsed by its leaf."""
    for offer in every(unit.using, Offer, "event_id", case_id=donation):
        for accepted in every(unit.using, Acceptance, "part_id", offer_id=offer.event_id, ended_by=None):
            change(unit.using, Acceptance, {"ended_by_id": unit.event_id}, offer_id=offer.event_id,
                   part_id=accepted.part_id)  # fmt: skip

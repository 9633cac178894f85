"""Knows how a coroner's release of organs is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.registry.donors import open_case
from bequest.registry.instants import past
from bequest.registry.models import CoronerRelease
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added

if TYPE_CHECKING:
    from datetime import datetime

    from bequest.ledger.commitment import Value
    from bequest.model.enums import Organ
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit


@dataclass(frozen=True, slots=True)
class CoronerReleased:
    """Hold which organs a coroner or prosecutor released, and who signed; nothing else is released."""

    donation: str
    organs: tuple[Organ, ...]
    released_at: datetime
    signer: str


def release_by_coroner(office: Office, request: Request, released: CoronerReleased) -> Entered:
    """Record that a coroner or prosecutor released organs; the newest release of a donation counts."""
    return record(office, request, released, partial(_release, released))


def _release(released: CoronerReleased, unit: Unit) -> Happening:
    case = open_case(unit, released.donation)
    if not released.organs:
        raise InputError("A coroner's release names the organs that it releases; name at least one.")
    names = sorted({organ.value for organ in released.organs})
    added(
        unit.using,
        CoronerRelease(
            event_id=unit.event_id,
            case_id=case.donation,
            organs=" ".join(names),
            released_at=past(released.released_at, unit.at, called="The time of the release"),
            signer=released.signer,
        ),
    )
    organs: list[Value] = [*names]
    fields: dict[str, Value] = {"donation": case.donation, "organs": organs}
    return Happening("coroner.released", fields, case=case.donation, subject_id=case.subject_id)

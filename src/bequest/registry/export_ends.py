"""Knows what became of an organ that left the country, as the organisation abroad tells: its end, or its way back."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.model.errors import InputError
from bequest.offers.record import parts_of
from bequest.registry.codes import check_code
from bequest.registry.donors import open_case
from bequest.registry.models import Export, ExportedPart, ExportEnd, ExportEndPart
from bequest.registry.part_rows import part_names, part_of
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import add_all, added, every, found, leaf_of, needed

if TYPE_CHECKING:
    from datetime import date

    from bequest.ledger.commitment import Value
    from bequest.model.enums import OrganPart
    from bequest.offers.record import Parts
    from bequest.registry.office import Office, Request
    from bequest.registry.recording import Unit

_DISCARDED, _TRANSPLANTED = "discarded", "transplanted"


@dataclass(frozen=True, slots=True)
class ExportEnded:
    """Hold what became of an export, and on which day; nothing is said of a person.

    `ended_as` is a code of the list `export_end` of leaves: transplanted there, with an `outcome` where that is told;
    discarded there, with a `reason` of the list `discard`; or returned. No part named: all whose end is not on record.
    """

    donation: str
    export: str
    ended_as: str
    ended_on: date
    parts: tuple[OrganPart, ...] = ()
    reason: str | None = None
    outcome: str | None = None


def end_export(office: Office, request: Request, ended: ExportEnded) -> Entered:
    """Record what became of parts that left the country, once for each part.

    What came back can be ranked, offered and disposed of here again: its list is ranked anew before any offer of it,
    and it leaves the country no more.
    """
    return record(office, request, ended, partial(_end, ended))


def _end(ended: ExportEnded, unit: Unit) -> Happening:
    case = open_case(unit, ended.donation)
    sentence = "There is no such export of this donation; check its event."
    export = needed(unit.using, Export, sentence, event_id=ended.export, case_id=case.donation)
    _check(ended, export, unit)
    parts = _parts(ended, export, unit)
    added(
        unit.using,
        ExportEnd(
            event_id=unit.event_id,
            export_id=export.event_id,
            case_id=case.donation,
            ended_as=ended.ended_as,
            ended_on=ended.ended_on.isoformat(),
            reason=ended.reason,
            outcome=ended.outcome,
        ),
    )
    names = part_names(case.donation, parts)
    add_all(
        unit.using,
        ExportEndPart,
        [ExportEndPart(part_id=name, end_id=unit.event_id, export_id=export.event_id) for name in names],
    )
    listed: list[Value] = [part.value for part in parts]
    fields: dict[str, Value] = {
        "donation": case.donation,
        "exported": leaf_of(unit.using, export.event_id),
        "part": listed,
        "ended_as": ended.ended_as,
        "ended_on": ended.ended_on.isoformat(),
    }
    fields |= {name: code for name, code in (("reason", ended.reason), ("outcome", ended.outcome)) if code is not None}
    return Happening("export.ended", fields, case=case.donation, subject_id=case.subject_id)


def _check(ended: ExportEnded, export: Export, unit: Unit) -> None:
    """Return if codes and day can be; raise `InputError` where they cannot."""
    check_code("export_end", ended.ended_as, called="The end")
    if (ended.reason is not None) != (ended.ended_as == _DISCARDED):
        raise InputError("What was discarded abroad has a reason, and nothing else has; correct it.")
    if ended.outcome is not None and ended.ended_as != _TRANSPLANTED:
        raise InputError("An outcome is that of a transplant; leave it out.")
    if ended.reason is not None:
        check_code("discard", ended.reason, called="The reason")
    if ended.outcome is not None:
        check_code("outcome", ended.outcome, called="The outcome")
    first = export.exported_at[:10]
    if not first <= ended.ended_on.isoformat() <= unit.at.date().isoformat():
        raise InputError(f"An export ends on {first}, when it left, or on a later day that has come; correct the day.")


def _parts(ended: ExportEnded, export: Export, unit: Unit) -> Parts:
    """Return the parts that are meant; raise `InputError` for one that did not leave, or whose end is on record."""
    left = every(unit.using, ExportedPart, "part_id", export_id=export.event_id)
    waiting = [row.part_id for row in left if not found(unit.using, ExportEndPart, part_id=row.part_id)]
    still = parts_of(part_of(name) for name in waiting)
    if not still:
        raise InputError("The end of every part of this export is on record.")
    if not set(ended.parts) <= set(still):
        raise InputError(f"Of this export waits for its end: {', '.join(part.value for part in still)}; name of those.")
    return parts_of(ended.parts) or still

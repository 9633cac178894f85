"""Knows how a report is taken that the office itself cannot read: sealed to the key of an inquiry outside."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from bequest.ledger.errors import LedgerError
from bequest.ledger.sealed_report import parts
from bequest.model.errors import InputError
from bequest.registry.models import SealedReport
from bequest.registry.office import Request
from bequest.registry.recording import Entered, Happening, record
from bequest.registry.rows import added, store_of

if TYPE_CHECKING:
    from bequest.registry.office import Office
    from bequest.registry.recording import Unit

NOBODY = "nobody"
"""Stands where others have their name: whoever leaves a sealed report is not asked for it."""


@dataclass(frozen=True, slots=True)
class ReportLeft:
    """Hold a sealed report (`ledger.sealed_report`), and the SHA-256 of the inquiry key of this office."""

    report: bytes
    inquiry_key: bytes


@dataclass(frozen=True, slots=True)
class Kept:
    """Hold a sealed report as it is handed out, with its leaf."""

    leaf: int
    event_id: str
    inquiry_key: str
    report: bytes


def leave_report(office: Office, left: ReportLeft) -> Entered:
    """Record a sealed report, from nobody in particular; the same bytes twice are one report.

    Its SHA-256 is in its leaf, so that no report can be denied or exchanged. Raises `InputError` for what is no sealed
    report, or is sealed to another key.
    """
    digest = hashlib.sha256(left.report).hexdigest()
    return record(office, Request(f"sealed {digest}", NOBODY), left, partial(_leave, left, digest))


def kept_reports(using: str, *, before: int, most: int) -> list[Kept]:
    """Return sealed reports whose leaves come before one, the newest first, and how many at most."""
    rows = store_of(using).run(_NEWEST_FIRST, (before, most)).fetchall()
    return [
        Kept(int(str(leaf)), str(event), str(key), bytes(report))  # pyright: ignore[reportArgumentType]  the column's
        for leaf, event, key, report in rows
    ]


_NEWEST_FIRST = (
    "SELECT l.idx, s.event_id, s.inquiry_key, s.report FROM registry_sealedreport s"
    " JOIN ledger_entry l ON l.event_id = s.event_id WHERE l.idx < ? ORDER BY l.idx DESC LIMIT ?"
)


def _leave(left: ReportLeft, digest: str, unit: Unit) -> Happening:
    try:
        key, _ = parts(left.report)
    except LedgerError as error:
        raise InputError(str(error)) from None
    if key != left.inquiry_key:
        raise InputError("This report is sealed to another key; seal it to the inquiry key that this office names.")
    row = SealedReport(event_id=unit.event_id, inquiry_key=key.hex(), report=left.report)
    added(unit.using, row)
    return Happening("report.sealed", {"digest": digest, "inquiry_key": key.hex()})

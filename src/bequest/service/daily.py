"""Knows what is done daily without asking: referrals stripped, days closed, rows kept, ended sessions forgotten."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bequest.ledger.canonical import canonical_bytes
from bequest.ledger.leaf import instant_text
from bequest.model.errors import BequestError
from bequest.registry.closed_days import close_day, days_to_close
from bequest.registry.offer_rows import WORKER
from bequest.registry.office import Request
from bequest.registry.read_days import ReadsCounted, close_reads, read_days_to_close
from bequest.registry.shown_rows import keep_apart, runs_to_keep
from bequest.registry.strippings import ReferralStripped, reason_on_file, referrals_to_strip, strip_referral
from bequest.service.models import Read
from bequest.service.sessions import forget_ended_sessions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from bequest.registry.office import Office


def run_daily(office: Office, between: Callable[[], object] = lambda: None) -> int:
    """Do what is due of it now, and return how much was done; `between` is called after each step.

    Nothing is remembered: what is due is asked of the rows, and each step has a request key of its own, so that a
    worker that died, or a second one, finds the first answer. A step that is refused leaves the others be.
    """
    forget_ended_sessions(office.using, office.clock())
    count = 0
    for step in list(_steps(office)):
        count += _is_done(step)
        between()
    return count


def _is_done(step: Callable[[], object]) -> bool:
    """Do a step; return False where somebody did it meanwhile, or a rule refuses it, which is a leaf, written once."""
    try:
        step()
    except BequestError:
        return False
    return True


def counted_reads(office: Office, day: date) -> ReadsCounted:
    """Return the reads of a day as they are committed to: SHA-256 over one line of canonical JSON for each."""
    begin = datetime.combine(day, time(), UTC)
    span = (instant_text(begin), instant_text(begin + timedelta(days=1)))
    rows = Read.objects.using(office.using).filter(at__gte=span[0], at__lt=span[1]).order_by("id")
    digest, count = hashlib.sha256(), 0
    for row in rows.iterator():
        line = {
            "id": row.id,
            "at": row.at,
            "account": row.account_id,
            "action": row.action,
            "subject": row.subject,
            "break_glass": row.break_glass_id,
        }
        digest.update(canonical_bytes(line) + b"\n")
        count += 1
    return ReadsCounted(day, count, digest.hexdigest())


def _steps(office: Office) -> Iterator[Callable[[], object]]:
    now = office.clock()
    for donation in referrals_to_strip(office, now):
        stripped = ReferralStripped(donation, reason_on_file(office, donation))
        yield lambda stripped=stripped: strip_referral(office, Request(f"strip {stripped.donation}", WORKER), stripped)
    for day in days_to_close(office, now):
        key = f"close {day.hospital} {day.day}"
        yield lambda day=day, key=key: close_day(office, Request(key, WORKER), day)
    for each in read_days_to_close(office, now):
        yield lambda each=each: close_reads(office, Request(f"reads {each}", WORKER), counted_reads(office, each))
    for run in runs_to_keep(office.using):
        yield lambda run=run: keep_apart(office, [run])

"""Knows how what is due is done: messages, reminders, offers that run out, promotions; each once, whoever does it.

Nothing is remembered: what is due is asked of the rows each time. Each step is a use case with a request key of its
offer and what is done, so that a worker that died and began again, or a second one beside it, finds the first answer.
What is entered from paper was answered on paper as well, so a donation waits until nobody enters more of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from bequest.model.errors import InputError
from bequest.offers import due, next_due_at
from bequest.offers.event import Expired, Promoted, Reminded, Told, Withdrawn
from bequest.offers.record import Withdrawal
from bequest.registry.instants import instant_from
from bequest.registry.models import DonorCase
from bequest.registry.offer_rows import WORKER, lapsing
from bequest.registry.offer_state import known_of
from bequest.registry.offers import (
    Ending,
    Expiring,
    Noting,
    Promoting,
    Reminding,
    expire_offer,
    promote_offer,
    remind_offer,
    tell_offer,
    withdraw_offer,
)
from bequest.registry.office import Request
from bequest.registry.rows import needed, store_of
from bequest.registry.shipments import Overdue, next_overdue, overdue_shipments, raise_alarm

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from bequest.offers.timetable import Task
    from bequest.registry.offer_state import Known
    from bequest.registry.office import Office
    from bequest.registry.recording import Entered

_OPEN = (
    "SELECT DISTINCT o.case_id FROM registry_offer o LEFT JOIN registry_answer a ON a.offer_id = o.event_id"
    " LEFT JOIN registry_return r ON r.offer_id = o.event_id"
    " LEFT JOIN registry_transplant t ON t.offer_id = o.event_id"
    " WHERE a.offer_id IS NULL OR (a.kind = 'offer.accepted' AND r.offer_id IS NULL AND t.offer_id IS NULL)"
    " ORDER BY o.case_id"
)
_PAPER = "SELECT max(at) FROM registry_event WHERE case_name = ? AND happened_at < at"
_PAPER_WAIT = timedelta(minutes=10)
"""How long after an entry from paper the next one of the same sheet is waited for."""


@dataclass(frozen=True, slots=True)
class Message:
    """Hold a message that is due: of which offer, and for a reminder its mark in minutes, 0 for the offer itself."""

    offer: str
    minutes: int


def run_due(office: Office, at: datetime, send: Callable[[Message], None] | None = None) -> tuple[Entered, ...]:
    """Do everything that is due at an instant, not after that of the office's clock; return what was recorded.

    `send` sends a message before it is recorded: it may be sent twice, where a worker dies in between, and never not at
    all. Without it the record is the message, which the service shows. What somebody else did meanwhile is let be.
    """
    done: list[Entered] = []
    for donation in open_donations(office):
        done.extend(_settle(office, donation, at, send))
    for shipment in overdue_shipments(office, at):
        done.append(raise_alarm(office, Request(f"due {shipment} overdue", WORKER), Overdue(shipment)))  # noqa: PERF401  a step each
    return tuple(done)


def next_due(office: Office, after: datetime) -> datetime | None:
    """Return when something becomes due next, if nothing else happens; None for never."""
    donations = open_donations(office)
    waits = (_waits_until(office, donation) for donation in donations)
    instants = [until for until in waits if until is not None and until > after]
    states = (_read(office, donation).state for donation in donations)
    instants += [instant for state in states if (instant := next_due_at(state, after)) is not None]
    expected = next_overdue(office, after)
    # An organ is overdue once its instant is over.
    instants += [] if expected is None else [expected + timedelta(microseconds=1)]
    return min(instants, default=None)


def open_donations(office: Office) -> tuple[str, ...]:
    """Return the donations that have a live offer, transplanted ones apart."""
    return tuple(str(row[0]) for row in store_of(office.using).run(_OPEN).fetchall())


def _settle(office: Office, donation: str, at: datetime, send: Callable[[Message], None] | None) -> list[Entered]:
    """Do what is due of one donation, one step after the other, since each may undo the next."""
    until = _waits_until(office, donation)
    if until is not None and at < until:
        return []
    done: list[Entered] = []
    tried: set[str] = set()
    while True:
        known = _read(office, donation)
        tasks = [(task, key) for task in _tasks(known, at) if (key := _key(known, task)) not in tried]
        if not tasks:
            return done
        task, key = tasks[0]
        tried.add(key)
        entered = _do(office, known, task, key, send)
        if entered is not None:
            done.append(entered)


def _waits_until(office: Office, donation: str) -> datetime | None:
    """Return when a donation of which paper was entered need not wait for more of it; None where none was."""
    (last,) = cast("tuple[object]", store_of(office.using).run(_PAPER, (donation,)).fetchone())
    return None if last is None else instant_from(str(last)) + _PAPER_WAIT


def _tasks(known: Known, at: datetime) -> tuple[Task, ...]:
    """Return what is due; before all, what nothing covers any more is taken back."""
    lapses = [Withdrawn(at, number, Withdrawal(reason)) for number, reason in lapsing(known.state)]
    return (*lapses, *due(known.state, at))


def _read(office: Office, donation: str) -> Known:
    return known_of(office.using, needed(office.using, DonorCase, "An offer has a donation.", donation=donation))


def _key(known: Known, task: Task) -> str:
    """Return the request key of a step: whoever does it, whenever, uses the same."""
    offer = known.offers[task.offer].event_id
    match task:
        case Reminded():
            return f"due {offer} reminded {task.minutes}"
        case _:
            return f"due {offer} {type(task).__name__.lower()}"


def _do(office: Office, known: Known, task: Task, key: str, send: Callable[[Message], None] | None) -> Entered | None:
    """Do one step; None where somebody else came first, so that it is due no longer."""
    offer, request = known.offers[task.offer].event_id, Request(key, WORKER)
    if send is not None and isinstance(task, Told | Reminded):
        send(Message(offer, task.minutes if isinstance(task, Reminded) else 0))
    try:
        match task:
            case Told():
                return tell_offer(office, request, Noting(offer))
            case Reminded():
                return remind_offer(office, request, Reminding(offer, task.minutes))
            case Expired():
                return expire_offer(office, request, Expiring(offer))
            case Promoted():
                return promote_offer(office, request, Promoting(offer))
            case Withdrawn():
                return withdraw_offer(office, request, Ending(offer, task.reason.value))
    except InputError:
        return None

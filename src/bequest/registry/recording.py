"""Knows the one writer: a use case, its event and its leaf become durable together, or nothing of them does.

Inside one transaction the use case locks and judges, and writes its rows; the event follows with its sealed payload;
the leaf comes last. The answer is given after the commit. A step that a rule refuses leaves no row behind; the refusal
itself is an event and a leaf, in a transaction of its own.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, TypeVar, cast

from django.db import DatabaseError

from bequest.ledger import leaf
from bequest.ledger.commitment import KEY_BYTES
from bequest.ledger.leaf import instant_text, leaf_bytes, minute_text
from bequest.ledger.retries import with_retries
from bequest.ledger.store import Entry, append_all
from bequest.ledger.store_schema import Dialect
from bequest.ledger.vault import NONCE_BYTES, seal_fields
from bequest.model.errors import InputError
from bequest.registry.instants import instant_from
from bequest.registry.models import Downtime, Event, RefusalReason, Restoration
from bequest.registry.office_keys import open_keys
from bequest.registry.refusal import GateRefusedError, RequestKeyError
from bequest.registry.rows import (
    add_all,
    added,
    durable,
    every,
    found,
    last_leaf_of,
    last_leaves_of,
    leaf_of,
    lock_name,
    store_of,
)
from bequest.registry.secrecy import (
    new_identifier,
    request_digest,
    staff_pseudonym,
    subject_key,
    subject_keys,
    wrapped_event_key,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime

    from _typeshed import DataclassInstance

    from bequest.ledger.commitment import Value
    from bequest.registry.office import Office, Request
    from bequest.safeguards.gates import Reason

_Result = TypeVar("_Result")

REFUSED = "gate.refused"
_TRIES = 5
_STILL = timedelta(seconds=1)
"""How long after its minute a leaf may still be written: half of what clocks may differ by (inquiry/verify/log.py)."""


@dataclass(frozen=True, slots=True)
class Unit:
    """Hold what a use case is given inside the transaction: the office, who asks, the instant, its event's name.

    `at` is when it happens; `written_at` when it is entered, where that is later; None: as it happens. With
    `may_begin_anew` the step is done again where its minute is over before its leaf is written.
    """

    office: Office
    request: Request
    at: datetime
    event_id: str
    written_at: datetime | None = None
    may_begin_anew: bool = False

    @property
    def using(self) -> str:
        """Return the database."""
        return self.office.using


@dataclass(frozen=True, slots=True)
class Happening:
    """Hold what a use case did, for the event and its leaf.

    `case` links the leaf to the one before it of the same donation or registration; `subject_id` is the person whose
    key closes the event. `before` and `after` are what the same step did beside it, each with an event and a leaf of
    its own.
    """

    kind: str
    fields: Mapping[str, Value]
    case: str | None = None
    subject_id: str | None = None
    policy_hash: str | None = None
    before: tuple[Beside, ...] = ()
    after: tuple[Beside, ...] = ()


@dataclass(frozen=True, slots=True)
class Beside:
    """Hold something that a step did beside what it was asked for, with the name of its event."""

    event_id: str
    happening: Happening


@dataclass(frozen=True, slots=True)
class Asked:
    """Hold one of many requests: who asks with which key, and what for."""

    request: Request
    what: DataclassInstance


@dataclass(frozen=True, slots=True)
class Entered:
    """Hold the answer: the number of the leaf, and the event, which names the row that was made."""

    index: int
    event_id: str


def record(office: Office, request: Request, asked: DataclassInstance, work: Callable[[Unit], Happening]) -> Entered:
    """Do the work of a use case in one transaction of its own, and return its leaf once that is durable.

    `asked` is what was asked for, a record of plain values: the same request key with the same content returns the
    first answer, with another content raises `RequestKeyError`. What the rules refuse is recorded and raised as
    `GateRefusedError`. It may not be called inside a transaction.
    """
    open_keys(office)
    late = "" if request.happened_at is None else f" at {instant_text(request.happened_at)}"
    digest = request_digest(office, _spelled(asked) + late)
    try:
        return _retried(partial(_enter, office, request, digest, work))
    except GateRefusedError as refused:
        if refused.index is None:
            refusal = partial(_refusal, refused)
            refused.index = _retried(partial(_enter, office, request, digest, refusal)).index
        raise


def record_many(office: Office, asked: Sequence[Asked], work: Callable[[Sequence[Unit]], Sequence[Happening]]) -> int:
    """Do many steps of one kind in one transaction of their own, each with event and leaf; return how many were new.

    `work` is given the units of those that were not done before, and returns what each did. A step is done once, as by
    `record`; one that a rule refuses is for `record`, which writes the refusal down.
    """
    return _within_its_minute(partial(_enter_many, office, asked, work))


def _enter_many(
    office: Office,
    asked: Sequence[Asked],
    work: Callable[[Sequence[Unit]], Sequence[Happening]],
    may_begin_anew: bool,  # noqa: FBT001  `_within_its_minute` passes it
) -> int:
    with durable(office.using):
        # Whoever repeats them meanwhile waits here, and then finds every first answer.
        lock_name(office.using, "many requests")
        digests = {each.request.key: request_digest(office, _spelled(each.what)) for each in asked}
        answered = {each.request_key: each for each in every(office.using, Event, request_key__in=list(digests))}
        for key, first in answered.items():
            if first.request_digest != digests[key]:
                raise RequestKeyError(f"Request key {key} was used for another request; ask with a key of its own.")
        now = _now(office)
        requests = [each.request for each in asked if each.request.key not in answered]
        units = [
            Unit(office, request, now, new_identifier(office), may_begin_anew=may_begin_anew) for request in requests
        ]
        happenings = work(units)
        assert all(not each.before and not each.after for each in happenings), "a step of many has one leaf"
        _write_many(units, happenings, digests)
    return len(units)


def _write_many(units: Sequence[Unit], happenings: Sequence[Happening], digests: Mapping[str, str]) -> None:
    """Write the events and, last, their leaves."""
    if not units:
        return
    office, using = units[0].office, units[0].using
    last = _head_in_its_minute(units[0])
    subjects = {each.subject_id for each in happenings if each.subject_id is not None}
    keys = {None: None, **subject_keys(office, sorted(subjects))}
    cases = [each.case for each in happenings if each.case is not None]
    assert len(set(cases)) == len(cases), "no two steps of many are about one case"
    previous = last_leaves_of(using, cases)
    spoken = [
        _spoken(unit, each, digests[unit.request.key], _Place(last, previous.get(each.case), keys[each.subject_id]))
        for unit, each in zip(units, happenings, strict=True)
    ]
    add_all(using, Event, [event for event, _ in spoken])
    append_all(store_of(using), [entry for _, entry in spoken])


def known(answer: bool | None) -> str:  # noqa: FBT001  what somebody answered, and no switch
    """Return a code of the list `known` of leaves: yes, no, or that nobody knows."""
    return "not_known" if answer is None else "yes" if answer else "no"


def _spelled(asked: DataclassInstance) -> str:
    """Return what was asked for in one spelling, whatever the order in which facts are given."""
    return f"{type(asked).__name__} {json.dumps(asdict(asked), sort_keys=True, default=str)}"


class _StoppedError(Exception):
    """Report that the database stopped a transaction in favour of another one."""

    def __init__(self, stopped_by: DatabaseError) -> None:
        """Keep the error of Django, and the code of the driver's error behind it."""
        super().__init__(str(stopped_by))
        self.stopped_by = stopped_by
        self.sqlstate = str(getattr(stopped_by.__cause__, "sqlstate", ""))


class _MinuteOverError(Exception):
    """Report that the minute in which a step began was over before its leaf could be written."""


def _within_its_minute(enter: Callable[[bool], _Result]) -> _Result:
    """Enter a step, and once more from its beginning where its minute was long over before its leaf was written.

    A leaf states the minute in which its step began. What waited or took long would state one that is over, though
    witnesses have signed the log in the next one, and would look as if it had been put in later; an auditor allows two
    seconds. What takes more than a minute cannot be helped.
    """
    try:
        return enter(True)  # noqa: FBT003  whether it may begin anew
    except _MinuteOverError:
        return enter(False)  # noqa: FBT003


def _retried(enter: Callable[[bool], Entered]) -> Entered:
    return _within_its_minute(lambda may_begin_anew: _unless_stopped(partial(enter, may_begin_anew)))


def _unless_stopped(enter: Callable[[], Entered]) -> Entered:
    def once() -> Entered:
        try:
            return enter()
        except DatabaseError as error:
            raise _StoppedError(error) from error

    try:
        # The other transaction has its way as soon as this one is rolled back: no pause is needed.
        return with_retries(once, error=_StoppedError, tries=_TRIES, pause=lambda _: None)
    except _StoppedError as stopped:
        raise stopped.stopped_by from None


def _enter(
    office: Office,
    request: Request,
    digest: str,
    work: Callable[[Unit], Happening],
    may_begin_anew: bool,  # noqa: FBT001  `_within_its_minute` passes it
) -> Entered:
    with durable(office.using):
        # The same request may come twice at once: the other one waits here, and then finds the first answer.
        lock_name(office.using, f"request {request.key}")
        first = found(office.using, Event, request_key=request.key)
        if first is not None:
            return _first_answer(office, first, digest)
        unit = replace(_unit(office, request), may_begin_anew=may_begin_anew)
        happening = work(unit)
        for beside in happening.before:
            _write_beside(unit, beside, digest)
        entered = Entered(_write(unit, happening, digest), unit.event_id)
        for beside in happening.after:
            _write_beside(unit, beside, digest)
        return entered


def _unit(office: Office, request: Request) -> Unit:
    now = _now(office)
    if request.happened_at is None:
        return Unit(office, request, now, new_identifier(office))
    if request.happened_at > now:
        raise InputError("The time on the paper lies ahead of the clock; enter when it happened, in UTC.")
    if not _was_down(office.using, instant_text(request.happened_at)):
        raise InputError(
            "No downtime is on record for the time on the paper; record the downtime first. What happened while the "
            "service worked is entered as it happens."
        )
    return Unit(office, request, request.happened_at, new_identifier(office), now)


def _was_down(using: str, at: str) -> bool:
    """Tell whether a part of the service was down at an instant: nothing else may be dated back."""
    ends = {each.downtime_id: each.restored_at for each in every(using, Restoration)}
    return any(
        each.begun_at <= at and (each.event_id not in ends or at <= ends[each.event_id])
        for each in every(using, Downtime)
    )  # fmt: skip


def _write_beside(unit: Unit, beside: Beside, digest: str) -> None:
    """Write what a step did beside; nobody can ask with its key, which is the name of the event."""
    request = replace(unit.request, key=beside.event_id)
    _write(replace(unit, request=request, event_id=beside.event_id), beside.happening, digest)


def _first_answer(office: Office, first: Event, digest: str) -> Entered:
    if first.request_digest != digest:
        raise RequestKeyError(
            f"Request key {first.request_key} was used for another request; ask with a key of its own."
        )
    index = leaf_of(office.using, first.id)
    if first.kind == REFUSED:
        told = every(office.using, RefusalReason, "number", event_id=first.id)
        refused = GateRefusedError(
            f"This request was refused before (leaf {index}); ask again with a new request key.",
            *(row.sentence for row in told), rule=told[0].rule if told else "", step="",
        )  # fmt: skip
        refused.index = index
        raise refused
    return Entered(index, first.id)


def _refusal(refused: GateRefusedError, unit: Unit) -> Happening:
    add_all(
        unit.using,
        RefusalReason,
        [_reason_row(unit, number, reason) for number, reason in enumerate(refused.reasons, start=1)],
    )
    fields: dict[str, Value] = {"rule": refused.rule, "step": refused.step}
    if refused.donation is not None:
        fields["donation"] = refused.donation
    return Happening(REFUSED, fields, case=refused.donation)


def _reason_row(unit: Unit, number: int, reason: Reason) -> RefusalReason:
    finding = reason.finding
    return RefusalReason(
        event_id=unit.event_id,
        number=number,
        rule=reason.rule,
        verdict=finding.verdict.value,
        critical=finding.critical,
        sentence=finding.sentence,
        who=", ".join(role.value for role in finding.who),
        act_by=None if finding.by is None else instant_text(finding.by),
        lifted_by=reason.lifted_by,
        source=reason.text.cited,
    )


def _now(office: Office) -> datetime:
    """Return the instant by the clock, or that of the last leaf where the clock is behind it."""
    at = office.clock()
    last = _last_at(office.using)
    return at if last is None or last <= at else last


def _last_at(using: str) -> datetime | None:
    row = store_of(using).run(_LAST_AT).fetchone()
    return None if row is None else instant_from(str(row[0]))


_LAST_AT = (
    "SELECT e.at FROM ledger_entry l JOIN registry_event e ON e.id = l.event_id"
    " WHERE l.idx = (SELECT size - 1 FROM ledger_head)"
)


def _write(unit: Unit, happening: Happening, digest: str) -> int:
    """Write the event and, last, its leaf; return the leaf's number."""
    using, case = unit.using, happening.case
    last = _head_in_its_minute(unit)
    own = None if happening.subject_id is None else subject_key(unit.office, happening.subject_id)
    previous = None if case is None else last_leaf_of(using, case)
    event, entry = _spoken(unit, happening, digest, _Place(last, previous, own))
    added(using, event)
    return append_all(store_of(using), (entry,))


def _head_in_its_minute(unit: Unit) -> datetime | None:
    """Return the instant of the last leaf, as `locked_head`, where the leaf of a step still states the minute it is."""
    last = locked_head(unit.using)
    entered = unit.at if unit.written_at is None else unit.written_at
    if unit.may_begin_anew and minute_text(entered) < minute_text(unit.office.clock() - _STILL):
        raise _MinuteOverError
    return last


def locked_head(using: str) -> datetime | None:
    """Return the instant of the last leaf; from here on, until the transaction ends, no other one comes in between.

    So times of leaves rise, and the last leaf of a case is its last.
    """
    store = store_of(using)
    if store.dialect is Dialect.POSTGRESQL:
        store.run("SELECT size FROM ledger_head WHERE one = 1 FOR UPDATE")
    return _last_at(using)


@dataclass(frozen=True, slots=True)
class _Place:
    """Hold where an event comes: behind which instant, behind which leaf of its case, and under whose key."""

    last: datetime | None
    previous: int | None
    own: bytes | None


def _spoken(unit: Unit, happening: Happening, digest: str, place: _Place) -> tuple[Event, Entry]:
    """Return an event with its sealed fields, and the entry with its leaf."""
    office, last = unit.office, place.last
    # Leaves stand in the order in which they are entered, whatever the clock says.
    entered = unit.at if unit.written_at is None else unit.written_at
    entered = entered if last is None or last <= entered else last
    at, written = (entered, None) if unit.written_at is None else (unit.at, entered)
    fields: dict[str, Value] = {**happening.fields, "actor": staff_pseudonym(office, unit.request.actor)}
    event = leaf.Event(
        happening.kind, at, office.jurisdiction, fields, happening.policy_hash, place.previous, written
    )  # fmt: skip
    key = office.entropy(KEY_BYTES)
    body = leaf_bytes(event, key)
    nonce = office.entropy(NONCE_BYTES)
    committed = cast("Mapping[str, object]", event.committed())
    row = Event(
        id=unit.event_id,
        kind=event.kind,
        case_name=happening.case,
        actor=unit.request.actor,
        request_key=unit.request.key,
        request_digest=digest,
        at=instant_text(entered),
        happened_at=instant_text(at),
        subject_id=happening.subject_id,
        payload=seal_fields(key, committed, nonce=nonce, event=unit.event_id),
        wrapped_key=wrapped_event_key(office, key, event=unit.event_id, own=place.own),
    )
    return row, Entry(event.kind, minute_text(entered), body, unit.event_id)

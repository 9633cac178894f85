"""Knows the course of a demo year: policies, lists, donors and closed days, recorded in the order of their instants."""

from __future__ import annotations

import hashlib
import heapq
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bequest.ledger.facts import facts_digest, list_digest
from bequest.ledger.public_export import public_figures
from bequest.policy import library
from bequest.simulation.demo_year.donation import begin_donation
from bequest.simulation.demo_year.journal import Journal, Secrets
from bequest.simulation.demo_year.people import ORGANS, Span, scenario
from bequest.simulation.demo_year.state import Asked, State

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bequest.ledger.commitment import Value
    from bequest.model.enums import Organ
    from bequest.policy.policy import Policy
    from bequest.simulation.demo_year.people import Listed


@dataclass(frozen=True, slots=True)
class Progress:
    """Hold how far a year has come: its instant and the leaves so far."""

    at: datetime
    leaves: int


def played(asked: Asked) -> Iterator[tuple[State, Progress]]:
    """Play a year day by day; after each day, yield where it stands. The last state is the whole year."""
    span = Span(asked.seed, datetime(asked.begins.year, asked.begins.month, asked.begins.day, tzinfo=UTC), asked.days)
    secrets = Secrets(asked.seed)
    people = scenario(
        seed=asked.seed, candidates=asked.candidates, donors=asked.donors, begins=asked.begins, days=asked.days
    )
    state = State(asked, people, Journal(secrets), {organ: _policy(organ, span) for organ in ORGANS})
    _begin(state, span)
    for day in range(asked.days):
        end = span.start + timedelta(days=day + 1)
        state.plan(end - timedelta(minutes=1), lambda end=end: _close_day(state, end))
        while state.agenda and state.agenda[0][0] < end:
            heapq.heappop(state.agenda)[2]()
        yield state, Progress(end, len(state.journal.recorded))


def _policy(organ: Organ, span: Span) -> Policy:
    return library.policy(f"core/{organ.value}", on=span.start.date())


def _begin(state: State, span: Span) -> None:
    """Put policies in force and plan what comes from outside: people who join a list, and donors."""
    for organ in ORGANS:
        state.plan(span.start, lambda organ=organ: _enact(state, organ, span.start))
    for listed in state.people.listed:
        state.plan(listed.joins_at, lambda listed=listed: _join(state, listed))
    for month in range(0, state.asked.days, _SNAPSHOT_DAYS):
        at = span.start + timedelta(days=month, hours=1)
        for organ in ORGANS:
            state.plan(at, lambda organ=organ, at=at: _snapshot(state, organ, at))
    for number in range(1, state.asked.days // _PERIOD_DAYS + 1):
        state.plan(
            span.start + timedelta(days=number * _PERIOD_DAYS), lambda number=number: _close_period(state, span, number)
        )
    for case in state.people.donors:
        begin_donation(state, case)


_SNAPSHOT_DAYS = 30


def _enact(state: State, organ: Organ, at: datetime) -> None:
    policy = state.policies[organ]
    named = {"policy_name": policy.name, "edition": policy.edition, "policy_hash": policy.hash}
    proposed = state.journal.record("policy.proposed", at, named, policy_hash=policy.hash)
    signers: list[Value] = [state.pseudonym("committee", place) for place in range(2)]
    enacted: dict[str, Value] = {
        **named, "effective_on": at.date().isoformat(), "proposed": proposed, "signers": signers,
    }  # fmt: skip
    state.journal.record("policy.enacted", at, enacted, policy_hash=policy.hash)


def _join(state: State, listed: Listed) -> None:
    digest = facts_digest(listed.facts)
    fields = {
        "registration": state.pseudonym("registration", listed.registration),
        "organ": listed.organ.value,
        "facts": digest,
    }
    leaf = state.journal.record("listing.created", listed.joins_at, fields, case=f"listing {listed.registration}")
    state.lists[listed.organ][listed.registration] = (listed.facts, digest)
    state.kept.registrations.append((leaf, listed.registration, listed.organ, listed.facts))


def _snapshot(state: State, organ: Organ, at: datetime) -> None:
    listed = state.lists[organ]
    digests = [listed[name][1] for name in sorted(listed)]
    fields = {"organ": organ.value, "registrations": len(listed), "list": list_digest(digests)}
    state.journal.record("waitlist.snapshot", at, fields)


_PERIOD_DAYS = 91


def _close_period(state: State, span: Span, number: int) -> None:
    """Count a quarter; the file is published and its digest recorded a fortnight later."""
    begin, end = (span.start + timedelta(days=each * _PERIOD_DAYS) for each in (number - 1, number))
    runs = {kept.leaf: kept.organ.value for kept in state.kept.runs}
    events: list[tuple[str, str]] = []
    for leaf, recorded in enumerate(state.journal.recorded):
        organ = runs.get(leaf, runs.get(_run_of(recorded.event.fields.get("run"))))
        if organ is not None and begin <= recorded.event.at < end:
            events.append((recorded.event.kind, organ))
    period = f"{begin.date()}.{end.date()}"
    data, at = public_figures(events, period=period), end + timedelta(days=14)
    if at < span.start + timedelta(days=span.days):
        state.plan(at, lambda: _publish(state, at, period, data))


def _run_of(value: object) -> int:
    return value if isinstance(value, int) else -1


def _publish(state: State, at: datetime, period: str, data: bytes) -> None:
    state.exports[f"{period}.csv"] = data
    fields = {"file": hashlib.sha256(data).hexdigest(), "period": period}
    state.journal.record("export.published", at, fields)


def _close_day(state: State, end: datetime) -> None:
    """Close the day of every reporting hospital, with its count, nought included; and the day's reads."""
    day = (end - timedelta(days=1)).date().isoformat()
    at = end - timedelta(minutes=1)
    for hospital in sorted(state.referrals):
        today, last = state.referrals[hospital]
        fields = {"hospital": hospital, "day": day, "referrals": today, "last_number": last}
        state.journal.record("referral.day_closed", at, fields)
        state.referrals[hospital] = (0, last)
